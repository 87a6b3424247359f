"""The macros that compare, on numbers that can be followed by hand."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import pytest

from orchestration.base.settings import SEEDS_DIR
from orchestration.release.macros import MACROS

_CELLS: tuple[tuple[Any, ...], ...] = (
    # geoid, year, variable, subgroup_type, subgroup, sample, value, lower, upper, quality
    ("01001", 2018, "share_employed", "all", "All", "acs1", 0.700, 0.6804, 0.7196, 1),
    ("01001", 2019, "share_employed", "all", "All", "acs1", 0.745, 0.7254, 0.7646, 2),
    ("01001", 2021, "share_employed", "all", "All", "acs1", 0.720, 0.7004, 0.7396, 1),
    ("01001", 2022, "share_employed", "all", "All", "acs1", None, None, None, None),
    ("01003", 2021, "share_employed", "all", "All", "acs1", 0.800, 0.7804, 0.8196, 1),
    ("01005", 2021, "share_employed", "all", "All", "acs1", 0.730, 0.7104, 0.7496, 3),
    ("01007", 2021, "share_employed", "all", "All", "acs1", 0.600, 0.5804, 0.6196, 1),
    ("01001", 2018, "share_hs_degree", "all", "All", "acs5", 0.900, 0.8804, 0.9196, 1),
    ("01001", 2021, "share_hs_degree", "all", "All", "acs5", 0.930, 0.9104, 0.9496, 1),
    ("01001", 2014, "share_hs_degree", "all", "All", "acs5", 0.990, 0.9704, 1.0, 1),
    ("01001", 2016, "share_hs_degree", "all", "All", "acs5", 0.990, 0.9704, 1.0, 1),
    ("01001", 2021, "rate_crime_violent", "all", "All", "", 400.0, None, None, 2),
    ("01001", 2022, "rate_crime_violent", "all", "All", "", 500.0, None, None, 2),
    ("01003", 2021, "rate_crime_violent", "all", "All", "", 300.0, None, None, 2),
    ("01001", 2021, "count_homeless", "all", "All", "", 100.0, 90.0, 120.0, 1),
    ("01001", 2022, "count_homeless", "all", "All", "", 200.0, 190.0, 220.0, 1),
    ("01001", 2021, "share_employed", "race-ethnicity", "Hispanic", "acs5", 0.60, 0.5412, 0.6588, 3),
    ("01001", 2021, "share_employed", "race-ethnicity", "All", "acs5", 0.72, 0.7004, 0.7396, 1),
    ("01001", 2021, "share_employed", "gender", "Female", "acs5", 0.68, 0.6604, 0.6996, 1),
    ("01001", 2021, "share_employed", "gender", "Male", "acs5", 0.70, 0.6804, 0.7196, 1),
    ("01001", 2016, "pctl_income_20", "race-ethnicity", "Hispanic", "acs5", 12000, None, 15000, 1),
    ("01001", 2018, "pctl_income_20", "race-ethnicity", "Hispanic", "acs5", 20000, 17000, 23000, 1),
    ("01001", 2020, "share_low_birth_weight", "all", "All", "", 0.10, 0.0961, 0.1039, 3),
    ("01001", 2021, "share_low_birth_weight", "all", "All", "", 0.12, 0.1161, 0.1239, 3),
    ("01003", 2020, "share_low_birth_weight", "all", "All", "", 0.10, 0.0804, 0.1196, 1),
    ("01003", 2021, "share_low_birth_weight", "all", "All", "", 0.06, 0.0404, 0.0796, 2),
    ("01001", 2016, "rate_injury_death", "all", "All", "", 76.0, 66.2, 85.8, 1),
    ("01001", 2017, "rate_injury_death", "all", "All", "", 77.0, 67.2, 86.8, 1),
    ("01001", 2019, "rate_injury_death", "all", "All", "", 79.0, 69.2, 88.8, 1),
    ("01001", 2020, "rate_injury_death", "all", "All", "", 80.0, 70.2, 89.8, 1),
    ("01001", 2021, "rate_injury_death", "all", "All", "", 90.0, 80.2, 99.8, 1),
    ("01001", 2022, "rate_injury_death", "all", "All", "", 91.0, 81.2, 100.8, 1),
)  # fmt: skip

ERROR = 0.0196 / 1.9904502102301285  # t(0.975, 79): these bounds come from 80 replicate weights


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "create table metric_values (geoid varchar, year integer, variable varchar, subgroup_type varchar, "
        "subgroup varchar, sample varchar, value double, lower double, upper double, quality tinyint, "
        "geography_type varchar default 'county', missing_reason varchar, origin varchar, "
        "deviation_ids varchar)"
    )
    connection.executemany(
        "insert into metric_values (geoid, year, variable, subgroup_type, subgroup, sample, value, lower, "
        "upper, quality) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [list(row) for row in _CELLS],
    )
    connection.execute("update metric_values set missing_reason = 'sample_too_small' where value is null")
    for name in ("variables", "comparability_breaks", "communities"):
        connection.execute(f"create table {name} as from read_csv('{SEEDS_DIR / name}.csv', header = true)")
    connection.execute("""
        create table geographies as
        select 'county' as geography_type, geoid, name, 'Alabama' as state_name, left(geoid, 2) as state,
            2014 as valid_from, 2023 as valid_to
        from (values ('01001', 'A'), ('01003', 'B'), ('01005', 'C'), ('01007', 'D'), ('13001', 'E'))
            as listed (geoid, name)""")
    connection.execute("""
        create table geography_years as
        select geography_type, geoid, name, state_name, state, 2023 as year,
            case geoid when '01001' then 1000 when '01003' then 2000 when '01005' then 900
                when '01007' then 10 else 1050 end as population
        from geographies""")
    connection.execute(
        "create table geography_neighbours as select '01001' as geoid, '13001' as neighbour_geoid, "
        "2014 as valid_from, 2023 as valid_to union all select '01001', '01003', 2014, 2020"
    )
    connection.execute("create table subgroups as select distinct subgroup_type, subgroup from metric_values")
    connection.execute("create table series as select distinct variable, subgroup_type from metric_values")
    connection.execute(
        "create table gap_errors as select 'county' as geography_type, '01001' as geoid, 2021 as year, "
        "'share_employed' as variable, 'gender' as subgroup_type, 'Female' as group_a, 'Male' as group_b, "
        "'acs5' as sample, 0.012::double as standard_error"
    )
    connection.execute(MACROS)
    return connection


def _one(database: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def test_a_change_has_the_standard_error_of_the_census_bureaus_formula(database) -> None:
    """Margins of 0.0196 are 1.9905 errors of 0.009847; of two of them the difference has 0.01393."""
    found = _one(database, "from change('01001', 'share_employed', 2018, 2019)")
    assert found["difference"] == pytest.approx(0.045)
    assert found["standard_error"] == pytest.approx(ERROR * math.sqrt(2), rel=1e-4)
    assert (found["significant_90"], found["significant_95"]) == (True, True)
    assert (found["comparable"], found["verdict"], found["quality"]) == ("yes", "changed beyond chance", 2)
    assert found["assumption"] == "The two samples are taken as independent."


def test_between_90_and_95(database) -> None:
    """0.025 is 1.80 standard errors: beyond 1.645, not beyond 1.96."""
    found = _one(database, "from change('01001', 'share_employed', 2019, 2021)")
    assert found["difference"] == pytest.approx(-0.025)
    assert (found["significant_90"], found["significant_95"]) == (True, False)
    assert found["verdict"] == "no change beyond chance"


def test_periods_that_share_years_are_not_independent(database) -> None:
    """2014-2018 and 2017-2021 share two years of five."""
    found = _one(database, "from change('01001', 'share_hs_degree', 2018, 2021)")
    assert found["standard_error"] == pytest.approx(ERROR * math.sqrt(2) * math.sqrt(0.6), rel=1e-4)
    assert found["comparable"] == "yes" and found["breaks"] == ["acs5-overlap"]
    assert "share 40 % of their years" in found["assumption"]


@pytest.mark.parametrize(
    ("first", "last", "years_of_both", "years_of_each"),
    [
        (2016, 2017, 4, (5, 5)),  # 2012-2016 and 2013-2017
        (2016, 2020, 1, (5, 5)),
        (2020, 2021, 3, (5, 4)),  # 2016-2020 and 2018-2021
        (2019, 2021, 2, (5, 4)),
        (2017, 2021, 0, (5, 4)),  # 2013-2017 and 2018-2021 have no year in common
        (2021, 2022, 4, (4, 5)),  # 2018-2021 is a part of 2018-2022
        (2022, 2021, 4, (5, 4)),  # told backwards
    ],
)
def test_a_pool_of_four_years_shares_other_parts(
    database, first: int, last: int, years_of_both: int, years_of_each: tuple[int, int]
) -> None:
    """Each year of death counts on its own: what both pools have falls out of the difference of the rates.

    A pool of n years has the variance v / n, two pools with s years in common the covariance v s / (n m).
    """
    found = _one(database, f"from change('01001', 'rate_injury_death', {first}, {last})")
    one, other = years_of_each
    part = (1 / one + 1 / other - 2 * years_of_both / one / other) / (1 / one + 1 / other)
    independent = 9.8 / 1.959963984540054 * math.sqrt(2)
    assert found["independent_error"] == pytest.approx(independent)
    assert found["standard_error"] == pytest.approx(independent * math.sqrt(part))
    assert ("injury-pools" in found["breaks"]) == (years_of_both > 0)
    share = round(100 * 2 * years_of_both / (one + other))
    assert (f"share {share} % of their years" in found["assumption"]) == (years_of_both > 0)


def test_bounds_of_a_pool_say_nothing_of_a_county(database) -> None:
    """With flag Weak a low birth weight is that of all unnamed counties of the state, with their bounds."""
    pool = _one(database, "from change('01001', 'share_low_birth_weight', 2020, 2021)")
    assert (pool["standard_error"], pool["significant_95"]) == (None, None)
    assert pool["verdict"].startswith("no interval")
    named = _one(database, "from change('01003', 'share_low_birth_weight', 2020, 2021)")
    assert named["standard_error"] == pytest.approx(0.01 * math.sqrt(2), rel=1e-4)
    assert named["verdict"] == "changed beyond chance"
    rank = _one(database, "from rank_among('01003', 'share_low_birth_weight', ['01001'])")
    assert (rank["rank"], rank["rank_first"], rank["rank_last"]) == (2, None, None)
    errors = database.execute("select geoid, relative_error from metric('share_low_birth_weight')").fetchall()
    assert {geoid for geoid, error in errors if error is None} == {"01001"}


def test_a_bound_cut_at_one_does_not_shrink_the_error(database) -> None:
    found = _one(database, "from change('01001', 'share_hs_degree', 2014, 2016)")
    assert found["standard_error"] == pytest.approx(ERROR * math.sqrt(2) * math.sqrt(0.4), rel=1e-4)
    assert (found["comparable"], found["verdict"]) == ("no", "not comparable")
    assert "acs5-2014-mixed" in found["breaks"]


def test_an_interval_that_is_open_on_one_side_gives_no_error(database) -> None:
    """The side that is missing may be the longer one."""
    query = "from change_of_group('01001', 'pctl_income_20', 'race-ethnicity', 'Hispanic', 2016, 2018)"
    found = _one(database, query)
    assert found["difference"] == 8000
    assert (found["standard_error"], found["significant_95"]) == (None, None)


def test_without_an_interval_nothing_is_said_of_chance(database) -> None:
    crime = _one(database, "from change('01001', 'rate_crime_violent', 2021, 2022)")
    assert (crime["standard_error"], crime["significant_95"], crime["comparable"]) == (None, None, "no")
    homeless = _one(database, "from change('01001', 'count_homeless', 2021, 2022)")
    assert (homeless["standard_error"], homeless["significant_95"]) == (None, None)  # bounds of data gaps
    assert homeless["verdict"].startswith("no interval")


def test_a_missing_value_is_named(database) -> None:
    found = _one(database, "from change('01001', 'share_employed', 2021, 2022)")
    assert found["verdict"] == "a value is missing: sample_too_small"
    assert found["difference"] is None and found["comparable"] == "with care"
    assert database.execute("from change('01001', 'share_employed', 2018, 2020)").fetchall() == []


def test_a_gap_stays_within_one_kind_of_groups(database) -> None:
    found = _one(database, "from gap('01001', 'share_employed', 'Hispanic', 'All')")
    assert found["difference"] == pytest.approx(-0.12)
    assert found["standard_error"] == pytest.approx(math.hypot(3 * ERROR, ERROR), rel=1e-4)
    assert found["significant_95"] and found["quality"] == 3
    assert found["assumption"].startswith("One group is a part of the other")
    assert database.execute("from gap('01001', 'share_employed', 'Hispanic', 'Female')").fetchall() == []


@pytest.mark.parametrize(("one", "other", "sign"), [("Female", "Male", -1), ("Male", "Female", 1)])
def test_a_gap_has_the_error_of_the_replicates_and_the_assumed_one_beside_it(
    database, one: str, other: str, sign: int
) -> None:
    """Whatever the order of the groups; a gap without one has that of independent groups."""
    found = _one(database, f"from gap('01001', 'share_employed', '{one}', '{other}')")
    assert found["difference"] == pytest.approx(sign * 0.02)
    assert (found["standard_error"], found["replicate_error"]) == (0.012, 0.012)
    assert found["independent_error"] == pytest.approx(math.hypot(ERROR, ERROR), rel=1e-4)
    assert not found["significant_95"] and found["significant_90"]  # taken as independent: neither
    assert 0.02 / found["independent_error"] < 1.645
    assert found["assumption"].startswith("Nothing")
    assumed = _one(database, "from gap('01001', 'share_employed', 'Hispanic', 'All')")
    assert assumed["replicate_error"] is None and assumed["standard_error"] == assumed["independent_error"]


def test_a_change_of_computed_samples_that_share_no_year_is_exact(database) -> None:
    query = "from change('01001', 'share_employed', 2018, 2021)"
    published = _one(database, query)
    assert published["replicate_error"] is None
    database.execute("update metric_values set origin = 'computed' where variable = 'share_employed'")
    database.execute("update metric_values set origin = 'computed' where variable = 'share_hs_degree'")
    computed = _one(database, query)
    assert computed["replicate_error"] == computed["standard_error"] == published["standard_error"]
    overlapping = _one(database, "from change('01001', 'share_hs_degree', 2018, 2021)")
    assert overlapping["replicate_error"] is None
    assert overlapping["standard_error"] < overlapping["independent_error"]


def test_a_rank_leaves_open_what_chance_leaves_open(database) -> None:
    """0.80 is surely above 0.72, 0.73 is not, 0.60 is surely below."""
    found = _one(database, "from rank_among('01001', 'share_employed', ['01003', '01005', '01007'])")
    assert (found["communities"], found["rank"], found["year"]) == (4, 3, 2021)
    assert (found["rank_first"], found["rank_last"], found["weak_values"]) == (2, 3, 1)


def test_crime_is_not_ranked(database) -> None:
    assert database.execute("from rank_among('01001', 'rate_crime_violent', ['01003'])").fetchall() == []


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("state", ["01003", "01005", "01007"]),
        ("neighbours", ["13001"]),
        ("size", ["01003", "01005", "01007", "13001"]),
        ("programme", []),
    ],
)
def test_peers(database, how: str, expected: list[str]) -> None:
    rows = database.execute(f"select geoid from peers('01001', '{how}')").fetchall()
    assert [row[0] for row in rows] == expected


def test_a_metric_is_of_everybody_unless_groups_are_asked_for(database) -> None:
    """Else values of the one-year and the five-year survey would stand under each other."""
    of_all = database.execute(
        "select distinct subgroup_type, sample from metric('share_employed')"
    ).fetchall()
    assert of_all == [("all", "acs1")]
    groups = "select distinct subgroup, sample from metric('share_employed', divided_by := 'gender')"
    assert sorted(database.execute(groups).fetchall()) == [("Female", "acs5"), ("Male", "acs5")]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from metric('share_emploied')", ["no variable 'share_emploied'", "share_employed"]),
        ("from metric('zzz')", ["no variable 'zzz'", "near names"]),
        ("from metric('share_employed', divided_by := 'sex')", ["no subgroup_type 'sex'", "gender"]),
        ("from place_profile('01009')", ["no county or city '01009'", "01001 (A, Alabama)"]),
        ("from compare('01001', ['01003', '99001'])", ["no county or city '99001'"]),
        ("from compare('01002', ['01003'])", ["no county or city '01002'", "01001 (A, Alabama)"]),
    ],
)
def test_an_unknown_name_is_an_error_with_near_ones(database, query: str, said: list[str]) -> None:
    with pytest.raises(duckdb.InvalidInputException) as error:
        database.execute(query).fetchall()
    assert all(part in str(error.value) for part in said), error.value


@pytest.mark.parametrize("code", ["'1001'", "1001", "'01001'"])
def test_a_lost_zero_is_understood(database, code: str) -> None:
    whole = database.execute("from place_profile('01001')").fetchall()
    assert whole and database.execute(f"from place_profile({code})").fetchall() == whole
    found = database.execute(f"select distinct geoid, is_wanted from compare({code}, [1003]) order by 1")
    assert found.fetchall() == [("01001", True), ("01003", False)]


def test_noise_stands_beside_the_flag_where_bounds_are_of_sampling(database) -> None:
    """A margin of 0.0196 is 1.99 standard errors of replicates, 1.4 % of 0.7; others have other bounds.

    It is the error that `change` takes.
    """
    rows = dict(
        database.execute("select year, relative_error from metric('share_employed') order by all").fetchall()
    )
    assert rows[2018] == pytest.approx(ERROR / 0.7, rel=1e-4)
    homeless = database.execute("select relative_error from metric('count_homeless')").fetchall()
    assert homeless and {row[0] for row in homeless} == {None}


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("from change('01001', 'share_employd', 2018, 2023)", "no variable 'share_employd'.*share_employed"),
        ("from change('99998', 'share_employed', 2018, 2023)", "no county or city '99998'"),
        (
            "from change_of_group('01001', 'share_employed', 'sex', 'Female', 2018, 2023)",
            "no subgroup_type 'sex'",
        ),
        (
            "from change_of_group('01001', 'share_employed', 'gender', 'female', 2018, 2023)",
            "'female'.*Female",
        ),
        ("from gap('01001', 'share_employed', 'Hispanics', 'All')", "no subgroup 'Hispanics'.*Hispanic"),
        ("from rank_among('01001', 'SHARE_EMPLOYED', ['01003'])", "near names: share_employed"),
        ("from rank_among('01001', 'share_employed', ['01003', '99998'])", "no county or city '99998'"),
        ("from peers('01001', 'neighbors')", "no such peers: neighbors.*neighbours"),
        ("from peers('99998', 'size')", "no county or city '99998'"),
    ],
)
def test_a_name_that_is_not_known_is_an_error_that_names_near_ones(database, query: str, near: str) -> None:
    with pytest.raises(duckdb.Error, match=near):
        database.execute(query).fetchall()


def test_a_code_without_its_zero_is_understood(database) -> None:
    for query in (
        "from gap('{}', 'share_employed', 'Hispanic', 'All')",
        "from rank_among('{}', 'share_employed', ['01003', '01005'])",
        "from peers('{}', 'size')",
    ):
        found, whole = (database.execute(query.format(code)).fetchall() for code in ("1001", "01001"))
        assert found == whole != []
