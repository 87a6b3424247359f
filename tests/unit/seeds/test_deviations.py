"""Deviations are well formed, and say of the shipped files what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
import pytest

from tests.unit.seeds.reading import earlier_file, parts, result_file, seed

DEVIATIONS = {row["deviation_id"]: row for row in seed("deviations")}
COLUMNS = (
    "geography_type varchar, geoid varchar, year integer, variable varchar, subgroup_type varchar, "
    "subgroup varchar, sample varchar, value double, lower double, upper double, quality smallint, "
    "published_file varchar"
)


def test_ids_are_slugs_and_unique() -> None:
    assert len(DEVIATIONS) == len(seed("deviations"))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in DEVIATIONS)


def test_each_says_what_was_published_what_we_do_and_why() -> None:
    for name, row in DEVIATIONS.items():
        assert all(
            row[column] for column in ("title", "published", "ours", "why", "evidence", "publications")
        ), name
        assert int(row["expected_cells"]) > 0, name


def test_predicates_are_sql_over_published_values() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table published_values ({COLUMNS})")
        for name, row in DEVIATIONS.items():
            if row["predicate"]:
                found = connection.execute(f"select count(*) from published_values where {row['predicate']}")
                assert found.fetchone() == (0,), name


def test_only_present_cells_have_a_predicate() -> None:
    assert [
        name for name, row in DEVIATIONS.items() if row["predicate"] and row["published_cells"] != "present"
    ] == []


def test_corrections_say_how_to_repair_and_nothing_else_does() -> None:
    for name, row in DEVIATIONS.items():
        assert (row["repair"] != "") == (row["kind"] == "corrected"), name
        assert (row["repair_value"] != "") == (row["repair"] in {"set", "other_file"}), name
    files = {row["published_file"] for row in seed("published_files")}
    assert {row["repair_value"] for row in DEVIATIONS.values() if row["repair"] == "other_file"} <= files


def test_lists_name_geographies_of_the_right_kind() -> None:
    length = {"county": 5, "place": 7}
    for name, row in DEVIATIONS.items():
        geoids = parts(row["geoids"])
        assert len(geoids) == len(set(geoids)), name
        types = parts(row["geography_types"]) or ["county", "place"]
        assert {len(geoid) for geoid in geoids} <= {length[kind] for kind in types}, name


@pytest.mark.parametrize(
    ("published_file", "value", "flag", "count"),
    [
        ("debt_county_2022", "share_debt_coll", "share_debt_coll_quality", 78),
        ("debt_place_2021", "share_debt_coll", "share_debt_coll_quality", 21),
        ("air_quality_county_income", "index_air_hazard", "index_air_hazard_quality", 3),
    ],
)
def test_flags_without_a_value(published_file: str, value: str, flag: str, count: int) -> None:
    """102 of the 1,840 cells of flag-without-value; the others are of earlier versions.

    Of debt 2022 only the All rows: 13 blanks those of the groups."""
    rows = [row for row in result_file(published_file) if not row[value] and row[flag]]
    if published_file == "debt_county_2022":
        rows = [row for row in rows if row["subgroup"] == "All"]
    outside_the_frame = {"3254600", "3271400", "5103000"}
    rows = [row for row in rows if row["state"].zfill(2) + row.get("place_fips", "") not in outside_the_frame]
    assert len(rows) == count
    assert DEVIATIONS["flag-without-value"]["expected_cells"] == "1840"


def test_stale_racial_exposure_cells_are_those_that_differ() -> None:
    def cells(name: str) -> dict[tuple[str, str, str], str]:
        return {
            (row["year"], row["state"].zfill(2) + row["place"].zfill(5), column): value
            for row in result_file(name)
            for column, value in row.items()
            if column.endswith("_exposure")
        }

    stale, final = cells("racial_exposure_place_all_stale"), cells("racial_exposure_place_all")
    differing = {key for key in stale.keys() & final.keys() if _apart(stale[key], final[key])}
    claimed = {
        (year, geoid, variable)
        for name, row in DEVIATIONS.items()
        if re.fullmatch(r"racial-exposure-stale-20\d\d-.*", name)
        for year in parts(row["years"])
        for geoid in parts(row["geoids"])
        for variable in parts(row["variables"])
    }
    assert claimed == differing
    missing = {key for key in final.keys() - stale.keys() if final[key]}
    assert len(missing) * 2 == int(DEVIATIONS["racial-exposure-stale-missing"]["expected_cells"])


def _apart(left: str, right: str) -> bool:
    return bool(left) != bool(right) or (bool(left) and abs(float(left) - float(right)) > 1e-12)


def test_intervals_of_width_zero() -> None:
    files = [
        "county_gender",
        "county_disability",
        *(f"place_{kind}" for kind in ("all", "race_ethnicity", "gender", "disability")),
    ]
    rows = [
        row
        for file in files
        for row in result_file(f"hs_completion_{file}")
        if row["share_hs_degree"] and row["share_hs_degree_lb"] == row["share_hs_degree_ub"]
    ]
    assert {float(row["share_hs_degree"]) for row in rows} == {1.0}
    # The others are of earlier versions: high school completion by race 128, low birth weight by education 3.
    assert (len(rows) + 128 + 3) * 2 == int(DEVIATIONS["degenerate-interval"]["expected_cells"])


def test_pooled_low_birth_weights_are_those_of_counties_without_a_name() -> None:
    """A county of 100,000 people or more has flag 1 or 2 in the overall file; values of all others are a
    pool's, also by race and by mothers' education.
    """
    overall = [row for row in result_file("low_birth_weight_county_all") if row["rate_low_birth_weight"]]
    named = {_county(row) for row in overall if row["rate_low_birth_weight_quality"] < "3"}
    pooled = sum(_county(row) not in named for row in overall)
    for year, value in (("2018", "lbw"), ("2020", "lbw"), ("2022", "rate_low_birth_weight")):
        for row in earlier_file(f"low_birth_weight_county_{year}_round_2024"):
            if row[value] and _county(row) not in named:
                # The All rows of 2022 stand in the tables by race and by education.
                pooled += 2 if year == "2022" and row["subgroup"] == "All" else 1
    row = DEVIATIONS["low-birth-weight-pooled"]
    assert pooled * len(parts(row["measures"])) == int(row["expected_cells"])


def _county(row: dict[str, str]) -> str:
    return row["state"].zfill(2) + row["county"].zfill(3)


@pytest.mark.parametrize(
    ("deviation", "published_file", "column", "test"),
    [
        (
            "living-wage-undisclosed-zero",
            "living_wage_county_all",
            "ratio_living_wage",
            lambda value: value == 0,
        ),
        (
            "turnout-capped-at-one",
            "election_turnout_county_2020_all",
            "election_turnout",
            lambda value: value == 1,
        ),
    ],
)
def test_values_at_a_limit(
    deviation: str, published_file: str, column: str, test: Callable[[float], bool]
) -> None:
    found = [row for row in result_file(published_file) if row[column] and test(float(row[column]))]
    if deviation == "turnout-capped-at-one":
        found += [
            row
            for row in result_file("election_turnout_county_2016_all")
            if row[column] and float(row[column]) == 1
        ]
    measures = len(parts(DEVIATIONS[deviation]["measures"]))
    assert len(found) * measures == int(DEVIATIONS[deviation]["expected_cells"])
