"""FBI: National Incident-Based Reporting System (NIBRS), the archive of a state and year.

An archive has some forty members; five are read. Offenses and arrests of group A name their incident, and
only the incident names the agency; arrests of group B name neither, so that nobody can say where they were
made. `agencies.csv` lists the agencies that sent NIBRS data and no others: which agencies sent nothing has to
come from elsewhere (`police_agencies`). The lake holds counts by agency, never a person or an incident.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.base.settings import Channel
from orchestration.base.states import SAMPLE_POSTAL, STATES
from orchestration.sources.fbi_nibrs.archive import parse
from orchestration.sources.model import NotAtHand, RowBounds, Source, SourceFile, Table

YEARS = ("2020", "2021", "2022", "2023")
"""The layout of 2020 is one of its own; the metrics need the years after it."""
_CELLS = {
    "age_num": "VARCHAR",
    "sex_code": "VARCHAR",
    "race_id": "VARCHAR",
    "ethnicity_id": "VARCHAR",
    "arrests": "BIGINT",
}


def _rows(least: int, most: int) -> dict[str, RowBounds]:
    return {year: RowBounds(least=least, most=most) for year in YEARS}


TABLES = (
    Table(
        name="agencies",
        description="One row per agency that sent NIBRS data.",
        columns={
            "agency_id": "VARCHAR", "data_year": "SMALLINT", "ori": "VARCHAR", "pub_agency_name": "VARCHAR",
            "agency_type_name": "VARCHAR", "population": "BIGINT", "county_name": "VARCHAR",
            "nibrs_participated": "VARCHAR",
        },
        key=("agency_id",),
        required=("ori",),
        vintage_vocabularies={year: {"data_year": (year,)} for year in YEARS},
        vocabularies={"nibrs_participated": ("Y", "N")},
        ranges={"population": (0.0, 20_000_000.0)},
        partitioned=True,
        rows=_rows(1, 2_000),
    ),
    Table(
        name="offenses",
        description="One row per agency and kind of offense: how many were reported, attempted or completed.",
        columns={"agency_id": "VARCHAR", "ori": "VARCHAR", "offense_code": "VARCHAR", "offenses": "BIGINT"},
        key=("agency_id", "offense_code"),
        required=("ori", "offenses"),
        partitioned=True,
        rows=_rows(1, 120_000),
    ),
    Table(
        name="arrests_group_a",
        description="One row per agency, age, sex, race and ethnicity: arrests of group A.",
        columns={"agency_id": "VARCHAR", "ori": "VARCHAR"} | _CELLS,
        key=("agency_id", "age_num", "sex_code", "race_id", "ethnicity_id"),
        key_may_be_empty=("age_num", "sex_code", "race_id", "ethnicity_id"),
        required=("ori", "arrests"),
        partitioned=True,
        rows=_rows(1, 2_000_000),
    ),
    Table(
        name="arrests_group_b",
        description="One row per age, sex, race and ethnicity: arrests of group B, of no agency.",
        columns=_CELLS,
        key=("age_num", "sex_code", "race_id", "ethnicity_id"),
        key_may_be_empty=("age_num", "sex_code", "race_id", "ethnicity_id"),
        required=("arrests",),
        partitioned=True,
        rows=_rows(1, 20_000),
    ),
)  # fmt: skip


def _file(year: str, postal: str, channel: Channel) -> SourceFile:
    name = f"{postal.upper()}-{year}.zip"
    return SourceFile(
        name=f"archive_{postal}",
        vintage=year,
        official_name=name,
        tables=tuple(table.name for table in TABLES),
        partition=postal,
        channel=channel,
        url="https://cde.ucr.cjis.gov/LATEST/webapp/#/pages/downloads",
        mirror_paths=(f"fbi_nibrs/{name}",),
        encoding="binary",
        form_settings=f"Documents & Downloads, Crime Incident-Based Data by State: location "
        f"{postal.upper()}, collection year {year}, Download; the file is called {name}",
        ships=False,
    )


def _files() -> Iterator[SourceFile]:
    for year in YEARS:
        yield from (_file(year, postal, "national") for postal in STATES)
        yield _file(year, SAMPLE_POSTAL, "sample")


SOURCE = Source(
    name="fbi_nibrs",
    agency="Federal Bureau of Investigation",
    title="National Incident-Based Reporting System (NIBRS), archives by state",
    description="Offenses and arrests by the agency that reported them.",
    landing_page="https://cde.ucr.cjis.gov/LATEST/webapp/#/pages/downloads",
    terms="Public domain (work of the US federal government). Records are of incidents and people: only "
    "counts by agency are kept, and none of them is in a release.",
    citation="Federal Bureau of Investigation, Crime Data Explorer: "
    "National Incident-Based Reporting System.",
    access="manual",
    tables=TABLES,
    files=tuple(_files()),
    complete="The archive of every state of the year, and the list of all agencies (`police_agencies`).",
    schedule_month=10,
    not_at_hand=(
        NotAtHand(
            name="archives of states", reason="single members of two states are public, no whole archive"
        ),
    ),
    parse=parse,
)
