"""Layouts as rows: what the files of a source look like in each vintage, as tables that anyone can edit.

Two tables lie beside a source's record. `files.csv` has a row for each file: what the agency calls it in
that vintage and how it is opened (encoding, member of an archive, sheet, row of the header, how many rows
there may be). `layouts.csv` has a row for each column and range of vintages: under which name it stands in
the file, its name and type in the lake, and what must hold in it. Both are checked here, so that a slip of
the pen is told with its row and column. The reader is `by_layout`; docs/sources.md explains every column.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import quote

from pydantic import Field, ValidationError, field_validator, model_validator

from orchestration.base.errors import MobilityError
from orchestration.sources.model import (
    Code,
    ControlTotal,
    Encoding,
    NotAtHand,
    Record,
    RowBounds,
    SourceFile,
    Table,
)

if TYPE_CHECKING:
    from orchestration.sources.model import Parsed

LIST_SEPARATOR = "|"
Type = Literal["VARCHAR", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN"]
Format = Literal["csv", "tsv", "workbook", "stata"]
Holds = Literal[
    "", "state", "state_name", "state_postal", "county", "county_geoid", "county_name",
    "place", "place_geoid", "place_name", "puma", "tract_geoid", "zip", "year", "name",
]  # fmt: skip
"""What kind of thing a column names; the invented twin fills it accordingly."""
_RANGE = ".."
_SERIES = re.compile(r"\{(\w+)\.\.(\w+)\}")
_ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".dta": "stata",
    ".xlsx": "workbook", ".xls": "workbook", ".xlsm": "workbook", ".xlsb": "workbook", ".ods": "workbook",
}  # fmt: skip


def _listed(cell: object) -> object:
    """A cell with a list; a blank cell is an empty list."""
    return tuple(cell.split(LIST_SEPARATOR)) if isinstance(cell, str) and cell else cell or ()


class FileRow(Record):
    """One row of `files.csv`."""

    vintage: str
    table: str
    name: str = Field(default="", description="short name; else the table's, with the vintage if it has many")
    official_name: str = Field(default="", description="may hold {vintage} and {yy}, its last two digits")
    url: str = Field(default="", description="may also hold {official_name}")
    mirror_paths: tuple[str, ...] = Field(default=(), description="other paths in mirrors; the same marks")
    encoding: Encoding = "utf-8"
    format: Format | Literal[""] = Field(default="", description="else by the ending of the name")
    member: str = Field(default="", description="of a zip: its name, * stands for anything")
    sheet: str = Field(default="", description="of a workbook; the first if blank")
    header_row: int | Literal["any"] = 1
    label_rows: int = Field(default=0, description="rows of labels between header and data")
    other_columns: Literal["refuse", "ignore"] = "refuse"
    rows_have: str = Field(default="", description="a column; rows without it are notes, not data")
    trim: bool = Field(default=False, description="take the blanks around every value away")
    missing: tuple[str, ...] = Field(default=(), description="texts that mean no value, in any column")
    least_rows: int = 1
    most_rows: int | None = None
    form_settings: str | None = None
    required: bool = False
    ships: bool = True
    not_at_hand: str = Field(default="", description="why no mirror has it")
    paged: bool = Field(default=False, description="the address answers in pages, each naming the next")
    bulk: bool = Field(default=False, description="a person fetches it; no run does")

    _list = field_validator("mirror_paths", "missing", mode="before")(_listed)

    def filled(self, text: str, **more: str) -> str:
        """A text with its marks replaced."""
        for mark, said in more.items():
            text = text.replace(f"{{{mark}}}", said)
        return marked(text, self.vintage)

    @property
    def named(self) -> str:
        """The agency's name of the file."""
        return self.filled(self.official_name)

    def format_of(self, name: str) -> Format:
        """How a file or member of this name is read."""
        if self.format:
            return self.format
        ending = Path(name.lower().removesuffix(".gz")).suffix
        return _ENDINGS.get(ending, "csv")


class ColumnRow(Record):
    """One row of `layouts.csv`."""

    table: str
    column: str = Field(description="in the lake; {2010..vintage} or {1..80} stands for a row each")
    vintages: str = Field(
        default="*", description="names, ranges with .., * for all; of the source's vintages"
    )
    header: tuple[str, ...] = Field(default=(), description="accepted names in the file; else the column's")
    position: str = Field(default="", description="a sheet's letter: read here, whatever the header says")
    label: tuple[str, ...] = Field(default=(), description="what the row of labels must say")
    type: Type = "VARCHAR"
    presence: Literal["", "optional"] = ""
    choice: str = Field(default="", description="group:spelling; a file has exactly one spelling of a group")
    key: Literal["", "key", "may be empty"] = ""
    filled: bool = Field(default=False, description="never empty")
    code_length: int | None = None
    zeros: Literal["kept", "lost", "restored"] = Field(
        default="kept", description="zeros in front of a code: there, dropped by the agency, restored by us"
    )
    holds_state: bool = Field(default=False, description="a code that begins with the state's")
    lowest: float | None = None
    highest: float | None = None
    labels: tuple[str, ...] = Field(default=(), description="all that may stand there; {vintage} and {yy}")
    or_code: tuple[str, ...] = Field(default=(), description="texts that stand where there is no number")
    missing: tuple[str, ...] = Field(default=(), description="texts that mean: no value")
    holds: Holds = ""
    note: str = ""

    _list = field_validator("header", "label", "labels", "or_code", "missing", mode="before")(_listed)

    @model_validator(mode="after")
    def _both_ends(self) -> ColumnRow:
        if (self.lowest is None) != (self.highest is None):
            raise ValueError("lowest and highest come together")
        return self

    @property
    def number_of_position(self) -> int | None:
        """Position counted from 0."""
        if not self.position:
            return None
        number = 0
        for letter in self.position.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        return number - 1


@dataclass(frozen=True)
class LayoutColumn:
    """A column in one vintage: its row, its name in the lake, the names it may have in the file."""

    row: ColumnRow
    name: str
    headers: tuple[str, ...]

    @cached_property
    def said(self) -> str:
        """All of it that decides how a file is read; asked for by every file that has the column."""
        return f"{self.name} {self.headers} {self.row.model_dump_json(exclude={'note', 'holds'})}"


@dataclass(frozen=True)
class Layout:
    """What one table looks like in one vintage."""

    file: FileRow
    columns: tuple[LayoutColumn, ...]
    place: str
    """Where these rows stand, for messages."""


Row = TypeVar("Row", FileRow, ColumnRow)


def _rows(path: Path, kind: type[Row]) -> list[Row]:
    """The rows of a table, each checked.

    Raises:
        MobilityError: a column is unknown, or a cell is not what it must be; names row and column.
    """
    where = f"orchestration/sources/{path.parent.name}/{path.name}"
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        strange = [name for name in reader.fieldnames or () if name not in kind.model_fields]
        if strange:
            raise MobilityError(
                "A table of layouts has a column that means nothing.",
                where=f"{where}, row 1",
                expected=f"some of {', '.join(kind.model_fields)}",
                found=", ".join(strange),
                remedy="correct the name; docs/sources.md lists the columns",
            )
        found = []
        for cells in reader:
            if None in cells or None in cells.values():
                raise _slip(where, reader.line_num, "-", "as many cells as the first row", "more or fewer")
            try:
                found.append(kind.model_validate({name: cell for name, cell in cells.items() if cell != ""}))
            except ValidationError as error:
                first = error.errors()[0]
                column = str(first["loc"][0]) if first["loc"] else "highest"
                raise _slip(where, reader.line_num, column, first["msg"], cells.get(column) or "") from None
    return found


def _slip(where: str, row: int, column: str, expected: str, found: str) -> MobilityError:
    return MobilityError(
        "A table of layouts has a cell that cannot be read.",
        where=f"{where}, row {row}, column {column}",
        expected=expected,
        found=found or "nothing",
        remedy="correct the cell; docs/sources.md says what each column holds",
    )


def of_record(file: SourceFile, table: Table) -> Layout:
    """The layout of a plain CSV whose columns are those of the table's record, under their own names."""
    facts = FileRow(vintage=file.vintage, table=table.name, encoding=file.encoding)
    columns = tuple(
        LayoutColumn(ColumnRow(table=table.name, column=name), name, (name,))
        for name in table.columns_of(file.vintage)
    )
    return Layout(facts, columns, f"table {table.name} in its record")


class Layouts:
    """The two tables of a source, and the records and the parser that follow from them."""

    def __init__(self, folder: Path, files: list[FileRow] | None = None) -> None:
        """Read them; `files` takes the place of `files.csv` where files follow from something else."""
        self.folder = folder
        self.files = _rows(folder / "files.csv", FileRow) if files is None else files
        self.rows = _rows(folder / "layouts.csv", ColumnRow)
        self.vintages = tuple(dict.fromkeys(row.vintage for row in self.files))
        self._fingerprints: dict[tuple[tuple[str, ...], str], str] = {}
        known = {row.table for row in self.files}
        for number, row in enumerate(self.rows, start=2):
            if row.table not in known:
                raise _slip(self._where("layouts.csv"), number, "table", f"one of {sorted(known)}", row.table)
            self._vintages_of(row, number)

    @classmethod
    def beside(cls, module: str) -> Layouts:
        """The tables beside a module (its `__file__`)."""
        return cls(Path(module).parent)

    def _where(self, name: str) -> str:
        return f"orchestration/sources/{self.folder.name}/{name}"

    def _vintages_of(self, row: ColumnRow, number: int = 0) -> frozenset[str]:
        """The vintages a row speaks of; a range has both its ends."""
        own = self._own_vintages(row.table)
        found: set[str] = set()
        for word in row.vintages.split():
            first, is_range, last = word.partition(_RANGE)
            if word == "*":
                found |= set(own)
            elif is_range:
                low, high = first or own[0], last or own[-1]
                # Compared as text, so that an end which has no file (a year left out) still bounds it.
                found |= {vintage for vintage in own if low <= vintage <= high}
            elif word in own:
                found.add(word)
        if not found:
            raise _slip(
                self._where("layouts.csv"), number, "vintages", f"some of {', '.join(own)}", row.vintages
            )
        return frozenset(found)

    def _own_vintages(self, table: str) -> list[str]:
        """The vintages of a table, in the order of the source's."""
        own = {row.vintage for row in self._of(table)}
        return [vintage for vintage in self.vintages if vintage in own]

    def _of(self, table: str) -> list[FileRow]:
        return self._files_of.get(table, [])

    @cached_property
    def _files_of(self) -> dict[str, list[FileRow]]:
        """The rows of each table: asked for once a row of the layouts and once a file."""
        found: dict[str, list[FileRow]] = {}
        for row in self.files:
            found.setdefault(row.table, []).append(row)
        return found

    @cached_property
    def _columns(self) -> dict[tuple[str, str], tuple[LayoutColumn, ...]]:
        """Columns by table and vintage, in the order of the rows."""
        found: dict[tuple[str, str], list[LayoutColumn]] = {}
        for row in self.rows:
            for vintage, columns in self._expansions[id(row)].items():
                found.setdefault((row.table, vintage), []).extend(columns)
        return {piece: tuple(columns) for piece, columns in found.items()}

    @cached_property
    def _expansions(self) -> dict[int, dict[str, tuple[LayoutColumn, ...]]]:
        """The columns of each row, by its identity (to hash a row costs more), in every vintage it has."""
        return {
            id(row): {vintage: tuple(_expanded(row, vintage)) for vintage in sorted(self._vintages_of(row))}
            for row in self.rows
        }

    def expanded(self, row: ColumnRow) -> Iterator[LayoutColumn]:
        """The columns of a row, in every vintage it speaks of."""
        for columns in self._expansions[id(row)].values():
            yield from columns

    def columns_of(self, table: str, vintage: str) -> tuple[LayoutColumn, ...]:
        """The columns of a table in one vintage, in the order of the file as far as it is known."""
        return self._columns[table, vintage]

    def layout(self, file: SourceFile, table: str) -> Layout:
        """What a table looks like in a file."""
        rows = [row for row in self._of(table) if row.vintage == file.vintage]
        facts = next((row for row in rows if self._short_name(row) == file.name), rows[0])
        where = f"{self._where('layouts.csv')}, vintage {file.vintage}"
        return Layout(facts, self.columns_of(table, file.vintage), where)

    # --- records ---------------------------------------------------------------------------------

    def table(self, name: str, description: str = "", **more: Any) -> Table:
        """The record of a table; `more` are fields of `Table` that no row can say (control totals)."""
        vintages = [vintage for vintage in self.vintages if (name, vintage) in self._columns]
        rows = [row for row in self.rows if row.table == name]
        by_name = {column.name: row for row in rows for column in self.expanded(row)}
        columns = {column: row.type for column, row in by_name.items()}
        present = {vintage: {c.name for c in self.columns_of(name, vintage)} for vintage in vintages}
        absent = {vintage: tuple(c for c in columns if c not in present[vintage]) for vintage in vintages}
        facts: dict[str, Any] = {
            "name": name,
            "description": description,
            "columns": columns,
            "absent": {vintage: left_out for vintage, left_out in absent.items() if left_out},
            "key": tuple(c for c, row in by_name.items() if row.key),
            "key_may_be_empty": tuple(c for c, row in by_name.items() if row.key == "may be empty"),
            "required": tuple(c for c, row in by_name.items() if row.filled),
            "codes": {c: _code(row) for c, row in by_name.items() if row.code_length},
            "ranges": {
                c: (row.lowest, row.highest)
                for c, row in by_name.items()
                if row.lowest is not None and row.highest is not None
            },
            "number_or_code": {c: row.or_code for c, row in by_name.items() if row.or_code},
            "vintage_vocabularies": {vintage: self._labels(name, vintage) for vintage in vintages},
            "missing_marks": {c: row.missing for c, row in by_name.items() if row.missing},
            "rows": {
                row.vintage: RowBounds(least=row.least_rows, most=row.most_rows) for row in self._of(name)
            },
        }
        marks = dict.fromkeys(["", *(mark for row in self._of(name) for mark in row.missing)])
        if "control_totals" not in more:
            facts["control_totals"] = self._totals(name)
        return Table.model_validate(facts | {"missing": tuple(marks)} | more)

    def _labels(self, table: str, vintage: str) -> dict[str, tuple[str, ...]]:
        return {
            column.name: tuple(marked(label, vintage) for label in column.row.labels)
            for column in self.columns_of(table, vintage)
            if column.row.labels
        }

    def _totals(self, table: str) -> dict[str, tuple[ControlTotal, ...]]:
        """Control totals of `totals.csv`, if the source has one."""
        path = self.folder / "totals.csv"
        if not path.exists():
            return {}
        totals: dict[str, list[ControlTotal]] = {}
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row.pop("table") == table:
                    vintage = row.pop("vintage")
                    totals.setdefault(vintage, []).append(
                        ControlTotal.model_validate({name: cell for name, cell in row.items() if cell})
                    )
        return {vintage: tuple(found) for vintage, found in totals.items()}

    def tables(self, **descriptions: str) -> tuple[Table, ...]:
        """The records of all tables, in the order of `files.csv`; descriptions by name."""
        names = dict.fromkeys(row.table for row in self.files)
        return tuple(self.table(name, descriptions.get(name, "")) for name in names)

    def _short_name(self, row: FileRow) -> str:
        if row.name:
            return row.name
        return row.table if len(self._of(row.table)) == 1 else f"{row.table}_{row.vintage}"

    def source_files(self) -> tuple[SourceFile, ...]:
        """The records of all files; rows of the same vintage and name are tables of one file."""
        files: dict[tuple[str, str], list[FileRow]] = {}
        for row in self.files:
            files.setdefault((row.vintage, self._short_name(row)), []).append(row)
        return tuple(self._source_file(name, rows) for (_, name), rows in files.items())

    def _source_file(self, name: str, rows: list[FileRow]) -> SourceFile:
        first = rows[0]
        official = first.named
        tables = tuple(row.table for row in rows)
        return SourceFile(
            name=name,
            vintage=first.vintage,
            official_name=official,
            tables=tables,
            url=first.filled(first.url, official_name=quote(official)) or None,
            mirror_paths=tuple(first.filled(path, official_name=official) for path in first.mirror_paths),
            encoding=first.encoding,
            form_settings=first.form_settings,
            required=first.required,
            ships=first.ships,
            paged=first.paged,
            bulk=first.bulk,
            layout=self.fingerprint(tables, first.vintage),
        )

    def fingerprint(self, tables: tuple[str, ...], vintage: str) -> str:
        """Changes with anything that decides how the tables of a vintage are read."""
        if (tables, vintage) not in self._fingerprints:  # one for all states' files of a vintage
            self._fingerprints[tables, vintage] = self._fingerprint(tables, vintage)
        return self._fingerprints[tables, vintage]

    def _fingerprint(self, tables: tuple[str, ...], vintage: str) -> str:
        said = [
            *(
                row.model_dump_json(exclude={"paged", "bulk"})  # how it comes is not how it is read
                for row in self.files
                if row.table in tables and row.vintage == vintage
            ),
            *(column.said for table in tables for column in self.columns_of(table, vintage)),
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

    def not_at_hand(self) -> tuple[NotAtHand, ...]:
        """The files that no mirror has, with the reason that `files.csv` gives."""
        return tuple(
            NotAtHand(name=self._short_name(row), reason=row.not_at_hand)
            for row in self.files
            if row.not_at_hand
        )

    def parse(self, file: SourceFile, path: Path) -> Iterator[Parsed]:
        """The parser of a source whose files are as their layouts say."""
        from orchestration.sources.reading import by_layout

        for table in file.tables:
            yield table, None, by_layout.read(file, path, self.layout(file, table))


def _code(row: ColumnRow) -> Code:
    assert row.code_length is not None
    return Code(length=row.code_length, padded=row.zeros != "lost", holds_state=row.holds_state)


def _expanded(row: ColumnRow, vintage: str) -> Iterator[LayoutColumn]:
    """A row as columns of one vintage: `{1..3}` gives three, `{vintage}` is replaced."""
    headers = row.header or (row.column,)
    series = _SERIES.search(row.column)
    if series is None:
        yield LayoutColumn(row, marked(row.column, vintage), tuple(marked(h, vintage) for h in headers))
        return
    first, last = (int(vintage[:4] if end == "vintage" else end) for end in series.groups())
    for number in range(first, last + 1):
        yield LayoutColumn(
            row,
            marked(_SERIES.sub(str(number), row.column), vintage),
            tuple(marked(_SERIES.sub(str(number), header), vintage) for header in headers),
        )


def marked(text: str, vintage: str) -> str:
    """A text with the marks `{vintage}` and `{yy}` replaced."""
    return text.replace("{vintage}", vintage).replace("{yy}", vintage[-2:])
