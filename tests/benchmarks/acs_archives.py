"""Writes microdata archives of national size in the official layout, for `make bench ARGS=acs`.

    python -m tests.benchmarks.acs_archives FOLDER VINTAGE [STATE ...]

A block of some 26,000 homes is made once from the sample's records, with weights and incomes of its
own, and written again and again under other serial numbers, states and PUMAs (the real ones of 2010 or
2020, so that the crosswalks hold). Blocks are far longer than what a zip looks back, so they compress
like the genuine files: about four to one.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.base.states import NATION, STATES
from orchestration.ingest import mirror, mirror_list
from orchestration.sample import SEED
from orchestration.sample.microdata.archives import archive
from orchestration.sample.microdata.layout import columns
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.sources.census_acs_pums.layouts import (
    KINDS,
    LETTER,
    PUMA,
    REPLICATES,
    Kind,
    Layout,
    spellings_of,
    weights,
)
from orchestration.sources.model import SourceFile

HOMES = {1: 1_500_000, 5: 7_300_000}
"""Records of the national housing file by years of interviews; there are 2.2 persons a home."""
_HOMES_A_BLOCK = 26_000
_SERIAL_DIGITS = 7


@dataclass
class Block:
    """Lines of one kind of file as bytes, with what must be known to write other codes into them."""

    body: np.ndarray
    starts: np.ndarray
    """Where each line begins, and at last where the body ends."""
    home: np.ndarray
    """Number of the home of each line, rising."""
    at: dict[str, np.ndarray]
    """Column -> where its text begins in each line."""
    serial_width: int


def write(folder: Path, vintage: str, *postals: str) -> None:
    """Write both archives of a vintage for each state, or of the nation, and the list of the folder."""
    tables = {kind: _records(kind, vintage) for kind in KINDS}
    # Homes of the sample are numbered from 1 without gaps; the last ones may be empty.
    homes_of_sample = int(_numbers(tables["housing_units"]).max())
    rows = {kind: _rows(table, homes_of_sample) for kind, table in tables.items()}
    blocks = {kind: _block(Layout(kind, vintage), *rows[kind]) for kind in KINDS}
    homes = _homes_by_state(vintage)
    for postal in postals or (NATION,):
        states = homes if postal == NATION else {postal: homes[postal]}
        for kind in KINDS:
            _write_archive(folder, Layout(kind, vintage), blocks[kind], postal, states)
    mirror_list.write_list(folder)


def _write_archive(folder: Path, layout: Layout, block: Block, postal: str, states: dict[str, int]) -> None:
    kind, vintage = layout.kind, layout.vintage
    pumas = _pumas(layout)
    target = folder / "census_acs_pums" / vintage / f"csv_{LETTER[kind]}{postal}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    parts = layout.members(postal, STATES.get(postal, ""))[0]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        first = 1
        for part, member in enumerate(parts):
            with out.open(member, "w", force_zip64=True) as stream:
                stream.write(",".join(columns(kind, vintage)).encode() + b"\n")
                for state in list(states)[part :: len(parts)]:
                    fips = STATES[state]
                    for chunk in _lines(block, fips, pumas[fips], first, states[state]):
                        stream.write(chunk)
                    first += states[state]


def people_of(vintage: str) -> dict[str, float]:
    """State -> its people."""
    totals = SOURCES["census_acs_pums"].table("persons").control_totals[vintage]
    return {str(total.partition): total.expected for total in totals}


def _homes_by_state(vintage: str) -> dict[str, int]:
    people = people_of(vintage)
    homes = HOMES[Layout("persons", vintage).years]
    return {state: round(homes * of_state / sum(people.values())) for state, of_state in people.items()}


def _pumas(layout: Layout) -> dict[str, np.ndarray]:
    """State -> its PUMA codes as rows of five bytes."""
    period = "2022" if layout.year >= 2022 else "pre-2022"
    source = SOURCES["urban_crosswalks"]
    copy = mirror.find(source, source.files[0], [SHIPPED_MIRROR])
    assert copy is not None
    with arrow_csv_text(copy.place) as lines:
        codes: dict[str, set[str]] = {}
        for row in csv.DictReader(lines):
            if row["crosswalk_period"] == period:
                codes.setdefault(row["statefip"], set()).add(row["puma"])
    return {state: _bytes(sorted(of_state)) for state, of_state in codes.items()}


def arrow_csv_text(path: Path) -> io.TextIOWrapper:
    """A packed CSV of the shipped mirror as text."""
    import gzip

    return io.TextIOWrapper(gzip.open(path), encoding="latin-1", newline="")


def _bytes(texts: list[str]) -> np.ndarray:
    return np.array(texts, dtype=f"S{len(texts[0])}").view(np.uint8).reshape(len(texts), -1)


def _records(kind: Kind, vintage: str) -> pa.Table:
    """The sample's records of a vintage as text."""
    file = SourceFile(
        name="block", vintage=vintage, official_name="block.zip", tables=(kind,), partition="ss"
    )
    packed = zipfile.ZipFile(io.BytesIO(archive(build_world(SEED), file)))
    body = packed.read(packed.namelist()[0])
    names = columns(kind, vintage)
    return arrow_csv.read_csv(
        io.BytesIO(body),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _numbers(table: pa.Table) -> np.ndarray:
    """The number of each record's home; one-year files before 2017 have it alone, times 37."""
    serials = table["SERIALNO"].to_pylist()
    return np.array([int(text[-_SERIAL_DIGITS:]) if len(text) == 13 else int(text) // 37 for text in serials])


def _rows(table: pa.Table, homes: int) -> tuple[pa.Table, np.ndarray]:
    """Records repeated to a block, with serial numbers of one width, and the home of each row."""
    numbers = _numbers(table)
    times = -(-_HOMES_A_BLOCK // homes)
    home = np.concatenate([numbers - 1 + homes * turn for turn in range(times)])
    if any(len(text) < 13 for text in table["SERIALNO"].to_pylist()):
        alone = pa.array([f"{number:0{_SERIAL_DIGITS}d}" for number in numbers])
        table = table.set_column(table.column_names.index("SERIALNO"), "SERIALNO", alone)
    return pa.concat_tables([table] * times), home


def _block(layout: Layout, rows: pa.Table, home: np.ndarray) -> Block:
    chance = np.random.default_rng(SEED)
    count = int(home.max()) + 1
    total = sum(
        t.expected for t in SOURCES["census_acs_pums"].table("persons").control_totals[layout.vintage]
    )
    # So that people are as many as the state's, whatever a home of the sample holds; homes 2.2 to one.
    spread = np.exp(chance.normal(0, 0.6, count))[home]
    mean = total / HOMES[layout.years] * (count / len(home) if layout.kind == "persons" else 1 / 2.2)
    main = np.maximum(1, np.rint(mean * spread / spread.mean())).astype(np.int64)
    quarters = layout.kind == "housing_units" and np.array(rows["WGTP"].to_pylist()) == "0"
    main = np.where(quarters, 0, main)
    names = list(rows.column_names)
    rows = rows.set_column(names.index(weights(layout.kind)[0]), weights(layout.kind)[0], pa.array(main))
    factors = np.array([0.3, 0.85, 1.0, 1.15, 1.7])
    for number in REPLICATES:
        name = next(n for n in names if n.upper() == f"{weights(layout.kind)[0]}{number}")
        factor = chance.choice(factors, len(home), p=[0.25, 0.17, 0.16, 0.17, 0.25])
        replicate = np.rint(main * factor + chance.normal(0, 0.03, len(home)) * main).astype(np.int64)
        rows = rows.set_column(names.index(name), name, pa.array(replicate))
    out = io.BytesIO()
    arrow_csv.write_csv(rows, out, arrow_csv.WriteOptions(include_header=False, quoting_style="none"))
    body = np.frombuffer(out.getvalue(), dtype=np.uint8).copy()
    ends = np.flatnonzero(body == ord("\n")) + 1
    starts = np.concatenate([[0], ends])
    return Block(body, starts, home, _places(layout, rows, ends), len(rows["SERIALNO"][0].as_py()))


def _places(layout: Layout, rows: pa.Table, ends: np.ndarray) -> dict[str, np.ndarray]:
    """Where serial number, state and PUMA begin in each line; all columns before them have a fixed width."""
    starts = np.concatenate([[0], ends[:-1]])
    at, reached = {}, 0
    wanted = {"SERIALNO", "ST", "STATE", *(name for s in spellings_of(layout.kind, PUMA) for name in s)}
    for name in rows.column_names:
        text = rows[name][0].as_py()
        if name in wanted:
            at[name] = starts + reached
        if name == "ADJINC":
            break
        reached += len(str(text)) + 1
    return at


def _lines(block: Block, state: str, pumas: np.ndarray, first: int, homes: int) -> Iterator[bytes]:
    """Lines of a state's homes, which are numbered from `first` on in the whole file."""
    whole = int(block.home.max()) + 1
    for begin in range(0, homes, whole):
        count = min(whole, homes - begin)
        lines = int(np.searchsorted(block.home, count))
        home = block.home[:lines] + begin
        body = block.body[: block.starts[lines]].copy()
        serial = _bytes(
            [f"{number:0{_SERIAL_DIGITS}d}" for number in range(first + begin, first + begin + count)]
        )
        _put(body, block.at["SERIALNO"][:lines] + block.serial_width - _SERIAL_DIGITS, serial[home - begin])
        column = "ST" if "ST" in block.at else "STATE"
        _put(body, block.at[column][:lines], np.broadcast_to(_bytes([state]), (lines, 2)))
        _put(body, block.at["PUMA"][:lines], pumas[home % len(pumas)])
        yield body.tobytes()


def _put(body: np.ndarray, at: np.ndarray, text: np.ndarray) -> None:
    body[at[:, None] + np.arange(text.shape[1])] = text


if __name__ == "__main__":
    write(Path(sys.argv[1]), *sys.argv[2:])
