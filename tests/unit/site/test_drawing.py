"""Maps as short texts, and colours that can be told apart by everyone."""

from __future__ import annotations

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
    assert "fromCharCode(35 + at)" in _MAP and "{ length: 91 }" in _MAP and '!"\\\\`".includes' in _MAP


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


def test_weak_has_a_pattern_and_not_only_a_colour() -> None:
    style = (APP / "style.css").read_text(encoding="utf-8")
    assert "url(#weak)" in _MAP and "repeating-linear-gradient" in style and "stroke-dasharray" in style


def test_no_page_asks_the_network() -> None:
    for path in sorted(Path(APP).iterdir()):
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", path.read_text(encoding="utf-8")), path
