"""The archive of NIBRS of the invented state: an incident for each offense, and the people arrested."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from orchestration.base.seeds import read
from orchestration.sample.areas import STATE_LETTERS
from orchestration.sample.values.police_agencies import (
    HISPANIC,
    OFFENSES,
    Agency,
    agencies,
    arrests,
    offenses,
    reports,
)
from orchestration.sample.world import World
from orchestration.sample.writing import FIXED_TIME, Value, table
from orchestration.sources.model import SourceFile

_OLD = "2020"
_SEX = {"male": "M", "female": "F"}
_RACE = {"white": "10", "black": "20", "asian": "40", "american indian/alaskan native": "30", "unknown": "98"}


def content(world: World, file: SourceFile) -> bytes:
    """The archive of a year, in the layout of that year."""
    year, old = int(file.vintage), file.vintage == _OLD
    sent = [agency for agency in agencies(world) if reports(world, agency, year)]
    kinds = _kinds()
    number = {code: str(at) for at, code in enumerate(kinds, start=1)}
    incidents: list[list[Value]] = []
    offense_rows: list[list[Value]] = []
    arrestees: list[list[Value]] = []
    group_b: list[list[Value]] = []
    for agency in sent:
        for code, count in offenses(world, agency, year).items():
            for _ in range(count):
                incident = len(incidents) + 1
                incidents.append([year, agency.number, incident])
                offense_rows.append([year, incident, incident, number[code] if old else code, "C"])
        first = len(incidents)
        for person, count in arrests(world, agency, year, group_b=False).items():
            for _ in range(count):
                arrestees.append([year, len(arrestees) + 1, first, *_person(person)])
        for person, count in arrests(world, agency, year, group_b=True).items():
            for _ in range(count):
                group_b.append([year, len(group_b) + 1, *_person(person)])
    code = "OFFENSE_TYPE_ID" if old else "offense_code"
    person_columns = ["AGE_NUM", "SEX_CODE", "RACE_ID", "ETHNICITY_ID"]
    members: dict[str, tuple[Sequence[str], list[list[Value]]]] = {
        "agencies.csv": (_AGENCY, [_agency(world, agency, year) for agency in sent]),
        "NIBRS_incident.csv": (["DATA_YEAR", "AGENCY_ID", "INCIDENT_ID"], incidents),
        "NIBRS_OFFENSE.csv": (
            ["DATA_YEAR", "OFFENSE_ID", "INCIDENT_ID", code, "ATTEMPT_COMPLETE_FLAG"], offense_rows,
        ),
        "NIBRS_ARRESTEE.csv": (["DATA_YEAR", "ARRESTEE_ID", "INCIDENT_ID", *person_columns], arrestees),
        "NIBRS_ARRESTEE_GROUPB.csv": (["DATA_YEAR", "GROUPB_ARRESTEE_ID", *person_columns], group_b),
        "NIBRS_OFFENSE_TYPE.csv": (
            [*(["OFFENSE_TYPE_ID"] if old else []), "OFFENSE_CODE", "OFFENSE_NAME"],
            [[*([number[name]] if old else []), name, f"Offense {name}"] for name in kinds],
        ),
    }  # fmt: skip
    return _zipped(f"{STATE_LETTERS}-{year}", members, old)


_AGENCY = (
    "YEARLY_AGENCY_ID", "AGENCY_ID", "DATA_YEAR", "ORI", "PUB_AGENCY_NAME", "AGENCY_TYPE_NAME", "POPULATION",
    "MALE_OFFICER+MALE_CIVILIAN", "0", "0", "COUNTY_NAME", "NIBRS_PARTICIPATED",
)  # fmt: skip


def _agency(world: World, agency: Agency, year: int) -> list[Value]:
    names = [world.county(key).name.removesuffix(" County").upper() for key in agency.counties]
    return [
        int(f"{agency.number}{year}"), agency.number, year, agency.ori, agency.name, agency.kind.title(),
        agency.people, None, 0, 0, ("; " if year <= int(_OLD) else ", ").join(names) or "NOT SPECIFIED", "Y",
    ]  # fmt: skip


def _person(person: tuple[int, str, str, str | None]) -> list[Value]:
    age, sex, race, ethnicity = person
    group = None if ethnicity is None else "10" if ethnicity == HISPANIC else "20"
    return [age, _SEX[sex], _RACE[race], group]


def _kinds() -> list[str]:
    """Codes of offenses, as the archive lists them."""
    return sorted({row["offense_code"] for row in read("nibrs_offenses")} | set(OFFENSES))


def _zipped(folder: str, members: dict[str, tuple[Sequence[str], list[list[Value]]]], old: bool) -> bytes:
    """Names in capitals and lines of Windows to 2020, small names and LF after it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, (columns, rows) in members.items():
            info = zipfile.ZipInfo(f"{folder}/{name}", FIXED_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            header = columns if old else [column.lower() for column in columns]
            archive.writestr(
                info, table(header, rows, "base_r" if old else "readr", "", "\r\n" if old else "\n")
            )
    return out.getvalue()
