"""Whether the areas of a file are those of its vintage.

Tracts were drawn anew with the census of 2020, and a code alone does not tell which it is of: 06001400100 is
one in both. `tracts.csv` has the number of tracts of each county as of 2018, 2020 and 2022 (there Connecticut
has planning regions), by which a file of the other decade, one that lacks rows, and codes of other years are
known. It was counted in Urban's lists of tracts, which come from the Census Bureau's interface.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.seeds import read
from orchestration.sources.census_acs_tables.requests import last_year
from orchestration.sources.model import SourceFile

_SHOWN = 3
_PUERTO_RICO = "72"
COUNTED_IN = frozenset({"2014-2018", "2016-2020", "2017-2021"})
"""Vintages whose own lists were counted, or are known to be the same: there no tract may be missing."""


@cache
def _listed(name: str) -> dict[str, int]:
    """County -> tracts, in one list."""
    with (Path(__file__).parent / "tracts.csv").open(encoding="utf-8", newline="") as handle:
        return {row["county"]: int(row[name]) for row in csv.DictReader(handle) if row[name]}


def _list_of(year: int) -> str:
    return "tracts_2018" if year < 2020 else "tracts_2020" if year < 2022 else "tracts_2022"


@cache
def counties_of(year: int) -> dict[str, int]:
    """Counties of the year of a vintage, with their tracts."""
    listed = dict(_listed(_list_of(year)))
    for change in read("geography_changes"):
        if change["change"] == "recoded" and year < int(change["first_year"]):
            listed[change["old_geoid"]] = listed.pop(change["new_geoid"])
    return listed


def check(file: SourceFile, level: str, geoids: Sequence[str]) -> None:
    """Stop if the areas are not those of the vintage; codes of no county at all are left to the checks.

    Raises:
        MobilityError: counties of other years, tracts of the other decade, tracts missing.
    """
    if level == "place":
        return
    year = last_year(file.vintage)
    found = Counter(geoid[:5] for geoid in geoids)
    _refuse_other_years(file, year, found)
    if level == "tract":
        _refuse_other_decade(file, year, found)
        _refuse_gaps(file, year, found)


def _refuse_other_years(file: SourceFile, year: int, found: Counter[str]) -> None:
    own = counties_of(year)
    elsewhere = {code for other in (2014, 2018, 2020, 2022) for code in counties_of(other)}
    strange = sorted(code for code in found if code not in own and code in elsewhere)
    if strange:
        raise MobilityError(
            "The file has counties of another year.",
            where=f"{file.official_name}, vintage {file.vintage}",
            expected=f"the counties of {year}"
            + (", Connecticut by planning regions" if year >= 2022 else ""),
            found=f"{', '.join(strange[:_SHOWN])}"
            + (f" and {len(strange) - _SHOWN} more" * (len(strange) > _SHOWN)),
            remedy=f"fetch the table of {file.vintage}",
        )


def _refuse_other_decade(file: SourceFile, year: int, found: Counter[str]) -> None:
    own, other = counties_of(year), counties_of(2021 if year < 2020 else 2019)
    telling = [code for code in found if code in own and code in other and own[code] != other[code]]
    fits = [code for code in telling if found[code] == own[code]]
    fits_other = [code for code in telling if found[code] == other[code]]
    if len(fits_other) > len(fits):
        code = min(fits_other)
        raise MobilityError(
            "The tracts are those of the other decade.",
            where=f"{file.official_name}, vintage {file.vintage}",
            expected=f"tracts of {2010 if year < 2020 else 2020}: {own[code]} in county {code}",
            found=f"{other[code]} in county {code}, as in {2020 if year < 2020 else 2010}; "
            f"{len(fits_other)} counties so, {len(fits)} as expected",
            remedy=f"fetch the table of {file.vintage}: tracts were drawn anew with the census of 2020",
        )


def _refuse_gaps(file: SourceFile, year: int, found: Counter[str]) -> None:
    own = counties_of(year)
    allowed = {
        code: 0 if file.vintage in COUNTED_IN else max(1, number // 50) for code, number in own.items()
    }
    short = sorted(
        code for code, number in found.items() if code in own and number < own[code] - allowed[code]
    )
    if short:
        shown = "; ".join(f"county {code} has {found[code]} of {own[code]}" for code in short[:_SHOWN])
        raise MobilityError(
            "Tracts are missing.",
            where=f"{file.official_name}, vintage {file.vintage}",
            expected="all tracts of each county that the file has",
            found=shown + (f" and {len(short) - _SHOWN} more" if len(short) > _SHOWN else ""),
            remedy="fetch the table again: it is cut off, or was filtered",
        )
