"""Metrics of births, deaths and doctors (counties only)."""

from __future__ import annotations

from orchestration.sample.results.cells import BLANK, Cell, Estimate, Z, by_size

LARGE = 100_000
"""The natality file names counties from this size on; all others share one pooled value."""


def low_birth_weight(cell: Cell) -> dict[str, Estimate]:
    """Share of babies below 2,500 g; small counties get the value of all small counties together."""
    variable = "share_low_birth_weight"
    large = cell.area.people >= LARGE
    small = [county for county in cell.world.counties if county.people < LARGE]
    births = 0.012 * (
        cell.people if large else sum(county.population(cell.year) for county in small) * cell.weight
    )
    if births < 20:
        return {variable: BLANK}
    wealth = cell.area.wealth if large else -0.3
    wobble = cell.wobble("birth weight") if large else cell.world.draws.wobble("birth weight", cell.year)
    value = cell.shifted(0.083 - 0.014 * wealth + 0.004 * wobble, -0.02)
    half = Z * (value * (1 - value) / births) ** 0.5
    flag = by_size(births, 600, 200) if large else 3
    return {variable: Estimate(value, max(0.0, value - half), value + half, flag)}


def injury_deaths(cell: Cell) -> dict[str, Estimate]:
    """Deaths by injury per 100,000 people; fewer than ten deaths are suppressed."""
    rate = cell.shifted(88 - 14 * cell.area.wealth + 8 * cell.wobble("injury"), -9.0)
    deaths = cell.people * rate / 100_000
    if deaths < 10:
        return {"rate_injury_death": BLANK}
    half = Z * rate / deaths**0.5
    bounds = (round(max(0.0, rate - half), 1), round(rate + half, 1))
    return {"rate_injury_death": Estimate(round(rate, 1), *bounds, 1 if deaths >= 16 else 2)}


def primary_care_access(cell: Cell) -> dict[str, Estimate]:
    """People per primary care physician, a whole number."""
    doctors = round(cell.people * (0.0007 + 0.0003 * cell.area.wealth + 0.0001 * cell.wobble("doctors")))
    if doctors == 0:
        return {"ratio_population_pc_physician": BLANK}
    flag = by_size(doctors, 10, 4)
    return {"ratio_population_pc_physician": Estimate(round(cell.people / doctors), quality=flag)}
