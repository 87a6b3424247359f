"""Columns, their order and types; keys; the frame; labels; the order of rows."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations.core import (
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToNotBeNull,
    ExpectCompoundColumnsToBeUnique,
    ExpectTableColumnsToMatchOrderedList,
    ExpectTableRowCountToEqual,
)

from expectations.rules.expectation import (
    Expectation,
    ExpectRowsToSatisfy,
    ExpectRuleToHold,
    Part,
    native,
    query,
    rows,
)
from expectations.rules.frame import has_population
from expectations.rules.publication import Publication, Tables, text_list
from orchestration.base.sql import literal
from orchestration.base.states import GEOIDFQ_PREFIX

_TYPES = {
    "code": "VARCHAR",
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

# The key of a cell, and the order in which the release's long tables hold their cells.
LONG_KEY = ("geography_type", "geoid", "year", "variable", "subgroup_type", "subgroup", "sample")
LONG_ORDER = ("geography_type", "geoid", "variable", "subgroup_type", "subgroup", "sample", "year")


class ExpectColumnTypesAsListed(ExpectRuleToHold):
    """Texts are text and numbers are numbers, as the seed says."""


class ExpectRowsToBeTheFrame(ExpectRuleToHold):
    """Rows are those of the frame: each area, year and label once, in order, and nothing else."""


def layout(publication: Publication) -> list[Expectation]:
    """Exactly the columns of seed `publication_columns`, in order, texts as text and numbers as numbers."""
    return [
        columns_in_order(publication.table, [column.name for column in publication.columns]),
        *ExpectColumnTypesAsListed.declare(
            "column_types", "error", "codes and flags are text, numbers are numbers", [_types(publication)]
        ),
    ]


def columns_in_order(table: str, names: Sequence[str]) -> Expectation:
    """Exactly these columns, in this order."""
    expected = ", ".join(f"({at}, {literal(name)})" for at, name in enumerate(names, start=1))
    failing = f"""
        select position, expected.name as expected, found.name as found
        from (values {expected}) as expected (position, name)
        full join (select position, column_name as name from work.columns
                   where table_name = {literal(table)}) as found using (position)
        where expected.name is distinct from found.name"""
    return native(
        ExpectTableColumnsToMatchOrderedList,
        "columns_in_order",
        "error",
        "exactly the listed columns, in order",
        "columns",
        failing=failing,
        minimum=len(names),
        column_list=list(names),
    )


def key_unique(
    table: str, key: Sequence[str], rule: str = "key_unique", statement: str = "no key occurs twice"
) -> Expectation:
    """No two rows have the same key. For tables of some ten thousand rows: it counts by a window."""
    columns = ", ".join(key)
    failing = f"select {columns}, count(*) as times from candidate.{table} group by all having count(*) > 1"
    return native(
        ExpectCompoundColumnsToBeUnique,
        rule,
        "error",
        statement,
        "key",
        failing=failing,
        column_list=list(key),
    )


def twice_in_long_table(relation: str) -> str:
    """SQL of the keys of a long table that occur twice.

    It stands in the order of its keys: where each row's key is greater than that of the row before, none
    occurs twice, and 2.7 million keys need not be gathered. In any other order they are.
    """
    lags = ", ".join(f"lag({name}) over () as last_{name}" for name in LONG_KEY)
    greater = "false"
    for name in reversed(LONG_ORDER):
        greater = f"(last_{name} < {name} or (last_{name} = {name} and {greater}))"
    key = ", ".join(LONG_KEY)
    return f"""
        select {key}, count(*) as times from {relation}
        where (
            select count(*) - count(*) filter (where {greater}) > 1
            from (select {key}, {lags} from {relation})
        )
        group by all having count(*) > 1"""


def row_count(table: str, tables: Tables) -> list[Expectation]:
    """As many rows as the manifest says; none of a table that it does not count."""
    if table not in tables.rows:
        return []
    expected = tables.rows[table]
    counted = f"select {expected} as expected, count(*) as found from candidate.{table}"
    return [
        native(
            ExpectTableRowCountToEqual,
            "row_count",
            "error",
            "as many rows as the manifest says",
            "rows",
            failing=f"select * from ({counted}) where found <> expected",
            minimum=0,
            value=expected,
        )
    ]


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
    missing = "select geoid, year, subgroup from work.framed where _row is null"
    extra = "select geoid, year, subgroup from work.framed where rank is null"
    moved = "select geoid, year, subgroup, _row + 1 as found_at, rank as expected_at from work.framed"
    names = "select geoid, year, subgroup, found_name, name, found_state_name, state_name"
    names += f" from work.framed where _row is not null and rank is not null and ({_differs(publication)})"
    statement = "every geography of the frame x label x year of its series has a row"
    order = "rows stand in the order of frame and labels"
    return [
        key_unique(publication.table, publication.key),
        *ExpectRowsToBeTheFrame.declare(
            "frame_complete", "error", statement, [query("rows", wanted, missing)]
        ),
        *ExpectRowsToBeTheFrame.declare(
            "nothing_outside_frame", "error", "no other row", [query("rows", found, extra)]
        ),
        *ExpectRowsToBeTheFrame.declare(
            "row_order", "error", order, [query("rows", found, f"{moved} where _row + 1 <> rank")]
        ),
        *ExpectRowsToBeTheFrame.declare(
            "names_of_frame", "error", "names are those of the frame", [query("names", found, names)]
        ),
    ]


def _differs(publication: Publication) -> str:
    names = ["name", "state_name"] + (["population"] if has_population(publication) else [])
    return " or ".join(f"found_{name} is distinct from {name}" for name in names)


def labels(publication: Publication) -> list[Expectation]:
    """Only the listed labels, each with its published subgroup type."""
    if not publication.has_subgroups:
        return []
    kind = f"case when subgroup = 'All' then 'all' else {literal(publication.published_subgroup_type)} end"
    show = [*publication.key, "subgroup_type"]
    statement = "only the listed labels, with their type"
    keys = f"select {', '.join(show)} from work.wide"
    return [
        native(
            ExpectColumnValuesToBeInSet,
            "labels",
            "error",
            statement,
            "subgroup",
            failing=f"{keys} where subgroup not in ({text_list(publication.labels)})",
            column="subgroup",
            value_set=list(publication.labels),
        ),
        native(
            ExpectColumnValuesToNotBeNull,
            "labels",
            "error",
            statement,
            "subgroup missing",
            failing=f"{keys} where subgroup is null",
            column="subgroup",
        ),
        *ExpectRowsToSatisfy.declare(
            "labels",
            "error",
            statement,
            [rows("subgroup_type", "work.wide", f"subgroup_type is distinct from {kind}", show)],
        ),
    ]


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
        *ExpectRowsToSatisfy.declare(
            "channel", "error", "no cell of the other channel", [rows("state", "work.wide", wrong, show)]
        ),
        *ExpectRowsToSatisfy.declare(
            "code_form", "error", "codes keep their leading zeros and say the same", forms
        ),
    ]
