"""Homeless students of districts by the place of their office, with bounds for what is suppressed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

LONG_FROM = 2019
FORM_FROM = 2022


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method; a suppressed district is 1, between 0 and 2, in every state."""
    rows: list[Row] = []
    cities = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    for path in files.years("ccd_districts/*/ccd_lea_????.dta"):
        year = int(path.parent.name)
        students = _students(files, year)
        directory = pd.read_stata(path)
        directory["leaid"] = directory["leaid"].str.zfill(7)
        directory["geoid"] = directory["state"] + directory["county"]
        rows += _areas(files, year, "county", directory[["leaid", "geoid", "enrollment"]], students)
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
            rows += _areas(files, year, "place", office[["leaid", "geoid", "enrollment"]], students)
    return table(rows)


def _students(files: Files, year: int) -> pd.DataFrame:
    """leaid, students, low, high; districts without data are left out."""
    if year < LONG_FROM:
        name = f"{year}-{(year + 1) % 100:02d}"
        text = files.csv(f"edfacts_homeless/{name}/homeless-lea-sy{name}-wide.csv", encoding="latin-1")
        given: Iterable[tuple[str, str]] = zip(text["LEAID"], text["TOTAL"], strict=True)
    else:
        name = f"{year}-{(year + 1) % 100:02d}"
        if year < FORM_FROM:
            (path,) = files.years(f"edfacts_homeless/{name}/*.zip")
            text = files.packed_csv(str(path.relative_to(files.mirror)), "lea.csv")
        else:
            text = files.csv(f"edfacts_homeless/{name}/{name} LEA homeless student data.csv")
        text = text[(text["Data Group"] == "655") & text["Subgroup"].str.startswith("All Students")]
        given = zip(text["NCES LEA ID"], text["Value"], strict=True)
    rows = [
        (leaid.zfill(7), *((1, 0, 2) if count == "S" else (int(count),) * 3))
        for leaid, count in given
        if count == "S" or count.isdigit()
    ]
    return pd.DataFrame(rows, columns=["leaid", "students", "low", "high"])


def _areas(files: Files, year: int, kind: str, districts: pd.DataFrame, students: pd.DataFrame) -> list[Row]:
    joined = students.merge(districts, on="leaid")
    joined["enrollment"] = joined["enrollment"].fillna(0).clip(lower=0)
    joined.loc[joined["enrollment"] == 0, ["students", "low", "high"]] = 0
    rows: list[Row] = []
    for geoid, one in joined.groupby("geoid")[["students", "low", "high", "enrollment"]].sum().iterrows():
        if (geoid, year) not in files.people or one["students"] < 10:
            continue
        share = one["students"] / one["enrollment"] if one["enrollment"] else None
        if share is not None and share > 1:
            continue
        flag = _flag(one["low"], one["high"])
        if one["students"] < 30 or one["enrollment"] < 30:
            flag = 3
        more = {"geography_type": kind, "quality": flag}
        bounds = {"lower": one["low"], "upper": one["high"]}
        rows.append(county_row(str(geoid), year, "count_homeless", one["students"], **more, **bounds))
        rows.append(county_row(str(geoid), year, "share_homeless", share, **more))
    return rows


def _flag(low: float, high: float) -> int:
    if not low:
        return 3
    return 1 if high / low <= 1.05 else 2 if high / low <= 1.10 else 3
