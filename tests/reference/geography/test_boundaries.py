"""Shapes of a national release: every county of every year, neighbours, files for programs of maps."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="module")
def release(national_release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(national_release / "mobility.duckdb"), read_only=True) as connection:
        yield connection


def test_no_county_of_any_year_is_missing(release: duckdb.DuckDBPyConnection, national_release: Path) -> None:
    """Joined by geoid and year, as a user of the GeoParquet would: each county once."""
    file = national_release / "boundaries" / "county_boundaries.parquet"
    rows = release.execute(
        """
        select year, count(distinct frame.geoid), count(shape.geoid)
        from geography_years as frame left join read_parquet(?) as shape
            on frame.geoid = shape.geoid and frame.year between shape.valid_from and shape.valid_to
        where geography_type = 'county' group by year order by year""",
        [str(file)],
    ).fetchall()
    assert rows == [
        *((year, 3142, 3142) for year in range(2014, 2020)),
        *((year, 3143, 3143) for year in (2020, 2021)),
        *((year, 3144, 3144) for year in (2022, 2023)),
    ]


@pytest.mark.parametrize(
    ("geoid", "expected"),
    [
        ("09001", [(2014, 2021, 2017, "09001")]),
        ("09190", [(2022, 2023, 2023, "09190")]),
        ("02261", [(2014, 2019, 2017, "02261")]),
        ("02063", [(2020, 2023, 2023, "02063")]),
        ("46113", [(2014, 2014, 2017, "46102")]),
        ("46102", [(2015, 2019, 2017, "46102"), (2020, 2023, 2023, "46102")]),
    ],
)
def test_codes_that_changed(
    release: duckdb.DuckDBPyConnection, geoid: str, expected: list[tuple[object, ...]]
) -> None:
    columns = "valid_from, valid_to, edition, boundary_geoid"
    sql = f"select {columns} from geography_shapes where geoid = ? order by 1"
    assert release.execute(sql, [geoid]).fetchall() == expected


def _rings(shape: bytes) -> list[list[tuple[float, float]]]:
    """Rings of a multipolygon in well-known binary, little-endian, read without a library."""
    order, kind, polygons = struct.unpack_from("<BII", shape)
    assert (order, kind) == (1, 6)
    at, found = 9, []
    for _ in range(polygons):
        order, kind, rings = struct.unpack_from("<BII", shape, at)
        assert (order, kind) == (1, 3)
        at += 9
        for _ in range(rings):
            (points,) = struct.unpack_from("<I", shape, at)
            numbers = struct.unpack_from(f"<{2 * points}d", shape, at + 4)
            at += 4 + 16 * points
            found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    assert at == len(shape)
    return found


def test_every_ring_is_closed_and_has_an_area(release: duckdb.DuckDBPyConnection) -> None:
    shapes = release.execute("select geoid, shape, west, north from geography_shapes").fetchall()
    assert len(shapes) > 6000
    for geoid, shape, west, north in shapes:
        rings = _rings(shape)
        assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings), geoid
        assert min(x for ring in rings for x, _ in ring) == pytest.approx(west, abs=1e-6)
        assert max(y for ring in rings for _, y in ring) == pytest.approx(north, abs=1e-6)


def test_a_county_lies_where_it_is_and_is_as_large(release: duckdb.DuckDBPyConnection) -> None:
    """Tulsa County: 587 square miles of land and water; the generalised shape is within a hundredth."""
    ((shape,),) = release.execute(
        "select shape from geography_shapes where geoid = '40143' and valid_to = 2023"
    ).fetchall()
    (ring,) = _rings(shape)
    area = sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) / 2
    miles = abs(area) * 69.17 * 69.17 * 0.8090  # a degree of latitude, and of longitude at 36 north
    assert miles == pytest.approx(587, rel=0.02)
    assert all(-96.4 < x < -95.7 and 35.8 < y < 36.5 for x, y in ring)


def test_falls_church_is_marked(release: duckdb.DuckDBPyConnection) -> None:
    """The only county that the generalised files leave without an area; two square miles in truth."""
    marked = release.execute(
        "select geoid, valid_from from geography_shapes where is_mark order by 2"
    ).fetchall()
    assert marked == [("51610", 2014), ("51610", 2020)]
    ((shape,),) = release.execute(
        "select shape from geography_shapes where geoid = '51610' and valid_to = 2023"
    ).fetchall()
    (ring,) = _rings(shape)
    assert len(ring) == 5 and all(-77.19 < x < -77.14 and 38.86 < y < 38.91 for x, y in ring)


def test_neighbours(release: duckdb.DuckDBPyConnection) -> None:
    def of(geoid: str, year: int) -> set[str]:
        valid = "? between valid_from and valid_to"
        sql = f"select neighbour_geoid from geography_neighbours where geoid = ? and {valid}"
        return {row[0] for row in release.execute(sql, [geoid, year]).fetchall()}

    tulsa = {"40037", "40111", "40113", "40117", "40131", "40145", "40147"}
    assert of("40143", 2014) == of("40143", 2023) == tulsa
    assert of("09001", 2021) == {"09005", "09009", "36027", "36119", "36079"} and not of("09001", 2022)
    assert "36119" in of("09190", 2022) and not of("09190", 2021)
    assert of("46113", 2014) == of("46102", 2015) != set()
    assert of("15003", 2023) == set()  # Honolulu is an island
    unpaired = release.execute(
        """
        select count(*) from geography_neighbours as one anti join geography_neighbours as other
        on one.geoid = other.neighbour_geoid and one.neighbour_geoid = other.geoid
            and one.valid_from = other.valid_from"""
    ).fetchall()
    assert unpaired == [(0,)]


def test_the_topology_holds_every_map(national_release: Path) -> None:
    found = json.loads(
        (national_release / "boundaries" / "county_boundaries.topojson").read_text(encoding="utf-8")
    )
    counted = {name: len(one["geometries"]) for name, one in found["objects"].items()}
    assert counted == {
        "counties_2014": 3142,
        "counties_2015_2019": 3142,
        "counties_2020_2021": 3143,
        "counties_2022_2023": 3144,
    }
    arcs = len(found["arcs"])
    for collection in found["objects"].values():
        for county in collection["geometries"]:
            assert county["id"] == county["properties"]["geoid"]
            assert all(-arcs <= arc < arcs for polygon in county["arcs"] for ring in polygon for arc in ring)


def test_the_geoparquet_says_what_it_is(national_release: Path) -> None:
    file = national_release / "boundaries" / "county_boundaries.parquet"
    with duckdb.connect() as connection:
        ((about,),) = connection.execute(
            "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'geo'", [str(file)]
        ).fetchall()
    found = json.loads(about)
    assert found["version"] == "1.1.0" and found["primary_column"] == "geometry"
    assert found["columns"]["geometry"]["encoding"] == "WKB"
    assert found["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 4269}
