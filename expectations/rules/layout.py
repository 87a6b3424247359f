"""Columns, their order and types; keys; the frame; labels; the order of rows."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, Part, expect, query, rows
from expectations.rules.tables import Publication, number_list, text_list
from orchestration.generate.seeds import quoted

_TYPES = {
    "key": "VARCHAR",
    "name": "VARCHAR",
    "label": "VARCHAR",
    "ratio_text": "VARCHAR",
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
            "columns_in_order", "error", "exactly the published columns, in order", [_columns(publication)]
        ),
        *expect(
            "column_types", "error", "codes and flags are text, numbers are numbers", [_types(publication)]
        ),
    ]


def _columns(publication: Publication) -> Part:
    names = [column.name for column in publication.columns]
    expected = ", ".join(f"({at}, {quoted(name)})" for at, name in enumerate(names, start=1))
    failing = f"""
        select position, expected.name as expected, found.name as found
        from (values {expected}) as expected (position, name)
        full join (select position, column_name as name from work.columns
                   where table_name = {quoted(publication.table)}) as found using (position)
        where expected.name is distinct from found.name"""
    looked_at = f"select count(*) from work.columns where table_name = {quoted(publication.table)}"
    return query("columns", looked_at, failing, minimum=len(names))


def _types(publication: Publication) -> Part:
    expected = ", ".join(
        f"({quoted(column.name)}, {quoted('number' if column.name == 'year' else _TYPES[column.role])})"
        for column in publication.columns
    )
    failing = f"""
        select found.column_name, expected.kind as expected, found.column_type as found
        from (values {expected}) as expected (column_name, kind)
        inner join work.columns as found using (column_name)
        where found.table_name = {quoted(publication.table)} and expected.kind
            <> case when found.column_type in {_NUMBERS} then 'number' else found.column_type end"""
    looked_at = f"select count(*) from work.columns where table_name = {quoted(publication.table)}"
    return query("types", looked_at, failing)


def frame(publication: Publication) -> list[Expectation]:
    """One row for each geography of the frame, year of the series and label; nothing else; in order."""
    expected = f"({expected_rows(publication)}) as expected"
    wide = f"(select *, {publication.geoid} as _geoid, {publication.label} as _label from work.wide) as wide"
    match = "expected.geoid = wide._geoid and expected.year = wide.year and expected.subgroup = wide._label"
    key = ", ".join(f"wide.{column}" for column in publication.key)
    name = f"wide.{publication.geography_type}_name"
    size = f"select count(*) from {expected}"
    missing = f"""
        select expected.year, expected.geoid, expected.subgroup from {expected} anti join {wide} on {match}"""
    extra = f"select {key} from {wide} anti join {expected} on {match}"
    twice = f"select {key}, count(*) as times from {wide} group by all having count(*) > 1"
    ranked = f"""
        select {key}, wide._row + 1 as found_at, expected.rank as expected_at
        from {wide} inner join {expected} on {match} where wide._row + 1 <> expected.rank"""
    names = f"""
        select {key}, {name} as found, expected.name as expected
        from {wide} inner join {expected} on {match} where {_differs(publication)}"""
    all_rows = "select count(*) from work.wide"
    return [
        *expect("key_unique", "error", "no key occurs twice", [query("key", all_rows, twice)]),
        *expect(
            "frame_complete",
            "error",
            "every geography of the frame x label x year of its series has a row",
            [query("rows", size, missing)],
        ),
        *expect("nothing_outside_frame", "error", "no other row", [query("rows", all_rows, extra)]),
        *expect(
            "row_order",
            "error",
            "rows stand in the order of frame and labels",
            [query("rows", all_rows, ranked)],
        ),
        *expect(
            "names_of_frame",
            "error",
            "names and population are those of the frame",
            [query("names", all_rows, names)],
        ),
    ]


def expected_rows(publication: Publication) -> str:
    """SQL of the rows that must exist: year, geoid, subgroup, names, population and rank."""
    labels = ", ".join(f"({at}, {quoted(label)})" for at, label in enumerate(publication.labels, start=1))
    return f"""
        select frame.year, frame.geoid, frame.name, frame.state_name, frame.population, label.subgroup,
            row_number() over (order by frame.frame_row, label.position) as rank
        from candidate.geography_years as frame
        cross join (values {labels}) as label (position, subgroup)
        where frame.geography_type = {quoted(publication.geography_type)}
            and frame.year in ({number_list(publication.years)})"""


def _differs(publication: Publication) -> str:
    pairs = [
        (f"wide.{publication.geography_type}_name", "expected.name"),
        ("wide.state_name", "expected.state_name"),
    ]
    if any(column.role == "population" for column in publication.columns):
        pairs.append(("wide.population", "expected.population"))
    return " or ".join(f"{found} is distinct from {expected}" for found, expected in pairs)


def labels(publication: Publication) -> list[Expectation]:
    """Only the listed labels, each with its published subgroup type."""
    if not publication.has_subgroups:
        return []
    kind = f"case when subgroup = 'All' then 'all' else {quoted(publication.published_subgroup_type)} end"
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
    return [
        *expect(
            "channel", "error", "no cell of the other channel", [rows("state", "work.wide", wrong, show)]
        ),
        *expect(
            "code_form", "error", "codes keep their leading zeros", [rows(code, "work.wide", malformed, show)]
        ),
    ]
