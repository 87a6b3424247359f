"""The county frame of a year is the Census Bureau's list of its own vintage: same codes, same residents."""

from __future__ import annotations

import duckdb
import pytest

from tests.support.published import real_file

pytestmark = pytest.mark.reference

# Vintage: its file, and how many counties of the frame it must prove.
PROVEN = {2014: 3_142, 2019: 3_142, 2021: 3_143}


@pytest.mark.parametrize("year", PROVEN)
def test_codes_and_residents_are_those_of_the_years_own_vintage(year: int) -> None:
    estimates = real_file(f"agency/census_pep/co-est{year}-alldata.csv")
    frame = real_file("urban/geographic-crosswalks/data/county-populations.csv")
    found = duckdb.execute(
        f"""
        with estimates as (
            select lpad(state, 2, '0') || lpad(county, 3, '0') as geoid,
                popestimate{year}::bigint as residents
            from read_csv('{estimates}', all_varchar = true, encoding = 'latin-1')
            where sumlev::integer = 50
        ),
        frame as (
            select lpad(state, 2, '0') || lpad(county, 3, '0') as geoid, population::bigint as residents
            from read_csv('{frame}', all_varchar = true, encoding = 'latin-1')
            where year = '{year}'
        )
        select count(*) filter (frame.residents = estimates.residents), count(*)
        from frame full join estimates using (geoid)"""
    ).fetchone()
    assert found == (PROVEN[year], PROVEN[year])


def test_the_crosswalk_of_counties_and_places_of_2020_is_the_export() -> None:
    """Urban's processed form has every row of Geocorr's export of 2020, with the same people and shares."""
    tables = {
        name: f"read_csv('{real_file(path)}', all_varchar = true, encoding = 'latin-1')"
        for name, path in (
            ("export", "agency/geocorr/geocorr2022_county_place.csv"),
            ("processed", "urban/geographic-crosswalks/data/geocorr2022_county_place_2020_2021.csv"),
        )
    }
    columns = """lpad(state, 2, '0') as state, right(countyfip, 3) as county, lpad(place, 5, '0') as place,
        pop20::bigint as residents, afact::double as share_of_county, afact2::double as share_of_place"""
    found = duckdb.execute(
        f"""
        with export as (select {columns} from {tables["export"]}),
        processed as (select {columns} from {tables["processed"]})
        select (select count(*) from export), (select sum(residents) from export),
            (select count(*) from (from export except all from processed)),
            (select count(*) from (from processed except all from export))"""
    ).fetchone()
    assert found == (36_179, 334_735_155, 0, 0)
