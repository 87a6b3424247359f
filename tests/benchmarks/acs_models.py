"""Computes the survey metrics of a home whose lake is filled: models up to `computed_values`, with tests.

    python -m tests.benchmarks.acs_models HOME [METRIC ...]

With metrics: their models and what these rest on, without `computed_values`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.base.settings import Settings
from orchestration.ingest import lake
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project as dbt_project


def quiet_table(rows: Sequence[tuple[object, ...]]) -> None:
    """Rows as plain lines."""
    for row in rows:
        print("  ".join(str(cell) for cell in row), flush=True)


def main(home: Path, metrics: Sequence[str] = ()) -> None:
    """Build, then print how many values each metric has."""
    settings = Settings(home=home)
    warehouse = dbt_runner.building_warehouse(settings)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        lake.attach(connection, settings)
    dbt_project.hand_over(settings)  # as `mobility build` does
    models = [f"+{metric}__values" for metric in metrics] or ["+computed_values"]
    results = dbt_runner.build(settings, ["--select", *models, "--indirect-selection", "cautious"])
    for result in sorted(results, key=lambda one: -one.seconds)[:12]:
        print(f"{result.seconds:8.1f} s  {result.unique_id}", flush=True)
    metric_rows = (f"select '{metric}' as metric, * from {metric}__values" for metric in metrics)
    values = " union all by name ".join(metric_rows) or "from computed_values"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        quiet_table(
            connection.execute(
                f"select metric, sample, count(*), count(value) from ({values}) group by all order by all"
            ).fetchall()
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
