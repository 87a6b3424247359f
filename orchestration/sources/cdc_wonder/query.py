"""What was asked of WONDER: the query that an export prints below its rows, and the one that a file must
hold.

WONDER keeps no name of a selection: whoever forgets a box of the form gets a file of the same shape with
other numbers. So the query at the end of the file is compared with what the metric asks, parameter by
parameter; a parameter that we did not ask for and that narrows the rows is refused too.
"""

from __future__ import annotations

import csv
import fnmatch
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ALL = "All"
_OPTIONS = (
    "Show Totals", "Calculate Rates Per", "Rate Options", "Population Option", "Title", "Standard Population",
    "Non-standard Age Adjusted Rate Parameters", "Query Parameters",
)  # fmt: skip
"""Lines of the query that narrow nothing."""
_PARAMETER = re.compile(r"^([A-Z][A-Za-z0-9 /'\-]*): ?(.*)$")


@dataclass(frozen=True)
class Query:
    """What a file must have been asked for.

    Attributes:
        dataset: pattern of the name of the dataset.
        values: parameter -> how each of its values begins.
    """

    dataset: str
    values: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    with (Path(__file__).parent / "queries.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            (row["files"], row["parameter"], tuple(row["values"].split("|")))
            for row in csv.DictReader(handle)
        )


def pool(year: int) -> range:
    """The years whose deaths make up the rate of a year: five, but four in the single-race data of 2021."""
    return range(2018 if year == 2021 else year - 4, year + 1)


def wanted(table: str, year: int) -> Query:
    """The query of a table's file of a year."""
    values = {parameter: listed for files, parameter, listed in _rows() if fnmatch.fnmatch(table, files)}
    common = {"Show Zero Values": ("True",), "Show Suppressed": ("True",)}
    if table.startswith("injury_deaths"):
        years = tuple(map(str, pool(year)))
        dataset = (
            r"Underlying Cause of Death, 1999-2020"
            if year <= 2020
            else r"Underlying Cause of Death, 2018-\d{4}, Single Race"
        )
        return Query(dataset, {"Group By": ("County",), "Year/Month": years, **common, **values})
    return Query(
        r"Natality, 2016-\d{4} expanded",
        {"Group By": ("County of Residence",), "Year": (str(year),), **common, **values},
    )


def printed(lines: list[str]) -> dict[str, tuple[str, ...]]:
    """Parameter -> values of the query below the rows; WONDER cuts long lines at blanks."""
    joined: list[list[str]] = []
    for line in lines:
        found = _PARAMETER.match(line)
        if found:
            joined.append([found[1], found[2]])
        elif joined:
            joined[-1][1] += " " + line
    return {name: tuple(part.strip() for part in text.split(";")) for name, text in joined}


def differences(query: Query, told: dict[str, tuple[str, ...]]) -> list[str]:
    """What was asked otherwise than the metric asks, one sentence each."""
    dataset = "; ".join(told.get("Dataset", ("none",)))
    found = [] if re.fullmatch(query.dataset, dataset) else [f"Dataset is {dataset}"]
    for name, values in query.values.items():
        if not _fit(values, told.get(name, ())):
            found.append(f"{name} is {'; '.join(told.get(name, ('not given',)))}")
    others = set(told) - {"Dataset", *query.values, *_OPTIONS}
    return found + [
        f"{name} is {'; '.join(told[name])}" for name in sorted(others) if told[name] not in ((ALL,), ("",))
    ]


def _fit(wanted_values: tuple[str, ...], values: tuple[str, ...]) -> bool:
    """Whether each wanted value begins exactly one of the values, and none is left over."""
    patterns = [re.compile(re.escape(value) + r"(?![0-9A-Za-z])") for value in wanted_values]
    return len(values) == len(patterns) and all(
        sum(bool(pattern.match(value)) for value in values) == 1 for pattern in patterns
    )


def in_words(query: Query) -> str:
    """What a person must choose in the form."""
    chosen = "; ".join(f"{name}: {', '.join(values)}" for name, values in query.values.items())
    return f"{chosen}. Everything else stays as it is; Export Results, then Send"
