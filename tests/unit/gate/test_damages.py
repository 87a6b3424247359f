"""Each rule catches its damage, and an undamaged candidate passes all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.base.seeds import read
from tests.support.candidate import Bench
from tests.support.gate import broken_rules

FIRST = "state || county = '99001' and year = 2014"
FIRST_PLACE = "state || place = '9900100' and year = 2014"
LONG = (
    "geoid = '99001' and year = 2014 and variable = 'share_employed'"
    " and subgroup_type = 'all' and subgroup = 'All'"
)


def replaced(column: str, value: str, where: str = FIRST) -> str:
    changed = f"case when {where} then {value} else {column} end as {column}"
    return f"select * replace ({changed}) from t order by _row"


# table, query over it, the rule that must catch it
DAMAGES = {
    "column lost": ("county", "select * exclude (population) from t", "columns_in_order"),
    "column added": ("county", "select *, 1 as stray from t", "columns_in_order"),
    "columns swapped": (
        "county_tenure",
        "select state, year, * exclude (state, year) from t",
        "columns_in_order",
    ),
    "codes as numbers": ("place", "select * replace (place::integer as place) from t", "column_types"),
    "values as text": (
        "county",
        "select * replace (share_employed::text as share_employed) from t",
        "column_types",
    ),
    "row twice": ("county", f"from t union all from t where {FIRST}", "key_unique"),
    "row lost": ("county_gender", f"from t where not ({FIRST} and subgroup = 'Male')", "frame_complete"),
    "year lost": ("place", "from t where year <> 2020", "frame_complete"),
    "row of another area": ("county", replaced("county", "'555'"), "nothing_outside_frame"),
    "rows shuffled": (
        "place_race_share",
        "select * exclude (_row) from t order by subgroup, _row",
        "row_order",
    ),
    "name of another area": ("county", replaced("county_name", "'Elsewhere'"), "names_of_frame"),
    "population changed": ("place", replaced("population", "1", FIRST_PLACE), "names_of_frame"),
    "unknown label": ("county_income", replaced("subgroup", "'Middle'", FIRST), "labels"),
    "subgroup type of the long table": (
        "place_race_share",
        "select * replace ('race-share' as subgroup_type) from t order by _row",
        "labels",
    ),
    "national state in the sample": ("county", replaced("state", "'01'"), "channel"),
    "code without zero": ("county", replaced("county", "'1'"), "code_form"),
    "flag as number": ("county", replaced("share_employed_quality", "'1'"), "flag_words"),
    "flag without value": ("county", replaced("share_employed", "null"), "flag_with_value"),
    "value without flag": ("county", replaced("share_employed_quality", "null"), "flag_with_value"),
    "share in percent": (
        "county",
        "select * replace (100 * share_employed as share_employed) from t",
        "range",
    ),
    "bound above one": ("county", replaced("share_employed_ub", "1.2"), "range"),
    "not a number": ("county", replaced("share_employed", "'nan'::double"), "range"),
    "living wage above two": ("county", replaced("ratio_living_wage", "2.5"), "range"),
    "bounds swapped": (
        "county",
        "select * replace (share_employed_ub as share_employed_lb, share_employed_lb as share_employed_ub)"
        " from t",
        "interval_order",
    ),
    "lower bound lost": ("county", replaced("share_employed_lb", "null"), "interval_complete"),
    "bounds where there is no interval": (
        "county",
        "select * replace (share_debt_coll as share_debt_coll_lb) from t order by _row",
        "interval_complete",
    ),
    "ratio with a slash": (
        "county",
        replaced("ratio_white_nh_house_value_households", "'0.4/0.4'"),
        "ratio_form",
    ),
    "sides that sum to more": (
        "place_age",
        replaced("ratio_black_nh_house_value_households", "'0.900:0.900'", FIRST_PLACE),
        "home_value_sides_are_wholes",
    ),
    "percentiles crossed": ("county_race_ethnicity", replaced("pctl_income_50", "95000"), "percentiles_rise"),
    "more available than affordable": (
        "place_tenure",
        replaced("share_affordable_available_30_ami", "1.3", FIRST_PLACE),
        "available_within_affordable",
    ),
    "shares of a whole": ("county", replaced("share_desc_rep_other", "0.2"), "residents_are_a_whole"),
    "one share of a whole lost": (
        "county",
        replaced("share_desc_rep_other", "null"),
        "residents_are_a_whole",
    ),
    "series emptied": (
        "county",
        "select * replace (case when year <> 2018 then share_employed end as share_employed) from t",
        "series_has_values",
    ),
    "value in a year without series": (
        "county",
        "select * replace (coalesce(index_air_hazard, 50) as index_air_hazard) from t",
        "empty_without_series",
    ),
    "value for a label the metric has not": (
        "county_race_ethnicity",
        "select * replace (coalesce(share_employed, 0.7) as share_employed) from t",
        "empty_without_series",
    ),
    "value that is not the long table's": (
        "county",
        replaced("share_employed", "0.71"),
        "agrees_with_long_table",
    ),
    "flag that is not the long table's": (
        "county",
        "select * replace ('Strong' as share_employed_quality) from t",
        "agrees_with_long_table",
    ),
    "ratio that is not the long table's": (
        "county",
        replaced("ratio_white_nh_house_value_households", "'0.401:0.399'"),
        "agrees_with_long_table",
    ),
    "implausible rate": ("county", replaced("rate_juv_arrest", "30000"), "plausible_range"),
    "interval without width": (
        "county",
        "select * replace (share_employed as share_employed_lb, share_employed as share_employed_ub) from t",
        "interval_has_width",
    ),
    "long: column renamed": (
        "metric_values",
        "select * rename (origin as source) from t",
        "columns_in_order",
    ),
    "long: cell twice": ("metric_values", f"from t union all from t where {LONG}", "key_unique"),
    "long: cell lost": ("metric_values", f"from t where not ({LONG})", "series_complete"),
    "long: area outside the frame": (
        "metric_values",
        replaced("geoid", "'99777'", LONG),
        "nothing_outside_frame",
    ),
    "long: cell of another series": ("metric_values", replaced("year", "2015", LONG), "series_of_cell"),
    "long: national cell": ("metric_values", replaced("geoid", "'01001'", LONG), "channel"),
    "long: code without zero": ("metric_values", replaced("geoid", "'9901'", LONG), "code_form"),
    "long: no origin": ("metric_values", replaced("origin", "null", LONG), "origin_known"),
    "long: mixed origins": ("metric_values", replaced("origin", "'computed'", LONG), "one_origin_per_series"),
    "long: unlisted deviation": (
        "metric_values",
        replaced("deviation_ids", "'nobody-knows'", LONG),
        "deviations_exist",
    ),
    "long: value and reason": (
        "metric_values",
        replaced("missing_reason", "'no_source_data'", LONG),
        "value_or_reason",
    ),
    "long: neither value nor reason": ("metric_values", replaced("value", "null", LONG), "value_or_reason"),
    "long: unlisted reason": (
        "metric_values",
        "select * replace (case when value is null then 'lost' end as missing_reason) from t",
        "value_or_reason",
    ),
    "long: flag four": ("metric_values", replaced("quality", "4", LONG), "flag_with_value"),
    "long: flag lost": ("metric_values", replaced("quality", "null", LONG), "flag_with_value"),
    "long: bound on the wrong side": (
        "metric_values",
        replaced("lower", "value + 1", LONG),
        "bounds_around_value",
    ),
    "long: infinite value": (
        "metric_values",
        replaced("value", "'inf'::double", LONG),
        "bounds_around_value",
    ),
    "long: published value changed": (
        "metric_values",
        replaced("value", "value + 0.001", LONG),
        "published_as_published",
    ),
    "long: All rows differ": (
        "metric_values",
        replaced("value", "value + 0.001", "variable = 'rate_learning' and subgroup_type = 'gender'"),
        "all_rows_agree",
    ),
    "series lost": (
        "series",
        "from t where series_id <> 'county.count_homeless.all.2014'",
        "metric_values.series_listed",
    ),
    "frame: area twice": (
        "geography_years",
        "from t union all (from t limit 1)",
        "geography_years.key_unique",
    ),
    "frame: blank name": (
        "geography_years",
        replaced("name", "' Area'", "_row = 0"),
        "geography_years.names_present",
    ),
    "other table: row twice": (
        "published_values",
        f"from t union all from t where {LONG}",
        "published_values.key_unique",
    ),
    "other table: codes as numbers": (
        "published_values",
        "select * replace (geoid::integer as geoid) from t",
        "published_values.codes_are_text",
    ),
    "long: published row lost": (
        "published_values",
        f"from t where not ({LONG})",
        "metric_values.published_as_published",
    ),
    "other table: of the other channel": (
        "published_values",
        replaced("geoid", "'01001'", LONG),
        "published_values.channel",
    ),
}
_WARNINGS = {"plausible_range", "interval_has_width", "all_rows_agree"}


def test_an_undamaged_candidate_keeps_every_rule(clean: Path) -> None:
    tables = json.loads((clean / "manifest.json").read_text(encoding="utf-8"))["tables"]
    assert len(tables) > 20
    assert broken_rules(clean, *tables) == {}


def test_an_undamaged_national_candidate_keeps_every_rule_of_its_channel(national: Bench) -> None:
    tables = json.loads((national.folder / "manifest.json").read_text(encoding="utf-8"))["tables"]
    broken = broken_rules(national.folder, *tables)
    # Exceptions of real cells excuse nothing here, and no invented city is its own county.
    assert set(broken) == {"place_race_ethnicity.exceptions_in_use", "place.independent_cities_agree"}
    assert set(broken.values()) == {"warning"}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_caught_by_its_rule(bench: Bench, damage: str) -> None:
    table, query, rule = DAMAGES[damage]
    bench.alter(table, query)
    judged, _, rule = rule.rpartition(".")
    judged = judged or table
    broken = broken_rules(bench.folder, judged, only=rule)
    assert broken == {f"{judged}.{rule}": "warning" if rule in _WARNINGS else "error"}


def test_coverage_must_not_fall_behind_the_previous_release(bench: Bench, clean: Path) -> None:
    bench.alter("county", replaced("share_employed", "null", FIRST))
    assert "county.coverage_kept" in broken_rules(bench.folder, "county", previous=clean)
    assert "county.coverage_kept" not in broken_rules(bench.folder, "county")


def test_a_label_without_values_is_a_warning_of_the_national_channel(national: Bench) -> None:
    national.alter("county_gender", replaced("share_employed", "null", "subgroup = 'Male' and year = 2014"))
    broken = broken_rules(national.folder, "county_gender")
    assert broken["county_gender.label_has_values"] == "warning"
    assert "county_gender.series_has_values" not in broken


def test_a_sample_cell_in_the_national_channel_is_an_error(national: Bench) -> None:
    national.alter("metric_values", replaced("geoid", "'99001'", "geoid = '01001'"))
    assert broken_rules(national.folder, "metric_values")["metric_values.channel"] == "error"


def test_a_frame_of_another_size_is_an_error(national: Bench) -> None:
    national.alter(
        "geography_years", "from t where not (geography_type = 'place' and year = 2023 and place = '00100')"
    )
    assert broken_rules(national.folder, "geography_years")["geography_years.frame_size"] == "error"


def test_independent_cities_are_compared_with_their_counties(
    national: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = {"place_geoid": "0100100", "county_geoid": "01001", "name": "Area"}
    seeds = {"independent_cities": (pair,)}
    monkeypatch.setattr("expectations.rules.agreement.read", lambda name: seeds.get(name) or read(name))
    assert "place.independent_cities_agree" not in broken_rules(national.folder, "place")
    national.alter("place", "select * replace (share_employed - 0.01 as share_employed) from t")
    assert broken_rules(national.folder, "place")["place.independent_cities_agree"] == "warning"


def test_a_rule_whose_column_is_gone_cannot_be_measured(bench: Bench) -> None:
    bench.alter("county", "select * exclude (share_employed) from t")
    with pytest.raises(AssertionError, match="share_employed"):
        broken_rules(bench.folder, "county", only="flag_with_value")
