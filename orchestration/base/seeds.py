"""Reading seeds: rows as dictionaries of text, in file order."""

from __future__ import annotations

import csv
from functools import cache

from orchestration.base.settings import SEEDS_DIR


@cache
def read(name: str) -> tuple[dict[str, str], ...]:
    """The rows of seed `name`; blank cells are empty text."""
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def split(cell: str) -> list[str]:
    """The parts of a cell that holds a list separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]
