from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.base.settings import Settings
from orchestration.dagster.assemble import assemble


@pytest.fixture(scope="session")
def parsed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the dbt project is parsed."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture(scope="session")
def definitions(parsed_home: Path) -> dg.Definitions:
    """Everything Dagster knows, as the UI loads it."""
    return assemble(Settings(home=parsed_home))
