"""Metrics of pupils: homelessness, economic diversity of schools."""

from __future__ import annotations

from orchestration.sample.areas import County
from orchestration.sample.results.cells import BLANK, Cell, Estimate, by_size
from orchestration.sample.values import portal_schools

PUPILS = 0.155
"""Pupils per person."""


RACES_OF_PUPILS = (
    "Black, Non-Hispanic",
    "Hispanic",
    "Other Races and Ethnicities",
    "White, Non-Hispanic",
)


RACES_OF_SCHOOLS = {
    "black": portal_schools.BLACK,
    "hispanic": portal_schools.HISPANIC,
    "white": portal_schools.WHITE,
}


def student_homelessness(cell: Cell) -> dict[str, Estimate]:
    """Count of homeless pupils with its bounds, and their share; small counts are withheld."""
    if cell.subgroup != "All":
        unsure = _withheld(cell)
        return _homeless(_count(cell), unsure, cell.people * PUPILS, least=3)
    return _homeless(*homeless_pupils(cell), least=10)


def homeless_pupils(cell: Cell) -> tuple[int, int, int]:
    """Of everybody: homeless pupils, districts with a withheld count among them, and pupils."""
    if not cell.groups:
        cell = Cell(cell.world, cell.area, cell.year, "All", RACES_OF_PUPILS, cell.sample)
    count = sum(_count(cell.of(group)) for group in cell.groups)
    return count, min(count, _withheld(cell)), max(10, round(cell.people * PUPILS))


def _withheld(cell: Cell) -> int:
    return round(3 * cell.uniform("homeless districts", cell.year, cell.subgroup))


def _count(cell: Cell) -> int:
    rate = cell.shifted(0.025 - 0.012 * cell.area.wealth + 0.004 * cell.wobble("homeless"), -0.006)
    return round(cell.people * PUPILS * max(rate, 0.001))


def _homeless(count: int, withheld: int, pupils: float, least: int) -> dict[str, Estimate]:
    if count < least:
        return {"count_homeless": BLANK, "share_homeless": BLANK}
    lower, upper = max(0, count - withheld), count + withheld
    is_weak = (least == 10 and count < 30) or lower == 0 or upper / lower > 1.10
    flag = 3 if is_weak else 2 if upper / lower > 1.05 else 1
    return {
        "count_homeless": Estimate(count, lower, upper, flag),
        "share_homeless": Estimate(count / pupils, quality=flag),
    }


def school_economic_diversity(cell: Cell) -> dict[str, Estimate]:
    """Share of pupils of a group in schools where a fifth or more are poor, from the schools themselves."""
    area = cell.area
    if isinstance(area, County):
        code = portal_schools.STATE + area.code_in(cell.year)
        here = [s for s in portal_schools.schools(cell.world, cell.year) if s.county_code == code]
    else:
        name = area.name.removesuffix(" city").lower()
        here = [s for s in portal_schools.schools(cell.world, cell.year) if (s.city or "").lower() == name]
    found = {}
    for short, race in RACES_OF_SCHOOLS.items():
        value, pupils = portal_schools.shares(here, race)
        flag = by_size(pupils, 30, 15)
        found[f"share_meps20_{short}"] = BLANK if value is None else Estimate(value, quality=flag)
    return found
