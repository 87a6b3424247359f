"""Writes `codes.csv` from the Census Bureau's data dictionaries.

    python -m orchestration.maintain.declare_pums_codes FOLDER

The folder holds `PUMS_Data_Dictionary_<years>.csv` or `.csv.gz`. Only columns that the lake keeps and
whose codes are a list are written; blanks (`b`, `bb`: not applicable) are no code in the lake.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestration.base.files import replacing
from orchestration.sources.census_acs_pums.layouts import CODES_FILE, KINDS, columns_of, weights

_LONGEST = 40


def write(folder: Path, target: Path = CODES_FILE) -> None:
    """Write the codes of all dictionaries in a folder."""
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(["dictionary", "column", "codes"])
        for path in sorted(folder.glob("PUMS_Data_Dictionary_*.csv*")):
            years = path.name.removeprefix("PUMS_Data_Dictionary_").partition(".")[0]
            for column, codes in dictionary(path).items():
                out.writerow([years, column, " ".join(codes)])


def dictionary(path: Path) -> dict[str, list[str]]:
    """Codes of the coded columns of one dictionary; columns that hold numbers are left out."""
    wanted = _coded_columns()
    codes: dict[str, list[str]] = {}
    measured = set()
    for name, low, high in _values(path):
        if name not in wanted or not low.strip("b"):
            continue
        if low != high:
            measured.add(name)
        elif str(int(low)) not in codes.setdefault(name, []):
            codes[name].append(str(int(low)))
    return {name: found for name, found in codes.items() if name not in measured and len(found) <= _LONGEST}


def _coded_columns() -> set[str]:
    """Every column of the lake that is stored as a number, but weights."""
    return {
        name
        for kind in KINDS
        for name, stored in columns_of(kind).items()
        if stored != "VARCHAR" and name not in weights(kind)
    }


def _values(path: Path) -> Iterator[tuple[str, str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="latin-1", newline="") as handle:
        for row in csv.reader(handle):
            if row and row[0] == "VAL":
                yield row[1], row[4], row[5]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
