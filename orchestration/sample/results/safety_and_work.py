"""Metrics of crime and juvenile arrests."""

from __future__ import annotations

from orchestration.sample.results.cells import BLANK, Cell, Estimate

NOT_REPORTING = {("maple", 2021), ("oak", 2022), ("larch", 2021)}
"""Counties whose police reported nothing in a year."""


def _coverage_flag(cell: Cell) -> int:
    covered = cell.uniform("police coverage", cell.year)
    return 3 if cell.area.people < 30_000 else 1 if covered > 0.35 else 2


def reported_crime(cell: Cell) -> dict[str, Estimate]:
    """Violent and property crimes per 100,000 people."""
    if (cell.area.key, cell.year) in NOT_REPORTING:
        return {"rate_crime_violent": BLANK, "rate_crime_property": BLANK}
    flag = _coverage_flag(cell)
    violent = 720 - 300 * cell.area.wealth + 150 * cell.wobble("violent")
    theft = 1_900 - 500 * cell.area.wealth + 400 * cell.wobble("property")
    return {
        "rate_crime_violent": Estimate(violent, quality=flag),
        "rate_crime_property": Estimate(theft, quality=flag),
    }


def juvenile_arrests(cell: Cell) -> dict[str, Estimate]:
    """Arrests per 100,000 people of 10 to 17 years."""
    if (cell.area.key, cell.year) in NOT_REPORTING or cell.people < 90:
        return {"rate_juv_arrest": BLANK}
    level = 950 - 300 * cell.area.wealth + 250 * cell.wobble("arrests")
    return {"rate_juv_arrest": Estimate(max(0.0, cell.shifted(level, 260)), quality=_coverage_flag(cell))}
