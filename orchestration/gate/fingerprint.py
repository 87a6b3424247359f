"""The gate's own fingerprint: its code, the suites and the seeds that they read.

A verdict names it, and publishing accepts only verdicts of today's gate: a rule that was tightened
after the verdict has not judged the candidate.
"""

from __future__ import annotations

from pathlib import Path

import expectations
from orchestration.base import seeds
from orchestration.base.code import below, fingerprint
from orchestration.base.settings import SEEDS_DIR

SEEDS = (
    "continuity_limits",
    "coverage_exceptions",
    "geography_changes",
    "geography_control_totals",
    "independent_cities",
    "metric_subgroups",
    "missing_reasons",
    "publication_columns",
    "publication_list",
    "published_file_columns",
    "reconciliation_limits",
    "series",
    "subgroups",
    "value_ranges",
    "variables",
)


def gate_sha256() -> str:
    """SHA-256 over names and contents of everything that decides a verdict."""
    suites, gate = Path(expectations.__file__).parent, Path(__file__).parent
    files = [(f"expectations/{name}", path) for name, path in below(suites, suites, ".py")]
    files += [(f"gate/{name}", path) for name, path in below(gate, gate, ".py")]
    files += [(f"expectations/{name}", suites / name) for name in ("suites.csv", "waivers.csv")]
    files += [("base/seeds.py", Path(seeds.__file__))]
    files += [(f"seeds/{name}.csv", SEEDS_DIR / f"{name}.csv") for name in SEEDS]
    return fingerprint(files)
