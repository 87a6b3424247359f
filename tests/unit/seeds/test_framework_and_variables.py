"""Variables, framework, breaks and renames agree with each other and with the other seeds."""

from __future__ import annotations

import pytest

from orchestration.base.settings import SEEDS_DIR
from tests.unit.seeds.reading import KNOWLEDGE, parts, result_file, seed

VARIABLES = {row["variable"]: row for row in seed("variables")}
PUBLISHED = {row["variable"] for row in seed("published_file_columns")}


@pytest.mark.parametrize("name", KNOWLEDGE)
def test_files_are_plain_utf8_without_stray_blanks(name: str) -> None:
    content = (SEEDS_DIR / f"{name}.csv").read_bytes()
    assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\n")
    for row in seed(name):
        assert None not in row and None not in row.values(), row
        assert all(value == value.strip() for value in row.values()), row


def test_fifty_one_published_variables_for_forty_seven_columns() -> None:
    assert len(PUBLISHED) == 51
    texts = [VARIABLES[name]["wide_text_column"] for name in PUBLISHED if VARIABLES[name]["wide_text_column"]]
    assert len(texts) == 8 and len(set(texts)) == 4
    sides: dict[str, list[str]] = {}
    for row in VARIABLES.values():
        if row["wide_text_column"]:
            sides.setdefault(row["wide_text_column"], []).append(row["wide_side"])
    assert {text: both for text, both in sides.items() if sorted(both) != ["left", "right"]} == {}


def test_variables_are_those_that_have_series() -> None:
    assert {row["variable"] for row in seed("series")} == set(VARIABLES)


def test_a_variable_that_urban_does_not_publish_is_new_in_the_framework() -> None:
    """A name that is only misspelt in `variables` is in no result file either, but not listed as new."""
    assert set(VARIABLES) >= PUBLISHED
    of_our_own = set(VARIABLES) - PUBLISHED
    new = {
        variable
        for row in seed("framework")
        if row["version"] == "2025" and row["status"] == "new"
        for variable in parts(row["variables"])
    }
    assert of_our_own <= new
    assert [row for row in seed("series") if row["variable"] in of_our_own and row["published_file"]] == []


def test_columns_of_the_wide_tables_agree_on_intervals() -> None:
    with_bounds = {row["variable"] for row in seed("publication_columns") if row["role"] == "lower"}
    assert {name for name, row in VARIABLES.items() if row["has_interval"] == "true"} == with_bounds
    for row in VARIABLES.values():
        assert (row["interval_kind"] != "none") == (row["has_interval"] == "true"), row["variable"]


@pytest.mark.parametrize(
    ("published_file", "columns"),
    [
        ("air_quality_county_race_share", ["index_air_hazard"]),
        ("physicians_county_all", ["ratio_population_pc_physician"]),
        (
            "homelessness_county_2019_2022_race_ethnicity",
            ["count_homeless", "count_homeless_lb", "count_homeless_ub"],
        ),
    ],
)
def test_integers_are_whole_numbers_in_the_published_files(published_file: str, columns: list[str]) -> None:
    assert VARIABLES[columns[0]]["value_type"] == "integer"
    values = [row[column] for row in result_file(published_file) for column in columns if row[column]]
    assert len(values) > 1000
    assert all(float(value).is_integer() for value in values)


def test_predictors_are_counted() -> None:
    counted = {
        version: len(
            {
                row["predictor"]
                for row in seed("framework")
                if row["version"] == version and row["status"] != "dropped"
            }
        )
        for version in ("2020", "2022", "2025")
    }
    assert counted == {"2020": 25, "2022": 24, "2025": 24}
    assert {row["predictor"] for row in VARIABLES.values()} == {
        row["predictor"] for row in seed("predictors")
    }


def test_breaks_in_time_name_years_of_their_series() -> None:
    years: dict[str, set[str]] = {}
    for row in seed("series"):
        years.setdefault(row["variable"], set()).add(row["year"])
    for row in seed("comparability_breaks"):
        for scope in (row["from_scope"], row["to_scope"]):
            if row["kind"] == "time" and scope.isdigit():
                known = set.union(*(years[variable] for variable in parts(row["variables"])))
                assert scope in known, row["break_id"]


def test_every_variable_has_a_break_that_names_it() -> None:
    named = {variable for row in seed("comparability_breaks") for variable in parts(row["variables"])}
    assert named == set(VARIABLES)


def test_renames_end_in_names_that_exist() -> None:
    published = {row["column_name"] for row in seed("publication_columns")} | set(VARIABLES)
    for row in seed("variable_renames"):
        assert row["old_name"] or row["new_name"], row
        if (
            row["release_to"] in {"2025", "mobility"}
            and row["element"] in {"variable", "flag"}
            and row["new_name"]
        ):
            assert row["new_name"] in published, row
    chained = {
        row["old_name"] for row in seed("variable_renames") if row["release_from"] == "2024"
    } | published
    for row in seed("variable_renames"):
        if row["release_to"] == "2022" and row["new_name"]:
            assert row["new_name"] in chained, row


def test_communities_have_codes_of_their_kind() -> None:
    states = {row["name"] for row in seed("states")}
    for row in seed("communities"):
        assert len(row["geoid"]) == {"county": 5, "place": 7}[row["geography_type"]], row
        assert row["state_name"] in states, row
        assert "2014" <= row["first_year"] <= row["last_year"] <= "2023", row
