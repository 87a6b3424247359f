"""Results that Urban computes as means over tracts, as the published programs do it: transportation, air."""

from __future__ import annotations

import math
from functools import lru_cache

from orchestration.sample.areas import County, Place
from orchestration.sample.results.cells import BLANK, Cell, Estimate
from orchestration.sample.values import census_acs_tables as tables
from orchestration.sample.values import cnt_ht_index as ht
from orchestration.sample.values import epa_air_toxics as epa
from orchestration.sample.world import World

Tract = tuple[str, str]
_Z_OF_TRANSPORTATION = 1.644854


def _tracts(cell: Cell) -> list[tuple[Tract, float]]:
    """The tracts of the area, with the share of each that counts."""
    if isinstance(cell.area, County):
        of_year = tables.residents(cell.world, cell.year)
        return [(tract, 1.0) for tract in of_year if tract[0] == cell.area.key]
    assert isinstance(cell.area, Place)
    return tables.tract_shares(cell.world, cell.year).get(cell.area.code, [])


def _share_of_color(counts: tables.Counts) -> float:
    people = counts["people"][0]
    return (people - counts["white"][0]) / people


# --- transportation -------------------------------------------------------------------------------


def _kind(counts: tables.Counts) -> str:
    if not counts["people"][0]:
        return "No population"
    if 1 - _share_of_color(counts) >= 0.6:
        return "White neighborhoods"
    return "Neighborhoods of color" if _share_of_color(counts) >= 0.6 else "Mixed neighborhoods"


def transportation(cell: Cell) -> dict[str, Estimate]:
    """Means weighted by households; the flag of a place takes margins whole and tracts by their number."""
    people, modelled = tables.residents(cell.world, cell.year), ht.tracts(cell.world, cell.year)
    units = tables.housing(cell.world, cell.year)
    is_place = isinstance(cell.area, Place)
    drops_empty = not is_place or bool(cell.groups)
    parts = []
    for tract, afact in _tracts(cell):
        found, kind = modelled[tract], _kind(people[tract])
        if found is None or not found[0] or (drops_empty and kind == "No population"):
            continue
        if cell.subgroup in ("All", kind):
            parts.append((found, afact, units[tract]["housing_units"]))
    weight = sum(households * afact for (households, _, _), afact, _ in parts)
    if not weight:
        return {"share_transit_commuter": BLANK, "share_transportation_cost": BLANK}
    error = math.sqrt(sum((margin / _Z_OF_TRANSPORTATION) ** 2 for _, _, (_, margin) in parts))
    variation = error / sum(count * afact for _, afact, (count, _) in parts)
    income, margin = tables.median_income(cell.world, cell.area, cell.year)["median_income"]
    of_income = margin / _Z_OF_TRANSPORTATION / income
    close = sum(afact > 0.5 for _, afact, _ in parts) / len(parts)
    flag = max(
        1 if variation < 0.08 else 2 if variation < 0.15 else 3,
        1 if of_income < 0.1 else 2 if of_income < 0.3 else 3,
        2 if is_place and close < 0.5 else 1,
    )
    transit = sum(households * afact * share / 100 for (households, share, _), afact, _ in parts) / weight
    cost = sum(households * afact * share / 100 for (households, _, share), afact, _ in parts) / weight
    return {
        "share_transit_commuter": Estimate(transit, quality=flag),
        "share_transportation_cost": Estimate(cost, quality=flag),
    }


# --- air ------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _indices(world: World, year: int) -> dict[Tract, int]:
    """Percentile ranks of the tracts, higher is cleaner."""
    found = epa.hazards(world, year)
    scores = dict.fromkeys(found, 0.0)
    for hazard in ("respiratory", "cancer", "neurological"):
        values = [hazards[hazard] for hazards in found.values()]
        mean = math.fsum(values) / len(values)
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
        for tract, hazards in found.items():
            scores[tract] -= (hazards[hazard] - mean) / deviation
    ordered = sorted(scores.values())
    first = {score: rank for rank, score in reversed(list(enumerate(ordered)))}
    return {tract: round(100 * first[score] / (len(ordered) - 1)) for tract, score in scores.items()}


def _air_kinds(counts: tables.Counts, poverty: tables.Counts) -> tuple[str | None, str | None]:
    kind = None
    if counts["people"][0]:
        color = _share_of_color(counts)
        kind = "Neighborhoods of color" if color >= 0.6 else "White neighborhoods"
        kind = "Mixed neighborhoods" if 0.4 < color < 0.6 else kind
    universe = poverty["universe"][0]
    rate = poverty["poor"][0] / universe if universe else None
    return kind, None if rate is None else "High-Poverty" if rate >= 0.4 else "Not High-Poverty"


def air_quality(cell: Cell) -> dict[str, Estimate]:
    """Rank of the air where people live; a kind whose tracts have no index has a flag and no value."""
    people, poverty = tables.residents(cell.world, cell.year), tables.poverty(cell.world, cell.year)
    indices = _indices(cell.world, cell.year)
    parts = [
        (indices.get(tract), people[tract]["people"][0] * afact)
        for tract, afact in _tracts(cell)
        if cell.subgroup == "All" or cell.subgroup in _air_kinds(people[tract], poverty[tract])
    ]
    everyone = sum(weight for _, weight in parts)
    if not everyone:
        return {"index_air_hazard": BLANK}
    with_index = [(index, weight) for index, weight in parts if index is not None and weight]
    reached = sum(weight for _, weight in with_index)
    value = round(sum(index * weight for index, weight in with_index) / reached) if reached else None
    flag = 2 if (everyone - reached) / everyone >= 0.05 else 1
    return {"index_air_hazard": Estimate(value, quality=flag)}
