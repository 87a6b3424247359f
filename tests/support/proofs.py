"""What reference tests have counted: `docs/metrics/proofs.csv`, which the table of metrics shows."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from orchestration.base.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "docs" / "metrics" / "proofs.csv"


@dataclass(frozen=True)
class Proof:
    """Published cells compared: equal ones, and those that differ as a named deviation says."""

    metric: str
    cells: int
    equal: int
    claimed: int
    deviations: tuple[str, ...]
    test: str


def proofs() -> dict[str, Proof]:
    """All of them by name."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["proof"]: Proof(
                row["metric"],
                int(row["cells"]),
                int(row["equal"]),
                int(row["claimed"]),
                tuple(row["deviations"].split(";")) if row["deviations"] else (),
                row["test"],
            )
            for row in csv.DictReader(file)
        }


def proof(name: str) -> Proof:
    """The one that a test must come to."""
    return proofs()[name]
