"""What a year of the metrics over tracts costs, by the number of tracts: `python -m tests.benchmarks.tracts`.

Invented tracts in counties of 25, each in a place with half of itself; the models' own SQL on one thread. CPU
time is told, the best of three, because it depends less on what else a machine does.
"""

from __future__ import annotations

import time

import duckdb

from tests.support.metric_sql import sql_of, table

SIZES = (10_000, 20_000, 40_000, 80_000)
"""The country has some 85,000 tracts."""
YEARS = {"air_quality": 2018, "transportation": 2019, "racial_exposure": 2021, "poverty_exposure": 2021,
         "descriptive_representation": 2021}  # fmt: skip
GROUPS = ("hispanic", "white", "black", "aian", "asian", "nhpi", "some_other", "two_or_more")
_OF_COUNTY, _REPEATS = 25, 3


def main() -> None:
    """Print a table in Markdown."""
    print("| tracts | " + " | ".join(YEARS) + " |\n|---|" + "---|" * len(YEARS))
    for size in SIZES:
        told = [f"{_seconds(metric, year, size):.2f} s" for metric, year in YEARS.items()]
        print(f"| {size:,} | " + " | ".join(told) + " |", flush=True)


def _seconds(metric: str, year: int, size: int) -> float:
    with duckdb.connect(config={"threads": 1}) as connection:
        _stage(connection, metric, year, size)
        found = []
        for _ in range(_REPEATS):
            begun = time.process_time()
            for model in (f"{metric}__tracts", f"{metric}__values"):
                if model.endswith("__values") or metric.endswith("exposure"):
                    connection.execute(f"create or replace table {model} as {sql_of(model)}")
            found.append(time.process_time() - begun)
        return min(found)


def _stage(connection: duckdb.DuckDBPyConnection, metric: str, year: int, size: int) -> None:
    """The tables that the models read, and empty ones of those that do not matter."""
    counties = -(-size // _OF_COUNTY)
    connection.execute(
        f"""
        create table tracts as
        select {year} as year, i,
            lpad((i // {_OF_COUNTY})::varchar, 5, '0') || lpad(i::varchar, 6, '0') as geoid,
            (hash(i) % 5000)::bigint as people, (hash(i + 1) % 100) / 100 as part
        from range({size}) as t (i)"""
    )
    groups = ", ".join(
        f"(people * part / {at + 2})::bigint as {name}, 30::bigint as {name}_margin"
        for at, name in enumerate(GROUPS)
    )
    for statement in (
        f"""create table geography_years as
        select 'county' as geography_type, lpad(i::varchar, 5, '0') as geoid, {year} as year
        from range({counties}) as t (i)
        union all select 'place', '00' || lpad(i::varchar, 5, '0'), {year} from range({counties}) as t (i)""",
        """create table crosswalk_tract_place as
        select year, geoid as tract_geoid, '00' || left(geoid, 5) as geoid, 0.5::decimal(18, 9) as afact
        from tracts""",
        f"""create table stg_census_acs_tables__residents as
        select 'tract' as level, year, geoid, people, 60::bigint as people_margin, {groups},
            'r' as source_file from tracts""",
        f"""create table stg_census_acs_tables__poor as
        select year, geoid, people as universe, (people * part)::bigint as poor, 30::bigint as poor_margin,
            {groups}, 'p' as source_file from tracts""",
        """create table stg_census_acs_tables__tract_poverty as
        select year, geoid, people as universe, (people * part)::bigint as poor, 'p' as source_file
        from tracts""",
        """create table stg_census_acs_tables__housing_units as
        select year, geoid, people // 2 as housing_units, 20::bigint as housing_units_margin,
            'h' as source_file from tracts""",
        """create table stg_cnt_ht_index__tracts as
        select year, geoid as tract_geoid, (people // 2)::double as households, part as transit_share,
            1 - part as cost_share, 'c' as source_file from tracts""",
        """create table stg_epa_air_toxics__tracts as
        select year, geoid as tract_geoid, (part + i / 1e6)::decimal(18, 10) as cancer,
            part::decimal(18, 10) as respiratory, (1 - part)::decimal(18, 10) as neurological,
            'e' as source_files from tracts""",
        """create table stg_census_acs_tables__median_incomes as
        select geography_type as level, year, geoid, 50000::bigint as median_income,
            900::bigint as median_income_margin, 'i' as source_file from geography_years""",
    ):
        connection.execute(statement)
    changes = (
        "geography_type varchar, first_year integer, old_geoid varchar, new_geoid varchar, change varchar"
    )
    table(connection, "geography_changes", changes, [])
    table(connection, "tract_recodes", "old_tract varchar, new_tract varchar", [])
    kinds = {"poverty_exposure": "race-ethnicity"}
    labels: list[tuple[object, ...]] = [(metric, kinds.get(metric, "all"), "All")]
    table(connection, "metric_subgroups", "metric varchar, subgroup_type varchar, subgroup varchar", labels)
    columns = "metric varchar, variable varchar, subgroup_type varchar, geography_type varchar, year integer"
    table(connection, "series", columns, [(metric, "v", "all", "county", year)])


if __name__ == "__main__":
    main()
