"""The maps of the counties as short texts: two letters a point, in steps from the point before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

SQL = Path(__file__).parent / "sql"
# Letters that a text in a script may hold as they are, from -44 to 44 (app/map.js has the same line).
LETTERS = "".join(chr(code) for code in range(35, 126) if chr(code) not in "\\`")
_MIDDLE = len(LETTERS) // 2
SIZE = {"width": 975, "height": 610, "scale": 1300, "bend": 3}


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
