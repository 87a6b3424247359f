"""Missouri Census Data Center: Geocorr exports, which say how many people of one area live in another.

A Geocorr CSV has two header lines: short names, then labels. The labels are checked and dropped; the
exports of 2018 and 2022 have the two allocation factors in different order, so only names and labels
tell them apart. Text is Latin-1; the last number of a line is followed by a blank.

`AFACT2` of `puma_place_2010` is wrong in the export itself (methods/geography.md, 5.1): compute the
factor from the population column.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.model import (
    Code,
    ControlTotal,
    NotAtHand,
    Parsed,
    RowBounds,
    Source,
    SourceFile,
    Table,
)
from orchestration.sources.reading.text import csv_rows, read_text, text_table

_TYPES = {"pop10": "BIGINT", "pop20": "BIGINT", "afact": "DOUBLE", "afact2": "DOUBLE", "AFACT2": "DOUBLE"}
_CODES = {
    "state": Code(length=2, holds_state=True),
    "puma12": Code(length=5),
    "puma22": Code(length=5),
    "county": Code(length=5, holds_state=True),
    "county14": Code(length=5, holds_state=True),
    "ctregion": Code(length=5, holds_state=True),
    "place": Code(length=5),
    "placefp14": Code(length=5),
}
US_2010 = 308_745_538
# Geocorr 2022 has 1,089 people more in Connecticut than the census of 2020 counted (3,605,944), in
# every export; all other states and Puerto Rico are equal to the census.
CONNECTICUT_2020 = 3_607_033
US_AND_PUERTO_RICO_2020 = 334_735_155 + 1_089


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """An export: names, labels, rows."""
    names, labels, *rows = csv_rows(read_text(file, path))
    _check_labels(file, names, labels)
    yield (
        file.tables[0],
        None,
        text_table(file, names, [[v.strip(" ") for v in row] for row in rows], first_line=3),
    )


def _check_labels(file: SourceFile, names: list[str], labels: list[str]) -> None:
    """The label line must be there, and must call each allocation factor by its direction."""
    source, target = AREAS[file.name]
    words = dict(zip(names, labels, strict=False))
    expected = {"state": "State code"}
    for name in names:
        if name == "afact":
            expected[name] = f"{source}{{}}to{{}}{target} allocation factor"
        elif name.lower() == "afact2":
            expected[name] = f"{target}{{}}to{{}}{source} allocation factor"
    for name, wanted in expected.items():
        if words.get(name) not in (wanted.format("-", "-"), wanted.format(" ", " ")):
            raise MobilityError(
                "The second line of a Geocorr export is not the line of labels.",
                where=f"{file.official_name}, line 2, column {name}",
                expected=wanted.format("-", "-"),
                found=str(words.get(name)),
                remedy="export it again with the form settings of the source's record, output as CSV",
            )


def _table(name: str, columns: str, key: str, vintage: str, rows: int, total: int) -> Table:
    names = columns.split()
    population = next(column for column in names if column.startswith("pop"))
    return Table(
        name=name,
        columns={column: _TYPES.get(column, "VARCHAR") for column in names},
        key=tuple(key.split()),
        required=(population, "afact"),
        codes={column: code for column, code in _CODES.items() if column in names},
        ranges={column: (0.0, 1.0) for column in names if column.lower() in ("afact", "afact2")},
        rows={vintage: RowBounds(least=rows, most=rows)},
        control_totals={
            vintage: (
                ControlTotal(
                    column=population,
                    expected=total,
                    evidence="census count; for Geocorr 2022 with 1,089 people more in Connecticut",
                ),
            )
        },
    )


# file -> the areas between which it allocates, as Geocorr's labels call them
AREAS = {
    "puma_county_2010": ("puma12", "county14"),
    "puma_place_2010": ("puma12", "placefp14"),
    "county_place_2010": ("county14", "placefp14"),
    "puma_county_2020": ("puma22", "county"),
    "puma_place_2020": ("puma22", "place"),
    "ct_planning_region_to_place": ("ctregion", "place"),
    "puma_ct_planning_region_2020": ("puma22", "ctregion"),
}

TABLES = (
    _table(
        "puma_county_2010",
        "state puma12 county14 stab cntyname2 PUMAname pop10 afact AFACT2",
        "state puma12 county14",
        "2018",
        4_545,
        US_2010,
    ),
    _table(
        "puma_place_2010",
        "state puma12 placefp14 stab placefp placenm placenm14 PUMAname pop10 afact AFACT2",
        "state puma12 placefp14",
        "2018",
        34_225,
        US_2010,
    ),
    _table(
        "county_place_2010",
        "county14 state placefp14 stab cntyname2 placefp placenm placenm14 pop10 afact AFACT2",
        "county14 placefp14",
        "2018",
        33_457,
        US_2010,
    ),
    _table(
        "puma_county_2020",
        "state puma22 county stab CountyName PUMA22name pop20 afact2 afact",
        "state puma22 county",
        "2022",
        4_699,
        US_AND_PUERTO_RICO_2020,
    ),
    _table(
        "puma_place_2020",
        "state puma22 place stab PlaceName PUMA22name pop20 afact2 afact",
        "state puma22 place",
        "2022",
        37_123,
        US_AND_PUERTO_RICO_2020,
    ),
    _table(
        "ct_planning_region_to_place",
        "ctregion state place stab PlaceName ctregname pop20 afact2 afact",
        "ctregion place",
        "2022",
        224,
        CONNECTICUT_2020,
    ),
    _table(
        "puma_ct_planning_region_2020",
        "state puma22 ctregion stab ctregname PUMA22name pop20 afact2 afact",
        "state puma22 ctregion",
        "2022",
        27,
        CONNECTICUT_2020,
    ),
)

_FORM = (
    "weighting variable: population; output: CSV with a second allocation factor, codes and names; all states"
)


def _file(name: str, version: str, official_name: str, form: str, folder: str = "") -> SourceFile:
    return SourceFile(
        name=name,
        vintage=version,
        official_name=official_name,
        tables=(name,),
        url=f"https://mcdc.missouri.edu/applications/geocorr{version}.html",
        mirror_paths=(f"geocorr/{official_name}", f"geographic-crosswalks/data/{folder}{official_name}"),
        encoding="latin-1",
        form_settings=form,
    )


SOURCE = Source(
    name="geocorr",
    agency="Missouri Census Data Center",
    title="Geocorr: geographic correspondence engine",
    description="Shares of the people of a PUMA or county that live in a county, planning region or place.",
    landing_page="https://mcdc.missouri.edu/applications/geocorr.html",
    terms="Free use with attribution to the Missouri Census Data Center; counts of the Census Bureau.",
    citation="Missouri Census Data Center, University of Missouri. Geocorr 2018 and Geocorr 2022.",
    access="manual",
    tables=TABLES,
    files=(
        _file(
            "puma_county_2010",
            "2018",
            "geocorr2018_puma_county_2010.csv",
            f"PUMA (2012) to county (2014); {_FORM}",
            "raw/",
        ),
        _file(
            "puma_place_2010",
            "2018",
            "geocorr2018_puma_place_2010.csv",
            f"PUMA (2012) to place (2014); {_FORM}",
            "raw/",
        ),
        _file(
            "county_place_2010",
            "2018",
            "geocorr2018_county_place_2014_thru_2019.csv",
            f"county (2014) to place (2014); {_FORM}",
        ),
        _file(
            "puma_county_2020",
            "2022",
            "geocorr2022_puma_county_2020.csv",
            f"PUMA (2022) to county; {_FORM}",
            "raw/",
        ),
        _file(
            "puma_place_2020",
            "2022",
            "geocorr2022_puma_place_2020.csv",
            f"PUMA (2022) to place; {_FORM}",
            "raw/",
        ),
        _file(
            "ct_planning_region_to_place",
            "2022",
            "geocorr2022_ct_planning_region_to_place.csv",
            f"Connecticut planning region to place; {_FORM.replace('all states', 'Connecticut')}",
        ),
        _file(
            "puma_ct_planning_region_2020",
            "2022",
            "geocorr2022_puma_2020_planning_regions_2022.csv",
            f"PUMA (2022) to Connecticut planning region; {_FORM.replace('all states', 'Connecticut')}",
            "raw/",
        ),
    ),
    complete="All exports of a period: areas of 2010 for survey years to 2021, of 2020 from 2022 on.",
    not_at_hand=(
        NotAtHand(
            name="puma_ct_planning_region_2020",
            reason="no public copy was found; Urban's processed file has Connecticut's shares from 2022 on",
        ),
        NotAtHand(
            name="county_place_2020",
            reason="no raw export was found; Urban's processed file is in the source urban_crosswalks",
        ),
    ),
    parse=parse,
)
