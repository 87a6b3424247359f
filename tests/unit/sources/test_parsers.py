"""Parsers on files in the agencies' layouts, with the faults that each layout invites."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from orchestration.base.errors import MobilityError
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile
from orchestration.sources.reading.text import decode, read_csv


def file_of(source: str, name: str) -> tuple[Source, SourceFile]:
    record = SOURCES[source]
    return record, next(file for file in record.files if file.name == name)


def parsed(source: str, name: str, path: Path) -> list[dict[str, str]]:
    record, file = file_of(source, name)
    rows = []
    for table, partition, piece in record.parse(file, path):
        assert (table, partition) == (file.tables[0], None)
        rows += piece.to_pylist()
    return rows


def test_text_in_two_encodings_is_read_line_by_line() -> None:
    content = "Doña\n".encode() + "Doña\n".encode("latin-1")
    assert decode(content, "utf-8-or-latin-1", "f") == "Doña\nDoña\n"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    _, file = file_of("connecticut_crosswalk", "tracts")
    assert read_csv(file, path).to_pylist() == [{"a": "1", "b": "2"}]


def test_quoted_commas_and_lines_stay_in_their_field(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text('city,x\n"Akron, OH",1\n"two\nlines",\n', encoding="utf-8", newline="\n")
    _, file = file_of("urban_frames", "county_populations")
    assert read_csv(file, path).to_pylist() == [
        {"city": "Akron, OH", "x": "1"},
        {"city": "two\nlines", "x": ""},
    ]


GEOCORR_2022 = (
    '"state","puma22","place","stab","PlaceName","PUMA22name","pop20","afact2","afact"\n'
    '"State code","PUMA (2022)","Place code","State abbr.","Place name","PUMA22 name",'
    '"Total population (2020 Census)","place-to-puma22 allocation factor",'
    '"puma22-to-place allocation factor"\n'
    '"06","03701","39003","CA","La Ca\xf1ada Flintridge city, CA","LA",20573,1,0.1776 \n'
)


def test_a_geocorr_export_loses_its_labels_and_trailing_blanks(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text(GEOCORR_2022, encoding="latin-1", newline="\n")
    (row,) = parsed("geocorr", "puma_place_2020", path)
    assert row["PlaceName"] == "La Cañada Flintridge city, CA"
    assert (row["afact2"], row["afact"]) == ("1", "0.1776")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("puma22-to-place", "place-to-puma22", "line 2, column afact"),
        ("State code", "06", "line 2, column state"),
    ],
)
def test_a_geocorr_export_with_other_labels_is_refused(
    tmp_path: Path, old: str, new: str, found: str
) -> None:
    path = tmp_path / "f"
    path.write_text(GEOCORR_2022.replace(old, new), encoding="latin-1", newline="\n")
    with pytest.raises(MobilityError, match=found):
        parsed("geocorr", "puma_place_2020", path)


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_county_debt_of_2022(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["name", "GEOID", "x", "all", "color", "white"],
        ["Autauga", "01001", None, 0.2997214, "n/a*", "n/a**"],
        [None, None, None, "a note below the table", None, None],
    ]
    assert parsed("urban_debt_in_america", "county_2022", workbook(tmp_path / "f", rows)) == [
        {
            "CountyFIPS": "01001",
            "share_all": "0.2997214",
            "share_communities_of_color": "n/a*",
            "share_white_communities": "n/a**",
        }
    ]


def test_county_debt_of_2023(tmp_path: Path) -> None:
    header = ["CountyFIPS", "CountyName", "StateName", "Share with a", "Share with b", "Share with c"]
    path = workbook(tmp_path / "f", [header, ["01001", "Autauga", "Alabama", 0.2609164, 0.4285714, 0]])
    (row,) = parsed("urban_debt_in_america", "county_medical_2023", path)
    assert row == {
        "CountyFIPS": "01001",
        "share_all": "0.2609164",
        "share_communities_of_color": "0.4285714",
        "share_white_communities": "0",
        "CountyName": "Autauga",
        "StateName": "Alabama",
    }


def test_place_debt_of_2021(tmp_path: Path) -> None:
    def wide(city: str | None, b: str | None, state: str, *shares: object) -> list[object]:
        return [city, b, state, *[None] * 30, *shares]

    rows = [
        wide("Financial health", None, ""),
        wide("city name", "id", "state", "all", "color", "white"),
        wide("Akron, OH", "1", "OH", 0.46317, 0.56888, 0.38562),
    ]
    (row,) = parsed("urban_debt_in_america", "place_2021", workbook(tmp_path / "f", rows))
    assert row == {
        "city": "Akron, OH",
        "state": "OH",
        "share_all": "0.46317",
        "share_communities_of_color": "0.56888",
        "share_white_communities": "0.38562",
    }


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("county_2022", [["a", "FIPS", "x", "d", "e", "f"]], "OID"),
        ("county_2023", [["FIPS", "b", "c", "Share", "Share", "Share"]], "CountyFIPS, CountyName, StateName"),
        ("county_2023", [["CountyFIPS", "CountyName", "StateName", "Share", "n", "Share"]], "share"),
        ("place_2021", [["city name", "b"]], "at least 36 columns"),
        ("place_2021", [["Akron, OH", "b", *["x"] * 34]], "city name"),
    ],
)
def test_a_workbook_of_another_layout_is_refused(
    tmp_path: Path, name: str, rows: list[list[object]], expected: str
) -> None:
    with pytest.raises(MobilityError) as error:
        parsed("urban_debt_in_america", name, workbook(tmp_path / "f", rows))
    assert error.value.expected == expected


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"CountyFIPS,share\n")
    with pytest.raises(MobilityError, match="no readable workbook"):
        parsed("urban_debt_in_america", "county_2023", tmp_path / "f")
