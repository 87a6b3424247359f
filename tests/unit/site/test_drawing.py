"""Maps as short texts, and colours that can be told apart by everyone."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

from orchestration.site import drawing
from orchestration.site.pages import APP

_MAP = (APP / "map.js").read_text(encoding="utf-8")


def _decoded(text: str) -> list[tuple[int, int]]:
    """As app/map.js reads it."""
    x, y, steps = re.fullmatch(r"(-?\d+),(-?\d+),(.*)", text, flags=re.DOTALL).groups()  # type: ignore[union-attr]
    found = [(int(x), int(y))]
    middle = (len(drawing.LETTERS) - 1) // 2
    for at in range(0, len(steps), 2):
        dx, dy = (drawing.LETTERS.index(letter) - middle for letter in steps[at : at + 2])
        found.append((found[-1][0] + dx, found[-1][1] + dy))
    return found


@pytest.mark.parametrize(
    "points",
    [
        [(3, 4)],
        [(0, 0), (44, -44), (0, 0)],
        [(-58, 600), (-57, 600), (-57, 601)],
        [(0, 0), (500, 3), (499, -200)],
    ],
)
def test_a_line_comes_back_point_by_point(points: list[tuple[int, int]]) -> None:
    """Long steps are walked in several: every given point is met, in order."""
    found = _decoded(drawing.encoded({"x": x, "y": y} for x, y in points))
    at = [found.index(point) for point in dict.fromkeys(points)]
    assert at == sorted(at) and found[0] == points[0] and found[-1] == points[-1]


def test_no_letter_ends_a_text_a_ring_or_a_county() -> None:
    assert not set(drawing.LETTERS) & set(' !"\\\n') and len(drawing.LETTERS) == 89


def test_pages_read_the_same_letters() -> None:
    core = (APP / "core.js").read_text(encoding="utf-8")
    assert "fromCharCode(35 + at)" in core and "{ length: 91 }" in core and '!"\\\\`".includes' in core
    assert "const LETTERS = M.letters;" in _MAP


def test_a_point_on_the_globe_comes_back_as_the_page_reads_it() -> None:
    """Adak beyond 180 degrees, Honolulu, Maine; an area without a point keeps its place."""
    given = [(0, -80.7, 51.9), (1, None, None), (2, -61.9, 21.3), (3, 27.7, 46.9)]
    text = drawing.degrees(given)
    assert len(text) == 16 and text[4:8] == "    "
    pairs = len(drawing.LETTERS) ** 2 - 1
    for number, x, y in (one for one in given if one[1] is not None):
        a, b, c, d = (drawing.LETTERS.index(letter) for letter in text[4 * number : 4 * number + 4])
        assert (a * 89 + b) / pairs * 132 - 96 == pytest.approx(x, abs=0.01)
        assert (c * 89 + d) / pairs * 60 + 15 == pytest.approx(y, abs=0.01)
    assert "* 132 - 96 - 96" in (APP / "core.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [2e-6, 0.00731, 0.5, 38.25, 91_000.0])
def test_a_standard_error_keeps_three_digits(number: float) -> None:
    first, second = drawing.logarithms([number])
    step = drawing.LETTERS.index(first) * 89 + drawing.LETTERS.index(second)
    assert 10 ** (step / (89**2 - 1) * 12 - 6) == pytest.approx(number, rel=0.002)
    assert drawing.logarithms([None, 0.0]) == "    "


# --- colours --------------------------------------------------------------------------------------

# Machado, Oliveira, Fernandes 2009: how people without one kind of cones see linear colours.
_SEEN = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039),
    ),
}  # fmt: skip


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _light(colour: str, eyes: str) -> float:
    """Lightness L* of a colour as such eyes see it."""
    seen = [sum(m * part for m, part in zip(row, _linear(colour), strict=True)) for row in _SEEN[eyes]]
    r, g, b = (min(1.0, max(0.0, part)) for part in seen)
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("eyes", _SEEN)
def test_fifths_are_told_apart_by_lightness_alone(eyes: str) -> None:
    colours = re.findall(r"#[0-9a-f]{6}", re.search(r"const COLOURS = (\[.*?\])", _MAP).group(1))  # type: ignore[union-attr]
    assert len(colours) == 5
    lights = [_light(colour, eyes) for colour in colours]
    assert all(one - other > 9 for one, other in pairwise(lights)), lights


def _lab(colour: str, eyes: str) -> tuple[float, float, float]:
    """CIE L*a*b* of a colour as such eyes see it (D65)."""
    linear = _linear(colour)
    r, g, b = (
        min(1.0, max(0.0, sum(m * part for m, part in zip(row, linear, strict=True)))) for row in _SEEN[eyes]
    )
    parts = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", _SEEN)
def test_gaps_one_way_are_told_from_gaps_the_other_way(eyes: str) -> None:
    """Every colour of one side differs from every one of the other, and from white; sizes go by lightness."""
    gaps = (APP / "gaps.js").read_text(encoding="utf-8")
    below, above = (
        re.findall(r"#[0-9a-f]{6}", re.search(rf"{name} = (\[.*?\])", gaps).group(1))  # type: ignore[union-attr]
        for name in ("BELOW", "ABOVE")
    )
    assert len(below) == len(above) == 3
    for arm in (below, above[::-1]):
        lights = [_light(colour, eyes) for colour in arm]
        assert all(other - one > 9 for one, other in pairwise(lights)), lights
    for one in below:
        for other in [*above, "#ffffff"]:
            assert math.dist(_lab(one, eyes), _lab(other, eyes)) > 12, (one, other)
    assert all(math.dist(_lab(one, eyes), _lab("#ffffff", eyes)) > 12 for one in above)


def test_weak_has_a_pattern_and_not_only_a_colour() -> None:
    style = (APP / "style.css").read_text(encoding="utf-8")
    assert (
        "url(#weak)" in _MAP
        and 'hatch: "#1b1f23"' in (APP / "gaps.js").read_text(encoding="utf-8")
        and "repeating-linear-gradient" in style
        and "stroke-dasharray" in style
    )


def test_no_page_asks_the_network() -> None:
    for path in sorted(Path(APP).glob("*.*")):
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", path.read_text(encoding="utf-8")), path
