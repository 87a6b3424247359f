"""TopoJSON of counties: the real files, and what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.sources import boundaries
from orchestration.sources.model import SourceFile

FILES = {file.vintage: file for file in boundaries.SOURCE.files}


def _parsed(file: SourceFile, content: bytes, folder: Path) -> dict[str, list[dict[str, Any]]]:
    place = folder / "content"
    place.write_bytes(content)
    return {name: table.to_pylist() for name, _, table in boundaries.parse(file, place)}


def _shipped(vintage: str) -> bytes:
    path = SHIPPED_MIRROR / f"{boundaries.SOURCE.canonical_path(FILES[vintage])}.gz"
    return gzip.decompress(path.read_bytes())


@pytest.mark.parametrize(
    ("vintage", "counties", "points", "has", "lacks"),
    [
        ("2017", 3231, 46565, {"02261", "09001", "46102"}, {"02063", "09110"}),
        ("2023", 3233, 46526, {"02063", "02066", "09110", "46102"}, {"02261", "09001"}),
    ],
)
def test_the_shipped_editions(
    vintage: str, counties: int, points: int, has: set[str], lacks: set[str], tmp_path: Path
) -> None:
    found = _parsed(FILES[vintage], _shipped(vintage), tmp_path)
    geoids = {row["geoid"] for row in found["counties"]}
    assert (len(found["counties"]), len(geoids), len(found["arc_points"])) == (counties, counties, points)
    assert has <= geoids and not lacks & geoids
    (transform,) = found["transforms"]
    assert transform["translate_x"] == pytest.approx(-179.14734)
    polygons = [json.loads(row["polygons"]) for row in found["counties"]]
    assert {type(arc) for one in polygons for polygon in one for ring in polygon for arc in ring} == {int}


def _topology(**changes: Any) -> bytes:
    county = {"type": "Polygon", "id": "01001", "properties": {"name": "A"}, "arcs": [[0]]}
    whole = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "objects": {"counties": {"geometries": [county | changes.pop("county", {})]}},
        "arcs": [[[0, 0], [1, 0], [0, 1], [-1, -1]]],
    }
    return json.dumps(whole | changes).encode()


@pytest.mark.parametrize(
    ("content", "expected", "found"),
    [
        (_topology()[:-9], "a TopoJSON file with transform", "JSONDecodeError"),
        (b'{"type": "FeatureCollection", "features": []}', "an object `counties`", "KeyError: 'objects'"),
        (_topology(transform={}), "transform", "KeyError: 'scale'"),
        (_topology(arcs=[[[0, 0, 1]]]), "transform", "two numbers"),
        (_topology(objects={"counties": {"geometries": []}}), "an object `counties`", "no topology"),
        (_topology(county={"arcs": [[7]]}), "the file's 1 arcs", "arcs 7 to 7"),
        (_topology(county={"type": "Point", "arcs": None}), "MultiPolygon", "geometry Point"),
        (_topology(county={"arcs": [["x"]]}), "MultiPolygon", "not supported"),
    ],
)
def test_what_is_no_topology_is_refused(content: bytes, expected: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(MobilityError) as error:
        _parsed(FILES["2023"], content, tmp_path)
    assert expected in str(error.value) and found in str(error.value)
    assert boundaries.OFFICIAL_NAME in str(error.value)
