"""Census Bureau: the microdata of the American Community Survey (PUMS), one archive a state and kind.

`acs_pums_layouts` says what the files look like in each vintage, `acs_pums_reading` reads them. Each
state has an archive of persons and one of housing units; the national archives hold all states and
yield those that have no archive of their own. Persons and housing units of a state enter the lake
together. None of these files ships: with the archives of two of the nine states at hand the
mirror would be larger than the rest of the project.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from orchestration.base.seeds import read
from orchestration.base.settings import Channel
from orchestration.base.states import FIPS_OF_POSTAL, NATION, SAMPLE_POSTAL, STATES
from orchestration.sources.census_acs_pums import layouts as layouts
from orchestration.sources.census_acs_pums.layouts import KINDS, LAYOUTS, LETTER, VINTAGES, Kind, Layout
from orchestration.sources.census_acs_pums.reading import parse
from orchestration.sources.model import (
    BelongsTo,
    ControlTotal,
    NotAtHand,
    RowBounds,
    Source,
    SourceFile,
    Table,
)

_SITE = "https://www2.census.gov/programs-surveys/acs/data/pums"
_DESCRIPTION: dict[Kind, str] = {
    "persons": "One row per person interviewed, with the weight PWGTP and its 80 replicates.",
    "housing_units": "One row per housing unit, and per person in group quarters (there WGTP is 0).",
}
_FIVE_YEAR_OF_SERIES = {f"{row['year']}-5yr" for row in read("series") if row["sample"] == "acs5"}
NATIONAL_ARCHIVES_OF_THE_SAMPLE = ("2022-1yr",)
VINTAGES_OF_THE_SAMPLE = tuple(
    vintage
    for vintage in VINTAGES
    if (vintage.endswith("-1yr") or vintage in _FIVE_YEAR_OF_SERIES)
    and vintage not in NATIONAL_ARCHIVES_OF_THE_SAMPLE
)
"""What the metrics need; of one year the invented state has the national form alone."""
# The smallest state has some 5,500 persons and 2,900 housing units a year, the largest 380,000 and 160,000.
_ROWS_A_YEAR: dict[Kind, tuple[int, int]] = {"persons": (3_000, 500_000), "housing_units": (1_500, 250_000)}


def _bounds(kind: Kind, vintage: str) -> RowBounds:
    least, most = _ROWS_A_YEAR[kind]
    years = Layout(kind, vintage).years
    return RowBounds(least=least * years, most=most * years)


def _totals() -> dict[str, tuple[ControlTotal, ...]]:
    """People of every vintage and state (`declare_pums_totals`)."""
    totals: dict[str, list[ControlTotal]] = {vintage: [] for vintage in VINTAGES}
    with layouts.TOTALS_FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            totals[row["vintage"]].append(
                ControlTotal(
                    column="PWGTP",
                    partition=row["state"],
                    expected=float(row["people"]),
                    tolerance=float(row["tolerance"]),
                    evidence=row["evidence"],
                )
            )
    return {vintage: tuple(of_vintage) for vintage, of_vintage in totals.items()}


def _table(kind: Kind) -> Table:
    return LAYOUTS.table(
        kind,
        _DESCRIPTION[kind],
        absent={},  # every file has its columns, those of other vintages empty: names, not years decide
        partitioned=True,
        rows={vintage: _bounds(kind, vintage) for vintage in VINTAGES},
        vintage_vocabularies={vintage: layouts.codes_of(kind, vintage) for vintage in VINTAGES},
        belongs_to=(
            BelongsTo(table="housing_units", column="SERIALNO", counted_in="NP")
            if kind == "persons"
            else None
        ),
        control_totals=_totals() if kind == "persons" else {},
    )


def _file(
    kind: Kind, vintage: str, postal: str, channel: Channel, partitions: tuple[str, ...] = ()
) -> SourceFile:
    layout = Layout(kind, vintage)
    folder = f"{layout.years}-Year"
    archive = f"csv_{LETTER[kind]}{postal}.zip"
    members = layout.members(postal, FIPS_OF_POSTAL.get(postal, ""))
    names = [archive, *(spelling[0] for spelling in members if not partitions)]
    return SourceFile(
        name=f"{kind}_{postal}" + ("_of_the_sample" if partitions and channel == "sample" else ""),
        vintage=vintage,
        official_name=archive,
        tables=(kind,),
        partition=None if partitions else postal,
        partitions=partitions,
        channel=channel,
        url=f"{_SITE}/{layout.year}/{folder}/{archive}",
        mirror_paths=tuple(f"acs_pums/{layout.year}_{folder}/{name}" for name in names),
        encoding="binary",
        ships=False,
        bulk=True,
    )


def _files() -> Iterator[SourceFile]:
    """Of each vintage: the states' archives, housing units before persons, then the national ones."""
    for vintage in VINTAGES:
        for postal in STATES:
            yield from (_file(kind, vintage, postal, "national") for kind in KINDS)
        yield from (_file(kind, vintage, NATION, "national", tuple(STATES)) for kind in KINDS)
    for vintage in VINTAGES_OF_THE_SAMPLE:
        yield from (_file(kind, vintage, SAMPLE_POSTAL, "sample") for kind in KINDS)
    for vintage in NATIONAL_ARCHIVES_OF_THE_SAMPLE:
        yield from (_file(kind, vintage, NATION, "sample", (SAMPLE_POSTAL,)) for kind in KINDS)


SOURCE = Source(
    name="census_acs_pums",
    agency="US Census Bureau",
    title="American Community Survey, public use microdata sample (PUMS)",
    description="Records of persons and housing units with weights and 80 replicate weights, by state.",
    landing_page="https://www.census.gov/programs-surveys/acs/microdata.html",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau. American Community Survey, Public Use Microdata Sample.",
    access="download",
    tables=tuple(_table(kind) for kind in KINDS),
    files=tuple(_files()),
    complete="Persons and housing units of every state of the frame in the vintage.",
    schedule_month=10,
    not_at_hand=(
        NotAtHand(
            name="archives of states",
            reason="only copies of a few states' archives of 2015, 2018 and 2021 were found, and none ships",
        ),
    ),
    layouts=LAYOUTS,
    parse=parse,
)
