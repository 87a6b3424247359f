"""A small world for the ingestion: two invented sources, a mirror folder, a home."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.base.settings import Settings
from orchestration.ingest import IngestReport, mirror, mirror_list, refresh
from orchestration.sources import SOURCES
from orchestration.sources.model import Code, ControlTotal, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading import archives, by_layout, layout
from orchestration.sources.reading.text import csv_rows, decode, text_table
from orchestration.storage import lake_files

RATES = (
    "year,state,county,rate,rate_quality,group\n"
    "2020,01,001,0.1,1,All\n"
    "2020,01,003,0.25,2,All\n"
    "2021,56,045,NA,,All\n"
)
PEOPLE = "SERIALNO,ST,AGEP\n2018GQ01,56,33\n2018HU02,56,7\n"


def _parse_rates(file: SourceFile, path: Path) -> Iterator[Parsed]:
    table = SOURCES["toy_rates"].tables[0]
    yield table.name, None, by_layout.read(file, path, layout.of_record(file, table))


def _parse_people(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """Two pieces, as a parser of a big file gives them."""
    with archives.opened(file, path) as archive, archives.member(file, archive, file.members[0]) as stream:
        header, *rows = csv_rows(decode(stream.read(), "utf-8", file.official_name))
    for row in rows:
        yield file.tables[0], file.partition, text_table(file, header, [row])


def _source(name: str, table: Table, file: SourceFile, parse: object) -> Source:
    return Source.model_validate(
        {
            "name": name,
            "agency": "Bureau of Tests",
            "title": "T",
            "description": "D",
            "landing_page": "https://agency.example",
            "terms": "none",
            "citation": "none",
            "access": "download",
            "tables": (table,),
            "files": (file,),
            "complete": "all",
            "parse": parse,
        }
    )


RATES_SOURCE = _source(
    "toy_rates",
    Table(
        name="rates",
        columns={
            "year": "INTEGER",
            "state": "VARCHAR",
            "county": "VARCHAR",
            "rate": "DOUBLE",
            "rate_quality": "SMALLINT",
            "group": "VARCHAR",
        },
        key=("year", "state", "county"),
        codes={"state": Code(length=2, holds_state=True), "county": Code(length=3)},
        vocabularies={"rate_quality": ("1", "2", "3"), "group": ("All",)},
        ranges={"rate": (0, 1)},
        rows={"2021": RowBounds(least=2, most=9)},
        control_totals={
            "2021": (ControlTotal(column="rate", expected=0.35, tolerance=1e-9, evidence="the yearbook"),)
        },
    ),
    SourceFile(name="rates", vintage="2021", official_name="rates.csv", tables=("rates",)),
    _parse_rates,
)
PEOPLE_SOURCE = _source(
    "toy_people",
    Table(
        name="people",
        columns={"SERIALNO": "VARCHAR", "ST": "VARCHAR", "AGEP": "INTEGER"},
        key=("SERIALNO",),
        codes={"ST": Code(length=2, holds_state=True)},
        partitioned=True,
    ),
    SourceFile(
        name="people_wy",
        vintage="2018",
        partition="56",
        official_name="csv_pwy.zip",
        tables=("people",),
        encoding="binary",
        members=("psam_p56.csv",),
    ),
    _parse_people,
)


def zipped(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)  # always of the same date
    return packed.getvalue()


class World:
    """The folders of one test, and short words for what tests do with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mirror = root / "mirror"
        self.put("toy_rates/2021/rates.csv.gz", gzip.compress(RATES.encode(), mtime=0))
        self.put("toy_people/2018/csv_pwy.zip", zipped(**{"psam_p56.csv": PEOPLE}))
        self.list()

    def settings(self, **changes: object) -> Settings:
        return Settings.model_validate({"home": self.root / "home", "mirrors": (self.mirror,)} | changes)

    def put(self, path: str, content: bytes | str) -> None:
        place = self.mirror / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())

    def put_rates(self, text: str | bytes) -> None:
        """Another rates file, correctly listed."""
        content = text if isinstance(text, bytes) else text.encode()
        self.put("toy_rates/2021/rates.csv.gz", gzip.compress(content, mtime=0))
        self.list()

    def put_people(self, content: bytes) -> None:
        self.put("toy_people/2018/csv_pwy.zip", content)
        self.list()

    def list(self) -> None:
        mirror_list.write_list(self.mirror)

    def refresh(self, *names: str, **changes: object) -> list[IngestReport]:
        return refresh(self.settings(**changes), names or None)

    def one(self, name: str, **changes: object) -> IngestReport:
        (report,) = self.refresh(name, **changes)
        return report

    def parquet(self, name: str = "toy_rates") -> Path:
        source = SOURCES[name]
        (table,), (file,) = source.tables, source.files
        name = lake_files.parquet_name(source.name, file.vintage, table.name, file.partition)
        return self.settings().lake_dir / name

    def lake(self) -> dict[str, bytes]:
        """Every byte of the lake."""
        folder = self.settings().lake_dir
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in list(SOURCES):
        monkeypatch.delitem(SOURCES, name)
    for source in (RATES_SOURCE, PEOPLE_SOURCE):
        monkeypatch.setitem(SOURCES, source.name, source)
    monkeypatch.setattr(mirror, "SHIPPED_MIRROR", tmp_path / "no shipped mirror")
    return World(tmp_path)
