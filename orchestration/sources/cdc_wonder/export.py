"""Reading an export of CDC WONDER: a quoted header, rows with tabs, then `"---"` and the query that was
asked.

Rows of totals have a word in the first column and no code of a county; they are compared with the sum of
the counties and left out. Words stand where there is no number (`Suppressed`, `Missing County`,
`Unreliable`): they are kept as they are. Counties that WONDER does not name are one row a state, code
`xx999`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.cdc_wonder import query
from orchestration.sources.model import Parsed, SourceFile
from orchestration.sources.reading.text import read_text, text_table

NOTES = "Notes"
COUNTY, CODE = "County", "County Code"
_OF_RESIDENCE = {f"{COUNTY} of Residence": COUNTY, f"{COUNTY} of Residence Code": CODE}
"""The expanded natality data say where the mother lives."""
END = "---"
COUNTS = {"deaths": "Deaths", "births": "Births"}
DEATH_COLUMNS = (
    COUNTY, CODE, "Deaths", "Population", "Crude Rate", "Crude Rate Lower 95% Confidence Interval",
    "Crude Rate Upper 95% Confidence Interval", "Crude Rate Standard Error",
)  # fmt: skip
BIRTH_COLUMNS = (COUNTY, CODE, "Births")


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table in the lake."""
    return DEATH_COLUMNS if table.startswith("injury_deaths") else BIRTH_COLUMNS


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The rows of counties of one export, after its query was found to be the one that is wanted."""
    table = file.tables[0]
    text = read_text(file, path)
    rows = list(csv.reader(text.splitlines(), delimiter="\t"))
    end = next((number for number, row in enumerate(rows) if row == [END]), len(rows))
    _check_query(file, table, rows[end:])
    header = [_OF_RESIDENCE.get(name.strip(), name.strip()) for name in rows[0]]
    wanted = columns_of(table)
    missing = [name for name in (NOTES, *wanted) if name not in header]
    if missing:
        raise MobilityError(
            "The export lacks columns.",
            where=f"{file.official_name}, row 1",
            expected=", ".join((NOTES, *wanted)),
            found=f"without {', '.join(missing)}; it has {', '.join(header)}",
            remedy=f"ask again: {file.form_settings}",
        )
    body = rows[1:end]
    ragged = [number for number, row in enumerate(body, start=2) if len(row) != len(header)]
    if ragged:
        raise MobilityError(
            "Lines do not have as many fields as the header.",
            where=f"{file.official_name}, row {ragged[0]}"
            + (f" and {len(ragged) - 1} others" * (len(ragged) > 1)),
            expected=f"{len(header)} fields with tabs between them",
            found=f"{len(body[ragged[0] - 2])} fields",
            remedy="bring the export as it was saved; opening and saving it in a spreadsheet changes it",
        )
    place = {name: header.index(name) for name in (NOTES, *wanted)}
    _check_total(file, body, place)
    counties = [[row[place[name]].strip() for name in wanted] for row in body if row[place[CODE]].strip()]
    yield table, None, text_table(file, list(wanted), counties)


def _check_query(file: SourceFile, table: str, below: list[list[str]]) -> None:
    """What stands below the rows is the query of this file."""
    lines = ["\t".join(row) for row in below]
    sections = "\n".join(lines).split(END)
    told = query.printed(sections[1].strip().splitlines()) if len(sections) > 1 else {}
    wanted = query.wanted(table, int(file.vintage))
    if not told:
        raise MobilityError(
            "The export ends before its query: it is cut off, or its end was deleted.",
            where=file.official_name,
            expected=f'a line "{END}" and the query below the rows',
            found="rows only",
            remedy="bring the export as it was saved",
        )
    wrong = query.differences(wanted, told)
    if wrong:
        raise MobilityError(
            "The export answers another question than this file's.",
            where=f"{file.official_name}, the query below the rows",
            expected=f"Dataset: {wanted.dataset}; {query.in_words(wanted)}",
            found="; ".join(wrong),
            remedy="ask again with the settings of the form as expected (mobility sources)",
        )


def _check_total(file: SourceFile, body: list[list[str]], place: dict[str, int]) -> None:
    """Numbers of counties never exceed the total; without a suppressed county they are the total."""
    count = COUNTS["deaths" if "Deaths" in place else "births"]
    totals = [row[place[count]] for row in body if not row[place[CODE]].strip()]
    values = [row[place[count]] for row in body if row[place[CODE]].strip()]
    numbers = [int(value) for value in values if value.isdigit()]
    if len(totals) != 1 or not totals[0].isdigit():
        return
    total, whole = int(totals[0]), len(numbers) == len(values)
    if sum(numbers) > total or (whole and sum(numbers) != total):
        raise MobilityError(
            "The counties of the export do not add up to its total.",
            where=f"{file.official_name}, column {count}",
            expected=f"{total:,}" if whole else f"at most {total:,}",
            found=f"{sum(numbers):,} in {len(numbers):,} counties",
            remedy="rows are missing or doubled: export again",
        )
