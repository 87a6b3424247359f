"""Metrics of neighborhoods and civic life."""

from __future__ import annotations

from orchestration.sample.areas import RACES
from orchestration.sample.results.cells import BLANK, Cell, Estimate, by_size


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))


def poverty_exposure(cell: Cell) -> dict[str, Estimate]:
    """Share of poor people who live in neighborhoods of high poverty; nought in many areas."""
    if cell.people < 60:
        return {"share_poverty_exposure": BLANK}
    level = 0.14 - 0.2 * cell.area.wealth + 0.03 * cell.wobble("poverty")
    value = _clipped(cell.shifted(level, -0.08)) if level > 0.08 else 0
    return {"share_poverty_exposure": Estimate(value, quality=by_size(cell.people, 4_000, 900))}


def racial_exposure(cell: Cell) -> dict[str, Estimate]:
    """Share of the neighbors of a group who are of another group."""
    found = {}
    for short, race in (("black_nh", 0), ("hispanic", 1), ("other_nh", 2), ("white_nh", 3)):
        people = cell.people * cell.area.mix[race]
        value = _clipped(1 - cell.area.mix[race] * 1.25 - 0.02 * cell.uniform("exposure", short, cell.year))
        flag = by_size(people, 1_500, 400)
        found[f"share_{short}_exposure"] = Estimate(value, quality=flag) if people >= 50 else BLANK
    return found


def descriptive_representation(cell: Cell) -> dict[str, Estimate]:
    """The make-up of the population, against which councils are compared; always complete."""
    drift = 0.01 * cell.uniform("representation", cell.year)
    mix = dict(zip(RACES, cell.area.mix, strict=True))
    mix["White, Non-Hispanic"] -= drift
    mix["Hispanic"] += drift
    names = ("black_nonhispanic", "hispanic", "other", "white_nonhispanic")
    return {
        f"share_desc_rep_{name}": Estimate(part, quality=1)
        for name, part in zip(names, mix.values(), strict=True)
    }


def election_turnout(cell: Cell) -> dict[str, Estimate]:
    """Share of citizens of voting age who voted for president."""
    found = voters(cell)
    if found is None:
        return {"share_election_turnout": BLANK}
    votes, all_citizens = found
    return {
        "share_election_turnout": Estimate(votes / all_citizens, quality=by_size(cell.people, 10_000, 5_000))
    }


def citizens(cell: Cell) -> tuple[int, int]:
    """Citizens of voting age, a multiple of five, and their margin at 90 %: wider in smaller areas."""
    number = 5 * max(10, round(cell.people * 0.72 / 5))
    variation = {1: 0.02, 2: 0.09, 3: 0.2}[by_size(cell.people, 10_000, 5_000)]
    return number, round(number * 1.645 * variation)


def voters(cell: Cell) -> tuple[int, int] | None:
    """Votes and citizens of voting age; one county counts its votes with another."""
    if cell.area.key == "oak":
        return None
    share = 0.61 + 0.08 * cell.area.wealth + 0.03 * cell.wobble("turnout")
    number = citizens(cell)[0]
    return round(number * (share + (0.05 if cell.year == 2020 else 0.0))), number


def membership_associations(cell: Cell) -> dict[str, Estimate]:
    """Associations per 10,000 people, one decimal."""
    if cell.area.people < 4_000:
        return {"count_membership_associations_per_10k": BLANK}
    value = round(12 + 3 * cell.area.wealth + 2 * cell.wobble("associations"), 1)
    return {"count_membership_associations_per_10k": Estimate(value, quality=1)}
