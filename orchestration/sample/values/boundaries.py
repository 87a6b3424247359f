"""Boundaries of the invented counties: fields of a grid that share their borders, one with an island."""

from __future__ import annotations

import json

from orchestration.sample.areas import STATE
from orchestration.sample.world import World
from orchestration.sources.model import SourceFile

COLUMNS = 4
ISLAND_OF = "pena"
_FIELD = 1000  # steps of the whole numbers along one side of a field
_SCALE, _WEST, _SOUTH = 0.002, -101.0, 36.0

Point = tuple[int, int]


def content(world: World, file: SourceFile) -> bytes:
    """The TopoJSON of an edition, in the form of us-atlas."""
    edition = int(file.vintage)
    areas = world.areas("county", edition)
    rows = -(-len(areas) // COLUMNS)
    arcs: list[list[Point]] = []
    numbers: dict[tuple[Point, Point], int] = {}
    for x in range(COLUMNS + 1):
        for y in range(rows + 1):
            for end in ((x + 1, y), (x, y + 1)):
                if end[0] <= COLUMNS and end[1] <= rows:
                    numbers[(x, y), end] = len(arcs)
                    arcs.append(_arc((x, y), end))
    geometries = []
    for at, (code, area) in enumerate(areas):
        y, x = divmod(at, COLUMNS)
        rings: list[list[list[int]]] = [[_ring(numbers, x, y)]]
        if area.key == ISLAND_OF:
            rings.append([[len(arcs)]])
            arcs.append([(-_FIELD, 0), (400, 0), (-200, 400), (-200, -400)])
        shape = (
            {"type": "Polygon", "arcs": rings[0]}
            if len(rings) == 1
            else {"type": "MultiPolygon", "arcs": rings}
        )
        name = world.county(area.key).name_in(edition).removesuffix(" County")
        geometries.append({**shape, "id": STATE + code, "properties": {"name": name}})
    found = {
        "type": "Topology",
        "transform": {"scale": [_SCALE, _SCALE], "translate": [_WEST, _SOUTH]},
        "objects": {"counties": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _arc(start: Point, end: Point) -> list[Point]:
    """A border between two corners, with a bend in its middle; each point but the first as a step."""
    dx, dy = (end[0] - start[0]) * _FIELD // 2, (end[1] - start[1]) * _FIELD // 2
    bend = 60
    first = (dx + (bend if dy else 0), dy + (bend if dx else 0))
    second = (2 * dx - first[0], 2 * dy - first[1])
    return [(start[0] * _FIELD, start[1] * _FIELD), first, second]


def _ring(numbers: dict[tuple[Point, Point], int], x: int, y: int) -> list[int]:
    """Around a field: there along its south and east, back along its north and west."""
    south, east = numbers[(x, y), (x + 1, y)], numbers[(x + 1, y), (x + 1, y + 1)]
    north, west = numbers[(x, y + 1), (x + 1, y + 1)], numbers[(x, y), (x, y + 1)]
    return [south, east, ~north, ~west]
