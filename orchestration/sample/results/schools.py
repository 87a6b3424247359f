"""Metrics of pupils: homelessness, economic diversity of schools."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sample.areas import RACES, County
from orchestration.sample.results.cells import BLANK, Cell, Estimate, by_size
from orchestration.sample.values import edfacts_homeless as homeless
from orchestration.sample.values import portal_schools

RACES_OF_SCHOOLS = {
    "black": portal_schools.BLACK,
    "hispanic": portal_schools.HISPANIC,
    "white": portal_schools.WHITE,
}


def student_homelessness(cell: Cell) -> dict[str, Estimate]:
    """Count of homeless pupils with its bounds, and their share; small counts are withheld."""
    count, withheld, pupils = homeless.homeless_pupils(cell)
    if count < 10:
        return _blank()
    if cell.subgroup == "All":
        return _homeless(Sums(count, count - withheld, count + withheld, pupils), count)
    groups = {group: _sums(cell, group) for group in RACES}
    kept = {group: sums for group, sums in groups.items() if sums.count <= sums.pupils or not sums.pupils}
    percent = 100 * sum(sums.count for sums in kept.values()) / count
    adds_up = RACES[0] not in kept or 70 <= percent <= 110
    if cell.subgroup not in kept or not adds_up or kept[cell.subgroup].count <= 2:
        return _blank()
    return _homeless(kept[cell.subgroup], count)


@dataclass
class Sums:
    """Homeless pupils of an area with their bounds, and pupils."""

    count: int = 0
    lower: int = 0
    upper: int = 0
    pupils: int = 0


def _sums(cell: Cell, group: str) -> Sums:
    """A group's districts as the published program adds them up, with its two slips.

    Other races: a district without any has one, and what is withheld counts once for all of them. Upper
    bounds: where at most two districts of the state withhold a count, it is the state's smallest number,
    which is one.
    """
    races = [(name, code) for name, code, _ in homeless.AGENCY_RACES[group]]
    everywhere = homeless.districts(cell.world, cell.year)
    withheld = sum(_given(district, races, group) == 1 for district in everywhere)
    sums = Sums()
    for district in everywhere:
        if district.area != cell.area.key:
            continue
        sums.pupils += sum(max(district.enrolled.get(code, 0), 0) for _, code in races)
        count = _given(district, races, group)
        if count is not None:
            sums.count += count
            sums.lower += 0 if count == 1 else count
            sums.upper += count if count > 1 or withheld <= 2 else 2
    return sums


def _given(district: homeless.District, races: list[tuple[str, int]], group: str) -> int | None:
    """A district's count of a group: one where it is withheld, None where it has none."""
    found = [district.races[name] or 1 for name, _ in races if name in district.races]
    if not found:
        return 1 if group == homeless.OTHER else None
    return sum(found)


def _homeless(sums: Sums, count_of_all: int) -> dict[str, Estimate]:
    width = sums.upper / sums.lower if sums.lower else None
    is_weak = count_of_all < 30 or width is None or width > 1.10
    flag = 3 if is_weak else 2 if width and width > 1.05 else 1
    return {
        "count_homeless": Estimate(sums.count, sums.lower, sums.upper, flag),
        "share_homeless": Estimate(sums.count / sums.pupils, quality=flag) if sums.pupils else BLANK,
    }


def _blank() -> dict[str, Estimate]:
    return {"count_homeless": BLANK, "share_homeless": BLANK}


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
