"""Transit and transportation cost from CNT's own file: Massachusetts 2015, the only one at hand."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.sources.cnt_ht_index import SOURCE
from orchestration.sources.conform import conform
from tests.support import metric_bench
from tests.support.metric_bench import Agreement, Bench, Published
from tests.support.proofs import proof
from tests.support.published import real_file

pytestmark = pytest.mark.reference

COUNTIES = "urban/06_neighborhoods/Transportation/final/transportation_all_county.csv"
MASSACHUSETTS = "agency/ht_index/htaindex_data_tracts_25.csv.gz"


@pytest.fixture
def bench(tmp_path: Path, rendered: dict[str, str]) -> Iterator[Bench]:
    """The model on the agency's tracts. The Census Bureau's tables of 2015 are not at hand: CNT's own people
    and households stand in, so that values are proven and flags are not.
    """
    file = next(f for f in SOURCE.files if (f.vintage, f.partition) == ("2015", "ma"))
    (tmp_path / "content").write_bytes(gzip.decompress(real_file(MASSACHUSETTS).read_bytes()))
    ((_, _, rows),) = SOURCE.parse(file, tmp_path / "content")
    typed, found = conform(SOURCE.table("tracts"), "2015", rows, 1)
    assert found == []
    with metric_bench.bench(tmp_path / "warehouse.duckdb", rendered) as made:
        made.connection.register("typed", typed)
        made.connection.execute("create schema lake")
        made.connection.execute(
            "create table lake.cnt_ht_index__tracts as select *, '2015' as _vintage from typed"
        )
        made.model("stg_cnt_ht_index__tracts")
        made.run(
            "transportation",
            stg_census_acs_tables__residents="""
                select 'tract' as level, 2015 as year, tract as geoid, population::bigint as people,
                    0 as white, 'test' as source_file
                from typed
            """,
            stg_census_acs_tables__housing_units="""
                select 2015 as year, tract as geoid, households::bigint as housing_units,
                    0 as housing_units_margin, 'test' as source_file
                from typed
            """,
            stg_census_acs_tables__median_incomes="""
                select 'county' as level, '25001' as geoid, 2015 as year, 1 as median_income,
                    0 as median_income_margin, 'test' as source_file
            """,
            series_list="""
                select '' as metric, '' as geography_type, '' as subgroup_type, '' as variable, 0 as year
                where false
            """,
            crosswalk_tract_place="""
                select 2015 as year, '' as tract_geoid, '' as geoid, 1::decimal(18, 9) as afact where false
            """,
        )
        yield made


def _agreement(bench: Bench, variable: str, year: int) -> Agreement:
    bench.connection.execute("create table if not exists both_variables as from computed")
    bench.connection.execute(
        f"create or replace table computed as select * replace ({year} as year) from both_variables "
        f"where variable = '{variable}'"
    )
    return bench.agreement(Published(COUNTIES, variable), year)


@pytest.mark.parametrize("variable", ["share_transit_commuter", "share_transportation_cost"])
def test_massachusetts_2015_is_reproduced(bench: Bench, variable: str) -> None:
    """28 of 28 cells: fourteen counties, two variables. The file is of no other edition."""
    known = proof("transportation_massachusetts_2015")
    found = _agreement(bench, variable, 2015)
    assert (2 * found.both, 2 * found.values, found.only_ours) == (known.cells, known.equal, [])
    assert not [geoid for geoid in found.only_published if geoid.startswith("25")]
    assert [(year, _agreement(bench, variable, year).values) for year in (2019, 2022)] == [
        (2019, 0),
        (2022, 0),
    ]
