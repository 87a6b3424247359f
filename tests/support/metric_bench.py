"""One metric model on a staging table of a test's own, and its cells against a published file.

For metrics whose agency files are not at hand, or come in another form than the agency's: the formula is
proven, the source is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.base.settings import SEEDS_DIR
from tests.support.published import real_file

TEXT = "all_varchar = true, header = true"
SEEDS = {
    "geography_changes": ("old_geoid", "new_geoid"),
    "poisson_limits": (),
    "association_industries": ("naics",),
    "consumer_prices": (),
    "living_wage_vintages": (),
    "metric_subgroups": (),
}
"""Seed -> columns that are text."""


@dataclass(frozen=True)
class Published:
    """A published file and the variable that is compared."""

    path: str
    variable: str
    has_bounds: bool = False
    has_subgroups: bool = False


@dataclass(frozen=True)
class Agreement:
    """Cells with a value on both sides, how many of their measures are equal, and values on one side only."""

    both: int
    values: int
    lower: int
    upper: int
    flags: int
    only_published: list[str]
    only_ours: list[str]


class Bench:
    """A warehouse with the frame and seeds, in which models run on staging tables of the test."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: dict[str, str]) -> None:
        self.connection, self._sql = connection, sql

    def run(self, metric: str, **staged: str) -> None:
        """Fill the staging tables (name = select) and build the model as table `computed`."""
        for name, select in staged.items():
            self.connection.execute(f"create or replace table {name} as {select}")
        self.connection.execute(
            f"""
            create or replace table computed as
            select * replace (
                coalesce(subgroup_type, 'all') as subgroup_type, coalesce(subgroup, 'All') as subgroup
            )
            from (
                select null::varchar as subgroup_type, null::varchar as subgroup, null::double as lower,
                    null::double as upper
                where false
                union all by name
                from ({self._sql[f"{metric}__values"]})
            )
            """
        )

    def model(self, name: str) -> None:
        """Build a model of staging from the lake."""
        self.connection.execute(f"create or replace table {name} as {self._sql[name]}")

    def agreement(
        self,
        published: Published,
        year: int,
        subgroup: str = "All",
        group: str = "all",
        tolerance: float = 1e-9,
    ) -> Agreement:
        """Cells of a year and group, ours against the published file."""
        name = published.variable
        bounds = (f'"{name}_lb"', f'"{name}_ub"') if published.has_bounds else ("null", "null")
        chosen = f"where subgroup = '{subgroup}'" if published.has_subgroups else ""
        columns = ["value", *(["lower", "upper"] if published.has_bounds else [])]
        self.connection.execute(
            f"""
            create or replace temp table theirs as
            select
                lpad(state, 2, '0') || lpad(county, 3, '0') as geoid,
                try_cast("{name}" as double) as value,
                try_cast({bounds[0]} as double) as lower,
                try_cast({bounds[1]} as double) as upper,
                try_cast("{name}_quality" as integer) as quality
            from (from read_csv('{real_file(published.path)}', {TEXT}) {chosen})
            where year = '{year}'
            """
        )
        self.connection.execute(
            f"""
            create or replace temp table ours as
            from computed where year = {year} and subgroup = '{subgroup}' and subgroup_type = '{group}'
            """
        )
        equal = {
            column: f"count(*) filter (abs(ours.{column} - theirs.{column}) "
            f"<= {tolerance} * greatest(1, theirs.{column}))"
            for column in columns
        }
        row = self.connection.execute(
            f"""
            select
                count(*) filter (ours.value is not null and theirs.value is not null),
                {", ".join(equal.get(column, "0") for column in ("value", "lower", "upper"))},
                count(*) filter (ours.quality = theirs.quality),
                coalesce(
                    list(theirs.geoid order by theirs.geoid)
                    filter (ours.value is null and theirs.value is not null),
                    []
                ),
                coalesce(
                    list(ours.geoid order by ours.geoid)
                    filter (ours.value is not null and theirs.value is null),
                    []
                )
            from ours full join theirs on ours.geoid = theirs.geoid
            """
        ).fetchone()
        assert row is not None
        return Agreement(*row)


@contextmanager
def bench(path: Path, sql: dict[str, str]) -> Iterator[Bench]:
    """A warehouse with Urban's county frame and the seeds of the metrics."""
    with duckdb.connect(str(path)) as connection:
        for name, texts in SEEDS.items():
            types = ", ".join(f"'{column}': 'varchar'" for column in texts)
            connection.execute(
                f"create table {name} as from read_csv('{SEEDS_DIR / name}.csv', header = true"
                + (f", types = {{{types}}})" if texts else ")")
            )
        populations = real_file("urban/geographic-crosswalks/data/county-populations.csv")
        connection.execute(
            f"""
            create table geography_years as
            select
                'county' as geography_type, year::integer as year, state, state || county as geoid,
                population::bigint as population
            from read_csv('{populations}', {TEXT}, encoding = 'latin-1')
            """
        )
        yield Bench(connection, sql)
