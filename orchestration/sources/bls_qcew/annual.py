"""The annual averages of the open data: one file of all areas, or many of one area each, in a zip.

The files of an area say `annual_avg_estabs`, the single file and the files by area
`annual_avg_estabs_count`. Only rows of counties are kept, from the total (level 70) to the classes (73): a
hundredth of the single file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Code, Parsed, RowBounds, SourceFile, Table
from orchestration.sources.reading.archives import opened

if TYPE_CHECKING:
    import pyarrow as pa

YEARS = (2014, 2018, 2021, 2022, 2023)
LEVELS = ("70", "71", "72", "73")
ESTABLISHMENTS = "annual_avg_estabs_count"
_OTHER_NAME = "annual_avg_estabs"
CODES = (
    "area_fips", "own_code", "industry_code", "agglvl_code", "size_code", "year", "qtr", "disclosure_code",
)  # fmt: skip
NUMBERS = (ESTABLISHMENTS, "annual_avg_emplvl", "total_annual_wages", "annual_avg_wkly_wage")
_PADDED = {"area_fips": 5}
_BLOCK = 8 << 20
"""Bytes that are in memory at a time."""

TABLE = Table(
    name="annual_averages",
    description="One row per county, ownership and class of industries.",
    columns=dict.fromkeys(CODES, "VARCHAR") | dict.fromkeys(NUMBERS, "BIGINT"),
    key=("area_fips", "own_code", "industry_code"),
    codes={"area_fips": Code(length=5, holds_state=True)},
    required=("annual_avg_wkly_wage", ESTABLISHMENTS),
    vocabularies={"qtr": ("A",), "size_code": ("0",), "disclosure_code": ("N",), "agglvl_code": LEVELS},
    vintage_vocabularies={str(year): {"year": (str(year),)} for year in YEARS},
    ranges={"annual_avg_wkly_wage": (0.0, 100_000.0)},
    rows={str(year): RowBounds(least=50_000, most=120_000) for year in YEARS},
)

FILES = tuple(
    SourceFile(
        name=TABLE.name,
        vintage=str(year),
        official_name=f"{year}_annual_singlefile.zip",
        tables=(TABLE.name,),
        url=f"https://data.bls.gov/cew/data/files/{year}/csv/{year}_annual_singlefile.zip",
        mirror_paths=(
            f"bls_qcew/{year}_annual_singlefile.zip",
            f"bls_qcew/{year}_annual_by_area.zip",
            f"bls_qcew/{year}_area_slices.zip",
        ),
        encoding="binary",
        bulk=True,
        ships=False,
    )
    for year in YEARS
)


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """Each member that is a CSV file, filtered."""
    with opened(file, path) as archive:
        members = [info for info in archive.infolist() if info.filename.lower().endswith(".csv")]
        if not members:
            raise MobilityError(
                "A zip archive lacks a member.",
                where=file.official_name,
                expected="files .csv: the single file, or one of each area",
                found=", ".join(sorted(archive.namelist())) or "an empty archive",
                remedy="fetch the file again",
            )
        for info in members:
            for rows in _rows(file, archive, info):
                yield TABLE.name, None, rows


def _rows(file: SourceFile, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[pa.Table]:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    where = f"{file.official_name}, member {info.filename}"
    with archive.open(info) as stream:
        header = stream.readline().decode("utf-8-sig").strip()
    names = [name.strip().strip('"') for name in header.split(",")]
    wanted = {name: name for name in (*CODES, *NUMBERS)}
    if ESTABLISHMENTS not in names:
        wanted[ESTABLISHMENTS] = _OTHER_NAME
    missing = [name for name in wanted.values() if name not in names]
    if missing:
        raise MobilityError(
            "The columns are not those of the annual averages.",
            where=f"{where}, row 1",
            expected=", ".join(wanted.values()),
            found=f"without {', '.join(missing)}; it has {header}",
            remedy="take the annual averages, not the quarterly files; fetch the file again",
        )
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(wanted.values(), pa.string()),
        include_columns=list(wanted.values()),
        strings_can_be_null=False,
    )
    read = csv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK)
    try:
        with (
            archive.open(info) as stream,
            csv.open_csv(stream, read_options=read, convert_options=convert) as reader,
        ):
            for batch in reader:
                table = pa.table(batch.columns, names=list(wanted))
                kept = table.filter(pc.is_in(table["agglvl_code"], pa.array(LEVELS)))
                if len(kept):
                    kept = _padded(kept)
                    _refuse_lost_numbers(where, kept)
                    yield kept
    except pa.ArrowInvalid as error:
        raise MobilityError(
            "A line of the file does not have the fields of its header.",
            where=where,
            expected=f"{len(names)} fields in every line",
            found=str(error),
            remedy="fetch the file again: it is cut off or was saved by another program",
        ) from error


def _padded(rows: pa.Table) -> pa.Table:
    """Copies that a spreadsheet saved have lost the zero in front of a county's code."""
    import pyarrow.compute as pc

    for name, width in _PADDED.items():
        at = rows.column_names.index(name)
        rows = rows.set_column(at, name, pc.utf8_lpad(rows[name], width=width, padding="0"))
    return rows


def _refuse_lost_numbers(where: str, rows: pa.Table) -> None:
    """People at work and no wage, without the mark of what is not disclosed: numbers were lost."""
    import pyarrow.compute as pc

    silent = pc.equal(rows["disclosure_code"], "")
    workers = pc.invert(pc.is_in(rows["annual_avg_emplvl"], _zeros()))
    unpaid = pc.is_in(rows["annual_avg_wkly_wage"], _zeros())
    lost = rows.filter(pc.and_(silent, pc.and_(workers, unpaid)))
    if len(lost):
        first = lost.slice(0, 1).to_pylist()[0]
        raise MobilityError(
            "Rows have employment and no wage, and are not marked as undisclosed.",
            where=where,
            expected="annual_avg_wkly_wage above 0, or disclosure_code N",
            found=f"{len(lost)} rows; area {first['area_fips']}, own_code {first['own_code']}, industry_code "
            f"{first['industry_code']}: employment {first['annual_avg_emplvl']}, wage "
            f"{first['annual_avg_wkly_wage'] or 'nothing'}",
            remedy="take the agency's own file: numbers with thousands commas were lost when it was saved",
        )


def _zeros() -> pa.Array:
    import pyarrow as pa

    return pa.array(["", "0"])
