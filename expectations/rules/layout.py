"""Columns, their order and types; keys; the frame; labels; the order of rows."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, Part, expect, query, rows
from expectations.rules.tables import Publication, number_list, text_list
from orchestration.base.sql import literal
from orchestration.base.states import GEOIDFQ_PREFIX

_TYPES = {
    "key": "VARCHAR",
    "name": "VARCHAR",
    "label": "VARCHAR",
    "ratio_text": "VARCHAR",
    "code": "VARCHAR",
    "quality": "VARCHAR",
    "population": "number",
    "value": "number",
    "lower": "number",
    "upper": "number",
}
_NUMBERS = "('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE')"


def layout(publication: Publication) -> list[Expectation]:
    """Exactly the columns of seed `publication_columns`, in order, texts as text and numbers as numbers."""
    return [
        *expect(
            "columns_in_order",
            "error",
            "exactly the published columns in order, then geoid and geoidfq",
            [_columns(publication)],
        ),
        *expect(
            "column_types", "error", "codes and flags are text, numbers are numbers", [_types(publication)]
        ),
    ]


def _columns(publication: Publication) -> Part:
    names = [column.name for column in publication.columns]
    expected = ", ".join(f"({at}, {literal(name)})" for at, name in enumerate(names, start=1))
    failing = f"""
        select position, expected.name as expected, found.name as found
        from (values {expected}) as expected (position, name)
        full join (select position, column_name as name from work.columns
                   where table_name = {literal(publication.table)}) as found using (position)
        where expected.name is distinct from found.name"""
    looked_at = f"select count(*) from work.columns where table_name = {literal(publication.table)}"
    return query("columns", looked_at, failing, minimum=len(names))


def _types(publication: Publication) -> Part:
    expected = ", ".join(
        f"({literal(column.name)}, {literal('number' if column.name == 'year' else _TYPES[column.role])})"
        for column in publication.columns
    )
    failing = f"""
        select found.column_name, expected.kind as expected, found.column_type as found
        from (values {expected}) as expected (column_name, kind)
        inner join work.columns as found using (column_name)
        where found.table_name = {literal(publication.table)} and expected.kind
            <> case when found.column_type in {_NUMBERS} then 'number' else found.column_type end"""
    looked_at = f"select count(*) from work.columns where table_name = {literal(publication.table)}"
    return query("types", looked_at, failing)


def frame(publication: Publication) -> list[Expectation]:
    """One row for each geography of the frame, year of the series and label; nothing else; in order."""
    wanted = "select count(*) from work.framed where rank is not null"
    found = "select count(*) from work.framed where _row is not null"
    twice = (
        "select geoid, year, subgroup, count(*) as times from work.framed group by all having count(*) > 1"
    )
    missing = "select geoid, year, subgroup from work.framed where _row is null"
    extra = "select geoid, year, subgroup from work.framed where rank is null"
    moved = "select geoid, year, subgroup, _row + 1 as found_at, rank as expected_at from work.framed"
    names = "select geoid, year, subgroup, found_name, name, found_state_name, state_name"
    names += f" from work.framed where _row is not null and rank is not null and ({_differs(publication)})"
    statement = "every geography of the frame x label x year of its series has a row"
    order = "rows stand in the order of frame and labels"
    return [
        *expect("key_unique", "error", "no key occurs twice", [query("key", found, twice)]),
        *expect("frame_complete", "error", statement, [query("rows", wanted, missing)]),
        *expect("nothing_outside_frame", "error", "no other row", [query("rows", found, extra)]),
        *expect("row_order", "error", order, [query("rows", found, f"{moved} where _row + 1 <> rank")]),
        *expect("names_of_frame", "error", "names are those of the frame", [query("names", found, names)]),
    ]


def framed_rows(publication: Publication) -> str:
    """SQL of the rows that must exist and those that do, side by side: `rank` and `_row` are their places."""
    labels = ", ".join(f"({at}, {literal(label)})" for at, label in enumerate(publication.labels, start=1))
    population = ", population as found_population" if _has_population(publication) else ""
    return f"""
        select *
        from (
            select frame.geoid, frame.year, label.subgroup, frame.name, frame.state_name, frame.population,
                row_number() over (order by frame.frame_row, label.position) as rank
            from candidate.geography_years as frame
            cross join (values {labels}) as label (position, subgroup)
            where frame.geography_type = {literal(publication.geography_type)}
                and frame.year in ({number_list(publication.years)})
        ) as expected
        full join (
            select {publication.geoid} as geoid, year, {publication.label} as subgroup, _row,
                {publication.geography_type}_name as found_name, state_name as found_state_name{population}
            from work.wide
        ) as found using (geoid, year, subgroup)"""


def _has_population(publication: Publication) -> bool:
    return any(column.role == "population" for column in publication.columns)


def _differs(publication: Publication) -> str:
    names = ["name", "state_name"] + (["population"] if _has_population(publication) else [])
    return " or ".join(f"found_{name} is distinct from {name}" for name in names)


def labels(publication: Publication) -> list[Expectation]:
    """Only the listed labels, each with its published subgroup type."""
    if not publication.has_subgroups:
        return []
    kind = f"case when subgroup = 'All' then 'all' else {literal(publication.published_subgroup_type)} end"
    show = [*publication.key, "subgroup_type"]
    unknown = f"subgroup is null or subgroup not in ({text_list(publication.labels)})"
    parts = [
        rows("subgroup", "work.wide", unknown, show),
        rows("subgroup_type", "work.wide", f"subgroup_type is distinct from {kind}", show),
    ]
    return expect("labels", "error", "only the listed labels, with their type", parts)


def state_codes(publication: Publication) -> list[Expectation]:
    """No invented state (99) in the national channel, and nothing else in the sample."""
    wrong = "state = '99'" if publication.tables.channel == "national" else "state is distinct from '99'"
    width = 3 if publication.geography_type == "county" else 5
    code = publication.geography_type
    malformed = (
        f"not regexp_full_match(state, '[0-9]{{2}}') or not regexp_full_match({code}, '[0-9]{{{width}}}')"
    )
    show = list(publication.key)
    qualified = f"{literal(GEOIDFQ_PREFIX[code])} || {publication.geoid}"
    forms = [
        rows(code, "work.wide", malformed, show),
        rows("geoid", "work.wide", f"geoid is distinct from {publication.geoid}", [*show, "geoid"]),
        rows("geoidfq", "work.wide", f"geoidfq is distinct from {qualified}", [*show, "geoidfq"]),
    ]
    return [
        *expect(
            "channel", "error", "no cell of the other channel", [rows("state", "work.wide", wrong, show)]
        ),
        *expect("code_form", "error", "codes keep their leading zeros and say the same", forms),
    ]
