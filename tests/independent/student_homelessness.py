"""Homeless students of districts by the place of their office, with bounds for what is suppressed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

LONG_FROM = 2019
FORM_FROM = 2022
ALL = "All"
RACES = ("Black, Non-Hispanic", "Hispanic", "White, Non-Hispanic", "Other Races and Ethnicities")
GROUPS = {
    "All Students in LEA": ALL,
    "Black or African American": RACES[0],
    "Hispanic/Latino": RACES[1],
    "White": RACES[2],
    "Asian": RACES[3],
    "American Indian or Alaska Native": RACES[3],
    "Native Hawaiian or Other Pacific Islander": RACES[3],
    "Two or more races": RACES[3],
}
CODES = {1: RACES[2], 2: RACES[0], 3: RACES[1], 4: RACES[3], 5: RACES[3], 6: RACES[3], 7: RACES[3]}


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method; a suppressed district is 1, between 0 and 2, whatever the state and race."""
    rows: list[Row] = []
    cities = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    for path in files.years("ccd_districts/*/ccd_lea_????.dta"):
        year = int(path.parent.name)
        students = _students(files, year)
        directory = pd.read_stata(path)
        directory["leaid"] = directory["leaid"].str.zfill(7)
        directory["geoid"] = directory["state"] + directory["county"]
        of_races = _enrolled(path.with_name(f"districts_ccd_enrollment_race_{year}.json"))
        rows += _areas(files, year, "county", directory[["leaid", "geoid", "enrollment"]], students, of_races)
        offices = path.with_name(f"ccd_lea_{year}_city.dta")
        if offices.exists():
            office = pd.read_stata(offices)
            office["leaid"] = office["leaid"].str.zfill(7)
            of_year = cities[cities["year"] == str(year)]
            codes = {
                (state, name.removesuffix(" city").lower()): state + place
                for state, name, place in zip(
                    of_year["state"], of_year["place_name"], of_year["place"], strict=True
                )
            }
            office["geoid"] = [
                codes.get((state, str(city).lower()), "")
                for state, city in zip(office["state"], office["city_location"], strict=True)
            ]
            rows += _areas(files, year, "place", office[["leaid", "geoid", "enrollment"]], students, of_races)
    return table(rows)


def _students(files: Files, year: int) -> pd.DataFrame:
    """leaid, group, students, low, high; districts without data are left out."""
    name = f"{year}-{(year + 1) % 100:02d}"
    if year < LONG_FROM:
        text = files.csv(f"edfacts_homeless/{name}/homeless-lea-sy{name}-wide.csv", encoding="latin-1")
        given: Iterable[tuple[str, str, str]] = (
            (leaid, ALL, count) for leaid, count in zip(text["LEAID"], text["TOTAL"], strict=True)
        )
    else:
        if year < FORM_FROM:
            (path,) = files.years(f"edfacts_homeless/{name}/*.zip")
            text = files.packed_csv(str(path.relative_to(files.mirror)), "lea.csv")
        else:
            text = files.csv(f"edfacts_homeless/{name}/{name} LEA homeless student data.csv")
        text = text[(text["Data Group"] == "655") & text["Subgroup"].isin(GROUPS)]
        given = zip(text["NCES LEA ID"], text["Subgroup"].map(GROUPS), text["Value"], strict=True)
    rows = [
        (leaid.zfill(7), group, *((1, 0, 2) if count == "S" else (int(count),) * 3))
        for leaid, group, count in given
        if count == "S" or count.isdigit()
    ]
    return pd.DataFrame(rows, columns=["leaid", "group", "students", "low", "high"])


def _enrolled(path: Path) -> pd.DataFrame | None:
    """leaid and a column a group; codes for no answer are nobody."""
    if not path.exists():
        return None
    results = [row for line in path.read_text().splitlines() for row in json.loads(line)["results"]]
    frame = pd.DataFrame(results)
    frame = frame[frame["race"].isin(CODES) & (frame["sex"] == 99)]
    frame["group"] = frame["race"].map(CODES)
    frame["enrollment"] = frame["enrollment"].clip(lower=0)
    return frame.pivot_table(index="leaid", columns="group", values="enrollment", aggfunc="sum").fillna(0)


def _areas(
    files: Files,
    year: int,
    kind: str,
    districts: pd.DataFrame,
    students: pd.DataFrame,
    of_races: pd.DataFrame | None,
) -> list[Row]:
    """Districts side by side, then area by area."""
    wide = students.pivot_table(
        index="leaid", columns="group", values=["students", "low", "high"], aggfunc="sum"
    )
    joined = districts.set_index("leaid").join(
        wide.set_axis(["/".join(c) for c in wide.columns], axis=1), how="inner"
    )
    joined["enrollment"] = joined["enrollment"].fillna(0).clip(lower=0)
    counts = [name for name in joined.columns if "/" in name]
    joined.loc[joined["enrollment"] == 0, counts] = 0
    if of_races is not None:
        joined = joined.join(of_races)
    rows: list[Row] = []
    for geoid, one in joined.groupby("geoid").sum(min_count=0).iterrows():
        if (geoid, year) in files.people and one[f"students/{ALL}"] >= 10:
            rows += _of_area(kind, str(geoid), year, one, of_races is not None)
    return rows


def _of_area(kind: str, geoid: str, year: int, one: pd.Series, has_races: bool) -> list[Row]:
    whole = one[f"students/{ALL}"]
    people = {ALL: one["enrollment"]} | ({race: one[race] for race in RACES} if has_races else {})
    count = {group: one.get(f"students/{group}", 0) for group in people}
    shares = {group: count[group] / people[group] if people[group] else None for group in people}
    gone = {group for group, share in shares.items() if share is not None and share > 1}
    percent = 100 * sum(count[race] for race in RACES if has_races and race not in gone) / whole
    if has_races and RACES[0] not in gone and not 70 <= percent <= 110:
        gone |= set(RACES)
    rows = []
    for group in people:
        if group in gone or count[group] <= 2:
            continue
        low, high = one[f"low/{group}"], one[f"high/{group}"]
        is_small = whole < 30 or (group == ALL and people[ALL] < 30)
        facts = {
            "geography_type": kind, "quality": 3 if is_small else _flag(low, high), "subgroup": group,
        }  # fmt: skip
        for subgroup_type in ("all", "race-ethnicity") if group == ALL else ("race-ethnicity",):
            if subgroup_type == "all" or has_races:
                more = facts | {"subgroup_type": subgroup_type}
                bounds = {"lower": low, "upper": high}
                rows.append(county_row(geoid, year, "count_homeless", count[group], **more, **bounds))
                rows.append(county_row(geoid, year, "share_homeless", shares[group], **more))
    return rows


def _flag(low: float, high: float) -> int:
    if not low:
        return 3
    return 1 if high / low <= 1.05 else 2 if high / low <= 1.10 else 3
