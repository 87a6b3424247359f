"""Parsers on files in the agencies' layouts, with the faults that each layout invites."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from orchestration.base.errors import MobilityError
from orchestration.sources import SOURCES
from orchestration.sources.conform import conform
from orchestration.sources.model import Parsed, Source, SourceFile, Table
from orchestration.sources.reading import by_layout, faults, layout
from orchestration.sources.reading.text import decode


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


def plain(path: Path, *columns: str) -> list[dict[str, str]]:
    """A CSV whose columns are those of a record."""
    _, file = file_of("urban_frames", "county_populations")
    table = Table(name="t", columns=dict.fromkeys(columns, "VARCHAR"))
    return by_layout.read(file, path, layout.of_record(file, table)).to_pylist()


def test_text_in_two_encodings_is_read_line_by_line() -> None:
    content = "Doña\n".encode() + "Doña\n".encode("latin-1")
    assert decode(content, "utf-8-or-latin-1", "f") == "Doña\nDoña\n"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    assert plain(path, "a", "b") == [{"a": "1", "b": "2"}]


def test_quoted_commas_and_lines_stay_in_their_field(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text('city,x\n"Akron, OH",1\n"two\nlines",\n', encoding="utf-8", newline="\n")
    assert plain(path, "city", "x") == [
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
        ["NAME", "GEOID", "x", "all", "color", "white"],
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


MEDICAL = "Share with medical debt in collections, "


def test_county_debt_of_2023(tmp_path: Path) -> None:
    """The header of the genuine workbook, which has further columns."""
    header = ["County FIPS", "County Name", "State Name", f"{MEDICAL}All", f"{MEDICAL}Comm of color"]
    header += [f"{MEDICAL}White comm", "Median medical debt in collections, All"]
    path = workbook(tmp_path / "f", [header, ["01001", "Autauga", "Alabama", ".2609164", "NA", 0, 1223]])
    (row,) = parsed("urban_debt_in_america", "county_medical_2023", path)
    assert row == {
        "CountyFIPS": "01001",
        "share_all": ".2609164",
        "share_communities_of_color": "NA",
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
        "metro": "1",
        "state": "OH",
        "share_all": "0.46317",
        "share_communities_of_color": "0.56888",
        "share_white_communities": "0.38562",
    }


@pytest.mark.parametrize(
    ("name", "rows", "found"),
    [
        ("county_2022", [["a", "FIPS", "x", "d", "e", "f"]], "row 1 holds 'a', 'FIPS', 'x', 'd', 'e', 'f'"),
        ("county_2022", [["a", "GEOID", "x", "d", "e"]], "column F (share_white_communities) is missing"),
        ("county_2023", [["FIPS", "b", "c", "Share", "Share", "Share"]], "row 1 holds 'FIPS'"),
        (
            "county_2023",
            [["County FIPS", "County Name", "State Name", *(f"Share with any debt in collections{end}"
            for end in (", All", ", Comm of color", ", Major"))]],
            "column Share with any debt in collections, White comm or Share with any debt in collections, "
            "Majority white comm is missing, Share with any debt in collections, Major is new: renamed?",
        ),
        ("place_2021", [["city name", "b"]], "column C (state) is missing"),
        ("place_2021", [["Akron, OH", "b", *["x"] * 34]], "row 1 holds 'Akron, OH', 'b'"),
    ],
)  # fmt: skip
def test_a_workbook_of_another_layout_is_refused(
    tmp_path: Path, name: str, rows: list[list[object]], found: str
) -> None:
    with pytest.raises(MobilityError) as error:
        parsed("urban_debt_in_america", name, workbook(tmp_path / "f", rows))
    assert error.value.found is not None and found in error.value.found


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"CountyFIPS,share\n")
    with pytest.raises(MobilityError, match="no readable workbook"):
        parsed("urban_debt_in_america", "county_2023", tmp_path / "f")


def broken_zip(method: int, flags: int) -> bytes:
    """An archive whose directory says how its member is packed, which nobody checks before it is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("psam_h02.csv"), "SERIALNO\n1\n")
    content = bytearray(packed.getvalue())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= flags
    content[entry + 10] = method
    return bytes(content)


@pytest.mark.parametrize(
    ("method", "flags", "found"),
    [
        (9, 0, "it is packed by method 9 (deflate64)"),
        (99, 0, "it is packed by method 99 (AES)"),
        (0, 1, "it is protected by a password"),
    ],
)
def test_an_archive_that_python_cannot_unpack_says_what_to_do(
    tmp_path: Path, method: int, flags: int, found: str
) -> None:
    record = SOURCES["census_acs_pums"]
    file = next(f for f in record.files if (f.vintage, f.official_name) == ("2018-1yr", "csv_hak.zip"))
    (tmp_path / "f").write_bytes(broken_zip(method, flags))
    with pytest.raises(MobilityError) as error:
        list(faults.parsed(record, file, tmp_path / "f"))
    assert error.value.found == found
    assert error.value.where == "csv_hak.zip, vintage 2018-1yr, member psam_h02.csv"
    assert error.value.remedy is not None and "bring the member alone" in error.value.remedy


@pytest.mark.parametrize(
    ("raised", "problem"),
    [
        (NotImplementedError("compression type 9"), "A zip archive is packed in a way that cannot be read."),
        (RuntimeError("File is encrypted, password required"), "A zip archive is protected by a password."),
        (zipfile.BadZipFile("Bad CRC-32"), "A packed file is damaged or cut off."),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "The text of the file cannot be decoded."),
        (csv.Error("line contains NUL"), "The file is no table of text."),
        (IndexError("list index out of range"), "The file cannot be read."),
    ],
)
def test_whatever_a_parser_raises_is_the_fault_of_its_file(raised: Exception, problem: str) -> None:
    def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
        yield "county", None, None
        raise raised

    record = SOURCES["oi_social_capital"].model_copy(update={"parse": parse})
    with pytest.raises(MobilityError) as error:
        list(faults.parsed(record, record.files[0], Path("f")))
    assert error.value.problem == problem
    assert error.value.where == "oi_social_capital, vintage 2022: social_capital_county.csv"


def test_a_lost_letter_is_a_finding() -> None:
    table = SOURCES["census_population_estimates"].tables[0]
    columns = table.columns_of("2021")
    texts = {name: ["1", "1"] for name in columns} | {"CTYNAME": ["Autauga County", "Do\ufffda Ana County"]}
    _, found = conform(table, "2021", pa.table(texts), 1)
    assert len(found) == 1
    assert found[0].startswith("column CTYNAME: a letter was lost") and "in data row 2" in found[0]
