"""Air from Urban's own ranks of tracts, an older round: counties of one tract are near what is published."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import metric_bench
from tests.support.metric_bench import TEXT, Bench
from tests.support.published import real_file

pytestmark = pytest.mark.reference

RANKS = "agency/urban_intermediate/EnvHazIdx2.csv.gz"
COUNTIES = "urban/06_neighborhoods/environment/data/final/environment_county_longitudinal.csv"
SINGLE = 214


@pytest.fixture
def bench(tmp_path: Path, rendered: dict[str, str]) -> Iterator[Bench]:
    """The model on hazards that give Urban's ranks back: among a hundred thousand invented tracts, one of
    rank k has the hazard that k thousand tracts are dirtier than. A resident a tract.
    """
    (tmp_path / "ranks.csv").write_bytes(gzip.decompress(real_file(RANKS).read_bytes()))
    with metric_bench.bench(tmp_path / "warehouse.duckdb", rendered) as made:
        made.connection.execute(
            f"""
            create table ranks as
            select tract, unnest([2014, 2018]) as year,
                unnest([haz_idx14, haz_idx18])::integer as rank
            from read_csv('{tmp_path / "ranks.csv"}', {TEXT})
            where haz_idx14 <> 'NA' and haz_idx18 <> 'NA' and tract not like '72%'
            """
        )
        hazard = "(100000 - {})::decimal(18, 10)"
        made.run(
            "air_quality",
            stg_epa_air_toxics__tracts=f"""
                select year, tract as tract_geoid, {hazard.format("1000 * rank - 0.5")} as respiratory,
                    respiratory as cancer, respiratory as neurological, 'test' as source_files
                from ranks
                where tract[1:5] in (
                    select tract[1:5] from read_csv('{tmp_path / "ranks.csv"}', {TEXT})
                    group by all having count(*) = 1
                )
                union all
                select year, '11001' || lpad(number::varchar, 6, '0'), {hazard.format("number")},
                    {hazard.format("number")}, {hazard.format("number")}, 'test'
                from (select unnest(range(100000)) as number), (select unnest([2014, 2018]) as year)
            """,
            stg_census_acs_tables__residents="""
                select 'tract' as level, year, tract_geoid as geoid, 1 as people, 0 as white,
                    'test' as source_file
                from stg_epa_air_toxics__tracts where tract_geoid not like '11001%'
            """,
            stg_census_acs_tables__tract_poverty="""
                select year, geoid, 1 as universe, 0 as poor, 'test' as source_file
                from stg_census_acs_tables__residents
            """,
            tract_recodes="select '' as old_tract, '' as new_tract where false",
            series_list="""
                select '' as metric, '' as geography_type, '' as subgroup_type, '' as variable, 0 as year
                where false
            """,
            crosswalk_tract_place="""
                select 2014 as year, '' as tract_geoid, '' as geoid, 1::decimal(18, 9) as afact where false
            """,
        )
        yield made


@pytest.mark.parametrize(("year", "equal"), [(2014, 162), (2018, 95)])
def test_counties_of_one_tract_are_near(bench: Bench, year: int, equal: int) -> None:
    """A check of the model's second half and of the direction, no proof: the ranks are of an older round,
    with Puerto Rico, and without the states whose codes begin with 0.
    """
    found = bench.connection.execute(
        f"""
        select count(*), count(*) filter (abs(ours.value - theirs.value) <= 1),
            count(*) filter (ours.value = theirs.value)
        from (from computed where year = {year} and subgroup_type = 'all') as ours
        inner join (
            select state || county as geoid, try_cast(index_air_hazard as double) as value
            from read_csv('{real_file(COUNTIES)}', {TEXT}) where year = '{year}'
        ) as theirs using (geoid)
        where ours.value is not null and theirs.value is not null
        """
    ).fetchone()
    assert found == (SINGLE, SINGLE, equal)
