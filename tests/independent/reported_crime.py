"""Offenses against persons and against property per 100,000 residents, from the FBI's archives."""

from __future__ import annotations

import pandas as pd

from tests.independent.files import Files, Row, county_row, table
from tests.independent.police import YEARS, agencies, archive, flag, residents

PERSON = ("09A", "09B", "100", "11", "13", "36", "64")
"""How codes of the manual begin: killing but the justified, kidnapping, sex, assault, trafficking."""
PROPERTY = ("120", "200", "210", "220", "23", "240", "250", "26", "270", "280", "290", "510")
"""Robbery, arson, extortion, burglary, larceny, vehicles, forgery, fraud, embezzlement and so on."""


def cells(files: Files) -> pd.DataFrame:
    """Steps 1 and 6 to 8 of the method: who sent any offense reports; where nobody does is no rate."""
    rows: list[Row] = []
    for year in YEARS:
        counts = _offenses(files, year)
        people = residents(files, year)
        for (kind, geoid), parts in agencies(files, year, people).items():
            quality = flag(parts, counts.index)
            everybody = people[kind, geoid]["B01001_001E"]
            if quality is None or everybody < 30 or (geoid, year) not in files.people:
                continue
            for short in ("violent", "property"):
                count = sum(part.share * counts[short].get(part.ori, 0) for part in parts)
                rows.append(
                    county_row(
                        geoid, year, f"rate_crime_{short}", count / everybody * 100_000,
                        geography_type=kind, quality=quality,
                    )
                )  # fmt: skip
    return table(rows)


def _offenses(files: Files, year: int) -> pd.DataFrame:
    """violent and property by the agency's id; one row of the archive is one offense."""
    path = archive(files, year)
    offense, incident, agency = (
        files.packed_csv(path, f"/{name}.csv") for name in ("nibrs_offense", "nibrs_incident", "agencies")
    )
    every = offense.merge(incident, on="incident_id").merge(agency, on="agency_id")
    assert len(every) == len(offense)
    every["violent"] = every["offense_code"].str.startswith(PERSON)
    every["property"] = every["offense_code"].str.startswith(PROPERTY)
    return every.groupby("ori")[["violent", "property"]].sum()
