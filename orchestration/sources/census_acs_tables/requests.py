"""What is asked of the Census Bureau: a table of one level in one vintage, as files and as addresses.

`tables.csv` says which tables of the lake there are (level, tables of the Census Bureau, vintages),
`layouts.csv` which of their lines; from both follow the files and the addresses of the interface.
Tracts are asked for by state, because the interface gives them so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Channel
from orchestration.base.states import FIPS_OF_POSTAL, NATION, SAMPLE_POSTAL, STATES
from orchestration.sources.model import SourceFile
from orchestration.sources.reading.layout import FileRow, Layouts

HERE = Path(__file__).parent
SOURCE_NAME = "census_acs_tables"
INTERFACE = "https://api.census.gov/data"
SUMMARY_FILES = "https://www2.census.gov/programs-surveys/acs/summary_file"
MOST_VARIABLES = 50
"""The interface refuses more variables in one request."""
FIRST_SUMMARY_FILE = 2021
"""From this year on the summary file is one file a table; the sequences before are not read."""
LEVELS = {"county": "050", "place": "160", "tract": "140"}
"""Summary level of each kind of area."""
_PRODUCTS = {"B": "", "D": "/profile", "S": "/subject"}
_PART = {"B": "ACSDT5Y", "D": "ACSDP5Y", "S": "ACSST5Y"}


@dataclass(frozen=True)
class Asked:
    """A row of `tables.csv`: a table of the lake."""

    table: str
    level: str
    census_tables: tuple[str, ...]
    vintages: tuple[str, ...]
    least_rows: int
    most_rows: int

    @property
    def by_state(self) -> bool:
        """Whether there is a file a state."""
        return self.level == "tract"


def last_year(vintage: str) -> int:
    """The year by which a vintage is called: 2021 of 2017-2021."""
    return int(vintage[-4:])


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


ASKED = {
    row["table"]: Asked(
        row["table"],
        row["level"],
        tuple(row["census_tables"].split("|")),
        tuple(row["vintages"].split("|")),
        int(row["least_rows"]),
        int(row["most_rows"]),
    )
    for row in _rows("tables.csv")
}

LAYOUTS = Layouts(
    HERE,
    [
        FileRow(
            vintage=vintage,
            table=asked.table,
            name=asked.table,
            other_columns="ignore",
            label_rows=1,
            least_rows=asked.least_rows,
            most_rows=asked.most_rows,
        )
        for asked in ASKED.values()
        for vintage in asked.vintages
    ],
)


def census_table_of(column: str) -> str:
    """The Census Bureau's table to which a column of a file belongs: B17001B of B17001B_002E."""
    return column.split("_", 1)[0]


def variables(asked: Asked, vintage: str) -> tuple[str, ...]:
    """The interface's names of all lines that are read, as the newest header of each column has them."""
    return tuple(
        column.headers[0]
        for column in LAYOUTS.columns_of(asked.table, vintage)
        if census_table_of(column.headers[0]) in asked.census_tables
    )


def address(asked: Asked, vintage: str, postal: str | None = None) -> str | None:
    """The interface's address of a table; none for a vintage whose lines are only known by other names.

    Raises:
        MobilityError: more variables than one request may have.
    """
    names = variables(asked, vintage)
    if not names:
        return None
    if len(names) + 1 > MOST_VARIABLES:
        raise MobilityError(
            "A table asks for more lines than a request of the Census Bureau's interface may have.",
            where=f"orchestration/sources/{SOURCE_NAME}/layouts.csv, table {asked.table}, vintage {vintage}",
            expected=f"at most {MOST_VARIABLES} variables, NAME among them",
            found=f"{len(names) + 1}",
            remedy="divide the table into two in tables.csv and layouts.csv",
        )
    product = _PRODUCTS[asked.census_tables[0][0]]
    of_state = f"&in=state:{FIPS_OF_POSTAL[postal]}" if postal else ""
    return (
        f"{INTERFACE}/{last_year(vintage)}/acs/acs5{product}"
        f"?get=NAME,{','.join(names)}&for={asked.level}:*{of_state}"
    )


def summary_file(asked: Asked, vintage: str) -> str | None:
    """Address of the table-based summary file, which has all areas of the country; of a single table only."""
    year, (name, *more) = last_year(vintage), asked.census_tables
    if more or name[0] != "B" or year < FIRST_SUMMARY_FILE:
        return None
    return f"{SUMMARY_FILES}/{year}/table-based-SF/data/5YRData/{summary_member(name, vintage)}"


def summary_member(census_table: str, vintage: str) -> str:
    """Name of the table-based summary file."""
    return f"acsdt5y{last_year(vintage)}-{census_table.lower()}.dat"


def members(census_table: str, vintage: str) -> tuple[str, ...]:
    """Names that a table has in a zip: both generations of data.census.gov, FactFinder, the summary file."""
    name = f"{_PART[census_table[0]]}{last_year(vintage)}.{census_table}"
    return (
        f"{name}-Data.csv",
        f"{name}_data_with_overlays_*.csv",
        f"ACS_{vintage[-2:]}_5YR_{census_table}_with_ann.csv",
        summary_member(census_table, vintage),
    )


def form_settings(asked: Asked, vintage: str) -> str:
    """What a person may bring, whatever its form."""
    tables = ", ".join(asked.census_tables)
    forms = ["the zip that data.census.gov gives", "the interface's answer"]
    if last_year(vintage) >= FIRST_SUMMARY_FILE and all(name[0] == "B" for name in asked.census_tables):
        forms.append(f"the summary file ({summary_member(asked.census_tables[0], vintage)})")
    areas = {"county": "all counties", "place": "all places", "tract": "all tracts of the state"}
    wanted = f"ACS 5-year estimates of {vintage}, {tables}, {areas[asked.level]}"
    return f"{wanted}: {', '.join(forms)}; keep the name, in any form"


def _copies(asked: Asked, vintage: str, postal: str) -> tuple[str, ...]:
    return tuple(
        row["path"]
        for row in _rows("copies.csv")
        if (row["table"], row["vintage"], row["partition"]) == (asked.table, vintage, postal)
    )


def _file(asked: Asked, vintage: str, postal: str | None, channel: Channel | None) -> SourceFile:
    name = asked.table if postal is None else f"{asked.table}_{postal}"
    copies = _copies(asked, vintage, postal or "")
    return SourceFile(
        name=name,
        vintage=vintage,
        official_name=f"acs5_{last_year(vintage)}_{name}",
        tables=(asked.table,),
        partition=postal,
        channel=channel,
        url=address(asked, vintage, postal),
        key="census_api_key",
        mirror_paths=copies,
        form_settings=form_settings(asked, vintage),
        ships=asked.table == "b28003_county",
        # Where the whole country is one file, no state is asked for alone.
        bulk=asked.by_state and summary_file(asked, vintage) is not None,
        layout=LAYOUTS.fingerprint((asked.table,), vintage),
    )


def _national(asked: Asked, vintage: str) -> SourceFile:
    name = f"{asked.table}_{NATION}"
    return SourceFile(
        name=name,
        vintage=vintage,
        official_name=f"acs5_{last_year(vintage)}_{name}",
        tables=(asked.table,),
        partitions=tuple(STATES),
        channel="national",
        url=summary_file(asked, vintage),
        form_settings=form_settings(asked, vintage),
        ships=False,
        layout=LAYOUTS.fingerprint((asked.table,), vintage),
    )


def _is_detailed(asked: Asked) -> bool:
    """Whether the table is the one that is asked for; profiles and subject tables repeat its counts."""
    return asked.census_tables[0].startswith("B")


def _by_state(asked: Asked, vintage: str) -> Iterator[SourceFile]:
    """A file a state, where the table is the one that is asked for; of another form only what is at hand."""
    known = {
        row["partition"]
        for row in _rows("copies.csv")
        if (row["table"], row["vintage"]) == (asked.table, vintage)
    }
    for postal in STATES:
        if _is_detailed(asked) or postal in known:
            yield _file(asked, vintage, postal, "national")
    if summary_file(asked, vintage) is not None:
        yield _national(asked, vintage)
    if _is_detailed(asked):
        yield _file(asked, vintage, SAMPLE_POSTAL, "sample")


def files() -> Iterator[SourceFile]:
    """All files: of each vintage the counties and places, then the tracts of each state."""
    vintages = dict.fromkeys(vintage for asked in ASKED.values() for vintage in asked.vintages)
    for vintage in sorted(vintages):
        for asked in ASKED.values():
            if vintage not in asked.vintages:
                continue
            if asked.by_state:
                yield from _by_state(asked, vintage)
            else:
                # Of forms that stand in where the detailed table is not at hand no twin is invented.
                yield _file(asked, vintage, None, None if _is_detailed(asked) else "national")
