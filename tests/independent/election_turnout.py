"""Votes for president by citizens of voting age."""

from __future__ import annotations

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

FILES = {
    2016: ("countypres_2000-2016.csv", "FIPS", "2012-2016"),
    2020: ("countypres_2000-2020.csv", "county_fips", "2016-2020"),
}


def cells(files: Files) -> pd.DataFrame:
    """All candidates and modes; shares above 1 are cut and Weak."""
    rows: list[Row] = []
    for year, (name, code, vintage) in FILES.items():
        votes = files.csv(f"medsl_county_returns/{year}/{name}", encoding="latin-1")
        votes = votes.rename(columns={"FIPS": code})
        votes = votes[(votes["year"] == str(year)) & votes["candidatevotes"].str.isdigit()]
        sums = votes["candidatevotes"].astype(int).groupby(votes[code].str.zfill(5)).sum()
        citizens = files.packed_csv(f"cvap/{vintage}/CVAP_{vintage}_ACS_csv_files.zip", "county.csv")
        for one in citizens[citizens["lnnumber"] == "1"].to_dict("records"):
            geoid, number = one["geoid"][-5:], int(one["cvap_est"])
            if geoid not in sums or not number or (geoid, year) not in files.people:
                continue
            variation = float(one["cvap_moe"] or 0) / 1.645 / number
            share = sums[geoid] / number
            flag = 3 if share > 1 or variation >= 0.15 else 2 if variation >= 0.05 else 1
            rows.append(county_row(geoid, year, "share_election_turnout", min(1.0, share), quality=flag))
    return table(rows)
