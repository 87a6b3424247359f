"""Students of a group in poor schools, of all its students in schools with an estimate."""

from __future__ import annotations

import json

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

RACES = {"1": "white", "2": "black", "3": "hispanic"}
POOR = 20.0


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method; schools without an estimate are in neither sum."""
    names = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    rows: list[Row] = []
    for year in range(2014, 2022):
        schools = _schools(files, year)
        counties = schools.assign(geoid=schools["county_code"].astype(str).str.zfill(5))
        rows += _areas(files, year, "county", counties)
        of_year = names[names["year"] == str(year)]
        codes = {
            name.removesuffix(" city").lower(): state + place
            for name, state, place in zip(
                of_year["place_name"], of_year["state"], of_year["place"], strict=True
            )
        }
        cities = schools.assign(geoid=schools["city_location"].str.strip().str.lower().map(codes))
        rows += _areas(files, year, "place", cities[cities["geoid"].notna()])
    return table(rows)


def _schools(files: Files, year: int) -> pd.DataFrame:
    """School and race: students (both sexes added), place, percent in poverty."""
    (path,) = files.years(f"portal_schools/{year}/schools_ccd_enrollment_{year}.csv.gz")
    students = files.csv(str(path.relative_to(files.mirror)))
    students = students[(students["grade"] == "99") & (students["sex"] != "99")]
    students = students[students["race"].isin(RACES)]
    count = pd.to_numeric(students["enrollment"], errors="coerce")
    students = (
        students.assign(count=count.where(count >= 0, 0))
        .groupby(["ncessch", "race"], as_index=False)["count"]
        .sum()
    )
    directory = _answer(files, f"portal_schools/{year}/schools_ccd_directory_{year}.json")
    directory = directory[directory["enrollment"] > 0]
    directory = directory[directory["county_code"].astype(str).str.isdigit()]
    poverty = _answer(files, f"portal_schools/{year}/schools_meps_{year}.json")
    poverty = poverty[poverty["meps_poverty_pct"].notna()]
    return students.merge(directory[["ncessch", "county_code", "city_location"]], on="ncessch").merge(
        poverty[["ncessch", "meps_poverty_pct"]], on="ncessch"
    )


def _answer(files: Files, path: str) -> pd.DataFrame:
    """All pages of the Portal's answer, one a line."""
    with (files.mirror / path).open(encoding="utf-8") as pages:
        return pd.DataFrame([row for page in pages if page.strip() for row in json.loads(page)["results"]])


def _areas(files: Files, year: int, kind: str, schools: pd.DataFrame) -> list[Row]:
    poor = schools["meps_poverty_pct"].astype(float) >= POOR
    schools = schools.assign(poor=schools["count"].where(poor, 0))
    rows = []
    for (geoid, race), one in schools.groupby(["geoid", "race"])[["count", "poor"]].sum().iterrows():
        if (geoid, year) in files.people and one["count"]:
            rows.append(
                county_row(
                    geoid, year, f"share_meps20_{RACES[race]}", one["poor"] / one["count"],
                    geography_type=kind,
                    quality=1 if one["count"] >= 30 else 2 if one["count"] >= 15 else 3,
                )
            )  # fmt: skip
    return rows
