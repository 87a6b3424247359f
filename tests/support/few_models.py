"""A warehouse of few models, built by dbt as a run would, from what dbt knows of the project already."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.base.settings import Settings
from orchestration.ingest import lake
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project as dbt_project


def begun(settings: Settings) -> Path:
    """An empty warehouse with its lake, whose build needs not read the project from its first file on."""
    dbt_project.manifest(settings)
    dbt_project.hand_over(settings)
    place = dbt_runner.building_warehouse(settings)
    place.parent.mkdir(parents=True)
    with duckdb.connect(str(place)) as connection:
        lake.attach(connection, settings)
    return place


def built(settings: Settings, *selected: str) -> Path:
    """The warehouse of the selected models."""
    place = begun(settings)
    # Cautious: without the tests that also look at tables which are not built here.
    dbt_runner.build(settings, ["--select", *selected, "--indirect-selection", "cautious"])
    return place
