"""The portal's bulk files: CSV of up to a gigabyte, read as a stream by DuckDB.

Only the rows and columns that are used leave the reader, a piece at a time, so that the size of the file
does not matter. Every cell is text; a row whose year or grade is no number is kept, and then refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.base.sql import identifier, literal
from orchestration.sources.model import SourceFile
from orchestration.sources.reading import by_layout
from orchestration.sources.reading.layout import Layout

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_YEAR = 2013
ALL_GRADES = 99
_KEPT = {
    "bulk_enrollment": f"coalesce(try_cast(grade as integer) = {ALL_GRADES}, true)",
    "bulk_directory": f"coalesce(try_cast(year as integer) >= {FIRST_YEAR}, true)",
    "bulk_poverty": f"coalesce(try_cast(year as integer) >= {FIRST_YEAR}, true)",
}
_ROWS = 100_000
_MEMORY = "400MB"
_SEARCHED = 30


class _Top:
    """The first rows of a file, to find its header in."""

    def __init__(self, where: str, path: Path) -> None:
        self.where = where
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            self._rows = list(islice(csv.reader(lines), _SEARCHED))

    def top(self, rows: int) -> list[list[str]]:
        return self._rows[:rows]


def read(file: SourceFile, path: Path, layout: Layout) -> Iterator[pa.Table]:
    """The rows that are kept, in the order of the file.

    Raises:
        MobilityError: the header or a line is not as the layout says.
    """
    import duckdb

    where = f"{file.official_name}, vintage {file.vintage}"
    row, names, places = by_layout.find_header(file, _Top(where, path), layout)
    used = {position: name for name, position in places.items()}
    declared = {used.get(at, f"other {at + 1}"): "VARCHAR" for at in range(len(names))}
    columns = ", ".join(identifier(column.name) for column in layout.columns)
    try:
        # In a process that has other connections: this one's settings end with it.
        with duckdb.connect(config={"memory_limit": _MEMORY, "threads": 2}) as connection:
            connection.execute("set enable_progress_bar = false")  # it would print into the display of a run
            found = connection.execute(
                f"""
                select {columns}, file_row from (
                    select *, row_number() over () as file_row
                    from read_csv(
                        {literal(str(path))}, columns = {declared!r}, header = false, skip = {row},
                        auto_detect = false, delim = ',', quote = '"', escape = '"', encoding = 'utf-8',
                        strict_mode = true, null_padding = false
                    )
                )
                where {_KEPT[file.tables[0]]}
                """
            )
            for batch in found.to_arrow_reader(_ROWS):
                yield _table(batch)
    except duckdb.Error as error:
        raise MobilityError(
            "A line of the file cannot be read.",
            where=where,
            expected=f"{len(names)} fields in UTF-8 in every line",
            found=" ".join(str(error).split())[:400],
            remedy="fetch the file again: it is cut off or was changed",
        ) from error


def _table(batch: pa.RecordBatch) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_batches([batch])
