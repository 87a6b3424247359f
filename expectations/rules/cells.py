"""The cells of a publication in the long table, beside those of its wide table: which must be compared.

To join a wide table with its cells once for each of its columns takes long, and mostly nothing differs. So
each side adds up a hash of 64 bits of every cell, by variable; only variables whose sums differ are compared
cell by cell. The tables made here stand in schema `work`:

- `long_rows`: areas, years and labels of the cells, how many there are, and the `_row` that shows them;
- `long_lost`: cells that no row could show;
- `cell_sums`: cells and sum of each variable;
- `differing`: variables whose sum is another one in the wide table;
- `long`: the cells of these, and of both sides of ratio texts, with their `_row`.
"""

from __future__ import annotations

from expectations.rules.publication import Publication, text_list
from orchestration.base.sql import literal

MEASURES = ("value", "lower", "upper", "quality")
_WORDS = "['Strong', 'Marginal', 'Weak']"
_KEY = "geoid, year, subgroup"


def cell_tables(publication: Publication) -> list[tuple[str, str]]:
    """The shared tables in the order they are made: name and SQL."""
    return [
        ("work.long_rows", _rows(publication)),
        ("work.long_lost", _joined(publication, "named._row is null")),
        ("work.cell_sums", _sums(publication)),
        ("work.differing", _differing(publication)),
        ("work.long", _joined(publication, f"cell.variable in ({_compared(publication)})")),
    ]


def measure_of(publication: Publication, variable: str, measure: str) -> str | None:
    """SQL of a measure in `work.wide` as the long table has it; None if the table does not show it."""
    column = publication.column(variable, measure)
    if column is None:
        return None
    return f"list_position({_WORDS}, wide.{column})" if measure == "quality" else f"wide.{column}::double"


def _slice(publication: Publication) -> str:
    return (
        f"geography_type = {literal(publication.geography_type)}"
        f" and subgroup_type = {literal(publication.subgroup_type)}"
    )


def _rows(publication: Publication) -> str:
    same_label = " and cell.subgroup = wide.subgroup" if publication.has_subgroups else ""
    return f"""
        select cell.*, wide._row
        from (
            select {_KEY}, count(*) as cells from candidate.metric_values
            where {_slice(publication)} group by all
        ) as cell
        left join work.wide as wide
            on cell.geoid = try_cast({publication.geoid} as of_geoid) and cell.year = wide.year{same_label}"""


def _sums(publication: Publication) -> str:
    return f"""
        select variable::text as variable, count(*) as cells,
            sum(hash(hash(geoid, year::int, subgroup), value, lower, upper, quality::int))
                filter (where {_some(["value", "lower", "upper", "quality"])}) as total
        from candidate.metric_values where {_slice(publication)} group by variable"""


def _differing(publication: Publication) -> str:
    """A column that the wide table has lost is left out here, so that its variable is compared."""
    there = publication.tables.columns.get(publication.table, ())
    sums = {}
    for variable in publication.variables:
        if publication.column(variable, "value") is not None:
            columns = {name: publication.column(variable, name) for name in MEASURES}
            found = [name for name, column in columns.items() if column in there]
            numbers = [_number(publication, variable, name, there=name in found) for name in MEASURES]
            some = _some([f"wide.{columns[name]}" for name in found])
            sums[variable] = f"sum(hash(_key, {', '.join(numbers)})) filter (where {some})"
    label = "try_cast(subgroup as of_subgroup)" if publication.has_subgroups else "'All'::of_subgroup"
    # A row that no cell can be of has a key of its own: nothing equals what is unknown.
    key = "case when geoid_ is null or year is null or label_ is null then hash('none', _row)"
    key += " else hash(geoid_, year::int, label_) end"
    return f"""
        select variable
        from (
            select unnest([{text_list(tuple(sums))}]) as variable,
                unnest([{", ".join(sums.values())}]) as total
            from (
                select *, {key} as _key
                from (
                    select *, try_cast({publication.geoid} as of_geoid) as geoid_, {label} as label_
                    from work.wide
                )
            ) as wide
        ) as wide
        full join work.cell_sums as long using (variable)
        where wide.total is distinct from long.total"""


def _number(publication: Publication, variable: str, measure: str, *, there: bool) -> str:
    kind = "int" if measure == "quality" else "double"
    found = measure_of(publication, variable, measure) if there else "null"
    return f"try_cast({found} as {kind})"


def _some(columns: list[str]) -> str:
    """SQL that is true where any column has something; false without columns."""
    return " or ".join(f"{column} is not null" for column in columns) or "false"


def _compared(publication: Publication) -> str:
    sides = [
        side
        for column in publication.columns
        if column.role == "ratio_text"
        for side in column.variable.split(":")
    ]
    return " union ".join(
        ["select variable from work.differing", *(f"select {literal(side)}" for side in sides)]
    )


def _joined(publication: Publication, where: str) -> str:
    """Cells with the row that shows them."""
    same = " and ".join(f"cell.{name} is not distinct from named.{name}" for name in _KEY.split(", "))
    return f"""
        select cell.geoid, cell.year, cell.variable, cell.subgroup, cell.value, cell.lower, cell.upper,
            cell.quality, named._row
        from candidate.metric_values as cell inner join work.long_rows as named on {same}
        where {_slice(publication)} and {where}"""
