"""Every source, broken in each way that its files allow: what is said, and that the last good file stays.

The files are the invented twins, the newest of each table; a fault that a layout cannot have (no code with
zeros in front, no year inside) is left out for that table, and what was tried is counted. Of tables that
are alike (the questions of a form, result files) one stands for all.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import mirror_list, refresh
from orchestration.sample import SEED, twin
from orchestration.sample.world import World, build_world
from orchestration.sources import SOURCES
from orchestration.sources.bls_qcew import annual
from orchestration.sources.model import Source, SourceFile, Table

Grid = list[list[object]]
_ALSO = {"County": "County of Residence", "County Code": "County of Residence Code"}
"""Names that a parser of its own knows besides the lake's."""
_YEAR = re.compile(r"\d{4}(-\d{4})?")
_WHOLE = ("SMALLINT", "INTEGER", "BIGINT")


ALIKE = {
    "census_acs_pums": ("housing_units",),
    "cdc_wonder": ("injury_deaths_all", "lbw_births"),
    "urban_published_2025": ("air_quality_county_all",),
}
"""Sources whose tables are alike -> those that stand for them."""


def newest(source: Source, table: str) -> SourceFile | None:
    """The newest file of a table; of a table that the sample lacks the newest that the record has."""
    left_out = twin.absent(source)
    own = [f for f in source.files if f.channel != "national" and f.tables[0] == table]
    return max(own, key=lambda file: (file.official_name not in left_out, file.vintage), default=None)


FILES = {
    f"{name}.{table.name}": (source, file)
    for name, source in SOURCES.items()
    for table in source.tables
    if table.name in ALIKE.get(name, (table.name,)) and (file := newest(source, table.name)) is not None
}
ROWS_OF_CELLS = (".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xls", ".dta", ".zip")
"""Other files are cut, emptied and replaced here, and have tests of their own."""


def together(name: str) -> list[SourceFile]:
    """The files that enter the lake with it."""
    source, file = FILES[name]
    if not any(table.belongs_to for table in source.tables):
        return [file]
    return [
        other
        for other in source.files
        if (other.vintage, other.partition, other.partitions, other.channel)
        == (file.vintage, file.partition, file.partitions, file.channel)
    ]


# --- changing one cell of a file of any form --------------------------------------------------------


def changed(file: SourceFile, content: bytes, change: Callable[[Grid], None]) -> bytes:
    """The file with its rows changed, in its own form."""
    if not content.startswith(b"PK") or file.official_name.lower().endswith(".xlsx"):
        return _changed(file.official_name, content, change)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        first = next(name for name in old.namelist() if name.lower().endswith(ROWS_OF_CELLS))
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, _changed(name, body, change) if name == first else body)
    return packed.getvalue()


def _changed(name: str, content: bytes, change: Callable[[Grid], None]) -> bytes:
    if name.lower().endswith((".xlsx", ".xls")):
        return _workbook(content, change)
    if name.lower().endswith(".dta"):
        return _stata(content, change)
    tabs = b"\t" in content.partition(b"\n")[0]
    return _text(content, change, "\t" if tabs else ",")


def _stata(content: bytes, change: Callable[[Grid], None]) -> bytes:
    frame = pd.read_stata(io.BytesIO(content), convert_categoricals=False)
    rows: Grid = [list(frame.columns), *frame.astype(object).values.tolist()]
    change(rows)
    names, *body = rows
    columns = {}
    for at, name in enumerate(names):
        cells = [row[at] for row in body]
        texts = any(isinstance(cell, str) for cell in cells)
        columns[str(name)] = ["" if cell != cell else str(cell) for cell in cells] if texts else cells
    out = io.BytesIO()
    pd.DataFrame(columns).to_stata(out, write_index=False, version=118)
    return out.getvalue()


def _workbook(content: bytes, change: Callable[[Grid], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows: Grid = [[cell.value for cell in row] for row in sheet.iter_rows()]
    change(rows)
    sheet.delete_rows(1, sheet.max_row)
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _text(content: bytes, change: Callable[[Grid], None], separator: str) -> bytes:
    # Latin-1 keeps every byte, whatever the encoding is.
    text = io.StringIO(content.decode("latin-1"), newline="")
    rows: Grid = [list(row) for row in csv.reader(text, delimiter=separator)]
    change(rows)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("latin-1")


# --- where things stand in a file -------------------------------------------------------------------


class Place:
    """Where a table's columns stand in its file."""

    def __init__(self, name: str) -> None:
        self.source, self.file = FILES[name]
        self.table: Table = self.source.table(self.file.tables[0])
        layouts = self.source.layouts
        if layouts and self.table.name not in {row.table for row in layouts.files}:
            layouts = None
        layout = layouts.layout(self.file, self.table.name) if layouts else None
        self.by_rows = layout is not None
        self.labels = layout.file.label_rows if layout else 0
        self.own_parser = layouts is None or self.source.parse != layouts.parse
        self.header_anywhere = bool(layout) and layout.file.header_row == "any"
        columns = self.table.columns_of(self.file.vintage)
        self.headers = {column: (column, _ALSO.get(column, column)) for column in columns}
        self.by_position: dict[str, int] = {}
        if layout:
            self.headers = {column.name: column.headers for column in layout.columns}
            placed = {c.name: c.row.number_of_position for c in layout.columns if not c.row.header}
            self.by_position = {name: at for name, at in placed.items() if at is not None}

    def header(self, rows: Grid) -> int:
        """The row of the header."""
        wanted = {self._same(name) for names in self.headers.values() for name in names}
        return max(range(min(12, len(rows))), key=lambda at: len(wanted & {self._same(c) for c in rows[at]}))

    @staticmethod
    def _same(cell: object) -> str:
        return str(cell or "").strip().removeprefix("\xef\xbb\xbf").casefold()

    def at(self, rows: Grid, column: str) -> tuple[int, int] | None:
        """First data row and position of a column."""
        header = self.header(rows)
        if column in self.by_position:
            return header + 1 + self.labels, self.by_position[column]
        names = [self._same(cell) for cell in rows[header]]
        accepted = {self._same(name) for name in self.headers[column]}
        found = next((at for at, name in enumerate(names) if name in accepted), None)
        return None if found is None else (header + 1 + self.labels, found)

    def filled(self, rows: Grid, *columns: str) -> tuple[int, int, str] | None:
        """Row, position and name of the first cell with a value in one of these columns."""
        for column in columns:
            place = self.at(rows, column)
            for row in range(place[0], len(rows)) if place else ():
                value = str(rows[row][place[1]] or "").strip() if place else ""
                if value not in ("", *self.table.missing) and not value.startswith("n/a"):
                    return row, place[1], column  # type: ignore[index]
        return None


class NotHere(Exception):
    """A fault that this layout cannot have."""


def _cell(place: Place, rows: Grid, columns: list[str]) -> tuple[int, int, str]:
    found = place.filled(rows, *columns)
    if found is None:
        raise NotHere
    return found


def renamed_column(place: Place, rows: Grid) -> str:
    header = place.header(rows)
    named = [c for c in place.headers if c not in place.by_position]
    _, at, _ = _cell(place, rows, [c for c in place.table.key if c in named] or named[:1])
    rows[header][at] = f"{rows[header][at]}_x"
    if place.own_parser or place.by_position:
        return ""  # its own words, or the header that is nowhere
    return "is missing" if len(place.headers) > 2 else "header"


def moved_header(place: Place, rows: Grid) -> str:
    if place.header_anywhere or place.file.official_name.endswith(".dta"):
        raise NotHere
    rows[0:0] = [["A title", *[""] * (len(rows[0]) - 1)], [""] * len(rows[0])]
    row = place.header(rows) + 1
    return "" if place.own_parser else f"it in row {row}"


def lost_header(place: Place, rows: Grid) -> str:
    if place.file.official_name.endswith(".dta"):
        raise NotHere
    del rows[: place.header(rows) + 1]
    return "" if place.own_parser or place.labels else "header"  # labels below it may look like a header


def short_code(place: Place, rows: Grid) -> str:
    codes = place.table.codes
    padded = [c for c, code in codes.items() if code.padded and code.holds_state and c in place.headers]
    padded += [c for c, code in codes.items() if code.padded and c in place.headers]
    row, at, column = _cell(place, rows, padded)
    if place.source.layouts and not place.by_rows:
        raise NotHere  # a parser may restore the zeros
    if place.source.layouts and any(
        c.name == column and c.row.zeros == "restored"
        for c in place.source.layouts.columns_of(place.table.name, place.file.vintage)
    ):
        raise NotHere
    if place.source.name == "census_acs_pums":
        raise NotHere  # archives to 2017 leave the zeros out, and the reader restores them
    rows[row][at] = str(rows[row][at])[1:]
    return f"column {column} has a malformed code"


def _numbers(place: Place, kinds: tuple[str, ...]) -> list[str]:
    columns = place.table.columns_of(place.file.vintage)
    keys = set(place.table.key)
    typed = [c for c, kind in columns.items() if kind in kinds and c in place.headers and c not in keys]
    return typed or list(place.table.number_or_code)


def thousands_comma(place: Place, rows: Grid) -> str:
    row, at, _ = _cell(place, rows, _numbers(place, (*_WHOLE, "DOUBLE")))
    rows[row][at] = "1,234"
    return "'1,234'"


def text_in_a_number(place: Place, rows: Grid) -> str:
    row, at, _ = _cell(place, rows, _numbers(place, (*_WHOLE, "DOUBLE")))
    rows[row][at] = "see note"
    return "'see note'"


def doubled_key(place: Place, rows: Grid) -> str:
    """Two rows with other values under one key."""
    row, _, _ = _cell(place, rows, [c for c in place.table.key if c in place.headers])
    found = [place.at(rows, column) for column in place.table.key if column in place.headers]
    key = [at[1] for at in found if at is not None]
    others = [at for at in range(len(rows[row])) if at not in key]
    unlike = (at for at in range(row + 1, len(rows)) if any(rows[at][i] != rows[row][i] for i in others))
    other = next(unlike, row + 1)
    for at in key:
        rows[other][at] = rows[row][at]
    return "is not unique"


def doubled_row(place: Place, rows: Grid) -> str:
    if place.own_parser:
        raise NotHere  # a parser may take rows that are the same in every cell for one
    row, _, _ = _cell(place, rows, [c for c in place.table.key if c in place.headers])
    rows.insert(row, list(rows[row]))
    return "is not unique"


def lost_letter(place: Place, rows: Grid) -> str:
    if place.own_parser and place.source.layouts is not None:
        raise NotHere  # a parser may leave the row out
    columns = place.table.columns_of(place.file.vintage)
    texts = [c for c, kind in columns.items() if kind == "VARCHAR" and c not in place.table.codes]
    texts = [c for c in texts if c in place.headers and c not in place.table.key]
    texts = [c for c in texts if c not in place.table.labels_of(place.file.vintage)]
    if not texts:
        raise NotHere
    row, at, column = _cell(place, rows, [c for c in texts if c not in place.table.number_or_code])
    text = not place.file.official_name.endswith((".xlsx", ".xls", ".dta"))
    mark = "\ufffd".encode().decode("latin-1") if text else "\ufffd"
    rows[row][at] = f"Do{mark}a"
    if place.file.encoding == "latin-1":
        raise NotHere  # the three bytes are three letters there
    return f"column {column}: a letter was lost"


def wrong_year(place: Place, rows: Grid) -> str:
    """A file of another year under this year's name: where a name or a label holds the year."""
    vintage = place.file.vintage
    header = place.header(rows)
    with_year = [c for c, names in place.headers.items() if any(vintage[:4] in name for name in names)]
    if with_year and not place.source.name.startswith(("geocorr", "urban_", "connecticut", "oi_")):
        other = str(int(vintage[:4]) - 20)
        rows[header] = [str(cell).replace(vintage[:4], other) for cell in rows[header]]
        return "is missing"
    labels = place.table.labels_of(vintage)
    stated = [c for c, allowed in labels.items() if len(allowed) == 1 and _YEAR.fullmatch(allowed[0])]
    factors = [c for c in ("ADJINC",) if c in labels]
    row, at, column = _cell(place, rows, stated + factors)
    rows[row][at] = 1987
    return f"column {column} has an unknown label"


CHANGES = {
    change.__name__: change
    for change in (
        renamed_column, moved_header, lost_header, short_code, thousands_comma, text_in_a_number, doubled_row,
        doubled_key, lost_letter, wrong_year,
    )
}  # fmt: skip


class Bench:
    """A mirror with the files of one source, and a home that has taken them in."""

    def __init__(self, root: Path, name: str, contents: dict[str, bytes]) -> None:
        self.root, self.name = root, name
        self.mirror = root / "mirror"
        for path, content in contents.items():
            self.put(path, content)
        self.refresh()
        self.before = self.lake()
        assert self.before

    def put(self, path: str, content: bytes) -> None:
        place = self.mirror / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        mirror_list.write_list(self.mirror, sample=True)

    def refresh(self) -> None:
        source, _ = FILES[self.name]
        refresh(Settings(home=self.root / "home", channel="sample", mirrors=(self.mirror,)), [source.name])

    def lake(self) -> dict[str, bytes]:
        folder = Settings(home=self.root / "home", channel="sample").lake_dir
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def invented(world: World, source: Source, file: SourceFile) -> bytes:
    """A file of the sample; one that the sample leaves out is made from its layout alone."""
    if file.official_name not in twin.absent(source):
        return twin.content(world, source, file)
    if file.tables == (annual.TABLE.name,):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            header = ",".join((*annual.CODES, *annual.NUMBERS))
            packed.writestr(f"{file.vintage}.csv", "\n".join((header, *WAGES)))
        return out.getvalue()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twin.values, "of", lambda name: None)
        return twin.content(world, source, file)


WAGES = tuple(f"99{county},0,10,70,0,2023,A,,90,1000,40000000,739" for county in ("001", "003", "005"))
"""Annual averages of three counties; their source reads them by a parser of its own."""


@pytest.fixture(scope="module")
def good() -> Callable[[str], dict[str, bytes]]:
    world = build_world(SEED)
    made: dict[str, dict[str, bytes]] = {}

    def contents(name: str) -> dict[str, bytes]:
        if name not in made:
            source, _ = FILES[name]
            made[name] = {
                source.canonical_path(file): invented(world, source, file) for file in together(name)
            }
        return made[name]

    return contents


def refused(bench: Bench, content: bytes, expected: str, fault: str) -> None:
    """The file is refused with its name and what to do, and the lake is as it was."""
    source, file = FILES[bench.name]
    bench.put(source.canonical_path(file), content)
    try:
        bench.refresh()
    except MobilityError as error:
        message = str(error)
    else:
        pytest.fail(f"taken in with {fault}")
    assert expected in message, message
    assert file.official_name in message and "to do:" in message and "unexpected" not in message
    assert bench.lake() == bench.before


tried: dict[str, set[str]] = {}


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_told_and_the_last_good_one_stays(
    name: str, tmp_path: Path, good: Callable[[str], dict[str, bytes]]
) -> None:
    contents = good(name)
    bench = Bench(tmp_path, name, contents)
    source, file = FILES[name]
    whole = contents[source.canonical_path(file)]
    tried[name] = set()
    rows_of_cells = file.official_name.lower().endswith(ROWS_OF_CELLS)
    for fault, change in CHANGES.items() if rows_of_cells else ():
        expected = ""

        def apply(rows: Grid, change: Callable[[Place, Grid], str] = change) -> None:
            nonlocal expected
            expected = change(Place(name), rows)

        try:
            content = changed(file, whole, apply)
        except NotHere:
            continue
        refused(bench, content, expected, fault)
        tried[name].add(fault)
    packed = whole.startswith(b"PK")
    cut = whole[: len(whole) * 2 // 3] if packed else whole.rstrip().rpartition(b",")[0]
    refused(bench, cut, "to do:", "its end cut off")
    refused(bench, b"", "to do:", "nothing in it")
    refused(bench, b"<html><body>Not found</body></html>\n", "to do:", "a web page in its place")
    if rows_of_cells:
        # A parser of its own may know a file in which this test cannot find the columns.
        by_rows = Place(name).by_rows
        assert not by_rows or {"renamed_column", "doubled_key"} <= tried[name], tried[name]
        assert len(tried[name]) >= (4 if by_rows else 2), tried[name]
