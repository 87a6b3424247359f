"""Where a release comes from: its inputs, and the code that made it. Stable facts only."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from typing import Any

from orchestration.release.files import sha256_of
from orchestration.settings import PROJECT_ROOT, Settings

_PACKAGES = (
    "dagster", "dagster-dbt", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandas", "pyarrow",
)  # fmt: skip


def inputs(settings: Settings) -> list[dict[str, Any]]:
    """Every file of an agency that the lake was made of, with origin and hash."""
    from orchestration import ingest

    return ingest.inputs(settings)


def code() -> dict[str, Any]:
    """Commit, lock and versions of the packages that compute."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "has_uncommitted_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "lock_sha256": sha256_of(PROJECT_ROOT / "requirements.lock"),
        "packages": {name: version(name) for name in _PACKAGES},
        "project": version("mobility"),
    }


def _git(*arguments: str) -> str | None:
    """What git says, or nothing where the project is no checkout."""
    if not (PROJECT_ROOT / ".git").exists():
        return None
    try:
        said = subprocess.run(
            ["git", "-C", str(PROJECT_ROOT), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip() or None
