"""Economic connectedness of places, as far as the files at hand go: the District of Columbia.

The District is one place; its ZIP areas lie wholly inside it, so that each counts 1 and no crosswalk is
needed. Of the other places the areal crosswalk of ZIP areas of 2010 and places of 2021 is not at hand: they
stay published.
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
