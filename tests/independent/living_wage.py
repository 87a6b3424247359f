"""Average weekly wage over forty hours at the living wage, overall and by class of industries."""

from __future__ import annotations

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

# Year -> vintage of the living wages, price index of both (annual averages of CPI-U).
WAGES = {
    2014: ("2019", 236.736 / 255.657),
    2018: ("2019", 251.107 / 255.657),
    2021: ("2022", 270.970 / 292.655),
    2022: ("2022", 1.0),
    2023: ("2023", 1.0),
}
CLASSES = {
    ("0", "10"): "All",
    ("5", "101"): "Goods Producing",
    ("1", "10"): "Public Administration",
    ("2", "10"): "Public Administration",
    ("3", "10"): "Public Administration",
    ("5", "1021"): "Trade, Transit, Utilities",
    ("5", "1022"): "Information Services",
    ("5", "1023"): "Professional Services",
    ("5", "1024"): "Professional Services",
    ("5", "1025"): "Education and Health",
    ("5", "1026"): "Leisure and Other",
    ("5", "1027"): "Leisure and Other",
}


def cells(files: Files) -> pd.DataFrame:
    """Simple means of the classes; no ratio where a class is not disclosed; prices of the year everywhere."""
    rows: list[Row] = []
    for year, (vintage, factor) in WAGES.items():
        hourly = _hourly(files, vintage)
        pay = pd.read_excel(
            files.member(f"bls_qcew/{year}/{year}_all_county_high_level.zip", ".xlsx"),
            engine="openpyxl",
            dtype={"St": str, "Cnty": str, "Own": str, "NAICS": str},
        )
        pay = pay[(pay["Area Type"] == "County") & (pay["Cnty"] != "999")]
        pay = pay.assign(
            geoid=pay["St"] + pay["Cnty"],
            industry=[CLASSES.get(key) for key in zip(pay["Own"], pay["NAICS"], strict=True)],
            hidden=pay["Annual Average Status Code"] == "N",
        )
        for (geoid, industry), group in pay[pay["industry"].notna()].groupby(["geoid", "industry"]):
            if geoid not in hourly or group["hidden"].any():
                continue
            ratio = group["Annual Average Weekly Wage"].mean() / (40 * hourly[geoid] * factor)
            flag = 1 if group["Annual Average Establishment Count"].sum() >= 30 else 3
            for kind in ["all", "industry"] if industry == "All" else ["industry"]:
                rows.append(
                    county_row(
                        geoid,
                        year,
                        "ratio_living_wage",
                        ratio,
                        subgroup_type=kind,
                        subgroup=industry,
                        quality=flag,
                    )
                )
    found = table(rows)
    inside = [
        (geoid, year) in files.people for geoid, year in zip(found["geoid"], found["year"], strict=True)
    ]
    return found[inside]


def _hourly(files: Files, vintage: str) -> dict[str, float]:
    if vintage == "2023":
        text = files.csv("mit_living_wage/2023/mit-living-wage-2023.csv")
        codes = text["state_fips"].str.zfill(2) + text["county_fips_short"].str.zfill(3)
        return dict(zip(codes, text["hourly_living_wage"].astype(float), strict=True))
    name = {"2019": "mit-living-wage.csv", "2022": "mit-living-wage-2022.csv"}[vintage]
    text = files.csv(f"mit_living_wage/{vintage}/{name}")
    text = text[(text["adults"] == "1 Adult") & (text["children"] == "2 Children")]
    codes = text["state"].str.zfill(2) + text["county"].str.zfill(3)
    return dict(zip(codes, text["wage"].astype(float), strict=True))
