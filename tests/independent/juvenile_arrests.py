"""Arrests of people of 10 to 17 years per 100,000 of that age, all and by race, sex and age."""

from __future__ import annotations

import pandas as pd

from tests.independent.files import Files, Row, county_row, table
from tests.independent.police import YEARS, agencies, flag, residents

SEGMENTS = ("nibrs_arrestee_segment", "nibrs_group_b_arrest_report_segment")
OTHER = ("asian", "native hawaiian or other pacific islander", "american indian/alaskan native")
MALE, FEMALE = ("B01001_005E", "B01001_006E"), ("B01001_029E", "B01001_030E")
EVERYBODY = (*MALE, *FEMALE)


def _race(letters: str) -> tuple[str, ...]:
    """Cells of boys and girls of 10 to 14 and 15 to 17 in the tables by race."""
    return tuple(f"B01001{letter}_{cell}E" for letter in letters for cell in ("005", "006", "020", "021"))


RESIDENTS = {
    ("all", "All"): EVERYBODY,
    ("race-ethnicity", "All"): EVERYBODY,
    ("race-ethnicity", "White"): _race("A"),
    ("race-ethnicity", "Black"): _race("B"),
    ("race-ethnicity", "Hispanic"): _race("I"),
    # The races that the police record, as a deviation from the published method.
    ("race-ethnicity", "Other Races and Ethnicities"): _race("CDE"),
    ("gender", "All"): EVERYBODY,
    ("gender", "Male"): MALE,
    ("gender", "Female"): FEMALE,
    ("age", "All"): EVERYBODY,
    ("age", "Age 10 to 14"): (MALE[0], FEMALE[0]),
    ("age", "Age 15 to 17"): (MALE[1], FEMALE[1]),
}


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method; an agency reports if it arrested anybody of any age."""
    rows: list[Row] = []
    for year in YEARS:
        arrests = pd.concat(files.csv(f"police_agencies/{year}/{segment}_{year}.csv") for segment in SEGMENTS)
        arrests["arrests"] = arrests["arrests"].astype(int)
        young = _young(arrests)
        people = residents(files, year)
        for (kind, geoid), parts in agencies(files, year, people).items():
            quality = flag(parts, set(arrests["ori"]))
            if quality is None or (geoid, year) not in files.people:
                continue
            lines = people[kind, geoid]
            if sum(lines[line] for line in EVERYBODY) < 30:
                continue
            for (subgroup_type, subgroup), names in RESIDENTS.items():
                number = sum(lines[name] for name in names)
                count = sum(part.share * young[subgroup].get(part.ori, 0) for part in parts)
                rows.append(
                    county_row(
                        geoid, year, "rate_juv_arrest", count / number * 100_000 if number >= 30 else None,
                        geography_type=kind, subgroup_type=subgroup_type, subgroup=subgroup, quality=quality,
                    )
                )  # fmt: skip
    return table(rows)


def _young(arrests: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Group -> arrests by agency; one without ethnicity is no Hispanic's and counts in all else."""
    age = pd.to_numeric(arrests["age_of_arrestee"], errors="coerce")
    race, sex = arrests["race_of_arrestee"], arrests["sex_of_arrestee"]
    members = {
        "All": age > 0,
        "White": race == "white",
        "Black": race == "black",
        "Hispanic": arrests["ethnicity_of_arrestee"] == "hispanic or latino",
        "Other Races and Ethnicities": race.isin(OTHER),
        "Male": sex == "male",
        "Female": sex == "female",
        "Age 10 to 14": age <= 14,
        "Age 15 to 17": age >= 15,
    }
    is_young = age.between(10, 17)
    return {
        group: arrests[is_young & those].groupby("ori")["arrests"].sum().to_dict()
        for group, those in members.items()
    }
