"""Measures a good release and writes seeds `continuity_limits` and `reconciliation_limits`, for review.

    python -m orchestration.maintain.continuity_limits <folder of a release>

Each limit is the furthest that the release's own history ever went, with a margin. The general rows
(blank geography type, subgroup type and variable) are written by people and stay as they are.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from expectations.rules import reconciliation
from expectations.rules.history import FEWEST_AREAS, NUMBERS, YEAR_BEFORE
from orchestration.base.seeds import read
from orchestration.base.settings import SEEDS_DIR
from orchestration.gate.manifest import read_manifest
from orchestration.gate.table_verdicts import lay_out, lay_out_for
from orchestration.gate.workbench import Workbench

_KEYS = ("geography_type", "subgroup_type", "variable")
# The statistic over a variable's groups, and the limit that leaves it room.
_MARGINS: dict[str, tuple[str, Callable[[float], float]]] = {
    "rank_correlation_least": ("min(rank_correlation)", lambda found: found - 0.1 * (1 - found) - 0.03),
    "quartile_shift_most": ("max(quartile_shift)", lambda found: 1.2 * found + 0.1),
    "state_shift_most": ("max(state_shift)", lambda found: 1.2 * found + 0.5),
    "width_ratio_most": ("max(width_ratio)", lambda found: 1.1 * found + 0.15),
    "quality_shift_most": ("max(quality_shift)", lambda found: 1.1 * found + 0.1),
    "coverage_least": ("min(coverage)", lambda found: 0.95 * found),
    "distinct_least": ("min(distinct_ratio)", lambda found: 0.95 * found),
    "zeros_most": ("max(more_zeros)", lambda found: max(0.0, found) + 0.05),
    "rounded_most": ("max(more_rounded)", lambda found: max(0.0, found) + 0.1),
    "edge_most": ("max(more_edge)", lambda found: max(0.0, found) + 0.05),
}


def measure(release: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rows of both seeds, as a release would have them."""
    with Workbench() as workbench:
        manifest = read_manifest(release)
        lay_out_for(manifest.tables["metric_values"], manifest, lay_out(workbench, manifest), workbench)
        return _continuity(workbench), _reconciliation(workbench)


def _continuity(workbench: Workbench) -> list[dict[str, str]]:
    numbers = ", ".join(f"{_MARGINS[name][0]} as {name}" for name in NUMBERS)
    found = workbench.rows(
        f"select {', '.join(f'{key}::text' for key in _KEYS)}, {numbers} from work.compared"
        f" where areas_both >= {FEWEST_AREAS} group by all order by all"
    )
    rows = [row for row in read("continuity_limits") if not row["variable"]]
    for row in found:
        keys = dict(zip(_KEYS, row, strict=False))
        limits = {
            name: "" if value is None else _two_digits(name, _MARGINS[name][1](value))
            for name, value in zip(NUMBERS, row[len(_KEYS) :], strict=True)
        }
        rows.append({"against": YEAR_BEFORE, **keys, **limits})
    return rows


def _reconciliation(workbench: Workbench) -> list[dict[str, str]]:
    """Only where the comparison mostly holds does the method allow it."""
    found = workbench.rows(reconciliation.MEASURED)
    return [
        {
            **dict(zip(_KEYS, row, strict=False)),
            "outside_most": _two_digits("outside_most", 1.2 * row[3] + 0.01),
        }
        for row in found
        if row[3] < 0.2
    ]


def _two_digits(name: str, value: float) -> str:
    """Rounded away from what is allowed to be found: a limit keeps its margin."""
    scaled = math.floor(value * 100) if name.endswith("_least") else math.ceil(value * 100)
    return f"{scaled / 100:g}"


def _write(name: str, rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> None:
    with (SEEDS_DIR / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    continuity, reconciled = measure(Path(sys.argv[1]))
    _write("continuity_limits", continuity, ("against", *_KEYS, *NUMBERS))
    _write("reconciliation_limits", reconciled, (*_KEYS, "outside_most"))
