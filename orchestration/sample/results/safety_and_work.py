"""Metrics of crime and juvenile arrests, from what the sample's police agencies report.

Computed as the published programs do it, with their slips: the county program of 2023 lacks murder, Hispanic
arrests of an agency are lost as soon as one ethnicity is blank, and other races are divided by people whom
the police does not record.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import County
from orchestration.sample.results.cells import BLANK, Cell, Estimate
from orchestration.sample.values import census_acs_tables as acs
from orchestration.sample.values import police_agencies as police
from orchestration.sample.values.police_agencies import Agency

WITHOUT_MURDER = 2023
LEAST = 30
"""People of a group, below which it has no rate."""


def _people(cell: Cell) -> acs.Counts:
    """Residents of the area by group, and those of 10 to 17 years."""
    area = cell.area
    if isinstance(area, County):
        counts = acs.counties(cell.world, cell.year)[area.key]
    else:
        code = next(code for code, other in cell.world.areas("place", cell.year) if other is area)
        counts = acs.places(cell.world, cell.year)[code]
    return counts | acs.young(counts)


def _agencies(cell: Cell) -> Iterator[tuple[Agency, float]]:
    """Agencies of the area, each with the part of it that counts there."""
    world, area = cell.world, cell.area
    for agency in police.agencies(world):
        if agency.kind == "state police":
            continue
        if isinstance(area, County):
            if area.changes <= cell.year:
                continue  # headers have the old code
            keys = agency.counties or police.listed_counties(world, agency)
            if area.key in keys:
                people = acs.counties(world, cell.year)
                yield agency, people[area.key]["people"][0] / sum(people[key]["people"][0] for key in keys)
        elif police.place_of(world, agency, cell.year) == area:
            yield agency, 1.0


def _flag(agencies: list[tuple[Agency, float]], sent: list[bool]) -> int | None:
    """By how many agencies report anything."""
    core = [reports for (agency, _), reports in zip(agencies, sent, strict=True) if agency.core == "Y"]
    is_known = all(agency.core is not None for agency, _ in agencies)
    if not any(sent):
        return None
    if all(sent):
        return 1
    return 2 if sum(sent) >= 0.8 * len(sent) or (is_known and core and all(core)) else 3


def reported_crime(cell: Cell) -> dict[str, Estimate]:
    """Violent and property crimes per 100,000 people."""
    agencies = list(_agencies(cell))
    flag = _flag(agencies, [bool(police.offenses(cell.world, agency, cell.year)) for agency, _ in agencies])
    people = _people(cell)["people"][0]
    is_short = isinstance(cell.area, County) and cell.year == WITHOUT_MURDER
    persons = [code for code in police.PERSONS if code != police.MURDER or not is_short]
    found = {}
    for kind, codes in (("violent", persons), ("property", police.PROPERTY)):
        count = sum(
            part * sum(police.offenses(cell.world, agency, cell.year).get(code, 0) for code in codes)
            for agency, part in agencies
        )
        value = Estimate(count / people * 100_000, quality=flag)
        found[f"rate_crime_{kind}"] = BLANK if flag is None else value
    return found


def juvenile_arrests(cell: Cell) -> dict[str, Estimate]:
    """Arrests per 100,000 people of 10 to 17 years."""
    agencies, people = list(_agencies(cell)), _people(cell)
    flag = _flag(agencies, [police.makes_arrests(cell.world, agency, cell.year) for agency, _ in agencies])
    total = _sum(people, "all")
    of_group = _universe(people, cell.subgroup)
    if flag is None or total < LEAST or of_group < LEAST:
        return {"rate_juv_arrest": BLANK}
    count = sum(part * _arrests(cell, agency) for agency, part in agencies)
    return {"rate_juv_arrest": Estimate(count / of_group * 100_000, quality=flag)}


def _sum(people: acs.Counts, race: str, sex: str = "", age: str = "") -> int:
    """People of 10 to 17 years of a race, sex and age."""
    return sum(
        count
        for name, (count, _) in people.items()
        if name.count(", ") == 2 and name.startswith(f"{race}, ") and f" {sex}" in name and name.endswith(age)
    )


def _universe(people: acs.Counts, subgroup: str) -> int:
    of_race = {"White": "white", "Black": "black", "Hispanic": "hispanic"}
    if subgroup in of_race:
        return _sum(people, of_race[subgroup])
    if subgroup == "Other Races and Ethnicities":
        return _sum(people, "all") - _sum(people, "white") - _sum(people, "black")
    if subgroup in ("Male", "Female"):
        return sum(
            count for name, (count, _) in people.items() if name.startswith(f"all, {subgroup.lower()}, ")
        )
    ages = {"Age 10 to 14": "10-14", "Age 15 to 17": "15-17"}
    return _sum(people, "all", age=ages.get(subgroup, ""))


def _arrests(cell: Cell, agency: Agency) -> int:
    """Arrests of the group by an agency, both kinds of offenses."""
    young = [
        (person, count)
        for group_b in (False, True)
        for person, count in police.arrests(cell.world, agency, cell.year, group_b=group_b).items()
        if 10 <= person[0] <= 17
    ]
    if cell.subgroup == "Hispanic" and any(person[3] is None for person, _ in young):
        return 0
    return sum(count for person, count in young if _is_of(person, cell.subgroup))


def _is_of(person: police.Person, subgroup: str) -> bool:
    age, sex, race, ethnicity = person
    return {
        "All": True,
        "White": race == "white",
        "Black": race == "black",
        "Hispanic": ethnicity == police.HISPANIC,
        "Other Races and Ethnicities": race in police.OTHER_RACES,
        "Male": sex == "male",
        "Female": sex == "female",
        "Age 10 to 14": age <= 14,
        "Age 15 to 17": age >= 15,
    }[subgroup]
