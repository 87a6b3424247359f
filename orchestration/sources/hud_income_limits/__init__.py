"""HUD: Section 8 income limits, one workbook a fiscal year.

A row is a county, in New England a town: `fips2010` (in 2023 `fips`) is state, county and county
subdivision, 99999 for a whole county. The limits wanted are those of a family of four: `ELI_4`
(extremely low: the larger of 30 % of the median and the poverty guideline), `l50_4`, `l80_4`. In 2023
Connecticut's towns are still under the old counties; moving them is the warehouse's work.

No workbook is at hand. The columns are those that Urban's program reads and those that HUD documents;
only the former must be there, in any order and case. The workbook of 2014 is an old `.xls`, which is
read after a person has saved it as `.xlsx`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Code, NotAtHand, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading.text import text_table
from orchestration.sources.reading.workbooks import first_sheet

_NAMES = {
    2014: "Poverty.xls", 2015: "Section8_Rev.xlsx", 2016: "Section8-FY16.xlsx", 2017: "Section8-FY17.xlsx",
    2018: "Section8-FY18.xlsx", 2019: "Section8-FY19.xlsx", 2021: "Section8-FY21.xlsx",
    2022: "Section8-FY22.xlsx", 2023: "Section8-FY23.xlsx",
}  # fmt: skip
_CODE_OF_AREA = 10
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_SIZES = range(1, 9)

NEEDED = ("state", "county", "ELI_4", "l50_4", "l80_4")
"""Columns of every year, besides the code of the area."""
_WORDS = ("State_Alpha", "County_Name", "county_town_name", "Metro_Area_Name", "CBSASub")
COLUMNS = {
    "fips2010": "VARCHAR",
    "fips": "VARCHAR",
    "state": "VARCHAR",
    "county": "VARCHAR",
    **dict.fromkeys(_WORDS, "VARCHAR"),
    "median": "INTEGER",
    **{f"{level}_{size}": "INTEGER" for level in ("ELI", "l50", "l80") for size in _SIZES},
}


def area_column(vintage: str) -> str:
    """The name of the code of the area in a year."""
    return "fips" if int(vintage) >= 2023 else "fips2010"


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The first sheet; columns by name whatever their case, others than the declared ones left out."""
    _refuse_old_workbook(file, path)
    sheet = first_sheet(file, path)
    header, *rows = sheet or [[]]
    place = _places(file, header)
    filled = [row for row in rows if any(row)]
    columns = [[row[place[name]] if name in place else "" for name in COLUMNS] for row in filled]
    for row in columns:
        for name in ("fips2010", "fips"):
            position = list(COLUMNS).index(name)
            if row[position].isdigit():
                # A code that the workbook holds as a number has lost its zeros.
                row[position] = row[position].zfill(_CODE_OF_AREA)
    yield file.tables[0], None, text_table(file, list(COLUMNS), columns)


def _places(file: SourceFile, header: list[str]) -> dict[str, int]:
    found = {name.lower(): position for position, name in reversed(list(enumerate(header)))}
    median = next((name for name in found if name.startswith("median")), None)
    if median is not None:
        found["median"] = found[median]
    needed = (area_column(file.vintage), *NEEDED)
    missing = [name for name in needed if name.lower() not in found]
    if missing:
        raise MobilityError(
            "The workbook lacks columns.",
            where=f"{file.official_name}, vintage {file.vintage}, row 1 of the first sheet",
            expected=", ".join(needed),
            found=f"without {', '.join(missing)}; it has {', '.join(name for name in header if name)}",
            remedy="fetch the file again; if HUD renamed a column, change "
            "orchestration/sources/hud_income_limits/__init__.py",
        )
    return {name: found[name.lower()] for name in COLUMNS if name.lower() in found}


def _refuse_old_workbook(file: SourceFile, path: Path) -> None:
    with path.open("rb") as handle:
        if handle.read(len(_OLD_WORKBOOK)) != _OLD_WORKBOOK:
            return
    raise MobilityError(
        "The workbook is of the old kind.",
        where=f"{file.official_name}, vintage {file.vintage}",
        expected="an .xlsx workbook",
        found="an .xls workbook of before 2007",
        remedy="open it in a spreadsheet program, save it as .xlsx under the same name, and bring that copy",
    )


SECTION8 = Table(
    name="section8",
    description="One row per HUD area: a county, or a town of New England; limits in dollars by family size.",
    columns=COLUMNS,
    # The area's name tells rows apart that HUD gives under one code.
    key=("fips2010", "fips", "County_Name", "county_town_name"),
    key_may_be_empty=("fips2010", "fips", "County_Name", "county_town_name"),
    rows={str(year): RowBounds(least=4_600, most=4_900) for year in _NAMES},
    codes={
        "fips2010": Code(length=10, holds_state=True),
        "fips": Code(length=10, holds_state=True),
        "state": Code(length=2, padded=False, holds_state=True),
        "county": Code(length=3, padded=False),
    },
    required=("state", "county", "ELI_4", "l50_4", "l80_4"),
    ranges={"ELI_4": (5_000, 200_000), "l50_4": (5_000, 300_000), "l80_4": (5_000, 400_000)},
)


def _file(year: int) -> SourceFile:
    return SourceFile(
        name=f"section8_{year}",
        vintage=str(year),
        official_name=_NAMES[year],
        tables=("section8",),
        url=f"https://www.huduser.gov/portal/datasets/il/il{year % 100}/{_NAMES[year]}",
        mirror_paths=(f"hud_income_limits/{_NAMES[year]}", f"hud/{_NAMES[year]}"),
        encoding="binary",
    )


SOURCE = Source(
    name="hud_income_limits",
    agency="US Department of Housing and Urban Development",
    title="Section 8 income limits",
    description="Extremely low, very low and low income limits by family size, for each HUD area and year.",
    landing_page="https://www.huduser.gov/portal/datasets/il.html",
    terms="Public domain (work of the US federal government).",
    citation="US Department of Housing and Urban Development, Office of Policy Development and Research. "
    "Income limits.",
    access="download",
    tables=(SECTION8,),
    files=tuple(_file(year) for year in _NAMES),
    complete="The workbook of the fiscal year that is the year of the ACS; there is no 2020.",
    schedule_month=4,
    not_at_hand=tuple(
        NotAtHand(name=f"section8_{year}", reason="no public copy was found") for year in _NAMES
    ),
    parse=parse,
)
