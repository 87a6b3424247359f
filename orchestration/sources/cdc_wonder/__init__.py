"""CDC WONDER: deaths by injury and births, by county, in the exports of its forms.

The interface for programs does not give counties, so a person asks the form (terms of use, then the
settings that each file's record says) and saves the export. WONDER suppresses counts of one to nine. Deaths
of a year are a pool of years: `query.pool`. Births are a year's, by county of 100,000 people and more; the
others of a state are one row.
"""

from __future__ import annotations

from orchestration.sources.cdc_wonder import query
from orchestration.sources.cdc_wonder.export import CODE, columns_of, parse
from orchestration.sources.model import Code, NotAtHand, RowBounds, Source, SourceFile, Table

RACES = ("nhwhite", "nhblack", "hisp", "nhother")
EDUCATION = ("lths", "hs", "somecol", "baplus")
DEATHS = {
    "injury_deaths_all": range(2014, 2024),
    **{f"injury_deaths_raceth_{group}": range(2021, 2024) for group in RACES},
}
"""Table -> years."""
BIRTHS = {
    f"{kind}_births{group}": range(2016, 2024)
    for kind in ("all", "lbw")
    for group in ("", *(f"_race_{race}" for race in RACES), *(f"_momed_{level}" for level in EDUCATION))
}
_NO_NUMBER: tuple[str, ...] = (
    "Suppressed",
    "Missing",
    "Missing County",
    "Not Applicable",
    "Not Available",
    "Unreliable",
)
_FORMS = {
    "bridged": "https://wonder.cdc.gov/ucd-icd10.html",
    "single": "https://wonder.cdc.gov/ucd-icd10-expanded.html",
    "births": "https://wonder.cdc.gov/natality-expanded-current.html",
}


def _form(table: str, year: int) -> str:
    if table in BIRTHS:
        return _FORMS["births"]
    return _FORMS["bridged" if year <= 2020 else "single"]


def _table(name: str, years: range) -> Table:
    deaths = name in DEATHS
    numbers = dict.fromkeys(columns_of(name)[2:], _NO_NUMBER)
    return Table(
        name=name,
        description="One row per county; text columns hold a number or the word that says why there is none. "
        + (
            "Deaths and population of the years of a pool."
            if deaths
            else "xx999 are a state's unnamed counties."
        ),
        columns=dict.fromkeys(columns_of(name), "VARCHAR"),
        key=(CODE,),
        codes={CODE: Code(length=5, holds_state=True)},
        number_or_code=numbers,
        rows={
            str(year): RowBounds(least=3_130, most=3_160) if deaths else RowBounds(least=570, most=640)
            for year in years
        },
    )


def _file(table: str, year: int) -> SourceFile:
    wanted = query.wanted(table, year)
    name = f"{table}_{year}.txt"
    return SourceFile(
        name=table,
        vintage=str(year),
        official_name=name,
        tables=(table,),
        url=_form(table, year),
        mirror_paths=(f"cdc_wonder/{name}",),
        form_settings=f"{query.in_words(wanted)}; save the file as {name}",
        ships=False,
    )


_ALL = DEATHS | BIRTHS

SOURCE = Source(
    name="cdc_wonder",
    agency="Centers for Disease Control and Prevention",
    title="WONDER: underlying cause of death, natality",
    description="Deaths by injury and births by weight, by county, as the forms of WONDER export them.",
    landing_page="https://wonder.cdc.gov/",
    terms="Public data; WONDER's terms of use forbid counts of fewer than ten and to identify people.",
    citation="Centers for Disease Control and Prevention, National Center for Health Statistics. CDC WONDER "
    "Online Database. Underlying Cause of Death; Natality.",
    access="manual",
    tables=tuple(_table(name, years) for name, years in _ALL.items()),
    files=tuple(_file(name, year) for name, years in _ALL.items() for year in years),
    complete="The export of the year and group; of births both that of all and that of low weight.",
    not_at_hand=(NotAtHand(name="county exports", reason="no public copy of an export by county was found"),),
    schedule_month=11,
    parse=parse,
)
