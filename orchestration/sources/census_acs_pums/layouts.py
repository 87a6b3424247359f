"""What the Census Bureau's microdata files look like, vintage by vintage.

The columns that the metrics need and the names that changed on the way (`layouts.csv`), and the codes that
the year's data dictionary allows (`codes.csv`, written by `declare_pums_codes`). A name that changed is
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
from orchestration.sources.reading.layout import ColumnRow, FileRow, Layouts

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
NOT_APPLICABLE_PUMA = ("-9", "-0009", "-00009")
"""What stands in `PUMA00`, `PUMA10` or `PUMA20` for records whose PUMA is of the other census."""

LAYOUTS = Layouts(
    Path(__file__).parent,
    [FileRow(vintage=vintage, table=kind, encoding="binary") for vintage in VINTAGES for kind in KINDS],
)
"""Archives follow from the vintages and the states; only the columns are rows."""

STATE, PUMA, RELATIONSHIP, TYPE_OF_UNIT, ACCESS = "state", "puma", "relationship", "type", "access"
"""Choices: columns whose name changed."""


@cache
def _columns_of_any_vintage(kind: Kind) -> dict[str, ColumnRow]:
    """The columns of one kind over all vintages, in the order of the rows."""
    found: dict[str, ColumnRow] = {}
    for row in LAYOUTS.rows:
        if row.table == kind:
            found |= {column.name: row for column in LAYOUTS.expanded(row)}
    return found


def weights(kind: Kind) -> tuple[str, ...]:
    """The weight and its 80 replicates."""
    main = "PWGTP" if kind == "persons" else "WGTP"
    return (main, *(f"{main}{number}" for number in REPLICATES))


@cache
def spellings_of(kind: Kind, choice: str) -> tuple[tuple[str, ...], ...]:
    """The spellings of a choice that occur in any year."""
    found: dict[str, list[str]] = {}
    for name, row in _columns_of_any_vintage(kind).items():
        group, _, spellings = row.choice.partition(":")
        if group == choice:
            for spelling in spellings.split("|"):
                found.setdefault(spelling, []).append(name)
    return tuple(tuple(names) for names in found.values())


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
        columns = LAYOUTS.columns_of(self.kind, self.vintage)
        return tuple(c.name for c in columns if not c.row.choice and not c.row.presence)

    @property
    def asks_for_internet(self) -> bool:
        """Whether all its interviews used the internet questions of 2016, or were recoded to them."""
        return "HISPEED" in {c.name for c in LAYOUTS.columns_of("housing_units", self.vintage)}

    @property
    def choices(self) -> tuple[str, ...]:
        """Columns whose name changed."""
        return choices_of(self.kind)

    def spelling(self, choice: str) -> tuple[str, ...]:
        """The spelling that the vintage had when it first came out."""
        return _spelling(self.kind, self.vintage, choice)

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
                "orchestration/sources/census_acs_pums/layouts.csv",
            )
        return {name: column for name, column in zip(names, upper, strict=True) if column in known}

    def _misspelled(self, choice: str, header: set[str]) -> list[str]:
        spellings = spellings_of(self.kind, choice)
        named = {name for spelling in spellings for name in spelling} & header
        if any(set(spelling) == named for spelling in spellings):
            return []
        several = " or ".join(" and ".join(spelling) for spelling in spellings)
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
def choices_of(kind: Kind) -> tuple[str, ...]:
    """Columns of one kind whose name changed in some vintage."""
    groups = (row.choice.partition(":")[0] for row in _columns_of_any_vintage(kind).values())
    return tuple(dict.fromkeys(group for group in groups if group))


@cache
def _spelling(kind: Kind, vintage: str, choice: str) -> tuple[str, ...]:
    # The test asks any layout for any choice; a name changed in both kinds of file alike.
    has_it = kind if choice in choices_of(kind) else next(k for k in KINDS if k != kind)
    columns = LAYOUTS.columns_of(has_it, vintage)
    return tuple(column.name for column in columns if column.row.choice.partition(":")[0] == choice)


@cache
def columns_of(kind: Kind) -> dict[str, str]:
    """The columns of one kind over all vintages with their types, in the order of the lake."""
    return {name: row.type for name, row in _columns_of_any_vintage(kind).items()}


# --- codes --------------------------------------------------------------------------------------

_DOLLAR_FACTORS = ("ADJINC", "ADJHSG")


@cache
def codes_of(kind: Kind, vintage: str) -> dict[str, tuple[str, ...]]:
    """Allowed codes of one vintage: those of its dictionary.

    Where that is not at hand: those that never changed in any dictionary, and those of the layout's rows
    (internet items may be suppressed since 2023).
    """
    facts = _vintages()[vintage]
    factors = {name: tuple(facts[name].split()) for name in _DOLLAR_FACTORS if facts[name]}
    said = {c.name: c.row.labels for c in LAYOUTS.columns_of(kind, vintage) if c.row.labels}
    dictionary = facts["dictionary"]
    codes = _dictionaries()[dictionary] if dictionary else _unchanged() | said | factors
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
    """Codes that are the same in every dictionary that has the column, but what the layout's rows say."""
    said = {row.column for row in LAYOUTS.rows if row.labels}
    seen: dict[str, set[tuple[str, ...]]] = {}
    for codes in _dictionaries().values():
        for name, allowed in codes.items():
            seen.setdefault(name, set()).add(allowed)
    return {
        name: next(iter(all_codes))
        for name, all_codes in seen.items()
        if len(all_codes) == 1 and name not in (*_DOLLAR_FACTORS, *said)
    }
