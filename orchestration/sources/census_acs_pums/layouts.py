"""What the Census Bureau's microdata files look like, vintage by vintage.

The columns that the metrics need, the names that changed on the way, and the codes that the year's
data dictionary allows (`codes.csv`, written by `declare_pums_codes`). A name that changed is
a *choice*: a file has exactly one of its spellings, and neither or two are an error, because then
nobody can know what the file means. Which spelling a year should have is only used for messages: the
Census Bureau has issued files again with another one (2018-2022: `PUMA10` and `PUMA20`, later `PUMA`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from orchestration.base.errors import MobilityError

Kind = Literal["persons", "housing_units"]
KINDS: tuple[Kind, ...] = ("housing_units", "persons")
LETTER: dict[Kind, str] = {"persons": "p", "housing_units": "h"}

CODES_FILE = Path(__file__).with_name("codes.csv")
TOTALS_FILE = Path(__file__).with_name("totals.csv")
VINTAGES_FILE = Path(__file__).with_name("vintages.csv")


@cache
def _vintages() -> dict[str, dict[str, str]]:
    """Vintage -> its data dictionary in `codes.csv`; without one at hand, its dollar factors.

    Factors are in millionths, one a year of interviews; their proof is section 4 of the method page. The
    one-year file of 2020 has experimental weights, and no metric uses it.
    """
    with VINTAGES_FILE.open(encoding="utf-8", newline="") as handle:
        return {row["vintage"]: row for row in csv.DictReader(handle)}


VINTAGES = tuple(_vintages())
REPLICATES = range(1, 81)

# Disability: cognitive, ambulatory, independent living, hearing, vision, self-care.
_DISABILITY = ("DREM", "DPHY", "DOUT", "DEAR", "DEYE", "DDRS")
_INTERNET = (
    "BROADBND", "COMPOTHX", "DIALUP", "HISPEED", "LAPTOP", "OTHSVCEX", "SATELLITE", "SMARTPHONE", "TABLET",
)  # fmt: skip

NOT_APPLICABLE_PUMA = ("-9", "-0009", "-00009")
"""What stands in `PUMA00`, `PUMA10` or `PUMA20` for records whose PUMA is of the other census."""

_TEXT = ("SERIALNO", "ST", "STATE", "PUMA", "PUMA00", "PUMA10", "PUMA20")
_SMALL = (
    "SPORDER", "AGEP", "SEX", "HISP", "RAC1P", "ESR", "SCHG", "SCHL", "RELP", "RELSHIPP", *_DISABILITY,
    "NP", "TYPE", "TYPEHUGQ", "TEN", "VACS", "BDSP", "KIT", "PLM", "ACCESS", "ACCESSINET", *_INTERNET,
)  # fmt: skip

STATE: tuple[tuple[str, ...], ...] = (("ST",), ("STATE",))
PUMA: tuple[tuple[str, ...], ...] = (("PUMA",), ("PUMA00", "PUMA10"), ("PUMA10", "PUMA20"))
RELATIONSHIP: tuple[tuple[str, ...], ...] = (("RELP",), ("RELSHIPP",))
TYPE_OF_UNIT: tuple[tuple[str, ...], ...] = (("TYPE",), ("TYPEHUGQ",))
ACCESS: tuple[tuple[str, ...], ...] = (("ACCESS",), ("ACCESSINET",))


def duckdb_type(column: str) -> str:
    """The type in which a column is stored: codes that identify are text, everything else a number."""
    if column in _TEXT:
        return "VARCHAR"
    return "SMALLINT" if column in _SMALL else "INTEGER"


def weights(kind: Kind) -> tuple[str, ...]:
    """The weight and its 80 replicates."""
    main = "PWGTP" if kind == "persons" else "WGTP"
    return (main, *(f"{main}{number}" for number in REPLICATES))


_FIXED: dict[Kind, tuple[str, ...]] = {
    "persons": (
        "SERIALNO", "SPORDER", "ADJINC", "AGEP", "SEX", "HISP", "RAC1P", "ESR", "SCHG", "SCHL", *_DISABILITY,
    ),
    "housing_units": (
        "SERIALNO", "ADJINC", "ADJHSG", "NP", "TEN", "VACS", "VALP", "RNTP", "GRNTP", "SMOCP", "HINCP",
        "BDSP", "KIT", "PLM",
    ),
}  # fmt: skip
_CHOICES: dict[Kind, tuple[tuple[tuple[str, ...], ...], ...]] = {
    "persons": (STATE, PUMA, RELATIONSHIP),
    "housing_units": (STATE, PUMA, TYPE_OF_UNIT, ACCESS),
}


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of file in one vintage, all in upper case."""

    kind: Kind
    vintage: str

    @property
    def year(self) -> int:
        """The last year of interviews."""
        return int(self.vintage[:4])

    @property
    def years(self) -> int:
        """How many years of interviews the file holds."""
        return int(self.vintage[5])

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that every file of the vintage has under one name."""
        internet = _INTERNET if self.kind == "housing_units" and self.asks_for_internet else ()
        return (*_FIXED[self.kind], *internet, *weights(self.kind))

    @property
    def asks_for_internet(self) -> bool:
        """Whether all its interviews used the internet questions of 2016, or were recoded to them."""
        return self.year >= (2016 if self.years == 1 else 2018)

    @property
    def choices(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Columns whose name changed: of each, the spellings that occur."""
        return _CHOICES[self.kind]

    def spelling(self, choice: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        """The spelling that the vintage had when it first came out."""
        new = {
            STATE: self.year >= 2023,
            RELATIONSHIP: self.year >= 2019,
            TYPE_OF_UNIT: self.year >= 2020,
            ACCESS: self.year >= 2020,
        }
        if choice != PUMA:
            return choice[new[choice]]
        if self.years == 5 and self.year in (2014, 2015):
            return PUMA[1]
        return PUMA[2] if (self.year, self.years) == (2022, 5) else PUMA[0]

    def columns(self) -> dict[str, str]:
        """All columns of the lake's table with their types, also those of other vintages."""
        return columns_of(self.kind)

    def resolve(self, header: Iterable[str], where: str) -> dict[str, str]:
        """Find the columns of this layout in a file's header, whatever the case of its letters.

        Returns:
            Name in the file -> column of the lake, in the file's order.

        Raises:
            MobilityError: a column is missing or doubled, or a choice has no or several spellings.
        """
        names = list(header)
        upper = [name.strip().upper() for name in names]
        known = self.columns()
        findings = [f"{name} stands twice" for name in known if upper.count(name) > 1]
        findings += [f"{name} is missing" for name in self.needed if name not in upper]
        for choice in self.choices:
            findings += self._misspelled(choice, set(upper))
        if findings:
            shown = ", ".join(findings[:5]) + (f" and {len(findings) - 5} more" if len(findings) > 5 else "")
            raise MobilityError(
                "The header is not that of the vintage.",
                where=f"{where}, header",
                expected=f"the columns of {self.kind} {self.vintage}, "
                + ", ".join("/".join(self.spelling(choice)) for choice in self.choices)
                + " among them",
                found=shown,
                remedy="fetch the file again; if the agency changed its layout, change "
                "orchestration/sources/census_acs_pums/layouts.py",
            )
        return {name: column for name, column in zip(names, upper, strict=True) if column in known}

    def _misspelled(self, choice: tuple[tuple[str, ...], ...], header: set[str]) -> list[str]:
        named = {name for spelling in choice for name in spelling} & header
        if any(set(spelling) == named for spelling in choice):
            return []
        several = " or ".join(" and ".join(spelling) for spelling in choice)
        return [f"expected {several}, found {' and '.join(sorted(named)) or 'neither'}"]

    def members(self, postal: str, fips: str) -> tuple[tuple[str, ...], ...]:
        """Names that the member(s) of an archive may have, the vintage's own first.

        Until 2016 members carry the year and the postal code, later the state's FIPS code. Both are
        accepted for every year, because the year of the change was not seen in a file.
        """
        letter = LETTER[self.kind]
        if postal == "us":
            parts = "ab" if self.years == 1 else "abcd"
            old = tuple(f"ss{self.year % 100}{letter}us{part}.csv" for part in parts)
            new = tuple(f"psam_{letter}us{part}.csv" for part in parts)
        else:
            old, new = (f"ss{self.year % 100}{letter}{postal}.csv",), (f"psam_{letter}{fips}.csv",)
        return (old, new) if self.year <= 2016 else (new, old)


@cache
def columns_of(kind: Kind) -> dict[str, str]:
    """The columns of one kind over all vintages with their types, in the order of the lake."""
    chosen = [name for choice in _CHOICES[kind] for spelling in choice for name in spelling]
    internet = _INTERNET if kind == "housing_units" else ()
    return {name: duckdb_type(name) for name in (*_FIXED[kind], *chosen, *internet, *weights(kind))}


# --- codes --------------------------------------------------------------------------------------

_DOLLAR_FACTORS = ("ADJINC", "ADJHSG")
_CHANGING = {*_DOLLAR_FACTORS, *_INTERNET}
"""Columns whose codes are not carried over to a year whose dictionary is not at hand.

Internet items got a code for suppressed answers in 2023.
"""


def codes_of(kind: Kind, vintage: str) -> dict[str, tuple[str, ...]]:
    """Allowed codes of one vintage: those of its dictionary, or those that never changed in any."""
    facts = _vintages()[vintage]
    factors = {name: tuple(facts[name].split()) for name in _DOLLAR_FACTORS if facts[name]}
    dictionary = facts["dictionary"]
    codes = _dictionaries()[dictionary] if dictionary else _unchanged() | factors
    return {name: allowed for name, allowed in codes.items() if name in columns_of(kind)}


@cache
def _dictionaries() -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    with CODES_FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["dictionary"], {})[row["column"]] = tuple(row["codes"].split())
    return found


@cache
def _unchanged() -> dict[str, tuple[str, ...]]:
    """Codes that are the same in every dictionary that has the column."""
    seen: dict[str, set[tuple[str, ...]]] = {}
    for codes in _dictionaries().values():
        for name, allowed in codes.items():
            seen.setdefault(name, set()).add(allowed)
    return {
        name: next(iter(all_codes))
        for name, all_codes in seen.items()
        if len(all_codes) == 1 and name not in _CHANGING
    }
