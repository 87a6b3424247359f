"""HRSA: Area Health Resources Files, the numbers of primary care physicians by county.

The release of 2021-2022 holds the years since 2010 under names like `f1467514` (field and year), from
2022-2023 on a file holds the two latest years under names like `phys_nf_prim_care_pc_exc_rsdt_21`. Both are
SAS data sets of thousands of columns in a zip (HRSA has CSV files too), of which the physicians are read.
Physicians: non-federal M.D.s and D.O.s under 75 in general and family medicine, internal medicine and
pediatrics, without hospital residents (AMA Physician Masterfile).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading.archives import opened
from orchestration.sources.reading.layout import Layouts
from orchestration.sources.reading.text import text_table
from orchestration.sources.reading.workbooks import cell_text

LAYOUTS = Layouts.beside(__file__)
_MEMBERS = (".sas7bdat", ".csv")


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The declared columns of the data set in the zip, by name whatever their case."""
    import io

    import pandas as pd

    with opened(file, path) as archive:
        members = [info for info in archive.infolist() if info.filename.lower().endswith(_MEMBERS)]
        if len(members) != 1:
            raise MobilityError(
                "A zip archive lacks a member.",
                where=file.official_name,
                expected=f"one data set, {' or '.join(_MEMBERS)}",
                found=", ".join(sorted(archive.namelist())) or "an empty archive",
                remedy="fetch the county file, as SAS data set or CSV",
            )
        content = archive.read(members[0])
    try:
        if members[0].filename.lower().endswith(".csv"):
            frame = pd.read_csv(io.BytesIO(content), encoding="latin-1", dtype=str, keep_default_na=False)
        else:
            frame = pd.read_sas(io.BytesIO(content), format="sas7bdat", encoding="latin-1")
    except (ValueError, IndexError, KeyError) as error:
        raise MobilityError(
            "The data set cannot be read.",
            where=f"{file.official_name}, member {members[0].filename}",
            expected="a SAS data set or a CSV file",
            found=str(error),
            remedy="fetch the file again",
        ) from error
    columns = LAYOUTS.columns_of("county", file.vintage)
    names = {str(name).lower(): name for name in frame.columns}
    missing = [column.name for column in columns if column.name.lower() not in names]
    if missing:
        raise MobilityError(
            "The columns are not those of the layout.",
            where=f"{file.official_name}, member {members[0].filename}",
            expected=", ".join(column.name for column in columns),
            found=f"without {', '.join(missing)}; it has {len(names)} others",
            remedy="fetch the county file; HRSA's crosswalk of old to new names says what became of a column",
        )
    wanted = frame[[names[column.name.lower()] for column in columns]]
    rows = [
        [_cell(value, column.row.code_length) for value, column in zip(row, columns, strict=True)]
        for row in wanted.itertuples(index=False, name=None)
    ]
    yield "county", None, text_table(file, [column.name for column in columns], rows)


def _cell(value: object, code_length: int | None) -> str:
    """A cell as text; a code that the data set holds as a number gets its zeros."""
    text = "" if value != value else cell_text(value)
    return text.zfill(code_length) if code_length and text.isdigit() else text


SOURCE = Source(
    name="ahrf",
    agency="Health Resources and Services Administration",
    title="Area Health Resources Files",
    description="Primary care physicians by county, 2014 to 2021.",
    landing_page="https://data.hrsa.gov/data/download?data=AHRF",
    terms="Public domain (work of the US federal government); physician counts come from the AMA Masterfile.",
    citation="US Department of Health and Human Services, Health Resources and Services Administration. "
    "Area Health Resources Files.",
    access="download",
    tables=LAYOUTS.tables(county="One row per county; physicians of each year are a column."),
    files=LAYOUTS.source_files(),
    not_at_hand=LAYOUTS.not_at_hand(),
    complete="The release of 2021-2022 for the years to 2020, that of 2022-2023 for 2021.",
    schedule_month=9,
    layouts=LAYOUTS,
    parse=parse,
)
