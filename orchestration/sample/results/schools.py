"""Metrics of pupils: homelessness, learning, economic diversity of schools."""

from __future__ import annotations

from orchestration.sample.results.cells import BLANK, Cell, Estimate, Z, by_size

PUPILS = 0.155
"""Pupils per person."""


def student_homelessness(cell: Cell) -> dict[str, Estimate]:
    """Count of homeless pupils with its bounds, and their share; small counts are withheld."""
    if cell.subgroup != "All":
        return _homeless(cell, _count(cell), least=3)
    if not cell.groups:
        races = ("Black, Non-Hispanic", "Hispanic", "Other Races and Ethnicities", "White, Non-Hispanic")
        cell = Cell(cell.world, cell.area, cell.year, "All", races, cell.sample)
    return _homeless(cell, sum(_count(cell.of(group)) for group in cell.groups), least=10)


def _count(cell: Cell) -> int:
    rate = cell.shifted(0.025 - 0.012 * cell.area.wealth + 0.004 * cell.wobble("homeless"), -0.006)
    return round(cell.people * PUPILS * max(rate, 0.001))


def _homeless(cell: Cell, count: int, least: int) -> dict[str, Estimate]:
    pupils = cell.people * PUPILS
    if count < least:
        return {"count_homeless": BLANK, "share_homeless": BLANK}
    unsure = round(3 * cell.uniform("homeless districts", cell.year, cell.subgroup))
    flag = 1 if unsure <= 0.05 * count else 2 if unsure <= 0.1 * count else 3
    return {
        "count_homeless": Estimate(count, max(0, count - unsure), count + unsure, flag),
        "share_homeless": Estimate(count / pupils, quality=flag),
    }


def learning_rate(cell: Cell) -> dict[str, Estimate]:
    """Grade levels gained a year, with an interval; blank where too few take the tests."""
    tested = cell.people * 0.06
    if tested < 150:
        return {"rate_learning": BLANK}
    everyone = 0.98 + 0.12 * cell.area.wealth + 0.06 * cell.wobble("learning")
    value = cell.shifted(everyone, 0.07)
    error = 2.2 / tested**0.5
    flag = by_size(tested, 600, 300)
    return {"rate_learning": Estimate(value, value - Z * error, value + Z * error, flag)}


def school_economic_diversity(cell: Cell) -> dict[str, Estimate]:
    """Share of pupils of a group in schools with a large part of poor pupils."""
    found = {}
    for short, race in (("black", 0), ("hispanic", 1), ("white", 3)):
        pupils = cell.people * PUPILS * cell.area.mix[race]
        push = 0.25 if short != "white" else -0.05
        level = 0.4 - 0.35 * cell.area.wealth + push + 0.1 * cell.wobble("meps", short)
        value = min(1.0, max(0.0, level))
        flag = by_size(pupils, 60, 30)
        found[f"share_meps20_{short}"] = Estimate(value, quality=flag) if pupils >= 2 else BLANK
    return found
