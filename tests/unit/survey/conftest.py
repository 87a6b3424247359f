"""The SQL of the survey models, rendered once for all tests of this folder."""

from __future__ import annotations

import fcntl
import json
import os

import pytest

from tests.support import survey_models


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Model -> SQL. The first worker that asks has dbt render them, the others read what it wrote."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    done = shared / "survey_models.json"
    with (shared / "survey_models.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            sql = survey_models.rendered(shared / "survey_models")
            done.write_text(json.dumps(sql), encoding="utf-8")
    found: dict[str, str] = json.loads(done.read_text(encoding="utf-8"))
    return found
