"""The raw files of agencies in a mirror folder, and what all metrics need: the frame, and readers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import floor
from pathlib import Path
from typing import Any

import pandas as pd

KEY = ["geography_type", "geoid", "year", "variable", "subgroup_type", "subgroup"]
COLUMNS = [*KEY, "value", "lower", "upper", "quality"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Files:
    """A mirror folder; every reader gives text unless it says otherwise."""

    mirror: Path

    @cached_property
    def people(self) -> dict[tuple[str, int], int]:
        """(geoid, year) -> residents: counties (5 digits) and places (7) of each year's frame."""
        found = {}
        for file, code in (("county-populations.csv", "county"), ("place-populations.csv", "place")):
            for row in self.csv(f"urban_frames/2025/{file}", encoding="latin-1").to_dict("records"):
                found[row["state"] + row[code], int(row["year"])] = int(row["population"])
        return found

    def frame(self, year: int, digits: int = 5) -> list[str]:
        """Codes of the counties (5 digits) or places (7) of a year."""
        return [geoid for geoid, of_year in self.people if of_year == year and len(geoid) == digits]

    def csv(self, path: str, *, encoding: str = "utf-8", separator: str = ",") -> pd.DataFrame:
        """A table of text, blank cells as empty text; a mirror may pack it."""
        packed = self.mirror / f"{path}.gz"
        return pd.read_csv(
            packed if packed.exists() else self.mirror / path,
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            sep=separator,
        )

    def member(self, path: str, ending: str) -> io.BytesIO:
        """The member of an archive whose name ends so."""
        with zipfile.ZipFile(self.mirror / path) as archive:
            (name,) = (name for name in archive.namelist() if name.lower().endswith(ending))
            return io.BytesIO(archive.read(name))

    def packed_csv(self, path: str, ending: str) -> pd.DataFrame:
        """A table of text in an archive."""
        return pd.read_csv(self.member(path, ending), dtype=str, keep_default_na=False, encoding="latin-1")

    def years(self, pattern: str) -> list[Path]:
        """Files of all vintages, in order."""
        return sorted(self.mirror.glob(pattern))


def county_row(geoid: str, year: int, variable: str, value: float | None, **more: Any) -> Row:
    """A cell of a county, overall unless told otherwise."""
    return {
        "geography_type": "county", "geoid": geoid, "year": year, "variable": variable,
        "subgroup_type": "all", "subgroup": "All", "value": value, "lower": None, "upper": None,
        "quality": None, **more,
    }  # fmt: skip


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """The cells that have a value."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame[frame["value"].notna()]


def half_up(number: float, digits: int = 0) -> float:
    """Rounded as agencies print: a half away from zero."""
    return float(floor(number * 10**digits + 0.5) / 10**digits)
