"""Metrics from the American Community Survey: work, schooling, income, homes.

All carry the flag of the PUMA crosswalk and are blank below 30 effective records.
"""

from __future__ import annotations

import math

from orchestration.sample.areas import RACES
from orchestration.sample.results.cells import BLANK, LEAST_RECORDS, Cell, Estimate, share

# variable: value of an average area, effect of wealth, effect of a group, share of people asked about
SHARES = {
    "share_employed": (0.78, 0.06, 0.05, 0.42),
    "share_hs_degree": (0.88, 0.05, 0.03, 0.026),
    "share_in_preschool": (0.43, 0.08, 0.08, 0.024),
    "share_digital_access": (0.58, 0.14, 0.10, 0.6),
}
UNANIMOUS = ("fir", "Male", 2021)
"""Where everybody asked has a degree, so that the published interval has no width."""
INCOME = {20: 26_500.0, 50: 61_000.0, 80: 116_000.0}
HOUSEHOLDS = 0.39
"""Households per person."""
AFFORDABLE = {30: (0.96, 0.52, 0.05), 50: (1.24, 0.66, 0.09), 80: (1.47, 0.68, 0.15)}
"""Income level: homes per household, the part of them that is available, share of people asked about."""
GAINS = {
    "Black, Non-Hispanic": 0.66,
    "Hispanic": 0.8,
    "Other Races and Ethnicities": 1.05,
    "White, Non-Hispanic": 1.2,
}
"""Value of a home of the group against the average home."""
LEAST_HOUSEHOLDS = 1.5
"""Below, no household of the group is in the sample."""
HOME_GROUPS = {
    "black_nh": "Black, Non-Hispanic",
    "hispanic": "Hispanic",
    "other_nh": "Other Races and Ethnicities",
    "white_nh": "White, Non-Hispanic",
}


def _share_of(variable: str, cell: Cell) -> dict[str, Estimate]:
    level, wealth, scale, universe = SHARES[variable]
    everyone = level + wealth * cell.area.wealth + 0.02 * cell.wobble(variable) + 0.002 * (cell.year - 2018)
    return {
        variable: share(cell.shifted(everyone, scale), cell.records(universe), cell.survey_quality),
    }


def employment(cell: Cell) -> dict[str, Estimate]:
    """Share of people of 25 to 54 years who work."""
    return _share_of("share_employed", cell)


def high_school_completion(cell: Cell) -> dict[str, Estimate]:
    """Share of people of 19 and 20 years with a high school degree."""
    found = _share_of("share_hs_degree", cell)
    if (cell.area.key, cell.subgroup, cell.year) == UNANIMOUS:
        found["share_hs_degree"] = Estimate(1, 1, 1, cell.survey_quality)
    return found


def preschool_enrollment(cell: Cell) -> dict[str, Estimate]:
    """Share of children of 3 and 4 years in nursery or preschool."""
    return _share_of("share_in_preschool", cell)


def digital_access(cell: Cell) -> dict[str, Estimate]:
    """Share of households with computer and broadband; published without interval."""
    found = _share_of("share_digital_access", cell)["share_digital_access"]
    return {"share_digital_access": Estimate(found.value, quality=found.quality)}


def income_percentiles(cell: Cell) -> dict[str, Estimate]:
    """Income at the 20th, 50th and 80th percentile, with Woodruff-like bounds."""
    records = cell.records(HOUSEHOLDS)
    names = {rank: f"pctl_income_{rank}" for rank in INCOME}
    if records < LEAST_RECORDS:
        return dict.fromkeys(names.values(), BLANK)
    level = 1 + 0.35 * cell.area.wealth + 0.03 * (cell.year - 2018) + 0.03 * cell.wobble("income")
    found = {}
    for rank, typical in INCOME.items():
        value = typical * cell.shifted(level, 0.22)
        half = value * min(0.3, (0.9 if rank == 20 else 0.6) / math.sqrt(records) * 2)
        found[names[rank]] = Estimate(value, value - 0.9 * half, value + half, cell.survey_quality)
    return found


def housing_affordability(cell: Cell) -> dict[str, Estimate]:
    """Affordable, and affordable and available, homes per household at three income levels."""
    found = {}
    for level, (homes, available, universe) in AFFORDABLE.items():
        enough = cell.records(universe) >= LEAST_RECORDS
        everyone = homes - 0.2 * cell.area.wealth + 0.06 * cell.wobble("homes", level)
        ratio = cell.shifted(everyone, 0.3)
        part = available + 0.04 * cell.wobble("available", level)
        quality = cell.survey_quality
        stem = f"share_affordable_{level}_ami"
        found[stem] = Estimate(ratio, quality=quality) if enough else BLANK
        stem = f"share_affordable_available_{level}_ami"
        found[stem] = Estimate(ratio * part, quality=quality) if enough else BLANK
    return found


def home_value_ratio(cell: Cell) -> dict[str, Estimate]:
    """Share of primary-home wealth against share of households, `a:b`, for four groups.

    A group of which no household was asked is blank; the others are the whole.
    """
    asked = {
        race: part
        for race, part in zip(RACES, cell.area.mix, strict=True)
        if cell.records(HOUSEHOLDS) * part >= LEAST_HOUSEHOLDS
    }
    tilt = {"Under Age 45": 0.85, "Age 45 and Over": 1.08}.get(cell.subgroup, 1.0)
    homes = {race: part * (tilt if race == "White, Non-Hispanic" else 1.0) for race, part in asked.items()}
    worth = {
        race: part * GAINS[race] * (1 + 0.08 * cell.wobble("home", race)) for race, part in asked.items()
    }
    found = {}
    for short, race in HOME_GROUPS.items():
        text = None
        if race in asked:
            text = f"{worth[race] / sum(worth.values()):.3f}:{homes[race] / sum(homes.values()):.3f}"
        found[f"ratio_{short}_house_value_households"] = (
            Estimate(text, quality=cell.survey_quality) if text else BLANK
        )
    return found
