"""Text as the agencies' programs write it; archives without a clock."""

import gzip
import io
import re
import time
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from orchestration.sample import writing


@pytest.mark.parametrize(
    ("style", "number", "text"),
    [
        ("readr", 1.0, "1"),
        ("readr", 0.1 + 0.2, "0.30000000000000004"),
        ("readr", 6.248981144378634e-4, "6.248981144378634e-4"),
        ("readr", 8.5e-5, "8.5e-5"),
        ("base_r", 0.1 + 0.2, "0.3"),
        ("base_r", 0.360385, "0.360385"),
        ("stata", 0.5, ".5"),
        ("stata", -0.25, "-.25"),
        ("stata", 1.1121353123, "1.1121353"),
        ("stata", 0.0, "0"),
    ],
)
def test_numbers(style, number, text):
    assert writing.NUMBERS[style](number) == text


@pytest.mark.parametrize("number", [1 / 3, 2 / 7e4, 12345.678, 1e-5 / 3])
def test_readr_keeps_every_digit(number):
    assert float(writing.readr(number)) == number


def test_table_quotes_as_the_program_does():
    rows = [[2018, "$50,000 or More", None, 0.5]]
    columns = ["year", "subgroup", "a", "b"]
    assert writing.table(columns, rows, "readr") == 'year,subgroup,a,b\n2018,"$50,000 or More",NA,0.5\n'
    assert writing.table(columns, rows, "base_r").startswith('"year","subgroup"')
    assert writing.table(columns, rows, "stata", "", "\r\n").endswith('2018,"$50,000 or More",,.5\r\n')


def test_workbook_has_the_same_bytes_at_another_time(monkeypatch):
    rows = {"Sheet1": [["CountyFIPS", "share"], ["99001", 0.25], ["99003", "n/a*"]]}
    first = writing.workbook(rows)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert writing.workbook(rows) == first
    with ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {writing.FIXED_TIME}
        properties = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", properties)) == {"2026-01-01T00:00:00Z"}
    sheet = load_workbook(io.BytesIO(first)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == rows["Sheet1"]


def test_compressed_files_carry_no_clock(tmp_path):
    writing.put(tmp_path / "folder" / "x.csv.gz", b"a,b\n")
    content = (tmp_path / "folder" / "x.csv.gz").read_bytes()
    assert gzip.decompress(content) == b"a,b\n"
    assert content[4:8] == b"\0\0\0\0"
