"""Computes the survey metrics of a home whose lake is filled: models up to `computed_values`, with tests.

python -m tests.benchmarks.acs_models HOME
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from orchestration import dbt_runner
from orchestration.ingest import lake
from orchestration.settings import Settings
from tests.benchmarks.measuring import quiet_table


def main(home: Path) -> None:
    """Build, then print how many values each metric has."""
    settings = Settings(home=home)
    warehouse = dbt_runner.building_warehouse(settings)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        lake.attach(connection, settings)
    results = dbt_runner.build(settings, ["+computed_values", "--indirect-selection", "cautious"])
    for result in sorted(results, key=lambda one: -one.seconds)[:12]:
        print(f"{result.seconds:8.1f} s  {result.unique_id}", flush=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        quiet_table(
            connection.execute(
                "select metric, sample, count(*), count(value) from computed_values group by all order by all"
            ).fetchall()
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
