"""Urban's published files, as the reference tests read them from ../shared/sources."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT

SOURCES = PROJECT_ROOT.parent / "shared" / "sources"


def real_file(path: str) -> Path:
    """A file of ../shared/sources, plain or gzipped.

    Without the whole folder the test is skipped (and counted aloud); with it, a missing file fails.
    """
    if not SOURCES.exists():
        pytest.skip("../shared/sources is not beside the project")
    for candidate in (SOURCES / path, SOURCES / f"{path}.gz"):
        if candidate.exists():
            return candidate
    raise AssertionError(f"{path} is missing in ../shared/sources")


def read_text_table(path: Path, missing: str) -> tuple[list[str], list[tuple[str | None, ...]]]:
    """Header and rows of a CSV file as text, with `missing` as the word for a missing value."""
    with duckdb.connect() as connection:
        result = connection.execute(
            "select * from read_csv(?, header = true, all_varchar = true, nullstr = ?, quote = '\"', "
            "escape = '\"', strict_mode = true)",
            [str(path), missing],
        )
        columns = [column[0] for column in result.description or []]
        return columns, result.fetchall()
