"""Census Bureau: population estimates of counties, `co-est<vintage>-alldata.csv`.

A vintage revises all years since the last census, so each is kept. Columns carry the year in their
names; vintage 2020, which closes the decade of 2010, spells two measures differently. The copies of
2022 and 2023 at hand were saved again by others and lost the zeros in front of codes, so codes may
be short; the agency's files are Latin-1, these copies UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
from orchestration.sources.reading.text import read_csv

_AREA = ("SUMLEV", "REGION", "DIVISION", "STATE", "COUNTY", "STNAME", "CTYNAME")
_FLOWS = ("INTERNATIONALMIG", "DOMESTICMIG", "NETMIG", "RESIDUAL")
_RATES = ("RBIRTH", "RDEATH", "RNATURAL{}", "RINTERNATIONALMIG", "RDOMESTICMIG", "RNETMIG")


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    yield file.tables[0], None, read_csv(file, path)


def columns_of_vintage(vintage: int) -> dict[str, str]:
    """The columns of one vintage in the agency's order."""
    first = 2010 if vintage == 2020 else 2020
    years = range(first, vintage + 1)
    change, natural = ("NPOPCHG_", "INC") if first == 2010 else ("NPOPCHG", "CHG")
    counts = (["CENSUS2010POP"] if first == 2010 else []) + [f"ESTIMATESBASE{first}"]
    for measure in ("POPESTIMATE", change, "BIRTHS", "DEATHS", f"NATURAL{natural}", *_FLOWS):
        counts += [f"{measure}{year}" for year in years]
    counts += [f"GQESTIMATESBASE{first}", *(f"GQESTIMATES{year}" for year in years)]
    rates = [f"{rate.format(natural)}{year}" for rate in _RATES for year in years[1:]]
    return dict.fromkeys(_AREA, "VARCHAR") | dict.fromkeys(counts, "BIGINT") | dict.fromkeys(rates, "DOUBLE")


# vintage -> rows (states and counties), sum of the counties' POPESTIMATE<vintage>
_VINTAGES = {2020: (3_194, 329_484_123), 2022: (3_195, 333_287_557), 2023: (3_195, 334_914_895)}


def _table() -> Table:
    columns: dict[str, str] = {}
    for vintage in _VINTAGES:
        columns |= columns_of_vintage(vintage)
    return Table(
        name="counties",
        description="One row per state (SUMLEV 040) and county (050); people, and rates per 1,000.",
        columns=columns,
        absent={
            str(vintage): tuple(name for name in columns if name not in columns_of_vintage(vintage))
            for vintage in _VINTAGES
        },
        key=("SUMLEV", "STATE", "COUNTY"),
        rows={str(vintage): RowBounds(least=rows, most=rows) for vintage, (rows, _) in _VINTAGES.items()},
        codes={
            "SUMLEV": Code(length=3, padded=False),
            "STATE": Code(length=2, padded=False, holds_state=True),
            "COUNTY": Code(length=3, padded=False),
        },
        vocabularies={"SUMLEV": ("040", "050", "40", "50")},
        missing=("", "X"),
        control_totals={
            str(vintage): (
                ControlTotal(
                    column=f"POPESTIMATE{vintage}",
                    where="SUMLEV in ('050', '50')",
                    expected=total,
                    evidence="the national total of the same vintage",
                ),
            )
            for vintage, (_, total) in _VINTAGES.items()
        },
    )


def _file(vintage: int) -> SourceFile:
    name = f"co-est{vintage}-alldata.csv"
    decade = "2010-2020" if vintage == 2020 else f"2020-{vintage}"
    return SourceFile(
        name=f"counties_{vintage}",
        vintage=str(vintage),
        official_name=name,
        tables=("counties",),
        url=f"https://www2.census.gov/programs-surveys/popest/datasets/{decade}/counties/totals/{name}",
        mirror_paths=(f"census_pep/{name}",),
        encoding="utf-8-or-latin-1",
        ships=vintage > 2020,
    )


SOURCE = Source(
    name="census_population_estimates",
    agency="US Census Bureau",
    title="County population totals and components of change",
    description="Population estimates of 1 July of every county, with births, deaths and migration.",
    landing_page="https://www.census.gov/programs-surveys/popest/data/data-sets.html",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau, Population Division. County population totals and components of change.",
    access="download",
    tables=(_table(),),
    files=tuple(_file(vintage) for vintage in _VINTAGES),
    complete="Each year from the file of the same vintage.",
    schedule_month=3,
    not_at_hand=tuple(
        NotAtHand(name=f"co-est{vintage}-alldata.csv", reason="no public copy was found")
        for vintage in (2014, 2019, 2021)
    ),
    parse=parse,
)
