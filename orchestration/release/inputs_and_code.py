"""Where a release comes from: its inputs, and the code that made it. Stable facts only."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from orchestration.base.code import below, fingerprint
from orchestration.base.files import sha256_of
from orchestration.base.settings import DBT_PROJECT_DIR, PROJECT_ROOT, SEEDS_DIR, Settings
from orchestration.base.states import POSTAL_OF_FIPS

_PACKAGES = (
    "dagster", "dagster-dbt", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandas", "pyarrow",
)  # fmt: skip


def inputs(settings: Settings) -> list[dict[str, Any]]:
    """Every file of an agency that the lake was made of, with origin and hash."""
    from orchestration import ingest

    return ingest.inputs(settings)


def named_inputs(
    inputs: Iterable[dict[str, Any]], source_files: str | None, geoid: str | None = None
) -> list[dict[str, Any]]:
    """The inputs behind the `source_files` of a computed cell, in their order.

    Args:
        inputs: those of a manifest.
        source_files: tables of the lake, as `value_components` names them: `<source>/<vintage>/<table>;...`.
        geoid: where the cell lies; of files by state only those of its state then.

    Returns:
        The inputs that fill these tables. A manifest of before 2026-11-28 does not say which tables a file
        fills: all files of the vintage then.
    """
    wanted = {tuple(name.strip().split("/")) for name in (source_files or "").split(";") if name.strip()}
    state = POSTAL_OF_FIPS.get(geoid[:2]) if geoid else None

    def fits(item: dict[str, Any]) -> bool:
        tables = {key[2] for key in wanted if key[:2] == (item["source"], item["vintage"])}
        is_elsewhere = state and item.get("partition") and item["partition"] != state
        return bool(tables & set(item.get("tables", tables))) and not is_elsewhere

    return [item for item in inputs if fits(item)]


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
    """Hash of each folder of models, of macros and seeds: which of them changed tells why a number did."""
    parts = [folder for folder in (DBT_PROJECT_DIR / "models").glob("*") if folder.is_dir()]
    metrics = [folder for folder in (DBT_PROJECT_DIR / "models" / "metrics").glob("*") if folder.is_dir()]
    parts = (
        [folder for folder in parts if folder.name != "metrics"]
        + metrics
        + [DBT_PROJECT_DIR / "macros", SEEDS_DIR]
    )
    # Descriptions change no number.
    return {
        folder.relative_to(DBT_PROJECT_DIR).as_posix(): fingerprint(below(folder, folder, ".sql", ".csv"))
        for folder in sorted(parts)
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
