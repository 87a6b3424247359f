"""Metrics of neighborhoods and civic life."""

from __future__ import annotations

from orchestration.sample.results.cells import BLANK, Cell, Estimate, by_size


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
