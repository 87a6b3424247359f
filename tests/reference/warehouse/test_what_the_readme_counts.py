"""The numbers that README.md says of the default run, against what its release says from the data."""

from __future__ import annotations

import re
import textwrap
import warnings
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT

pytestmark = pytest.mark.reference

PROJECT = re.compile(
    r"Of the ([\d,]+) values of the default run ([\d,]+) \(([\d.]+ %)\) are computed here.*"
    r" (\d+ %) of the values have a 95 % interval, those of (\d+) of (\d+) variables\."
)
RELEASE = re.compile(
    r"Of ([\d,]+) values ([\d,]+) \(([\d.]+ %)\) are computed by this project.*\n"
    r"[\d,]+ \((\d+ %)\) have a 95 % interval: those of (\d+) of (\d+) variables\."
)


def _said(pattern: re.Pattern[str], readme: Path) -> tuple[str, ...]:
    found = pattern.search(readme.read_text(encoding="utf-8"))
    assert found is not None, f"{readme.name} no longer says what is computed and what is copied"
    return found.groups()


def test_the_readme_counts_what_the_release_counts(national_release: Path) -> None:
    assert _said(PROJECT, PROJECT_ROOT / "README.md") == _said(RELEASE, national_release / "README.md")


def test_the_readme_says_how_many_reasons_are_unknown(national_release: Path) -> None:
    (said,) = _said(
        re.compile(r"Of the missing ones (\d+) % stay without a known reason\."), PROJECT_ROOT / "README.md"
    )
    with duckdb.connect(str(national_release / "mobility.duckdb"), read_only=True) as connection:
        counts = connection.execute(
            "select count(*) filter (missing_reason = 'unknown_in_published'), count(*) "
            "from metric_values where value is null"
        ).fetchone()
    assert counts is not None and int(said) == round(100 * counts[0] / counts[1])


def test_the_pandas_lines_of_a_release_run_without_a_warning(
    national_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (national_release / "README.md").read_text(encoding="utf-8")
    block = text.split("\npandas, ", 1)[1].split("\n\n", 2)[1]
    monkeypatch.chdir(national_release)
    found: dict[str, Any] = {}
    with warnings.catch_warnings(action="error"):
        exec(textwrap.dedent(block), found)
    assert len(found["counties"]) > 30_000 and len(found["place"]) > 100
    assert found["counties"]["state"].to_list()[0] == "01"
