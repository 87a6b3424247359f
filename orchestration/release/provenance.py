"""Where a release comes from: its inputs, and the code that made it. Stable facts only."""

from __future__ import annotations

import hashlib
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.release.files import files_below, sha256_of
from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT, SEEDS_DIR, Settings

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
        "models": _models(),
    }


def _models() -> dict[str, str]:
    """Hash of each folder of models and of the seeds: which of them changed tells why a number did."""
    parts = [folder for folder in (DBT_PROJECT_DIR / "models").glob("*") if folder.is_dir()]
    metrics = [folder for folder in (DBT_PROJECT_DIR / "models" / "metrics").glob("*") if folder.is_dir()]
    parts = [folder for folder in parts if folder.name != "metrics"] + metrics + [SEEDS_DIR]
    return {folder.relative_to(DBT_PROJECT_DIR).as_posix(): _folder_hash(folder) for folder in sorted(parts)}


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in files_below(folder):
        if path.suffix in (".sql", ".csv"):  # descriptions change no number
            digest.update(f"{path.relative_to(folder).as_posix()}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()


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
