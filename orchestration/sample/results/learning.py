"""Learning rates as Urban computes them from the sample's own test scores: one regression over all areas.

A plain reading of the published method, apart from the model's SQL: per cohort and group a line for each
area, one residual variance for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from orchestration.sample.results.cells import BLANK, Cell, Estimate
from orchestration.sample.values import seda
from orchestration.sample.world import World

Scores = list[tuple[int, float | None, int]]
"""Grade, mean score, tests."""


def learning_rate(cell: Cell) -> dict[str, Estimate]:
    """Grade levels gained a year; of a place the mean over its districts weighted by tests."""
    group = next(short for short, label in seda.GROUPS.items() if label == cell.subgroup)
    level = "county" if cell.area.geography_type == "county" else "district"
    found = _lines(cell.world, level, cell.year, group)
    own = [found[unit.code] for unit in seda.units(cell.world, level) if unit.area.key == cell.area.key]
    fitted = [(estimate, tests) for estimate, tests in own if estimate.value is not None]
    if not fitted:
        return {"rate_learning": BLANK}
    weight = sum(tests for _, tests in fitted)

    def mean(values: Iterable[float | int | str | None]) -> float:
        return (
            sum(float(value or 0) * tests for value, (_, tests) in zip(values, fitted, strict=True)) / weight
        )

    return {
        "rate_learning": Estimate(
            mean(estimate.value for estimate, _ in fitted),
            mean(estimate.lower for estimate, _ in fitted),
            mean(estimate.upper for estimate, _ in fitted),
            int(mean(estimate.quality for estimate, _ in fitted) + 0.5),
        )
    }


@lru_cache(maxsize=256)
def _lines(world: World, level: str, year: int, group: str) -> dict[str, tuple[Estimate, int]]:
    """Code -> slope with bounds and flag, and all tests."""
    scores: dict[str, Scores] = {
        unit.code: [
            (grade, *given)
            for grade in seda.GRADES
            if (given := seda.score(world, unit, year, grade, group)) is not None
        ]
        for unit in seda.units(world, level)
    }
    fits = {code: _fit(of_unit) for code, of_unit in scores.items()}
    counted = sum(
        1 for of_unit in scores.values() for _, mean, tests in of_unit if mean is not None and tests
    )
    lines = [fit for fit in fits.values() if fit is not None]
    single = sum(
        1 for code, fit in fits.items() if fit is None and any(m is not None for _, m, _ in scores[code])
    )
    freedom = counted - 2 * len(lines) - single
    variance = sum(residuals for _, _, residuals in lines) / freedom if freedom else None
    found = {}
    for code, fit in fits.items():
        tests = [count for _, _, count in scores[code]]
        if fit is None or variance is None:
            found[code] = (BLANK, sum(tests))
            continue
        slope, spread, _ = fit
        half = 1.96 * (variance / spread) ** 0.5
        grades = sum(1 for _, mean, _ in scores[code] if mean is not None)
        flag = 3 if min(tests) < 30 or grades < 4 else 2 if grades == 4 else 1
        found[code] = (Estimate(slope, slope - half, slope + half, flag), sum(tests))
    return found


def _fit(scores: Scores) -> tuple[float, float, float] | None:
    """Slope, weighted spread of the grades, weighted squared residuals; nothing from one grade."""
    points = [(grade, mean, tests) for grade, mean, tests in scores if mean is not None and tests]
    if len(points) < 2:
        return None
    weight = sum(tests for _, _, tests in points)
    middle = sum(tests * grade for grade, _, tests in points) / weight
    height = sum(tests * mean for _, mean, tests in points) / weight
    spread = sum(tests * (grade - middle) ** 2 for grade, _, tests in points)
    slope = sum(tests * (grade - middle) * (mean - height) for grade, mean, tests in points) / spread
    residuals = sum(tests * (mean - height - slope * (grade - middle)) ** 2 for grade, mean, tests in points)
    return slope, spread, residuals
