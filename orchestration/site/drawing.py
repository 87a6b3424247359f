"""The maps of the counties as short texts: two letters a point, in steps from the point before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import log10
from pathlib import Path

import duckdb

SQL = Path(__file__).parent / "sql"
# Letters that a text in a script may hold as they are, from -44 to 44 (app/map.js has the same line).
LETTERS = "".join(chr(code) for code in range(35, 126) if chr(code) not in "\\`")
_MIDDLE = len(LETTERS) // 2
_PAIRS = len(LETTERS) ** 2 - 1
# What two letters of a coordinate span: longitude from 96 degrees west, latitude (app/core.js too).
WEST, DEGREES_WIDE, SOUTH, DEGREES_HIGH = -96.0, 132.0, 15.0, 60.0
SIZE = {"width": 975, "height": 610, "scale": 1300, "bend": 3, "state_width": 900, "state_height": 640}


def maps(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, int, str]]:
    """(first year, last year, script) of every run of years with the same counties, if any."""
    connection.execute(_filled((SQL / "map.sql").read_text(encoding="utf-8")))
    for first, last in connection.execute("from maps order by first_year").fetchall():
        listed = connection.execute(_COUNTIES, [first, last]).fetchall()
        counties: dict[str, list[str]] = {geoid: [] for (geoid,) in listed}
        rings = "select geoid, points from map_rings where first_year = ? order by geoid, polygon, ring"
        for geoid, points in connection.execute(rings, [first]).fetchall():
            counties[geoid].append(encoded(points))
        lines = "select points from state_lines where first_year = ? order by edition, arc"
        states = [encoded(points) for (points,) in connection.execute(lines, [first]).fetchall()]
        facts = {
            "last": last,
            "width": SIZE["width"],
            "height": SIZE["height"],
            # A blank between rings, an exclamation mark between counties: neither is among the letters.
            "counties": "!".join(" ".join(found) for found in counties.values()),
            "states": " ".join(states),
        }
        yield first, last, f"M.map({first},{json.dumps(facts, separators=(',', ':'))});\n"


def states(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """(state, script) of every state drawn by itself, after `maps`."""
    connection.execute(_filled((SQL / "states.sql").read_text(encoding="utf-8")))
    frames = connection.execute(
        "select state, round(wide * stretch)::integer, round(high * stretch)::integer "
        "from state_frames order by state"
    ).fetchall()
    rings = connection.execute(
        "select geoid, points from state_rings order by geoid, polygon, ring"
    ).fetchall()
    cities = connection.execute("select geoid, x, y from state_places order by geoid").fetchall()
    for state, width, height in frames:
        counties: dict[str, list[str]] = {}
        for geoid, points in rings:
            if geoid[:2] == state:
                counties.setdefault(geoid, []).append(encoded(points))
        facts = {
            "width": width,
            "height": height,
            "counties": {geoid: " ".join(found) for geoid, found in counties.items()},
            "places": {geoid: [x, y] for geoid, x, y in cities if geoid[:2] == state},
        }
        yield state, f"M.state_map({json.dumps(state)},{json.dumps(facts, separators=(',', ':'))});\n"


# The page knows the counties of a run of years, in this order.
_COUNTIES = """
    select geoid from geographies
    where geography_type = 'county' and valid_from <= ? and valid_to >= ? order by geoid"""


def _filled(sql: str) -> str:
    """The SQL with the size of the picture; braces of DuckDB's structs stay."""
    for name, value in SIZE.items():
        sql = sql.replace(f"{{{name}}}", str(value))
    return sql


def encoded(points: Iterable[dict[str, int]]) -> str:
    """`x,y,` of the first point, then two letters for each step; a long step is walked in several."""
    steps: list[str] = []
    x, y = None, None
    for point in points:
        next_x, next_y = point["x"], point["y"]
        if x is None or y is None:
            steps.append(f"{next_x},{next_y},")
        elif (next_x, next_y) != (x, y):
            count = -(-max(abs(next_x - x), abs(next_y - y)) // _MIDDLE)
            for number in range(count):
                dx = (next_x - x) * (number + 1) // count - (next_x - x) * number // count
                dy = (next_y - y) * (number + 1) // count - (next_y - y) * number // count
                steps.append(LETTERS[dx + _MIDDLE] + LETTERS[dy + _MIDDLE])
        x, y = next_x, next_y
    return "".join(steps)


def degrees(points: Iterable[tuple[int, float | None, float | None]]) -> str:
    """Four letters an area in the order of their numbers, two a coordinate; blanks without a point.

    Steps are a hundredth of a degree of latitude and two of longitude: enough to say how far towns are apart.
    """
    texts = []
    for _, longitude, latitude in points:
        if longitude is None or latitude is None:
            texts.append("    ")
            continue
        x, y = (
            round((longitude - WEST) / DEGREES_WIDE * _PAIRS),
            round((latitude - SOUTH) / DEGREES_HIGH * _PAIRS),
        )
        texts.append("".join(LETTERS[part] for number in (x, y) for part in divmod(number, len(LETTERS))))
    return "".join(texts)


def logarithms(numbers: Iterable[float | None]) -> str:
    """Two letters a number from a millionth to a million, a third of a percent exact; blanks for none."""
    texts = []
    for number in numbers:
        if not number:
            texts.append("  ")
            continue
        step = round((log10(number) + 6) / 12 * _PAIRS)
        texts.append("".join(LETTERS[part] for part in divmod(min(max(step, 0), _PAIRS), len(LETTERS))))
    return "".join(texts)
