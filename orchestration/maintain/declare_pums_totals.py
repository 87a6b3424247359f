"""Writes `totals.csv`: how many people each state's file should stand for.

    python -m orchestration.maintain.declare_pums_totals FOLDER

The Census Bureau weights the survey to its population estimates of the same vintage, so the sum of
`PWGTP` is that estimate to the person. Of those vintages only few numbers are at hand (`EXACT`). The
others are from the county files of later vintages in FOLDER (`co-est2020-alldata.csv`, 2022, 2023 and
what came since), which revised the years before them; the tolerance says by how much they may differ. A
five-year file stands for the mean of its years.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.files import replacing
from orchestration.base.states import POSTAL_OF_FIPS
from orchestration.sources.census_acs_pums.layouts import TOTALS_FILE, VINTAGES, Layout

EXACT = {
    "2015-1yr": {"hi": 1_431_603},
    "2018-1yr": {
        "de": 967_171, "hi": 1_420_491, "me": 1_338_404, "mt": 1_062_305, "nd": 760_077, "nh": 1_356_410,
        "ri": 1_057_315, "sd": 882_235, "vt": 626_299, "wy": 577_737,
    },
}  # fmt: skip
"""State estimates of the vintage that is the survey's year."""
_WITHIN_A_DECADE, _ACROSS_THE_CENSUS = 0.02, 0.05
"""Largest differences between vintages. The census of 2020 moved some states by four percent."""
_LAST_OF_DECADE = 2020

Estimates = dict[str, dict[int, int]]
"""Postal code -> year -> people."""


def write(folder: Path, target: Path = TOTALS_FILE) -> None:
    """Write the totals of every vintage and state.

    Raises:
        MobilityError: the folder has no estimates of a year that a vintage needs.
    """
    before = _estimates(folder, _LAST_OF_DECADE)
    after: Estimates = {}
    first: dict[int, int] = {}
    for issue in _issues_in(folder):
        if issue > _LAST_OF_DECADE:  # each year from the first vintage that has it
            for postal, years in _estimates(folder, issue).items():
                after[postal] = years | after.get(postal, {})
                first = dict.fromkeys(years, issue) | first
    _refuse_gaps(folder, {year for years in (*before.values(), *after.values()) for year in years})
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(["vintage", "state", "people", "tolerance", "evidence"])
        for vintage in VINTAGES:
            for postal in before:
                facts = _total(vintage, before[postal], after[postal], postal, first)
                out.writerow([vintage, postal, *facts])


def _issues_in(folder: Path) -> list[int]:
    return sorted({int(path.name[6:10]) for path in folder.glob("co-est20[0-9][0-9]-alldata.csv*")})


def _refuse_gaps(folder: Path, known: set[int]) -> None:
    needed = {year for vintage in VINTAGES for year in _years(vintage)}
    missing = sorted(year for year in needed if year not in known)
    if missing:
        raise MobilityError(
            "There are no state estimates of a year that a microdata file stands for.",
            where=str(folder),
            expected=f"a file co-est<vintage>-alldata.csv with {', '.join(map(str, missing))}",
            found=", ".join(map(str, _issues_in(folder))) or "none",
            remedy="put the county file of that vintage into the folder",
        )


def _years(vintage: str) -> range:
    layout = Layout("persons", vintage)
    return range(layout.year - layout.years + 1, layout.year + 1)


def _total(
    vintage: str, before: dict[int, int], after: dict[int, int], postal: str, first: dict[int, int]
) -> tuple[int, int, str]:
    exact = EXACT.get(vintage, {}).get(postal)
    if exact is not None:
        return exact, 0, f"state estimate of vintage {vintage[:4]}"
    layout = Layout("persons", vintage)
    years = _years(vintage)
    # A file of the new decade counts all its years on the new census as far as there are estimates.
    new = layout.year > _LAST_OF_DECADE
    people = [after[year] if new and year in after else before[year] for year in years]
    total = round(sum(people) / len(people))
    within = _ACROSS_THE_CENSUS if new else _WITHIN_A_DECADE
    # Only what the total rests on, so that a later vintage leaves the totals of earlier files as they are.
    used = {first[year] if new and year in after else _LAST_OF_DECADE for year in years}
    source = " and ".join(map(str, sorted(used)))
    mean = "mean of the " if layout.years > 1 else ""
    return total, round(total * within), f"{mean}state estimates of vintage {source}, within {within:.0%}"


def _estimates(folder: Path, vintage: int) -> Estimates:
    found: Estimates = {}
    for row in _rows(folder / f"co-est{vintage}-alldata.csv"):
        postal = POSTAL_OF_FIPS.get(row["STATE"].zfill(2))
        if int(row["SUMLEV"]) == 40 and postal is not None:
            found[postal] = {
                int(name[-4:]): int(value)
                for name, value in row.items()
                if name.startswith("POPESTIMATE") and name[-4:].isdigit()
            }
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    packed = path.with_name(f"{path.name}.gz")
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    yield from csv.DictReader(content.decode("latin-1").splitlines())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
