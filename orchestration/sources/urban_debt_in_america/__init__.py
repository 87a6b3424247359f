"""Urban Institute: Debt in America and the Financial Health and Wealth Dashboard (workbooks).

Three layouts, read by position because the workbooks have long or no header names. Shares stay text:
the codes `n/a*` (too few records) and `n/a**` (no such neighborhoods) say why a number is missing,
and staging turns them into reasons. County and place measure different things: debt in collections,
and derogatory debt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Code, NotAtHand, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading.text import text_table
from orchestration.sources.reading.workbooks import first_sheet
from orchestration.sources.urban_published_2025 import URBAN_TERMS

MISSING_CODES = ("n/a*", "n/a**", "NA")
SHARES = ("share_all", "share_communities_of_color", "share_white_communities")


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """A workbook, by the layout of its file."""
    rows = first_sheet(file, path)
    header, body = _LAYOUTS[file.name](file, rows)
    yield file.tables[0], None, text_table(file, header, body)


def _county_2022(file: SourceFile, rows: list[list[str]]) -> tuple[Sequence[str], list[list[str]]]:
    """Column B the county, D to F the shares; the header row is the one whose B reads GEOID."""
    _wide_enough(file, rows, 6)
    _expect(file, rows[0][1][2:5], "OID", "first row, column B (GEOID)")
    return list(COUNTY.columns_of("2022")), [[row[1], *row[3:6]] for row in rows[1:] if row[1]]


def _county_2023(file: SourceFile, rows: list[list[str]]) -> tuple[Sequence[str], list[list[str]]]:
    """One header row: CountyFIPS, CountyName, StateName, then three shares."""
    _wide_enough(file, rows, 6)
    _expect(file, ", ".join(rows[0][:3]), "CountyFIPS, CountyName, StateName", "first row")
    for text in rows[0][3:6]:
        _expect(file, text[:5].lower(), "share", f"first row, {text!r}")
    header = ("CountyFIPS", *SHARES, "CountyName", "StateName")
    return header, [[row[0], *row[3:6], row[1], row[2]] for row in rows[1:] if row[0]]


def _place_2021(file: SourceFile, rows: list[list[str]]) -> tuple[Sequence[str], list[list[str]]]:
    """Column A the city, C the state, AH to AJ the shares; rows with an empty B are headings."""
    _wide_enough(file, rows, 36)
    kept = [row for row in rows if row[1]]
    _expect(
        file, kept[0][0].lower() if kept else "", "city name", "first row with a value in column B, column A"
    )
    return list(PLACE.columns_of("2021")), [[row[0], row[2], *row[33:36]] for row in kept[1:]]


_LAYOUTS: dict[str, Callable[[SourceFile, list[list[str]]], tuple[Sequence[str], list[list[str]]]]] = {
    "county_2022": _county_2022,
    "county_2023": _county_2023,
    "county_medical_2023": _county_2023,
    "place_2021": _place_2021,
}


def _wide_enough(file: SourceFile, rows: list[list[str]], columns: int) -> None:
    width = len(rows[0]) if rows else 0
    if width < columns:
        raise _other_layout(file, "first sheet", f"at least {columns} columns", f"{width}")


def _expect(file: SourceFile, found: str, wanted: str, place: str) -> None:
    if found != wanted:
        raise _other_layout(file, place, wanted, found or "nothing")


def _other_layout(file: SourceFile, place: str, expected: str, found: str) -> MobilityError:
    return MobilityError(
        "The workbook has another layout than the one that is read.",
        where=f"{file.official_name}, {place}",
        expected=expected,
        found=found,
        remedy="compare it with methods/debt_in_collections.md; a new layout needs a parser of its own",
    )


def _shares_table(
    name: str, description: str, columns: dict[str, str], key: tuple[str, ...], **checks: object
) -> Table:
    return Table.model_validate(
        {
            "name": name,
            "description": description,
            "columns": columns,
            "key": key,
            "number_or_code": dict.fromkeys(SHARES, MISSING_CODES),
            "ranges": dict.fromkeys(SHARES, (0.0, 1.0)),
            "missing": ("",),
        }
        | checks
    )


_SHARE_COLUMNS = dict.fromkeys(SHARES, "VARCHAR")
_COUNTY_COLUMNS = (
    {"CountyFIPS": "VARCHAR"} | _SHARE_COLUMNS | {"CountyName": "VARCHAR", "StateName": "VARCHAR"}
)
_COUNTY_CODES = {"CountyFIPS": Code(length=5, holds_state=True)}
_ALL_COUNTIES = RowBounds(least=3_100, most=3_250)

COUNTY = _shares_table(
    "county_debt_in_collections",
    "One row per county and vintage: share of adults with a credit record who have debt in collections.",
    _COUNTY_COLUMNS,
    ("CountyFIPS",),
    absent={"2022": ("CountyName", "StateName")},
    codes=_COUNTY_CODES,
    rows={"2022": _ALL_COUNTIES, "2023": _ALL_COUNTIES},
)
COUNTY_MEDICAL = _shares_table(
    "county_medical_debt_in_collections",
    "One row per county: share of adults with a credit record who have medical debt in collections.",
    _COUNTY_COLUMNS,
    ("CountyFIPS",),
    codes=_COUNTY_CODES,
    rows={"2023": _ALL_COUNTIES},
)
PLACE = _shares_table(
    "place_derogatory_debt",
    "One row per city: share of adults with a credit record who have derogatory debt.",
    {"city": "VARCHAR", "state": "VARCHAR"} | _SHARE_COLUMNS,
    ("city", "state"),
    rows={"2021": RowBounds(least=90, most=130)},
)


def _file(name: str, vintage: str, official_name: str, table: Table, url: str | None) -> SourceFile:
    return SourceFile(
        name=name,
        vintage=vintage,
        official_name=official_name,
        tables=(table.name,),
        url=url,
        mirror_paths=(f"urban_debt_in_america/{official_name}",),
        encoding="binary",
    )


_CATALOG = "https://urban-data-catalog.s3.amazonaws.com/drupal-root-live"
_DATASET_2024 = "https://datacatalog.urban.org/dataset/debt-america-2024"

SOURCE = Source(
    name="urban_debt_in_america",
    agency="Urban Institute",
    title="Debt in America; Financial Health and Wealth Dashboard",
    description="Shares of people with debt in collections (counties) or derogatory debt (cities).",
    landing_page=_DATASET_2024,
    terms=URBAN_TERMS,
    citation=(
        "Urban Institute. Debt in America: an interactive map (2022, 2024); "
        "Financial Health and Wealth Dashboard (2022)."
    ),
    access="download",
    tables=(COUNTY, COUNTY_MEDICAL, PLACE),
    files=(
        _file(
            "county_2022",
            "2022",
            "county_dia_delinquency_ 7 Jun 2022.xlsx",
            COUNTY,
            f"{_CATALOG}/2022/06/16/county_dia_delinquency_%207%20Jun%202022.xlsx",
        ),
        _file("county_2023", "2023", "dia_lbls_all_overall_county_2023_1Jul2024.xlsx", COUNTY, None),
        _file(
            "county_medical_2023",
            "2023",
            "dia_lbls_all_medical_county_2023_1Jul2024.xlsx",
            COUNTY_MEDICAL,
            None,  # the dataset's page names no address for the workbooks of this release
        ),
        _file(
            "place_2021",
            "2021",
            "3_city_financial_health_metrics_b.xlsx",
            PLACE,
            f"{_CATALOG}/2022/12/05/3_city_financial_health_metrics_b.xlsx",
        ),
    ),
    complete="The workbook of the year and of the geography.",
    not_at_hand=(
        *(
            NotAtHand(name=name, reason="no public copy was found; its results are in the published files")
            for name in ("county_2022", "county_2023", "county_medical_2023", "place_2021")
        ),
        NotAtHand(name="county_2018", reason="Urban published results only; no workbook is known"),
    ),
    parse=parse,
)
