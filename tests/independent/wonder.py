"""Exports of CDC WONDER: tab-separated rows with a county's code, then a total and the query."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any


def read(path: Any) -> dict[str, dict[str, str]]:
    """Code of the county -> the row by column name; total and footer have no code."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    header = [name.strip() for name in rows[0]]
    (code,) = (place for place, name in enumerate(header) if name.endswith("Code"))
    return {
        row[code]: dict(zip(header, row, strict=False))
        for row in rows[1:]
        if len(row) > code and row[code].strip()
    }


def number(text: str) -> int | None:
    """A count; no word is one."""
    return int(text) if text.strip().isdigit() else None
