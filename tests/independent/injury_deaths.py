"""Deaths from injury: rates and bounds as CDC prints them, from its counts."""

from __future__ import annotations

from math import sqrt

import pandas as pd
from scipy.stats import chi2

from tests.independent.files import Files, Row, county_row, half_up, table
from tests.independent.wonder import number, read

GROUPS = {
    "injury_deaths_all": "All",
    "injury_deaths_raceth_nhwhite": "White, Non-Hispanic",
    "injury_deaths_raceth_nhblack": "Black, Non-Hispanic",
    "injury_deaths_raceth_hisp": "Hispanic",
    "injury_deaths_raceth_nhother": "Other Races and Ethnicities",
}
# The county that was divided, and its part: the part has the rate of the whole, and the worst flag.
DIVIDED = {"99021": ("99023", 2020)}


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method: fewer than 20 deaths are no rate; the groups begin in 2021."""
    return table(
        row for path in files.years("cdc_wonder/*/injury_deaths_*.txt") for row in _of(path.stem, path)
    )


def _of(name: str, path: object) -> list[Row]:
    group, year = GROUPS[name[:-5]], int(name[-4:])
    rows = []
    for code, one in read(path).items():
        deaths, people = number(one["Deaths"]), number(one["Population"])
        if deaths is None or people is None or deaths < 20:
            continue
        geoid, is_part = code, False
        if code in DIVIDED and year >= DIVIDED[code][1]:
            geoid, is_part = DIVIDED[code][0], True
        types = (
            ["race-ethnicity"] if group != "All" else (["all", "race-ethnicity"] if year >= 2021 else ["all"])
        )
        lower, upper = _bounds(deaths, people)
        for kind in types:
            rows.append(
                county_row(
                    geoid,
                    year,
                    "rate_injury_death",
                    half_up(1e5 * deaths / people, 1),
                    subgroup_type=kind,
                    subgroup=group,
                    lower=lower,
                    upper=upper,
                    quality=3 if is_part else _flag(deaths, people),
                )
            )
    return rows


def _bounds(deaths: int, people: int) -> tuple[float, float]:
    """Exact below 100 deaths, normal from then on."""
    rate = 1e5 * deaths / people
    if deaths < 100:
        low, high = chi2.ppf(0.025, 2 * deaths) / 2, chi2.ppf(0.975, 2 * deaths + 2) / 2
        return half_up(rate * round(low / deaths, 5), 1), half_up(rate * round(high / deaths, 5), 1)
    error = 1.96 * rate / sqrt(deaths)
    return half_up(rate - error, 1), half_up(rate + error, 1)


def _flag(deaths: int, people: int) -> int:
    """By the two numbers as printed."""
    rate = 1e5 * deaths / people
    variation = half_up(rate / sqrt(deaths), 1) / half_up(rate, 1)
    return 1 if variation < 0.2 else 2 if variation < 0.4 else 3
