"""The hundred result files: the layout of the real ones, and numbers that fit together."""

import csv
import io
from collections import defaultdict

import pytest

from orchestration.base.settings import SEEDS_DIR
from orchestration.sample import results
from orchestration.sample.areas import RACES
from orchestration.sample.results.cells import advantage

LAYOUTS = {layout.published_file: layout for layout in results.layouts()}
EVERY_FILE = pytest.mark.parametrize("name", sorted(LAYOUTS))


@pytest.fixture(scope="module")
def files(world):
    texts = {name: results.result_file(world, layout).decode("utf-8") for name, layout in LAYOUTS.items()}
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


def number(text):
    return None if text in ("", "NA", None) else float(text)


def estimates(row):
    """Stem, value, lower, upper, flag of every estimate of a row."""
    for column in row:
        if column.endswith("_quality"):
            stem = column.removesuffix("_quality")
            yield stem, row[stem], row.get(f"{stem}_lb"), row.get(f"{stem}_ub"), row[column]


def test_every_published_file_is_there():
    with (SEEDS_DIR / "published_files.csv").open(encoding="utf-8", newline="") as handle:
        listed = [row["published_file"] for row in csv.DictReader(handle)]
    assert sorted(listed) == sorted(LAYOUTS)
    assert len(listed) == 100


def test_years_are_those_of_the_series(files):
    years = defaultdict(set)
    with (SEEDS_DIR / "series.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            years[row["published_file"]].add(row["year"])
    years.pop("", None)  # of years that Urban has not published
    for name, expected in years.items():
        assert {row["year"] for row in files[name]} == expected, name


@EVERY_FILE
def test_columns_are_those_that_the_source_declares(files, name):
    from orchestration.sources import SOURCES

    declared = SOURCES["urban_published_2025"].table(name)
    assert set(files[name][0]) == set(declared.columns)


@EVERY_FILE
def test_every_row_is_of_the_invented_state_and_no_key_is_double(files, name):
    rows = files[name]
    place = "place_fips" if "place_fips" in rows[0] else LAYOUTS[name].geography_type
    keys = [(r["year"], r["state"], r[place], r.get("subgroup_type"), r.get("subgroup")) for r in rows]
    assert {key[1] for key in keys} == {"99"}
    assert len(set(keys)) == len(keys)


@EVERY_FILE
def test_bounds_enclose_the_value_and_flags_are_known(files, name):
    for row in files[name]:
        for stem, value, lower, upper, flag in estimates(row):
            assert flag in ("1", "2", "3", "NA", ""), (stem, row)
            if number(lower) is not None:
                assert number(lower) <= number(value) <= number(upper), (stem, row)


@EVERY_FILE
def test_flags_without_a_value_are_those_of_the_real_files(files, name):
    odd = sum(
        1
        for row in files[name]
        for _, value, _, _, flag in estimates(row)
        if flag not in ("", "NA") and value in ("", "NA")
    )
    expected = name in (
        "debt_county_2018_race_share",
        "debt_county_2022",
        "debt_place_2021",
        "air_quality_county_income",
    )
    assert (odd > 0) == expected


@EVERY_FILE
def test_shares_lie_between_nought_and_one_but_for_affordability(files, name):
    for row in files[name]:
        for stem, value, _, _, _ in estimates(row):
            if stem.startswith("share_") and not stem.startswith("share_affordable"):
                assert number(value) is None or 0 <= number(value) <= 1, (stem, row)


def test_incomes_rise_with_the_percentile(files):
    for name in ("income_county_all", "income_county_race_ethnicity", "income_place_race_ethnicity"):
        for row in files[name]:
            values = [number(row[f"pctl_income_{rank}"]) for rank in (20, 50, 80)]
            assert values == [None] * 3 or values[0] < values[1] < values[2]


def test_available_homes_are_no_more_than_affordable_ones(files):
    for name in ("housing_county_all", "housing_county_tenure", "housing_place_tenure"):
        for row in files[name]:
            for level in (30, 50, 80):
                affordable = number(row[f"share_affordable_{level}_ami"])
                available = number(row[f"share_affordable_available_{level}_ami"])
                assert (affordable is None) == (available is None)
                assert affordable is None or available <= affordable


def test_two_sides_of_home_values_are_shares_of_a_whole(files):
    groups = ("black_nh", "hispanic", "other_nh", "white_nh")
    partial = 0
    for row in [*files["home_value_ratio_county_all"], *files["home_value_ratio_place_age"]]:
        texts = [row[f"ratio_{group}_house_value_households"] for group in groups]
        present = [text for text in texts if text != "NA"]
        partial += 0 < len(present) < 4
        for side in (0, 1):
            if present:
                assert sum(float(text.split(":")[side]) for text in present) == pytest.approx(1, abs=0.0021)
    assert partial > 10


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("employment_county_race_ethnicity", "share_employed"),
        ("digital_access_county_race_ethnicity", "share_digital_access"),
        ("employment_place_race_ethnicity", "share_employed"),
    ],
)
def test_all_is_the_mean_of_the_groups_weighted_by_their_people(world, files, name, variable):
    areas = {area.key: area for area in (*world.counties, *world.places)}
    kind = LAYOUTS[name].geography_type
    found = defaultdict(dict)
    for row in files[name]:
        found[row["year"], row[kind]][row["subgroup"]] = number(row[variable])
    checked = 0
    for (year, code), values in found.items():
        area = dict(world.areas(kind, 2023 if kind == "place" else 2020))[code]
        if None not in values.values():
            mean = sum(values[race] * part for race, part in zip(RACES, areas[area.key].mix, strict=True))
            assert values["All"] == pytest.approx(mean, abs=1e-9), (year, code)
            checked += 1
    assert checked >= 9


def test_homeless_pupils_of_the_groups_add_up(files):
    """But for the published slips: one in each of the three small districts, one for what is withheld."""
    found = defaultdict(dict)
    for row in files["homelessness_county_2019_2022_race_ethnicity"]:
        found[row["year"], row["county"]][row["subgroup"]] = number(row["count_homeless"])
    whole = [values for values in found.values() if None not in values.values()]
    assert len(whole) > 10
    for values in whole:
        assert abs(values["All"] - sum(values[race] for race in RACES)) <= 4
    assert any(values["All"] == sum(values[race] for race in RACES) for values in whole)


def test_all_of_a_subgroup_file_is_the_overall_value_where_the_survey_is_the_same(files):
    overall = {(r["year"], r["county"]): r["share_hs_degree"] for r in files["hs_completion_county_all"]}
    for row in files["hs_completion_county_gender"]:
        if row["subgroup"] == "All":
            assert row["share_hs_degree"] == overall[row["year"], row["county"]]


def test_all_of_employment_differs_between_one_and_five_years_of_records(files):
    overall = {(r["year"], r["place"]): r["share_employed"] for r in files["employment_place_all"]}
    pairs = [
        (row["share_employed"], overall[row["year"], row["place"]])
        for row in files["employment_place_gender"]
        if row["subgroup"] == "All" and row["share_employed"] != "NA"
    ]
    assert pairs and all(five != one for five, one in pairs)


@pytest.mark.parametrize(
    ("name", "years", "codes"),
    [
        ("income_county_all", {"2014", "2019", "2023"}, {"023"}),  # the crosswalk has the codes of 2020
        ("crime_county_all", {"2021", "2023"}, {"023"}),
        ("debt_county_2018_all", {"2018"}, {"021"}),
        ("debt_county_2022", {"2022"}, {"021"}),  # the source kept the old code
        ("physicians_county_all", {"2019"}, {"021"}),
    ],
)
def test_county_that_changed_its_code(files, name, years, codes):
    found = {row["county"] for row in files[name] if row["year"] in years}
    assert found & {"021", "023"} == codes


@pytest.mark.parametrize(
    ("name", "year", "rows"),
    [
        ("income_place_all", "2014", 1),  # the crosswalk lists it, without a value
        ("housing_place_all", "2018", 0),
        ("housing_place_all", "2022", 1),
        ("home_value_ratio_place_age", "2018", 1),
        ("home_value_ratio_place_age", "2023", 3),
        ("poverty_exposure_place_all", "2018", 0),
        ("poverty_exposure_place_all", "2021", 1),
        ("membership_associations_place_all", "2017", 0),
    ],
)
def test_place_that_is_new_in_2018(files, name, year, rows):
    assert sum(row["place"] == "72122" and row["year"] == year for row in files[name]) == rows


def test_new_place_has_one_row_without_label_where_the_real_file_has_one(files):
    odd = [row for row in files["home_value_ratio_place_age"] if row["subgroup"] == "NA"]
    assert [(row["year"], row["place"]) for row in odd] == [
        (year, "72122") for year in ("2018", "2019", "2021")
    ]


def test_one_interval_has_no_width_as_some_real_ones(files):
    rows = [
        row
        for row in files["hs_completion_county_gender"]
        if row["share_hs_degree_lb"] == row["share_hs_degree"]
    ]
    found = {(row["county"], row["subgroup"], row["year"]) for row in rows if row["share_hs_degree"] != "NA"}
    assert found == {("011", "Male", "2021")}


def test_flags_of_connectedness_of_places_vary(files):
    rows = files["economic_connectedness_place_2022_all"]
    assert len({row["share_economic_connectedness_quality"] for row in rows}) > 1


def test_files_keep_their_own_words_for_groups(files):
    assert "race-ethncity" in {row["subgroup_type"] for row in files["injury_deaths_county_race_ethnicity"]}
    assert "race_ethnicity" in {row["subgroup_type"] for row in files["digital_access_place_race_ethnicity"]}
    assert "Majority Non-White" in {row["subgroup"] for row in files["debt_county_2022"]}
    assert "poverty" in {row["subgroup_type"] for row in files["air_quality_county_income"]}


def test_every_label_means_a_group_of_the_database_in_its_metric():
    with (SEEDS_DIR / "metric_subgroups.csv").open(encoding="utf-8", newline="") as handle:
        known = {(row["metric"], row["subgroup"]) for row in csv.DictReader(handle)}
    for layout in LAYOUTS.values():
        for _, _, means in layout.labels:
            assert (layout.metric, means) in known
            assert means == "All" or -5 < advantage(means) < 2


def test_styles_of_the_three_programs(world):
    def lines(name):
        return results.result_file(world, LAYOUTS[name]).decode().split("\n")

    assert lines("digital_access_place_all")[1].startswith('2018,"99","01000",0.')
    assert lines("employment_place_all")[1].startswith("2014,99,01000,0.")
    assert ",.3" in lines("debt_county_2018_race_share")[1]
    assert lines("debt_county_2018_race_share")[1].endswith("\r")
    assert lines("medical_debt_county_2023_all")[1].startswith("2023,99,1,.0")
    assert lines("learning_rate_place_all")[1].startswith("2018,")
