"""Every computed cell of the invented state, from the agencies' raw files once more, to 1e-9.

The survey metrics have their own plain implementation (`tests/integration/sample/test_survey_cells.py`).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.independent.files import COLUMNS, KEY, Files
from tests.support import plain_metrics

HERE = Path(__file__).parent
SHARED = {"__init__", "census", "files", "police", "wonder"}
METRICS = sorted(
    path.stem for path in HERE.glob("*.py") if path.stem not in SHARED and not path.stem.startswith("test_")
)
NOT_YET: set[str] = set()
"""Metrics that the sample computes and that nobody has written here yet: this set only shrinks."""
TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def files(sample_home: Path) -> Files:
    return Files(sample_home / "sample" / "mirror")


def computed(release: Path, metric: str) -> pd.DataFrame:
    """The cells of the release's models that have a value."""
    with duckdb.connect(str(release / "mobility.duckdb"), read_only=True) as connection:
        return connection.execute(
            f"select {', '.join(COLUMNS)} from computed_values where metric = ? and value is not null",
            [metric],
        ).df()


@pytest.mark.parametrize("metric", METRICS)
def test_every_cell_comes_out_again(metric: str, files: Files, sample_release: Path) -> None:
    """Neither side has a cell that the other has not; value, bounds and flag are equal."""
    ours = import_module(f"tests.independent.{metric}").cells(files)
    theirs = computed(sample_release, metric)
    assert len(theirs) > 0 and not ours.duplicated(KEY).any()
    both = theirs.merge(ours, on=KEY, how="outer", suffixes=("", "_again"), indicator="side")
    alone = both[both["side"] != "both"]
    assert alone.empty, f"{len(alone)} cells on one side:\n{alone[[*KEY, 'side']].head(10)}"
    for measure in ("value", "lower", "upper", "quality"):
        one, other = (pd.to_numeric(both[name], errors="coerce") for name in (measure, f"{measure}_again"))
        near = (one - other).abs() <= TOLERANCE * one.abs().clip(lower=1)
        unequal = both[~(near | (one.isna() & other.isna()))]
        shown = unequal[[*KEY, measure, f"{measure}_again"]]
        assert unequal.empty, f"{metric}, {measure}: {len(unequal)} of {len(both)} differ\n{shown.head(10)}"


def test_every_metric_with_computed_series_is_covered(sample_release: Path) -> None:
    """A metric that the sample computes has a module here, or is a named gap."""
    with duckdb.connect(str(sample_release / "mobility.duckdb"), read_only=True) as connection:
        there = {
            row[0]
            for row in connection.execute(
                "select distinct metric from computed_values where value is not null"
            ).fetchall()
        }
    covered = {*METRICS, *plain_metrics.METRICS}
    assert there - covered == NOT_YET
    assert NOT_YET & covered == set() and covered <= there
