"""Economic connectedness of places, as far as the files at hand go.

The District of Columbia is one place; its ZIP areas lie wholly inside it, so that each counts 1 in the
published mean and no crosswalk is needed. Of the other places no crosswalk of ZIP areas of 2010 is at hand:
they stay published.
"""

from __future__ import annotations

import duckdb
import pytest

from tests.support.proofs import proof
from tests.support.published import real_file

pytestmark = pytest.mark.reference


def test_the_district_is_half_the_mean_of_its_zip_areas() -> None:
    atlas = real_file("agency/social_capital_atlas/2022/social_capital_zip.csv")
    published = real_file(
        "urban/06_neighborhoods/social-capital/final/economic_connectedness_version2025_place_2022.csv"
    )
    found = duckdb.execute(
        f"""
        select count(ec_zip), 0.5 * avg(ec_zip::double) from read_csv('{atlas}', all_varchar = true)
        where lpad(county, 5, '0') = '11001' and ec_zip is not null"""
    ).fetchone()
    shown = duckdb.execute(
        f"""
        select share_economic_connectedness::double from read_csv('{published}', all_varchar = true)
        where state = '11' and place = '50000'"""
    ).fetchone()
    assert found is not None and shown is not None
    assert found[0] == 21 and proof("connectedness_places").equal == 1
    assert found[1] == pytest.approx(shown[0], rel=1e-12)


CITIES_THAT_ARE_COUNTIES = (
    "06075", "08031", "11001", "24510", "29510", "42101", "51710", "51760",
)  # fmt: skip


def test_weights_of_low_income_people_come_nearer_to_the_counties() -> None:
    """Places that are counties: the Atlas has their own value, which the mean of their ZIP areas should meet.

    Evidence of deviation connectedness-place-area-weights: with num_below_p50, by which our model weights,
    the mean is 0.011 off on average, with each ZIP area counting one 0.045.
    """
    zips = real_file("agency/social_capital_atlas/2022/social_capital_zip.csv")
    counties = real_file("agency/social_capital_atlas/2022/social_capital_county.csv")
    found = duckdb.execute(
        f"""
        with means as (
            select lpad(county, 5, '0') as geoid, avg(ec_zip::double) as plain,
                sum(ec_zip::double * num_below_p50::double) / sum(num_below_p50::double) as weighted
            from read_csv('{zips}', all_varchar = true) where ec_zip is not null group by all
        )
        select count(*), avg(abs(weighted - ec_county::double)) / 2, avg(abs(plain - ec_county::double)) / 2
        from read_csv('{counties}', all_varchar = true) as county
        inner join means on means.geoid = lpad(county.county, 5, '0')
        where means.geoid in {CITIES_THAT_ARE_COUNTIES}"""
    ).fetchone()
    assert found is not None and found[0] == len(CITIES_THAT_ARE_COUNTIES)
    assert (round(found[1], 3), round(found[2], 3)) == (0.011, 0.045)
