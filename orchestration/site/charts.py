"""Small drawings as inline SVG: a trend with intervals, a distribution; each says in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT, _EDGE = 132, 30, 3
Point = tuple[int, float | None, float | None, float | None]


def trend(points: Sequence[Point], words: str) -> str:
    """Values over the years as a line with points, their intervals as a band of bars behind it.

    Args:
        points: (year, value, lower, upper), in order of years; years without a value leave a gap.
        words: what a reader who cannot see the drawing is told.
    """
    there = [point for point in points if point[1] is not None]
    if len(there) < 2:
        return ""
    ends = [number for point in there for number in point[1:] if number is not None]
    low, high = min(ends), max(ends)
    first, last = there[0][0], there[-1][0]
    across = (_WIDTH - 2 * _EDGE) / ((last - first) or 1)
    up = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)

    def x(year: int) -> str:
        return f"{_EDGE + (year - first) * across:.0f}"

    def y(number: float) -> str:
        return f"{_HEIGHT - _EDGE - (number - low) * up:.1f}"

    bars = "".join(
        f"M{x(year)} {y(lower)}V{y(upper)}"
        for year, _, lower, upper in there
        if lower is not None and upper is not None
    )
    line = "L".join(f"{x(year)} {y(value)}" for year, value, _, _ in there if value is not None)
    band = f'<path class="i" d="{bars}"/>' if bars else ""
    end_year, end_value = there[-1][0], there[-1][1]
    assert end_value is not None
    return (
        f'<svg class="t" role="img" aria-label="{escape(words)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{band}'
        f'<path d="M{line}"/><circle cx="{x(end_year)}" cy="{y(end_value)}" r="2.2"/></svg>'
    )


def distribution(counts: Sequence[int], low: str, high: str, words: str) -> str:
    """How many areas have values in each of some equal steps between two numbers."""
    if not any(counts):
        return ""
    wide, tall = 480, 120
    step = wide / len(counts)
    most = max(counts)
    bars = "".join(
        f'<rect x="{at * step + 0.5:.1f}" y="{tall - count / most * tall:.1f}" width="{step - 1:.1f}" '
        f'height="{count / most * tall:.1f}"/>'
        for at, count in enumerate(counts)
    )
    return (
        f'<svg class="d" role="img" aria-label="{escape(words)}" viewBox="0 -4 {wide} {tall + 24}">{bars}'
        f'<text x="0" y="{tall + 16}">{escape(low)}</text>'
        f'<text x="{wide}" y="{tall + 16}" text-anchor="end">{escape(high)}</text></svg>'
    )
