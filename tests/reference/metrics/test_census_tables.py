"""Metrics of the ACS tables: genuine tables of tracts and counties through our models, against the results.

At hand are the tracts of California (B03002 of 2017-2021) and of Bexar County, Texas (DP05, S1701), and all
counties of B28003. The crosswalk of tracts to places is the one that Urban saved, with its codes repaired; it
has no people, so the column of people in the export that is made of it here means nothing.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.ingest import refresh
from tests.support.few_models import built
from tests.support.proofs import proof
from tests.support.published import real_file

pytestmark = pytest.mark.reference

SOURCES = PROJECT_ROOT.parent / "shared" / "sources"
EXPOSURE = "urban/06_neighborhoods/race-ethnicity-exposure/final/race-ethnicity-exposure-{}.csv"
METRICS = ("racial_exposure", "poverty_exposure", "descriptive_representation")
POVERTY = "urban/06_neighborhoods/poverty-exposure/final/poverty-exposure_race-ethnicity_{}.csv"
RESIDENTS = (
    "urban/05_local-governance/descriptive-representation/data/final/descriptive_rep_denominator_{}_all.csv"
)
FORMER_ACCESS = "urban/08_education/final/digital_access_county_all.csv"
GROUPS = ("black_nh", "hispanic", "other_nh", "white_nh")


def _export(folder: Path) -> None:
    """The crosswalk in the form of Geocorr's export."""
    saved = SOURCES / "agency" / "urban_intermediate" / "geocorr2022_tract2020_place_rebuilt.csv.gz"
    place = folder / "geocorr" / "2022" / "geocorr2022_tract_to_place.csv"
    place.parent.mkdir(parents=True)
    with (
        gzip.open(saved, "rt", encoding="utf-8", newline="") as given,
        place.open("w", encoding="latin-1") as out,
    ):
        out.write('"county","tract","place","pop20","afact"\n')
        out.write(
            '"County code","Tract","Place code","Total population (2020 Census)",'
            '"tract-to-place allocation factor"\n'
        )
        for row in csv.DictReader(given):
            tract = row["tract"]
            out.write(f'"{tract[:5]}","{tract[5:9]}.{tract[9:]}","{row["place"]}",1,{row["afact"]} \n')


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of these metrics alone."""
    if not SOURCES.is_dir():
        pytest.skip("../shared/sources is not beside the project")
    home = tmp_path_factory.mktemp("census")
    _export(home / "inbox")
    settings = Settings(home=home / "var", inbox=home / "inbox", mirrors=(SOURCES / "agency",))
    names = ["census_acs_tables", "urban_frames", "geocorr", "connecticut_crosswalk"]
    reports = refresh(settings, names=names)
    taken = {(report.vintage, report.file) for report in reports if report.rows}
    assert taken >= {
        ("2017-2021", "b03002_tract_ca"), ("2017-2021", "dp05_tract_tx"), ("2017-2021", "s1701_tract_tx"),
        ("2010-2014", "dp05_place"), ("2014-2018", "b28003_county"), ("2022", "tract_place_2020"),
    }  # fmt: skip
    place = built(settings, *(f"+{metric}__values" for metric in METRICS), "+households_with_broadband")
    with duckdb.connect(str(place), read_only=True) as connection:
        yield connection


def counted(
    warehouse: duckdb.DuckDBPyConnection, model: str, variables: dict[str, str], published: str, where: str
) -> dict[str, int]:
    """Cells of one year and area type, ours (variable -> column of the file) against the published file.

    Returns:
        `equal` values, equal `flags`, cells `blank` on both sides, and those `unlike` in any.
    """
    total = dict.fromkeys(("equal", "flags", "blank", "unlike"), 0)
    for variable, column in variables.items():
        row = warehouse.execute(
            f"""
            with theirs as (
                select
                    state || columns('^(county|place)$') as geoid, year::integer as year,
                    try_cast("{column}" as double) as value,
                    try_cast("{column}_quality" as integer) as quality
                from read_csv('{real_file(published)}', all_varchar = true, header = true)
            ),
            both_sides as (
                select ours.value, theirs.value as published, ours.quality, theirs.quality as flag
                from (
                    from {model}
                    where variable = '{variable}' and missing_reason is distinct from 'no_source_data'
                ) as ours
                inner join theirs using (geoid, year)
                where {where}
            )
            select
                count(*) filter (abs(value - published) <= 1e-9),
                count(*) filter (quality = flag),
                count(*) filter (value is null and published is null),
                count(*) filter (
                    (value is null) <> (published is null) or abs(value - published) > 1e-9 or quality <> flag
                )
            from both_sides"""
        ).fetchone()
        assert row is not None
        for name, number in zip(total, row, strict=True):
            total[name] += number
    return total


EXPOSURES = {f"share_{group}_exposure": f"share_{group}_exposure" for group in GROUPS}


def test_racial_exposure_of_california(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of 58 x 4 cells of counties 229 have a value, each equal, as is every flag; 118 x 4 of cities."""
    county = "ours.geography_type = 'county' and geoid like '06%' and year = 2021"
    found = counted(warehouse, "racial_exposure__values", EXPOSURES, EXPOSURE.format("county"), county)
    cells = proof("racial_exposure_california_counties").equal
    assert found == {"equal": cells, "flags": cells, "blank": 58 * 4 - cells, "unlike": 0}
    place = "ours.geography_type = 'place' and geoid like '06%' and year = 2021"
    found = counted(warehouse, "racial_exposure__values", EXPOSURES, EXPOSURE.format("city"), place)
    cells = proof("racial_exposure_california_cities").equal
    assert found == {"equal": cells, "flags": cells, "blank": 0, "unlike": 0}


def test_racial_exposure_of_bexar_from_the_data_profile(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The county's four values and flags; San Antonio has a tract in Medina County, which is not at hand."""
    county = "ours.geography_type = 'county' and geoid like '48%' and year = 2021"
    found = counted(warehouse, "racial_exposure__values", EXPOSURES, EXPOSURE.format("county"), county)
    cells = proof("racial_exposure_bexar").equal
    assert found == {"equal": cells, "flags": cells, "blank": 0, "unlike": 0}
    city = warehouse.execute(
        "select distinct value, missing_reason from racial_exposure__values "
        "where geoid = '4865000' and year = 2021"
    ).fetchall()
    assert city == [(None, "no_source_data")]


def test_poverty_exposure_of_bexar_from_the_subject_table(warehouse: duckdb.DuckDBPyConnection) -> None:
    """All five labels of the county with their flags; San Antonio lacks a tract and has no value."""
    rows = warehouse.execute(
        f"""
        with theirs as (
            select
                subgroup,
                try_cast(share_poverty_exposure as double) as value,
                try_cast(share_poverty_exposure_quality as integer) as quality
            from read_csv('{real_file(POVERTY.format("county"))}', all_varchar = true, header = true)
            where year = '2021' and state || county = '48029'
        )
        select
            count(*) filter (abs(ours.value - theirs.value) <= 1e-9),
            count(*) filter (ours.quality = theirs.quality),
            count(*)
        from poverty_exposure__values as ours inner join theirs using (subgroup)
        where ours.geoid = '48029' and ours.year = 2021 and ours.subgroup_type = 'race-ethnicity'"""
    ).fetchone()
    assert rows == (proof("poverty_exposure_bexar").equal,) * 3
    city = "select count(value) from poverty_exposure__values where geoid = '4865000'"
    assert warehouse.execute(city).fetchone() == (0,)


SHARES = {
    f"share_desc_rep_{name}": f"share_desc_rep_{name}"
    for name in ("other", "black_nonhispanic", "hispanic", "white_nonhispanic")
}


@pytest.mark.parametrize(
    ("where", "published", "cells"),
    [
        (
            "ours.geography_type = 'county' and geoid like '06%' and year = 2021",
            "county",
            proof("descriptive_california").equal,
        ),
        (
            "ours.geography_type = 'county' and geoid = '48029' and year = 2021",
            "county",
            proof("descriptive_bexar").equal,
        ),
        (
            "ours.geography_type = 'county' and geoid = '36061' and year = 2014",
            "county",
            proof("descriptive_new_york").equal,
        ),
        (
            "ours.geography_type = 'place' and geoid = '1714000' and year = 2014",
            "city",
            proof("descriptive_chicago").equal,
        ),
    ],
    ids=[
        "California, tracts",
        "Bexar, profile of tracts",
        "New York County, FactFinder",
        "Chicago, FactFinder",
    ],
)
def test_residents_by_race(
    warehouse: duckdb.DuckDBPyConnection, where: str, published: str, cells: int
) -> None:
    found = counted(
        warehouse, "descriptive_representation__values", SHARES, RESIDENTS.format(published), where
    )
    assert found == {"equal": cells, "flags": cells, "blank": 0, "unlike": 0}


@pytest.mark.parametrize("year", [2018, 2021])
def test_former_digital_access_of_all_counties(warehouse: duckdb.DuckDBPyConnection, year: int) -> None:
    """Value, bounds and flag of every county of the former file; 2019 and 2020 were never published."""
    row = warehouse.execute(
        f"""
        with theirs as (
            select
                state || county as geoid,
                share_digital_access::double as value,
                share_digital_access_lb::double as lower,
                share_digital_access_ub::double as upper,
                share_digital_access_quality::integer as quality
            from read_csv(
                '{real_file(FORMER_ACCESS)}', all_varchar = true, header = true, nullstr = ['NA', '']
            )
            where year = '{year}'
        )
        select
            count(*),
            count(*) filter (abs(ours.value - theirs.value) <= 1e-9),
            count(*) filter (abs(ours.lower - theirs.lower) <= 1e-9),
            count(*) filter (abs(ours.upper - theirs.upper) <= 1e-9),
            count(*) filter (ours.quality = theirs.quality)
        from theirs
        left join (from households_with_broadband where geography_type = 'county' and year = {year}) as ours
            using (geoid)"""
    ).fetchone()
    assert row == (proof(f"former_access_{year}").equal,) * 5
    unpublished = "select count(value) from households_with_broadband where year in (2019, 2020)"
    assert warehouse.execute(unpublished).fetchone() == (3_142 + 3_143,)
