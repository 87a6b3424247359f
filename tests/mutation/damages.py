"""Kinds of damage that real pipelines suffer, each with the rule that must catch it.

A rule is named as in the gate's report: `table.rule`. `nation` marks what only the real frame can show:
an invented state has no other states, and too few areas for ranks and quartiles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.mutation.workshop import Workshop


@dataclass(frozen=True)
class Damage:
    """One kind: what is done, and the rule that must catch it."""

    kind: str
    rule: str
    do: Callable[[Workshop], None]
    nation: bool = False


DAMAGES: list[Damage] = []


def _damage(kind: str, rule: str, *, nation: bool = False) -> Callable[[Callable[[Workshop], None]], None]:
    def add(do: Callable[[Workshop], None]) -> None:
        DAMAGES.append(Damage(kind, rule, do, nation))

    return add


def _in_table(kind: str, rule: str, select: str, *, nation: bool = False, table: str | None = None) -> None:
    """A damage of one table, that of the rule unless another is named."""
    where = table or rule.split(".")[0]
    DAMAGES.append(Damage(kind, rule, lambda shop: shop.alter(where, select), nation))


def _delivered(
    kind: str, rule: str, variable: str, changes: dict[str, str], where: str = "true", *, nation: bool = True
) -> None:
    """Cells of one variable that came in wrong; `changes` gives SQL for value, lower, upper, quality, ..."""

    def do(shop: Workshop) -> None:
        shop.deliver(replacing(changes, f"variable = '{variable}' and ({where})"), [variable])

    DAMAGES.append(Damage(kind, rule, do, nation))


def replacing(changes: dict[str, str], where: str) -> str:
    """A query over `t` with columns replaced where a condition holds, one line a column."""
    lines = ",\n".join(
        f"case when {where} then {sql} else {column} end as {column}" for column, sql in changes.items()
    )
    return f"select * replace (\n{lines}\n) from t order by _row"


def _scaled(factor: str) -> dict[str, str]:
    return {measure: f"{measure} * {factor}" for measure in ("value", "lower", "upper")}


# --- The form of a table -------------------------------------------------------------------------------

_in_table(
    "columns in another order",
    "county.columns_in_order",
    "select state, year, * exclude (state, year) from t",
)
_in_table("a column lost", "place.columns_in_order", "select * exclude (share_employed_quality) from t")
_in_table(
    "codes read as numbers", "county.column_types", "select * replace (county::integer as county) from t"
)
_in_table(
    "FIPS zeros lost",
    "place.code_form",
    "select * replace (ltrim(state, '0') as state, ltrim(place, '0') as place) from t",
)
_in_table("rows of a county twice", "county.key_unique", "from t union all (from t limit 5)")
_in_table("rows of one state lost", "county.frame_complete", "from t where state <> '06'", nation=True)
_in_table(
    "a file cut off",
    "place_tenure.frame_complete",
    "from t where _row < (select count(*) from t) - 40",
)
_in_table("a year of rows lost", "place.frame_complete", "from t where year <> 2018")
_in_table("rows in another order", "county_gender.row_order", "from t order by subgroup, _row")
_in_table(
    "an unknown label",
    "county_gender.labels",
    "select * replace (if(subgroup = 'Male', 'Men', subgroup) as subgroup) from t order by _row",
)
_in_table(
    "a territory appended",
    "county.nothing_outside_frame",
    "from t union all (select * replace ('72' as state, '001' as county) from t limit 1)",
)
_in_table(
    "sample cells mixed into the nation",
    "county.channel",
    "select * replace (if(_row < 3, '99', state) as state) from t order by _row",
    nation=True,
)
_in_table(
    "sample cells mixed into the long table",
    "metric_values.channel",
    "select * replace (if(_row < 3, '99' || right(geoid, 3), geoid) as geoid) from t order by _row",
    nation=True,
)
_in_table(
    "mojibake in the names of one table",
    "county.names_of_frame",
    "select * replace (replace(county_name, 'a', 'Ã¡') as county_name) from t order by _row",
)
_in_table(
    "mojibake in every name",
    "geography_years.names_readable",
    "select * replace (replace(name, 'a', 'Ã¡') as name) from t order by _row",
)
_in_table(
    "names lost their accents",
    "geography_years.frame_kept",
    "select * replace (strip_accents(upper(name)) as name) from t order by _row",
)
_in_table(
    "population of the year before",
    "place.names_of_frame",
    "select * replace (lag(population) over (partition by state, place order by year) as population)"
    " from t order by _row",
)
_in_table(
    "flags as numbers",
    "county.flag_words",
    "select * replace (replace(share_employed_quality, 'Strong', '1') as share_employed_quality)"
    " from t order by _row",
)
_in_table(
    "a decimal comma",
    "county.ratio_form",
    "select * replace (replace(ratio_white_nh_house_value_households, '.', ',')"
    " as ratio_white_nh_house_value_households) from t order by _row",
)

# --- Tables that no longer agree -----------------------------------------------------------------------

_in_table(
    "two columns exchanged under their names",
    "county.agrees_with_long_table",
    "select * replace (share_digital_access as share_employed, share_employed as share_digital_access)"
    " from t order by _row",
)
_in_table(
    "a wide table shifted by a row",
    "place.agrees_with_long_table",
    "select * replace (lag(share_employed) over (order by _row) as share_employed) from t order by _row",
)
_in_table(
    "flags of a wide table lost",
    "county.flag_with_value",
    "select * replace (null::varchar as share_employed_quality) from t order by _row",
)
_in_table("a join that multiplied cells", "metric_values.key_unique", "from t union all (from t limit 9)")
_in_table("cells of a series lost", "metric_values.series_complete", "from t where _row > 10 order by _row")
_in_table(
    "series of last year's list",
    "metric_values.series_listed",
    "from t where series_id not in (select max(series_id) from t)",
    table="series",
)
_in_table(
    "published cells lost",
    "metric_values.published_as_published",
    "from t where _row % 7 > 0 order by _row",
    table="published_values",
)

# --- What a cell says of itself ------------------------------------------------------------------------

_in_table(
    "origins mixed within a series",
    "metric_values.one_origin_per_series",
    "select * replace (if(_row % 7 = 0, 'computed', origin) as origin) from t order by _row",
)
_in_table(
    "an origin nobody knows",
    "metric_values.origin_known",
    "select * replace (null::varchar as origin) from t order by _row",
)
_in_table(
    "a deviation that is not listed",
    "metric_values.deviations_exist",
    "select * replace (if(_row = 5, 'as-agreed', deviation_ids) as deviation_ids) from t order by _row",
)
_in_table(
    "cells without value and reason",
    "metric_values.value_or_reason",
    "select * replace (null::varchar as missing_reason) from t order by _row",
)
_in_table(
    "flags counted from zero",
    "metric_values.flag_with_value",
    "select * replace (quality - 1 as quality) from t order by _row",
)
_delivered(
    "bounds crossed",
    "metric_values.bounds_around_value",
    "share_employed",
    {"lower": "upper", "upper": "lower"},
    nation=False,
)
_delivered(
    "an infinite value",
    "metric_values.bounds_around_value",
    "share_digital_access",
    {"value": "if(value is null, null, 'inf'::double)"},
    "geoid like '%1'",
    nation=False,
)


@_damage("an input that the manifest does not name", "metric_values.inputs_known")
def _lose_input(shop: Workshop) -> None:
    file = shop.one("select min(published_file) from {series} where origin = 'published_2025'")
    shop.manifest["inputs"] = [item for item in shop.manifest["inputs"] if item["file"] != file]


@_damage("an input without a hash", "metric_values.inputs_known")
def _lose_hash(shop: Workshop) -> None:
    shop.manifest["inputs"][0]["sha256"] = None


@_damage("one file delivered under two names", "metric_values.inputs_known")
def _same_file(shop: Workshop) -> None:
    first, second = [item for item in shop.manifest["inputs"] if item["source"] == "urban_published_2025"][:2]
    second["sha256"] = first["sha256"]


@_damage("values changed though no source did", "metric_values.revisions_have_a_cause")
def _no_cause(shop: Workshop) -> None:
    # A variable that no model computes: uncommitted code would be a cause for what models compute.
    changed = replacing({"value": "value + 1e-4"}, "variable = 'rate_injury_death'")
    shop.deliver(changed, ["rate_injury_death"], by="code")


# --- Units ---------------------------------------------------------------------------------------------

_delivered("shares times 100", "county.range", "share_employed", _scaled("100"), nation=False)
_delivered(
    "one state's shares in percent",
    "county.range",
    "share_digital_access",
    _scaled("100"),
    "left(geoid, 2) = '48'",
)
_delivered("dollars in thousands", "metric_values.quartiles_kept", "pctl_income_50", _scaled("0.001"))
_delivered(
    "one state's dollars in thousands",
    "metric_values.states_kept",
    "pctl_income_20",
    _scaled("0.001"),
    "left(geoid, 2) = '48'",
)
_delivered(
    "dollars of another year",
    "metric_values.quartiles_kept",
    "pctl_income_80",
    _scaled("1.3"),
    "year >= 2022",
)
_delivered(
    "rates per 10,000 instead of 100,000", "metric_values.quartiles_kept", "rate_injury_death", _scaled("0.1")
)
_delivered(
    "one state's rates per 10,000",
    "metric_values.states_kept",
    "rate_injury_death",
    _scaled("0.1"),
    "left(geoid, 2) = '48' and year = 2021",
)
_delivered(
    "the share of those without",
    "metric_values.ranks_kept",
    "share_digital_access",
    {"value": "1 - value", "lower": "1 - upper", "upper": "1 - lower"},
    "year = 2021",
)

# --- Values in the wrong place -------------------------------------------------------------------------


@_damage("two counties exchanged", "metric_values.values_in_place")
def _exchange_counties(shop: Workshop) -> None:
    one, other = _two_counties(shop)
    _exchange(shop, one, other, "geography_type = 'county'", [])


@_damage("two counties exchanged in one variable", "metric_values.values_in_place")
def _exchange_in_one(shop: Workshop) -> None:
    one, other = _two_counties(shop)
    variable = "share_digital_access"
    _exchange(shop, one, other, f"geography_type = 'county' and variable = '{variable}'", [variable])


def _two_counties(shop: Workshop) -> tuple[str, str]:
    counties = "from {geography_years} where geography_type = 'county'"
    return shop.one(f"select min(geoid) {counties}"), shop.one(
        f"select min(geoid) {counties} and geoid > (select min(geoid) {counties})"
    )


def _exchange(shop: Workshop, one: str, other: str, where: str, variables: list[str]) -> None:
    swapped = f"case geoid when '{one}' then '{other}' when '{other}' then '{one}' else geoid end"
    _moved(shop, {"geoid": swapped}, where, variables)


def _moved(shop: Workshop, keys: dict[str, str], where: str, variables: list[str]) -> None:
    """Give each cell the numbers of the cell whose key the SQL of `keys` names."""
    names = ("geography_type", "geoid", "year", "variable", "subgroup_type", "subgroup", "sample")
    same = " and ".join(f"other.{name} = cell.{name}" for name in names if name not in keys)
    there = " and ".join(f"other.{name} = cell._{name}" for name in keys)
    wanted = ", ".join(f"{sql} as _{name}" for name, sql in keys.items())
    numbers = ("value", "lower", "upper", "quality")
    found = ",\n".join(
        f"case when {where.replace('geography_type', 'cell.geography_type')}"
        f" then other.{name} else cell.{name} end as {name}"
        for name in numbers
    )
    found = found.replace("variable =", "cell.variable =").replace("subgroup_type =", "cell.subgroup_type =")
    found = found.replace("year =", "cell.year =")
    reason = "\n, case when other.value is not distinct from cell.value then cell.missing_reason"
    reason += " when other.value is null then 'unknown_in_published' end as missing_reason\n"
    shop.deliver(
        f"select cell.* exclude ({', '.join('_' + name for name in keys)}) replace (\n{found}{reason})"
        f" from (select *, {wanted} from t) as cell left join t as other on {same} and {there}"
        " order by cell._row",
        variables,
    )


@_damage("every year shifted by one", "metric_values.values_in_place")
def _shift_years(shop: Workshop) -> None:
    _moved(shop, {"year": "year - 1"}, "variable = 'rate_injury_death'", ["rate_injury_death"])


@_damage("last year's file again", "metric_values.years_differ", nation=True)
def _same_year(shop: Workshop) -> None:
    where = "variable = 'share_digital_access' and year = 2023"
    _moved(shop, {"year": "2021"}, where, ["share_digital_access"])


@_damage("values of another variable", "metric_values.series_differ", nation=True)
def _other_variable(shop: Workshop) -> None:
    where = "variable = 'rate_crime_violent'"
    _moved(shop, {"variable": "'rate_crime_property'"}, where, ["rate_crime_violent"])


@_damage("subgroups relabelled", "metric_values.values_in_place")
def _relabel(shop: Workshop) -> None:
    label = "case subgroup when 'Male' then 'Female' when 'Female' then 'Male' else subgroup end"
    _moved(shop, {"subgroup": label}, "variable = 'share_employed'", ["share_employed"])


@_damage("subgroups relabelled in one year", "metric_values.values_in_place")
def _relabel_a_year(shop: Workshop) -> None:
    label = "case subgroup when 'Male' then 'Female' when 'Female' then 'Male' else subgroup end"
    _moved(shop, {"subgroup": label}, "variable = 'share_employed' and year = 2021", ["share_employed"])


@_damage("percentiles exchanged", "county.percentiles_rise")
def _percentiles(shop: Workshop) -> None:
    names = ["pctl_income_20", "pctl_income_80"]
    swapped = f"case variable when '{names[0]}' then '{names[1]}' when '{names[1]}' then '{names[0]}' end"
    _moved(shop, {"variable": swapped}, "variable = 'pctl_income_20' or variable = 'pctl_income_80'", names)


@_damage("values shifted by one county", "metric_values.ranks_kept", nation=True)
def _misaligned(shop: Workshop) -> None:
    _reordered(
        shop, "rate_injury_death", "lag({0}, 1) over (partition by series_id, subgroup order by geoid)"
    )


@_damage("values sorted beside their codes", "metric_values.ranks_kept", nation=True)
def _sorted(shop: Workshop) -> None:
    variable = "share_digital_access"
    where = f"variable = '{variable}' and year = 2021 and value is not null"
    select = f"""
        select cell.* exclude (_place) replace (
            coalesce(other.value, cell.value) as value
        )
        from (
            select *, case when {where} then row_number() over (
                partition by ({where}), series_id, subgroup order by geoid) end as _place from t
        ) as cell
        left join (
            select series_id, subgroup, value,
                row_number() over (partition by series_id, subgroup order by value) as place
            from t where {where}
        ) as other on other.series_id = cell.series_id and other.subgroup = cell.subgroup
            and other.place = cell._place
        order by cell._row"""
    shop.deliver(select, [variable])


def _reordered(shop: Workshop, variable: str, sql: str) -> None:
    changes = {name: sql.format(name) for name in ("value", "lower", "upper", "quality")}
    moved = ",\n".join(f"{text} as _{name}" for name, text in changes.items())
    where = f"variable = '{variable}' and value is not null and _value is not null"
    found = ",\n".join(f"case when {where} then _{name} else {name} end as {name}" for name in changes)
    dropped = ", ".join(f"_{name}" for name in changes)
    shop.deliver(
        f"select * exclude ({dropped}) replace (\n{found}\n) from (select *, {moved} from t) order by _row",
        [variable],
    )


# --- Values that are lost or made up -------------------------------------------------------------------

_LOST = {
    "value": "null",
    "lower": "null",
    "upper": "null",
    "quality": "null",
    "missing_reason": "coalesce(missing_reason, 'unknown_in_published')",
}
_delivered("one variable empty", "county.series_has_values", "share_digital_access", _LOST, nation=False)
_delivered(
    "one state's values lost",
    "county.coverage_kept",
    "share_digital_access",
    _LOST,
    "left(geoid, 2) = '48'",
)
_delivered(
    "values lost here and there",
    "county.coverage_kept",
    "share_employed",
    _LOST,
    "right(geoid, 1) = '3'",
    nation=False,
)
_FILLED = {"missing_reason": "null", "quality": "coalesce(quality, 3)"}
_delivered(
    "missing delivered as -999",
    "county.range",
    "rate_injury_death",
    {"value": "coalesce(value, -999)", **_FILLED},
    nation=False,
)
_delivered(
    "missing delivered as zero",
    "metric_values.zeros_kept",
    "rate_injury_death",
    {"value": "coalesce(value, 0)", **_FILLED},
)
_delivered(
    "missing filled with one mean",
    "metric_values.values_distinct",
    "rate_juv_arrest",
    {"value": "coalesce(value, 1234.5678)", **_FILLED},
)


@_damage("every county the mean of its state", "metric_values.values_distinct", nation=True)
def _state_means(shop: Workshop) -> None:
    mean = "avg({0}) over (partition by series_id, subgroup, left(geoid, 2))"
    _reordered(shop, "share_digital_access", mean)


_delivered(
    "rounded to two digits",
    "metric_values.precision_kept",
    "share_digital_access",
    {"value": "round(value, 2)"},
)
_delivered(
    "single precision",
    "metric_values.precision_kept",
    "share_transportation_cost",
    {"value": "value::float::double"},
)

# --- How sure we are -----------------------------------------------------------------------------------

_delivered("flags inverted", "metric_values.quality_kept", "share_employed", {"quality": "4 - quality"})
_delivered(
    "all flags strong", "metric_values.quality_kept", "share_in_preschool", {"quality": "quality * 0 + 1"}
)
_delivered(
    "90 percent intervals",
    "metric_values.interval_width_kept",
    "share_employed",
    {"lower": "value - (value - lower) * 0.839", "upper": "value + (upper - value) * 0.839"},
)
_delivered(
    "standard errors for bounds",
    "metric_values.interval_width_kept",
    "share_hs_degree",
    {"lower": "value - (value - lower) / 1.96", "upper": "value + (upper - value) / 1.96"},
    "year = 2021",
)
_delivered(
    "an upper bound for the value",
    "metric_values.values_inside_intervals",
    "share_employed",
    {"value": "coalesce(upper, value)"},
)

# --- Totals, frame, crosswalks -------------------------------------------------------------------------

_delivered(
    "All rows of another table",
    "metric_values.subgroups_reconcile",
    "share_employed",
    {"value": "least(1, value * 1.2)", "upper": "least(1, upper * 1.2)"},
    "subgroup_type = 'gender' and subgroup = 'All'",
)
_delivered(
    "All rows that add up shares",
    "metric_values.subgroups_reconcile",
    "share_in_preschool",
    {"value": "least(1, value * 2)", "upper": "null", "lower": "null"},
    "subgroup_type = 'income' and subgroup = 'All'",
)
_in_table(
    "old Connecticut for new",
    "geography_years.changes_applied",
    """
    select * replace (
        if(state = '09' and year >= 2022, '09' || lpad((county::integer // 10 - 10)::text, 3, '0'), geoid)
            as geoid
    ) from t order by _row""",
    nation=True,
)
_in_table(
    "a county of the frame lost",
    "geography_years.frame_size",
    "from t where geoid <> '36061' order by _row",
    nation=True,
)
_in_table(
    "residents of another vintage",
    "geography_years.control_totals",
    "select * replace (if(year = 2021, population + 10, population) as population) from t order by _row",
    nation=True,
)
_in_table(
    "a stale crosswalk",
    "crosswalk_puma_county.periods_differ",
    """
    select * replace ('2022' as crosswalk_period, 2022 as first_year, 2023 as last_year) from t
    where crosswalk_period <> '2022' union all from t where crosswalk_period <> '2022'""",
    nation=True,
)
_in_table(
    "factors in the other direction",
    "crosswalk_puma_place.factors_are_parts",
    "select * replace (afact as afact2, afact2 as afact) from t order by _row",
    nation=True,
)
_in_table(
    "quality of the allocation inverted",
    "crosswalk_puma_place.quality_of_sum",
    "select * replace (4 - geographic_allocation_quality as geographic_allocation_quality)"
    " from t order by _row",
    nation=True,
)
_in_table(
    "a crosswalk without one state",
    "crosswalk_puma_county.areas_of_frame",
    "from t where state <> '06' order by _row",
    nation=True,
)
