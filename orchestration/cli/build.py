"""`mobility build`: build the warehouse from the lake."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.shared_options import place_options, settings_from, threads_option

if TYPE_CHECKING:
    import duckdb

    from orchestration.cli.running import Jobs

# Of each series how many values there are and how they agree; the newest years last.
_NUMBERS = """
    with value as (
        select variable, year, geography_type, subgroup_type, sample, count(*) as cells,
            count(value) as values, median(value) as median
        from computed_values where metric in ({metrics}) group by all
    ),
    compared as (
        select variable, year, geography_type, subgroup_type, sample, count(*) as compared,
            count(*) filter (where agrees) as equal,
            count(*) filter (where not agrees and deviation_ids <> '') as claimed
        from comparison_with_published group by all
    )
    select variable, geography_type, subgroup_type, year, sample, cells, values, round(median, 4),
        coalesce(compared, 0), coalesce(equal, 0), coalesce(claimed, 0),
        coalesce(compared - equal - claimed, 0)
    from value left join compared using (variable, year, geography_type, subgroup_type, sample)
    order by all"""
_HEADER = (
    "variable", "geography", "subgroups", "year", "sample", "cells", "values", "median", "compared", "equal",
    "claimed", "unexplained",
)  # fmt: skip


@click.command("build")
@place_options
@threads_option
@click.option(
    "--select",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="Build a metric alone, as far as its comparison with the published numbers; repeat for more.",
)
def command(sample: bool, home: Path | None, metrics: tuple[str, ...], **others: Any) -> None:
    """Build the models that depend on something new, and run their tests.

    With --select, a changed metric is built as far as its numbers and their comparison, which are printed,
    with what it is made of where that is older than its sources; the rest is built by the next `mobility
    build` or `mobility run`, and nothing is released before that.
    """
    from orchestration.cli.running import running
    from orchestration.warehouse.build import is_current, refuse_empty_lake
    from orchestration.warehouse.project import read_ahead

    settings = settings_from(sample, home, **others)
    refuse_empty_lake(settings)
    nothing_to_do = not metrics and is_current(settings)
    with running(settings) as jobs, nullcontext() if nothing_to_do else read_ahead(settings):
        from orchestration.dagster.jobs import BUILD
        from orchestration.dagster.options import BuildOptions, form

        chosen = _models_meanwhile(jobs, metrics) if metrics else jobs.warehouse_assets()
        jobs.run(BUILD, form(settings, BuildOptions, only_changed=bool(metrics)), chosen)
    if metrics:
        import duckdb

        with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
            click.echo("\n".join("\t".join(line) for line in numbers(warehouse, metrics)))
    click.echo(settings.warehouse)


def _models_meanwhile(jobs: Jobs, metrics: tuple[str, ...]) -> list[str]:
    """The models of metrics, for which dbt may have to read the project; Dagster is made ready beside."""
    loading = threading.Thread(target=jobs.make_ready, daemon=True)
    loading.start()
    try:
        return _models(jobs.settings, metrics)
    finally:
        loading.join()


def _models(settings: Any, metrics: tuple[str, ...]) -> list[str]:
    import duckdb

    from orchestration.warehouse.build import changed_since
    from orchestration.warehouse.project import manifest
    from orchestration.warehouse.selection import to_comparison

    present: set[str] = set()
    if settings.warehouse.exists():
        with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
            found = warehouse.execute("select table_name from information_schema.tables").fetchall()
            present = {str(row[0]) for row in found}
    return to_comparison(manifest(settings), metrics, present, changed_since(settings))


def numbers(warehouse: duckdb.DuckDBPyConnection, metrics: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What metrics computed, a line a series, under its header; the header alone if nothing was."""
    from orchestration.base.sql import literal

    sql = _NUMBERS.format(metrics=", ".join(map(literal, metrics)))
    rows = warehouse.execute(sql).fetchall()
    return [_HEADER, *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
