"""County Business Patterns in the forms of data.census.gov and of the interface, beside the text files."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT
from orchestration.sources import SOURCES

SOURCE = SOURCES["cbp"]
SAMPLES = PROJECT_ROOT.parent / "shared" / "sources" / "agency" / "cbp"
LABELLED = (
    '\ufeff"GEO_ID","NAME","NAICS2017","NAICS2017_LABEL","LFO","EMPSZES","YEAR","ESTAB",\n'
    '"Geographic identifier code","Name","2017 NAICS code","Meaning","Legal form","Size","Year","Number",\n'
    '"{area}","ZIP 90305","00","Total","001","001","2018","105",\n'
    '"{area}","ZIP 90305","813110","Religious","001","001","2018","9",\n'
    '"{area}","ZIP 90305","813110","Religious","001","210","2018","7",\n'
    '"{area}","ZIP 90305","813110","Religious","920","001","2018","2",\n'
    '"0100000US","United States","813110","Religious","001","001","2018","180000",\n'
)
TEXT = "zip,naics,est\n90305,------,105\n90305,813110,9\n"
WANTED = [
    {"zip": "90305", "naics": "------", "est": "105"},
    {"zip": "90305", "naics": "813110", "est": "9"},
]


def rows_of(table: str, vintage: str, content: bytes, folder: Path) -> list[dict[str, Any]]:
    (file,) = (file for file in SOURCE.files if (file.tables, file.vintage) == ((table,), vintage))
    path = folder / "content"
    path.write_bytes(content)
    ((_, _, rows),) = SOURCE.parse(file, path)
    found: list[dict[str, Any]] = rows.to_pylist()
    return found


def answer(*names: str, rows: list[list[str]]) -> bytes:
    return json.dumps([list(names), *rows]).encode()


def zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


ANSWER = answer(
    "ESTAB", "NAICS2017", "LFO", "EMPSZES", "zipcode",
    rows=[
        ["105", "00", "001", "001", "90305"],
        ["9", "813110", "001", "001", "90305"],
        ["7", "813110", "001", "210", "90305"],
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        zipped("zbp18detail.txt", TEXT),
        LABELLED.format(area="8610000US90305").encode(),
        zipped("CBP2018.CB1800CBP-Data.csv", LABELLED.format(area="860Z200US90305")),
        ANSWER,
    ],
    ids=["text", "text in its zip", "table", "table in a zip", "answer"],
)
def test_every_form_gives_the_same_rows(content: bytes, tmp_path: Path) -> None:
    """Rows of single sizes and legal forms, and of the nation, are left out."""
    assert rows_of("zip", "2018", content, tmp_path) == WANTED


def test_counties_of_the_interface_of_2014(tmp_path: Path) -> None:
    """Neither sizes nor legal forms were asked for then."""
    content = answer("ESTAB", "NAICS2012", "state", "county", rows=[["60", "813110", "01", "001"]])
    assert rows_of("county", "2014", content, tmp_path) == [
        {"fipstate": "01", "fipscty": "001", "naics": "813110", "est": "60"}
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (ANSWER[:-20], "cut off"),
        (b"<html>limit</html>", "no table"),
        (answer("ESTAB", "zipcode", rows=[["1", "90305"]]), "lacks columns"),
        (answer("ESTAB", "NAICS2017", "zipcode", rows=[["1", "81", "90305"]]), "six digits"),
        (b"", "rows|header|empty"),
    ],
    ids=["cut off", "a page", "no industries asked", "sectors", "empty"],
)
def test_what_is_no_such_table_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match=told):
        rows_of("zip", "2018", content, tmp_path)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("vintage", "name"),
    [("2014", "ZBP2014.CB1400ZBP"), ("2017", "ZBP2017.CB1700ZBP"), ("2022", "CBP2022.CB2200CBP")],
)
def test_genuine_tables_of_sectors_are_read_and_refused(vintage: str, name: str, tmp_path: Path) -> None:
    """Their layout is understood, down to the codes: of sectors alone, nothing could be computed."""
    place = SAMPLES / vintage / f"{name}-Data.csv"
    if not place.exists():
        pytest.skip("../shared/sources is not beside the project")
    with pytest.raises(MobilityError, match="six digits") as told:
        rows_of("zip", vintage, place.read_bytes(), tmp_path)
    assert "------, 11" in str(told.value) or "------, 2" in str(told.value)
