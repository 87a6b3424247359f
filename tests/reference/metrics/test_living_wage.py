"""Living wages: the model on Urban's extracts of the agency's figures gives the published ratios.

The agency's own files of these years are not at hand; Urban's extracts of them are, and so are two of the
three files of living wages. Published ratios are printed with seven digits of a chain of single-precision
numbers.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from orchestration.sources import SOURCES
from orchestration.sources.conform import conform
from tests.support import metric_bench
from tests.support.metric_bench import Bench, Published
from tests.support.proofs import proof
from tests.support.published import real_file

pytestmark = pytest.mark.reference

TOTALS = Published(
    "urban/09_employment/data/final/living_wage_county_all_longitudinal.csv", "ratio_living_wage"
)
BY_INDUSTRY = {
    2018: "agency/urban_intermediate/2018/metrics_wage_ratio_2018_subgroup.csv",
    2022: "urban_history/2022/metrics_wage_ratio_2022_subgroup.csv",
}
SEVEN_DIGITS = 6e-7
HALF_YEAR_INDEX = 288.347
"""Mean of the first six months of 2022, which the published program takes for the year's."""


def _fill(connection: duckdb.DuckDBPyConnection, source: str, folder: Path) -> None:
    """The tables of a source in the lake, from the files of ../shared/sources that are there."""
    record = SOURCES[source]
    for table in record.tables:
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in table.columns.items())
        connection.execute(f"create table lake.{source}__{table.name} ({columns}, _vintage varchar)")
    for file in record.files:
        paths = [*file.mirror_paths, record.canonical_path(file)]
        found = [path for path in paths if _there(f"agency/{path}")]
        if not found:
            continue
        for name, _, rows in record.parse(file, _plain(real_file(f"agency/{found[0]}"), folder)):
            table = record.table(name)
            typed, findings = conform(table, file.vintage, rows, 1)
            assert findings == []
            connection.register("given", typed)
            connection.execute(
                f"insert into lake.{source}__{name} by name select *, '{file.vintage}' as _vintage from given"
            )
            connection.unregister("given")


def _there(path: str) -> bool:
    root = real_file("agency/MIRROR.csv").parents[1]
    return any((root / f"{path}{ending}").exists() for ending in ("", ".gz"))


def _plain(path: Path, folder: Path) -> Path:
    """The file without its compression, as the raw store has it."""
    if path.suffix != ".gz":
        return path
    target = folder / path.stem
    target.write_bytes(gzip.decompress(path.read_bytes()))
    return target


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, rendered: dict[str, str]) -> Iterator[Bench]:
    path = tmp_path_factory.mktemp("living_wage") / "warehouse.duckdb"
    with metric_bench.bench(path, rendered) as found:
        found.connection.execute("create schema lake")
        for source in ("bls_qcew", "mit_living_wage"):
            _fill(found.connection, source, path.parent)
        found.model("stg_bls_qcew__industries")
        found.model("stg_mit_living_wage__wages")
        yield found


def _prices(bench: Bench, **changed: float) -> None:
    bench.connection.execute("create table if not exists the_prices as from consumer_prices")
    bench.connection.execute("create or replace table consumer_prices as from the_prices")
    for year, price in changed.items():
        bench.connection.execute(f"update consumer_prices set cpi_u = {price} where year = {year[1:]}")
    bench.run("living_wage")


def test_totals(bench: Bench) -> None:
    """2018 but for the county whose wage is not disclosed, which is published as 0; and 2022."""
    _prices(bench)
    found = {year: bench.agreement(TOTALS, year, tolerance=SEVEN_DIGITS) for year in (2018, 2022)}
    assert (found[2018].values, found[2018].flags, found[2018].only_published) == (
        *[proof("wage_2018").equal] * 2,
        ["19003"],
    )
    assert (found[2022].values, found[2022].flags, found[2022].only_published) == (
        *[proof("wage_2022").equal] * 2,
        [],
    )
    assert [one.only_ours for one in found.values()] == [[], []]


def test_totals_of_2021_follow_from_the_half_year_index(bench: Bench) -> None:
    """Deviation living-wage-2021-half-year-index: with it every value, without it none."""
    _prices(bench)
    assert bench.agreement(TOTALS, 2021, tolerance=SEVEN_DIGITS).values == 0
    _prices(bench, y2022=HALF_YEAR_INDEX)
    found = bench.agreement(TOTALS, 2021, tolerance=SEVEN_DIGITS)
    assert (found.both, found.values, found.flags) == (proof("wage_2021").claimed,) * 3
    assert found.only_published == found.only_ours == []


@pytest.mark.parametrize("year", [2018, 2021, 2022])
def test_published_digits_are_those_of_single_precision(bench: Bench, year: int) -> None:
    """Each step rounded to single precision, seven digits printed: every digit of every county."""
    index = {2018: 251.107 / 255.657, 2021: 270.970 / HALF_YEAR_INDEX, 2022: 1.0}[year]
    pay = bench.connection.execute(
        f"""
        select geoid, hourly_wage, coalesce(weekly_wage, 0) as weekly_wage
        from stg_bls_qcew__industries inner join stg_mit_living_wage__wages using (geoid)
        where year = {year} and industry = 'All' and vintage = {2019 if year == 2018 else 2022}
        """
    ).df()
    hourly = pay["hourly_wage"].to_numpy(np.float32).astype(float)
    adjusted = (hourly * index).astype(np.float32).astype(float)
    weekly = (adjusted * 40).astype(np.float32).astype(float)
    ratio = (pay["weekly_wage"].to_numpy(float) / weekly).astype(np.float32)
    ours = dict(zip(pay["geoid"], (f"{float(value):.7g}" for value in ratio), strict=True))
    published = pd.read_csv(real_file(TOTALS.path), dtype=str, keep_default_na=False)
    published = published[(published["year"] == str(year)) & ~published["ratio_living_wage"].isin(["", "NA"])]
    theirs = dict(zip(published["state"] + published["county"], published["ratio_living_wage"], strict=True))
    assert len(theirs) == proof(f"wage_{year}").cells
    assert [geoid for geoid, text in theirs.items() if float(text) != float(ours[geoid])] == []


@pytest.mark.parametrize("year", [2018, 2022])
def test_industries_with_the_unadjusted_wage(bench: Bench, year: int) -> None:
    """Urban's run of December 2024 multiplies the wage of another year's prices: quirk 2 of the method."""
    _prices(bench, y2018=1, y2019=1, y2022=1)
    found = bench.connection.execute(
        f"""
        with theirs as (
            select state || county as geoid, subgroup, try_cast(ratio_living_wage as double) as value,
                try_cast(ratio_living_wage_quality as integer) as quality
            from read_csv('{real_file(BY_INDUSTRY[year])}', all_varchar = true, header = true)
            where year = '{year}'
        )
        select
            count(*) filter (ours.value is not null and theirs.value is not null),
            count(*) filter (abs(ours.value - theirs.value) <= {SEVEN_DIGITS} * greatest(1, theirs.value)),
            count(*) filter (ours.quality = theirs.quality and theirs.value is not null),
            count(*) filter (ours.value is null and theirs.value is not null)
        from (from computed where year = {year} and subgroup_type = 'industry') as ours
        full join theirs on ours.geoid = theirs.geoid and ours.subgroup = theirs.subgroup
        """
    ).fetchone()
    assert found == (*[proof(f"wage_industries_{year}").cells] * 3, 0)


def test_industries_of_2021(bench: Bench) -> None:
    """As many as Urban's run has values; its file of the year is not at hand."""
    _prices(bench)
    found = bench.connection.execute(
        """
        select count(value), count(*) filter (missing_reason = 'suppressed_by_source')
        from computed where year = 2021 and subgroup_type = 'industry'
        """
    ).fetchone()
    assert found == (23_229, 1_768)


def test_all_industries_are_the_total(bench: Bench) -> None:
    _prices(bench)
    pairs = bench.connection.execute(
        """
        select count(*), count(*) filter (total.value is not distinct from row_of_all.value)
        from computed as total inner join computed as row_of_all using (year, geoid)
        where total.subgroup_type = 'all'
            and row_of_all.subgroup_type = 'industry' and row_of_all.subgroup = 'All'
        """
    ).fetchone()
    assert pairs == (9429, 9429)


def test_no_wage_of_the_calculator_is_a_column(bench: Bench) -> None:
    _prices(bench)
    columns = {row[0] for row in bench.connection.execute("describe computed").fetchall()}
    assert columns.isdisjoint({"hourly_wage", "numerator", "denominator"})
