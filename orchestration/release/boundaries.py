"""The shapes of a release for programs of maps: GeoParquet and TopoJSON, joined by `geoid`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.sql import literal
from orchestration.release.folders import write_text
from orchestration.release.taken_over import Earlier

FOLDER = "boundaries"
_TABLES = ("geography_shapes", "geography_arcs", "geographies")
GEOPARQUET, TOPOJSON = "county_boundaries.parquet", "county_boundaries.topojson"
# GeoParquet 1.1. NAD 83, in which the Census Bureau measures; longitude first.
_NAD83 = {
    "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
    "type": "GeographicCRS",
    "name": "NAD83",
    "datum": {
        "type": "GeodeticReferenceFrame",
        "name": "North American Datum 1983",
        "ellipsoid": {
            "name": "GRS 1980",
            "semi_major_axis": 6378137,
            "inverse_flattening": 298.257222101,
        },
    },
    "coordinate_system": {
        "subtype": "ellipsoidal",
        "axis": [
            {"name": "Longitude", "abbreviation": "lon", "direction": "east", "unit": "degree"},
            {"name": "Latitude", "abbreviation": "lat", "direction": "north", "unit": "degree"},
        ],
    },
    "id": {"authority": "EPSG", "code": 4269},
}


def write(folder: Path, entries: dict[str, dict[str, Any]], earlier: Earlier) -> bool:
    """Write `boundaries/` into a candidate that has its tables already, or take them over.

    Args:
        folder: the candidate.
        entries: the manifest's entry of every table.
        earlier: where they may be taken from, if they would be made of the same tables.

    Returns:
        Whether there was something to write: no boundaries may have been at hand.
    """
    files = [f"{FOLDER}/{name}" for name in (GEOPARQUET, TOPOJSON)]
    if earlier.take(folder, files, lambda then: _made_of(then["tables"]) == _made_of(entries)):
        return True
    parquet = {
        name: f"read_parquet({literal(str(folder / 'parquet' / f'{name}.parquet'))})" for name in _TABLES
    }
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, relation in parquet.items():
            connection.execute(f"create view {name} as from {relation}")
        if not connection.execute("select 1 from geography_shapes limit 1").fetchone():
            return False
        (folder / FOLDER).mkdir(exist_ok=True)
        _geoparquet(connection, folder / FOLDER / GEOPARQUET)
        write_text(folder / FOLDER / TOPOJSON, topojson(connection))
    return True


def _made_of(entries: dict[str, dict[str, Any]]) -> list[str | None]:
    return [entries.get(name, {}).get("content_sha256") for name in _TABLES]


def _geoparquet(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    box = connection.execute(
        "select min(west), min(south), max(east), max(north) from geography_shapes"
    ).fetchone()
    about = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["MultiPolygon"],
                "crs": _NAD83,
                "bbox": list(box or ()),
            }
        },
    }
    connection.execute(
        f"copy ({_COUNTIES}) to {literal(str(path))} "
        f"(format parquet, compression zstd, kv_metadata {{geo: {literal(json.dumps(about))}}})"
    )


def topojson(connection: duckdb.DuckDBPyConnection) -> str:
    """One topology: an object for every run of years with the same counties, named by the years."""
    arcs = connection.execute(
        "select edition, arc, points from geography_arcs order by edition, arc"
    ).fetchall()
    place = {(edition, arc): at for at, (edition, arc, _) in enumerate(arcs)}
    objects: dict[str, list[str]] = {}
    for first, last, geoid, name, valid_from, valid_to, edition, named in connection.execute(
        _OF_YEARS
    ).fetchall():
        polygons = [
            [[_moved(place, edition, arc) for arc in ring] for ring in one] for one in json.loads(named)
        ]
        about = {"geoid": geoid, "name": name, "valid_from": valid_from, "valid_to": valid_to}
        county = {"type": "MultiPolygon", "id": geoid, "properties": about, "arcs": polygons}
        text = json.dumps(county, ensure_ascii=False, separators=(",", ":"))
        years = f"{first}_{last}" if first < last else str(first)
        objects.setdefault(f"counties_{years}", []).append(text)
    collections = (
        f'"{name}":{{"type":"GeometryCollection","geometries":[\n' + ",\n".join(found) + "\n]}"
        for name, found in objects.items()
    )
    points = ",\n".join(points for _, _, points in arcs)
    return f'{{"type":"Topology","objects":{{{",".join(collections)}}},\n"arcs":[\n{points}\n]}}\n'


def _moved(place: dict[tuple[int, int], int], edition: int, arc: int) -> int:
    """The number of an arc among those of all editions; ~n is arc n backwards."""
    return place[edition, arc] if arc >= 0 else ~place[edition, ~arc]


_COUNTIES = """
    select shape.geoid, area.name, area.state, area.state_name, shape.valid_from, shape.valid_to,
        shape.edition, shape.is_mark, shape.shape as geometry
    from geography_shapes as shape inner join geographies as area using (geography_type, geoid)
    order by shape.geoid, shape.valid_from"""

# Years in which no county begins or ends have the same map.
_OF_YEARS = """
    with starts as (
        select distinct valid_from as first_year from geography_shapes
        union select distinct valid_to + 1 from geography_shapes
    ),
    maps as (select first_year, lead(first_year) over (order by first_year) - 1 as last_year from starts)
    select maps.first_year, maps.last_year, shape.geoid, area.name, shape.valid_from, shape.valid_to,
        shape.edition, shape.arcs
    from maps
    inner join geography_shapes as shape on maps.first_year between shape.valid_from and shape.valid_to
    inner join geographies as area using (geography_type, geoid)
    order by maps.first_year, shape.geoid"""
