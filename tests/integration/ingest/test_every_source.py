"""Every source, broken in each way that its files allow: what is said, and that the last good file stays.

The files are the invented twins; a fault that a layout cannot have (no code with zeros in front, no year
inside) is left out for that source, and the last test counts what was tried.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import mirror_list, refresh
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile, Table

Grid = list[list[object]]
_WHOLE = ("SMALLINT", "INTEGER", "BIGINT")


def newest(source: Source) -> SourceFile | None:
    """The newest file that the sample has."""
    left_out = twin.absent(source)
    own = [f for f in source.files if f.channel != "national" and f.official_name not in left_out]
    return max(own, key=lambda file: file.vintage, default=None)


FILES = {name: file for name, source in SOURCES.items() if (file := newest(source)) is not None}
NO_ROWS = (".json",)
"""Files that are no rows of cells: they are cut, emptied and replaced, and have tests of their own."""


def together(name: str) -> list[SourceFile]:
    """The files that enter the lake with it."""
    file = FILES[name]
    if not any(table.belongs_to for table in SOURCES[name].tables):
        return [file]
    return [
        other
        for other in SOURCES[name].files
        if (other.vintage, other.partition, other.partitions, other.channel)
        == (file.vintage, file.partition, file.partitions, file.channel)
    ]


# --- changing one cell of a file of any form --------------------------------------------------------


def changed(file: SourceFile, content: bytes, change: Callable[[Grid], None]) -> bytes:
    """The file with its rows changed, in its own form."""
    if file.official_name.lower().endswith((".xlsx", ".xls")):
        return _workbook(content, change)
    if content.startswith(b"PK"):
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
            for name in old.namelist():
                body = old.read(name)
                new.writestr(name, _text(body, change) if name.lower().endswith(".csv") else body)
        return packed.getvalue()
    return _text(content, change)


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


def _text(content: bytes, change: Callable[[Grid], None]) -> bytes:
    # Latin-1 keeps every byte, whatever the encoding is.
    rows: Grid = [list(row) for row in csv.reader(io.StringIO(content.decode("latin-1"), newline=""))]
    change(rows)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("latin-1")


# --- where things stand in a file -------------------------------------------------------------------


class Place:
    """Where a table's columns stand in its file."""

    def __init__(self, name: str) -> None:
        self.source, self.file = SOURCES[name], FILES[name]
        self.table: Table = self.source.table(self.file.tables[0])
        layouts = self.source.layouts
        layout = layouts.layout(self.file, self.table.name) if layouts else None
        self.labels = layout.file.label_rows if layout else 0
        columns = self.table.columns_of(self.file.vintage)
        self.headers = {column: (column,) for column in columns}
        self.by_position = set()
        if layout:
            self.headers = {column.name: column.headers for column in layout.columns}
            self.by_position = {c.name for c in layout.columns if c.row.position and not c.row.header}

    def header(self, rows: Grid) -> int:
        """The row of the header."""
        wanted = {self._same(name) for names in self.headers.values() for name in names}
        return max(range(min(3, len(rows))), key=lambda at: len(wanted & {self._same(c) for c in rows[at]}))

    @staticmethod
    def _same(cell: object) -> str:
        return str(cell or "").strip().removeprefix("\xef\xbb\xbf").casefold()

    def at(self, rows: Grid, column: str) -> tuple[int, int] | None:
        """First data row and position of a column that is found by name."""
        header = self.header(rows)
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
    _, at, _ = _cell(place, rows, [c for c in place.headers if c not in place.by_position][:1])
    rows[header][at] = f"{rows[header][at]}_x"
    return "is missing" if len(place.headers) > 2 else "header"


def moved_header(place: Place, rows: Grid) -> str:
    if place.table.name == "place_derogatory_debt":
        raise NotHere  # its header may stand anywhere
    rows[0:0] = [["A title", *[""] * (len(rows[0]) - 1)], [""] * len(rows[0])]
    return "row 3" if place.source.name != "census_acs_pums" else "is missing"


def lost_header(place: Place, rows: Grid) -> str:
    del rows[: place.header(rows) + 1]
    return "missing" if place.source.name == "census_acs_pums" else "header"


def short_code(place: Place, rows: Grid) -> str:
    codes = place.table.codes
    padded = [c for c, code in codes.items() if code.padded and code.holds_state and c in place.headers]
    padded += [c for c, code in codes.items() if code.padded and c in place.headers]
    row, at, column = _cell(place, rows, padded)
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
    return typed or [c for c in place.table.number_or_code if c not in place.by_position]


def thousands_comma(place: Place, rows: Grid) -> str:
    row, at, _ = _cell(place, rows, _numbers(place, (*_WHOLE, "DOUBLE")))
    rows[row][at] = "1,234"
    return "'1,234'"


def text_in_a_number(place: Place, rows: Grid) -> str:
    row, at, _ = _cell(place, rows, _numbers(place, (*_WHOLE, "DOUBLE")))
    rows[row][at] = "see note"
    return "'see note'"


def doubled_row(place: Place, rows: Grid) -> str:
    row, _, _ = _cell(place, rows, [c for c in place.table.key if c in place.headers])
    rows.insert(row, list(rows[row]))
    return "is not unique"


def lost_letter(place: Place, rows: Grid) -> str:
    columns = place.table.columns_of(place.file.vintage)
    texts = [c for c, kind in columns.items() if kind == "VARCHAR" and c not in place.table.codes]
    texts = [c for c in texts if c in place.headers and c not in place.table.key]
    texts = [c for c in texts if c not in place.table.labels_of(place.file.vintage)]
    if not texts:
        raise NotHere
    row, at, column = _cell(place, rows, [c for c in texts if c not in place.table.number_or_code])
    workbook = place.file.official_name.endswith(("x", "xls"))
    mark = "\ufffd" if workbook else "\ufffd".encode().decode("latin-1")
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
    stated = [c for c, allowed in labels.items() if allowed == (vintage,)]
    factors = [c for c in ("ADJINC",) if c in labels]
    row, at, column = _cell(place, rows, stated + factors)
    rows[row][at] = 1987654
    return f"column {column} has an unknown label"


CHANGES = {
    change.__name__: change
    for change in (
        renamed_column, moved_header, lost_header, short_code, thousands_comma, text_in_a_number, doubled_row,
        lost_letter, wrong_year,
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
        refresh(Settings(home=self.root / "home", channel="sample", mirrors=(self.mirror,)), [self.name])

    def lake(self) -> dict[str, bytes]:
        folder = Settings(home=self.root / "home", channel="sample").lake_dir
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def good() -> Callable[[str], dict[str, bytes]]:
    world = build_world(SEED)
    made: dict[str, dict[str, bytes]] = {}

    def contents(name: str) -> dict[str, bytes]:
        if name not in made:
            source = SOURCES[name]
            made[name] = {
                source.canonical_path(file): twin.content(world, source, file) for file in together(name)
            }
        return made[name]

    return contents


def refused(bench: Bench, content: bytes, expected: str) -> None:
    """The file is refused with its name and what to do, and the lake is as it was."""
    file = FILES[bench.name]
    bench.put(SOURCES[bench.name].canonical_path(file), content)
    with pytest.raises(MobilityError) as error:
        bench.refresh()
    message = str(error.value)
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
    file = FILES[name]
    whole = contents[SOURCES[name].canonical_path(file)]
    tried[name] = set()
    rows_of_cells = not file.official_name.endswith(NO_ROWS)
    for fault, change in CHANGES.items() if rows_of_cells else ():
        expected = ""

        def apply(rows: Grid, change: Callable[[Place, Grid], str] = change) -> None:
            nonlocal expected
            expected = change(Place(name), rows)

        try:
            content = changed(file, whole, apply)
        except NotHere:
            continue
        refused(bench, content, expected)
        tried[name].add(fault)
    packed = whole.startswith(b"PK")
    cut = whole[: len(whole) * 2 // 3] if packed else whole.rstrip().rpartition(b",")[0]
    refused(bench, cut, "to do:")
    refused(bench, b"", "to do:")
    refused(bench, b"<html><body>Not found</body></html>\n", "to do:")
    if rows_of_cells:
        assert {"renamed_column", "lost_header", "doubled_row"} <= tried[name], tried[name]
        assert len(tried[name]) >= 5, tried[name]
