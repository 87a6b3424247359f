"""Homeless students: the agency's genuine files through our models, against the published results."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT, SHIPPED_MIRROR, Settings
from orchestration.ingest import refresh
from tests.support.few_models import built
from tests.support.proofs import proof

pytestmark = pytest.mark.reference

AGENCY = PROJECT_ROOT.parent / "shared" / "sources" / "agency"
PUBLISHED = SHIPPED_MIRROR / "urban_published_2025" / "2025" / "02_housing" / "data" / "final"
# Published areas with a number, of which none may differ: counties 2014-2021, places 2019-2021.
COUNTIES = {2014: 2354, 2015: 2386, 2016: 2439, 2017: 2477, 2018: 2520, 2019: 2477, 2020: 2448, 2021: 2501}
PLACES = {2019: 423, 2020: 423, 2021: 421}
WITHOUT_BIE = {
    "04001", "04017", "04019", "27021", "30003", "38077", "38085", "49037", "55113", "56013",
}  # fmt: skip
BLANK_WITHOUT_BIE = {"46041", "46101", "46102"}
UNMATCHED_NAMES = {"1258715", "1571550", "1836003", "2758000", "2941348"}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of the metric alone, computed from the genuine files."""
    if not AGENCY.is_dir():
        pytest.skip("../shared/sources is not beside the project")
    home = tmp_path_factory.mktemp("homeless")
    settings = Settings(home=home, mirrors=(AGENCY,))
    refresh(settings, names=["edfacts_homeless", "ccd_districts", "urban_frames"])
    place = built(settings, "+student_homelessness__values")
    with duckdb.connect(str(place), read_only=True) as connection:
        yield connection


def _published(name: str, code: str) -> str:
    file = PUBLISHED / f"homelessness_{name}.csv.gz"
    assert file.exists()
    return f"""
        select *, state || {code} as geoid, count_homeless::double as count,
            count_homeless_lb::double as low, count_homeless_ub::double as high,
            count_homeless_quality::smallint as quality, share_homeless::double as share
        from read_csv('{file}', all_varchar = true, nullstr = ['NA', ''])"""


def _both_sides(warehouse: duckdb.DuckDBPyConnection, kind: str, published: str) -> list[tuple[object, ...]]:
    return warehouse.execute(
        f"""
        with count as (
            from student_homelessness__values where variable = 'count_homeless' and geography_type = '{kind}'
        ),
        share as (
            from student_homelessness__values where variable = 'share_homeless' and geography_type = '{kind}'
        )
        select published.year::integer, published.geoid, published.count, count.value,
            count.value = published.count and count.lower = published.low
                and abs(share.value - published.share) <= 6e-8 and count.quality = published.quality
                and share.quality = published.quality as is_equal,
            count.upper = published.high as has_equal_upper,
            published.low < published.count and published.count = published.high as is_void
        from ({published}) as published
        left join count on count.year = published.year::integer and count.geoid = published.geoid
        left join share on share.year = published.year::integer and share.geoid = published.geoid
        """
    ).fetchall()


@pytest.mark.parametrize(
    ("kind", "names", "counted"),
    [("county", ("2014-2018_county", "2019-2022_county"), COUNTIES), ("place", ("2019-2022_city",), PLACES)],
)
def test_every_published_total_is_computed(
    warehouse: duckdb.DuckDBPyConnection, kind: str, names: tuple[str, ...], counted: dict[int, int]
) -> None:
    """Count, lower bound, share and flags are equal; the upper bound but for the published slip."""
    found = [row for name in names for row in _both_sides(warehouse, kind, _published(name, kind))]
    rows = [row for row in found if row[0] in counted]
    assert {
        year: sum(1 for row in rows if row[0] == year and row[2] is not None) for year in counted
    } == counted
    unequal = {(row[0], row[1]) for row in rows if row[2] is not None and not row[4]}
    assert unequal == ({(2018, geoid) for geoid in WITHOUT_BIE} if kind == "county" else set())
    more = {row[1] for row in rows if row[2] is None and row[3] is not None}
    assert more == (BLANK_WITHOUT_BIE if kind == "county" else UNMATCHED_NAMES)
    compared = [row for row in rows if row[4]]
    assert {row[1] for row in compared if row[5] == row[6]} == set()
    assert sum(1 for row in compared if row[6]) == (15 if kind == "county" else 3)
    known = proof("homeless_counties" if kind == "county" else "homeless_places")
    whole = sum(1 for row in compared if row[5])
    assert (sum(counted.values()), whole, len(unequal) + len(compared) - whole) == (
        known.cells, known.equal, known.claimed
    )  # fmt: skip


def test_the_counties_of_2018_are_the_published_ones_without_the_indian_schools(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """1,231 students of 20 districts; without them every published count comes out."""
    bureau = warehouse.execute(
        """select count(*), sum(students) from student_homelessness__districts
        where year = 2018 and subgroup = 'All' and leaid like '59%'"""
    ).fetchone()
    assert bureau == (20, 1231)
    differing = warehouse.execute(
        f"""
        with ours as (
            select county_geoid as geoid, sum(students) as students from student_homelessness__districts
            where year = 2018 and subgroup = 'All' and leaid not like '59%'
            group by all having sum(students) >= 10
        )
        select count(*), count(*) filter (ours.students is distinct from published.count)
        from ({_published("2014-2018_county", "county")}) as published
        left join ours using (geoid) where published.year = '2018' and published.count is not null"""
    ).fetchone()
    assert differing == (2520, 0)


def test_published_counts_by_race_are_the_districts_of_the_model(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Black, Hispanic and White students of all counties of 2019 to 2021, as the model's districts add up.

    Counts and lower bounds are equal in every published cell, upper bounds but for the published slip.
    Shares, and the rules that withhold groups, need the enrolment by race, which is not at hand: so no group
    has a value.
    """
    found = warehouse.execute(
        f"""
        with sums as (
            select year, county_geoid as geoid, subgroup, sum(students) as count, sum(fewest) as low,
                sum(most) as high
            from student_homelessness__districts where subgroup <> 'All' group by all
        )
        select count(*),
            count(*) filter (sums.count = published.count and sums.low = published.low),
            count(*) filter (sums.count = published.count and sums.low = published.low
                and sums.high = published.high),
            count(*) filter (sums.high <> published.high and published.low < published.count
                and published.count = published.high)
        from ({_published("2019-2022_subgroups_county", "county")}) as published
        left join sums
            on sums.year = published.year::integer and sums.geoid = published.geoid
            and sums.subgroup = published.subgroup
        where published.count is not null and published.year::integer <= 2021
            and published.subgroup not in ('All', 'Other Races and Ethnicities')"""
    ).fetchone()
    known = proof("homeless_races")
    assert found == (known.cells, known.cells, known.equal, known.claimed)
    groups = "select count(*) from student_homelessness__values where subgroup_type <> 'all'"
    assert warehouse.execute(groups).fetchone() == (0,)


def test_published_counts_of_other_races_follow_with_the_published_slips(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """All county cells of other races of 2019 to 2021, with the published slips emulated.

    A district without any count of them has 1, and withheld counts of several races are one. Upper bounds: in
    states with at most two withheld districts the smallest count, which is 1.
    """
    found = warehouse.execute(
        f"""
        with delivered as (
            select year, leaid, sum(coalesce(students, 1)) as students
            from stg_edfacts_homeless__counts
            where year >= 2019 and subgroup not in
                ('All', 'Black or African American', 'Hispanic/Latino', 'White')
            group by all
        ),
        completed as (
            select every.year, every.leaid, coalesce(other.students, 1) as students
            from (select distinct year, leaid from stg_edfacts_homeless__counts where year >= 2019) as every
            left join delivered as other using (year, leaid)
        ),
        -- The rule of the bounds looks at all districts of the agency, also those without enrolment.
        bounded as (
            select *, count(*) filter (students = 1) over (partition by year, left(leaid, 2)) as withheld
            from completed
        ),
        sums as (
            select year, county_geoid as geoid, sum(if(enrollment = 0, 0, bounded.students)) as count,
                sum(case when enrollment = 0 or bounded.students = 1 then 0 else bounded.students end) as low,
                sum(case when enrollment = 0 then 0 when bounded.students > 1 then bounded.students
                    when withheld <= 2 then 1 else 2 end) as high
            from bounded
            inner join (from student_homelessness__districts where subgroup = 'All') using (year, leaid)
            group by all
        )
        select count(*), count(*) filter (
            sums.count = published.count and sums.low = published.low and sums.high = published.high)
        from ({_published("2019-2022_subgroups_county", "county")}) as published
        left join sums on sums.year = published.year::integer and sums.geoid = published.geoid
        where published.count is not null and published.subgroup = 'Other Races and Ethnicities'
            and published.year::integer <= 2021"""
    ).fetchone()
    assert found == (proof("homeless_other_races").claimed,) * 2
