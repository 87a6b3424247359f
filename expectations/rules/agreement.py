"""Agreement of tables: wide with long, cities with the counties that are the same area."""

from __future__ import annotations

from expectations.rules.arithmetic import GROUPS, REPRESENTED
from expectations.rules.cells import MEASURES, measure_of
from expectations.rules.expectation import Expectation, ExpectRuleToHold, Part, query
from expectations.rules.publication import Publication
from orchestration.base.seeds import read
from orchestration.base.sql import literal

# Metrics that take an independent city and its county for one area, with the difference they may have:
# none but the last digits of a sum, or what the tracts' crosswalk to places of 2020 leaves. The others
# differ by method: allocation of affordability, districts, agencies, ZIP codes (combined_database.md 7).
_EQUAL, _NEAR = 1e-9, 1e-3
_SAME_AREA = {
    **dict.fromkeys(("pctl_income_50", "pctl_income_80", "index_air_hazard"), _EQUAL),
    **dict.fromkeys((f"share_desc_rep_{group}" for group in REPRESENTED), _EQUAL),
    **dict.fromkeys((f"share_{group}_exposure" for group in (*GROUPS, "poverty")), _NEAR),
    **dict.fromkeys(("share_in_preschool", "share_digital_access", "share_employed"), _NEAR),
    **dict.fromkeys(("share_transit_commuter", "share_transportation_cost"), _NEAR),
}


class ExpectTablesToAgree(ExpectRuleToHold):
    """Two tables that hold the same numbers hold the same numbers."""


def agrees_with_long_table(publication: Publication) -> list[Expectation]:
    """Every cell of the wide table is the cell of `metric_values`, and no cell of that is lost."""
    parts = [_without_row()]
    for column in publication.columns:
        if column.role == "value":
            parts.append(_cells(publication, column.variable))
        elif column.role == "ratio_text":
            parts.append(_ratios(publication, column.name, *column.variable.split(":")))
    return ExpectTablesToAgree.declare(
        "agrees_with_long_table", "error", "every cell equals that of metric_values", parts
    )


def _without_row() -> Part:
    """Cells of the long table that no row of the wide table could show."""
    failing = "select geoid, year, subgroup, variable, value from work.long_lost"
    return query("rows", "select coalesce(sum(cells), 0) from work.long_rows", failing)


def _cells(publication: Publication, variable: str) -> Part:
    differs, show = [], [f"wide.{column}" for column in publication.key]
    for measure in MEASURES:
        column = publication.column(variable, measure)
        if column is not None:
            differs.append(f"{measure_of(publication, variable, measure)} is distinct from long.{measure}")
            show.append(f"wide.{column}, long.{measure} as long_{measure}")
    long = f"select * from work.long where variable = {literal(variable)}"
    suspected = f"exists (from work.differing where variable = {literal(variable)})"
    failing = f"{suspected} and ({' or '.join(differs)})"
    return _compared(publication, variable, variable, long, failing, show)


def _ratios(publication: Publication, column: str, left: str, right: str) -> Part:
    side = "max(value) filter (where variable = {})"
    text = f"printf('%.3f:%.3f', {side.format(literal(left))}, {side.format(literal(right))})"
    long = f"""
        select _row, {text} as ratio
        from work.long where variable in ({literal(left)}, {literal(right)}) group by _row"""
    show = [*(f"wide.{key}" for key in publication.key), f"wide.{column}", "long.ratio as long_ratio"]
    return _compared(publication, column, left, long, f"wide.{column} is distinct from long.ratio", show)


def _compared(
    publication: Publication, name: str, variable: str, long: str, failing: str, show: list[str]
) -> Part:
    rows = f"""
        select {", ".join(show)} from work.wide as wide left join ({long}) as long using (_row)
        where {failing}"""
    least = int(publication.is_available(variable))  # a series without an input has no cells to compare
    looked_at = f"select coalesce(sum(cells), 0) from work.cell_sums where variable = {literal(variable)}"
    return query(name, looked_at, rows, least)


def independent_cities_agree(publication: Publication) -> list[Expectation]:
    """Cities that are their own county have the same values in both tables."""
    if publication.tables.channel != "national" or "county" not in publication.tables.columns:
        return []
    pairs = ", ".join(
        f"({literal(row['place_geoid'])}, {literal(row['county_geoid'])})"
        for row in read("independent_cities")
    )
    parts = [
        _pairs(variable, tolerance, pairs)
        for variable, tolerance in _SAME_AREA.items()
        if publication.is_available(variable)
    ]
    return ExpectTablesToAgree.declare(
        "independent_cities_agree", "warning", "a city that is its own county has the county's values", parts
    )


def _pairs(variable: str, tolerance: float, pairs: str) -> Part:
    both = f"""
        from (values {pairs}) as pair (place_geoid, county_geoid)
        inner join work.wide as place on place.state || place.place = pair.place_geoid
        inner join candidate.county as county
            on county.state || county.county = pair.county_geoid and county.year = place.year
        where place.{variable} is not null and county.{variable} is not null"""
    failing = f"""
        select place.year, pair.place_geoid, pair.county_geoid,
            place.{variable} as place_value, county.{variable} as county_value
        {both} and abs(place.{variable} - county.{variable}) > {tolerance}"""
    return query(variable, f"select count(*) {both}", failing)
