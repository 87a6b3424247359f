"""Small drawings as inline SVG, each with a title that says in words what it shows; the numbers stand beside.

A national site holds 150,000 trends: they have their size from the style sheet, and no quotes that HTML can
spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _EDGE = 132, 30, 3
_WIDE, _TALL = 480, 120


def trend(points: Sequence[tuple[Any, ...]], words: str) -> str:
    """Values over the years as a line, their intervals as bars behind it, the newest as a dot.

    Args:
        points: (year, value, lower, upper, ...) of the years with a value, in order.
        words: what a reader who cannot see the drawing is told.
    """
    if len(points) < 2:
        return ""
    ends = [number for point in points for number in point[1:4] if number is not None]
    low, first, last = min(ends), points[0][0], points[-1][0]
    across = (_WIDTH - 2 * _EDGE) / ((last - first) or 1)
    up = (_HEIGHT - 2 * _EDGE) / ((max(ends) - low) or 1.0)

    def x(year: int) -> str:
        return f"{_EDGE + (year - first) * across:.0f}"

    def y(number: float) -> str:
        return f"{_HEIGHT - _EDGE - (number - low) * up:.3g}"

    bars = "".join(
        f"M{x(point[0])} {y(point[2])}V{y(point[3])}"
        for point in points
        if point[2] is not None and point[3] is not None
    )
    line = "L".join(f"{x(point[0])} {y(point[1])}" for point in points)
    band = f'<path class=i d="{bars}"/>' if bars else ""
    return (
        f"<svg class=t role=img><title>{escape(words)}</title>{band}"
        f'<path d="M{line}"/><circle cx={x(last)} cy={y(points[-1][1])} r="2.2"/></svg>'
    )


def distribution(counts: Sequence[int], low: str, high: str, words: str) -> str:
    """How many areas have values in each of some equal steps between two numbers."""
    if not any(counts):
        return ""
    step, most = _WIDE / len(counts), max(counts)
    bars = "".join(
        f'<rect x="{at * step + 0.5:.1f}" y="{_TALL - count / most * _TALL:.1f}" width="{step - 1:.1f}" '
        f'height="{count / most * _TALL:.1f}"/>'
        for at, count in enumerate(counts)
    )
    return (
        f'<svg class="d" role="img" viewBox="0 -16 {_WIDE} {_TALL + 36}"><title>{escape(words)}</title>{bars}'
        f'<path d="M0 {_TALL}H{_WIDE}"/><text x="0" y="-4">{most:,} areas in the fullest step</text>'
        f'<text x="0" y="{_TALL + 16}">{escape(low)}</text>'
        f'<text x="{_WIDE}" y="{_TALL + 16}" text-anchor="end">{escape(high)}</text></svg>'
    )


def span(marks: Sequence[float], low: float, high: float, words: str) -> str:
    """Five marks between two ends of a scale: a thin line, a thick one for the middle half, a dot."""
    across = (_WIDTH - 2 * _EDGE) / ((high - low) or 1.0)
    x = [f"{_EDGE + (min(max(mark, low), high) - low) * across:.0f}" for mark in marks]
    return (
        f'<svg class="t s" role="img"><title>{escape(words)}</title>'
        f'<path d="M{x[0]} 6H{x[4]}"/><path class="i" d="M{x[1]} 6H{x[3]}"/>'
        f'<circle cx="{x[2]}" cy="6" r="2.6"/></svg>'
    )
