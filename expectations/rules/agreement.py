"""Agreement of tables: wide with long, cities with the counties that are the same area."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, Part, expect, query
from expectations.rules.tables import Publication
from orchestration.generate.seeds import quoted, read

_MEASURES = ("value", "lower", "upper", "quality")
_QUALITY = "case when {0} is null then null else list_position(['Strong', 'Marginal', 'Weak'], {0}) end"

# Metrics whose source treats an independent city and its county as one area. The others differ by
# method: crosswalks of affordability, school districts, agencies, ZIP codes (combined_database.md 7).
_SAME_AREA = {
    "pctl_income_50": 0.0,
    "pctl_income_80": 0.0,
    "share_black_nh_exposure": 0.0,
    "share_hispanic_exposure": 0.0,
    "share_other_nh_exposure": 0.0,
    "share_white_nh_exposure": 0.0,
    "share_desc_rep_other": 0.0,
    "share_desc_rep_black_nonhispanic": 0.0,
    "share_desc_rep_hispanic": 0.0,
    "share_desc_rep_white_nonhispanic": 0.0,
    "index_air_hazard": 0.0,
    "share_poverty_exposure": 0.001,
    "share_in_preschool": 0.001,
    "share_digital_access": 0.001,
    "share_employed": 0.001,
    "share_transit_commuter": 0.001,
    "share_transportation_cost": 0.001,
}


def agrees_with_long_table(publication: Publication) -> list[Expectation]:
    """Every cell of the wide table is the cell of `metric_values`, and no cell of that is lost."""
    parts = [
        _cells(publication, variable)
        for variable in publication.variables
        if _is_plain(publication, variable)
    ]
    parts += [
        _ratios(publication, column.name, column.variable)
        for column in publication.columns
        if column.role == "ratio_text"
    ]
    return expect("agrees_with_long_table", "error", "every cell equals that of metric_values", parts)


def _is_plain(publication: Publication, variable: str) -> bool:
    return publication.column(variable, "value") is not None


def _cells(publication: Publication, variable: str) -> Part:
    found, differs, show = [], [], []
    for measure in _MEASURES:
        column = publication.column(variable, measure)
        if column is None:
            continue
        sql = _QUALITY.format(column) if measure == "quality" else f"{column}::double"
        found.append(f"{sql} as {measure}")
        differs.append(f"wide.{measure} is distinct from long.{measure}")
        show.append(f"wide.{measure} as {measure}, long.{measure} as long_{measure}")
    wide = f"select {_key(publication)}, {', '.join(found)} from work.wide"
    return _compared(publication, variable, wide, f"variable = {quoted(variable)}", differs, show)


def _key(publication: Publication) -> str:
    return f"{publication.geoid} as geoid, year, {publication.label} as subgroup"


def _ratios(publication: Publication, column: str, variables: str) -> Part:
    left, right = variables.split(":")
    wide = f"select {_key(publication)}, {column} as ratio from work.wide"
    side = "max(value) filter (where variable = {})"
    long = f"""
        select geoid, year, subgroup,
            printf('%.3f:%.3f', {side.format(quoted(left))}, {side.format(quoted(right))}) as ratio
        from work.long where variable in ({quoted(left)}, {quoted(right)}) group by all"""
    failing = f"""
        select geoid, year, subgroup, wide.ratio as {column}, long.ratio as long_ratio
        from ({wide}) as wide full join ({long}) as long using (geoid, year, subgroup)
        where wide.ratio is distinct from long.ratio"""
    least = int(publication.is_available(left))
    return query(column, f"select count(*) from work.long where variable = {quoted(left)}", failing, least)


def _compared(
    publication: Publication, name: str, wide: str, where: str, differs: list[str], show: list[str]
) -> Part:
    failing = f"""
        select geoid, year, subgroup, {", ".join(show)}
        from ({wide}) as wide
        full join (select * from work.long where {where}) as long using (geoid, year, subgroup)
        where {" or ".join(differs)}"""
    least = int(publication.is_available(name))  # a series without an input has no cells to compare
    return query(name, f"select count(*) from work.long where {where}", failing, least)


def independent_cities_agree(publication: Publication) -> list[Expectation]:
    """Cities that are their own county have the same values in both tables."""
    if publication.tables.channel != "national" or "county" not in publication.tables.columns:
        return []
    pairs = ", ".join(
        f"({quoted(row['place_geoid'])}, {quoted(row['county_geoid'])})" for row in read("independent_cities")
    )
    parts = [
        _pairs(variable, tolerance, pairs)
        for variable, tolerance in _SAME_AREA.items()
        if publication.is_available(variable)
    ]
    return expect(
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
