"""Weekly wages in the three forms that the agency has, and what is refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sources import bls_qcew
from orchestration.sources.bls_qcew import annual
from orchestration.sources.conform import conform
from tests.support.published import SOURCES

HEADER = ",".join((*annual.CODES, "annual_avg_estabs", *annual.NUMBERS[1:]))
TOTAL = "1001,0,10,70,0,2018,A,,900,10000,400000000,739"
CLASS = "1001,5,101,73,0,2018,A,N,9,0,0,0"
DETAIL = "1001,5,111,74,0,2018,A,,3,30,900000,600"
ANNUAL = {file.vintage: file for file in annual.FILES}
HIGH_LEVEL = {file.vintage: file for file in bls_qcew.SOURCE.files if file.tables == ("high_level",)}
WORKBOOK_HEADER = (
    "areacode,st,cnty,own,naics,year,qtr,areatype,stname,area,ownership,industry,annualaveragestatuscode,"
    "annualaverageestablishmentcount,annualaverageemployment,annualtotalwages,annualaverageweeklywage,annualaveragepay"
)


def archive(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, text in members.items():
            zipped.writestr(f"{name}.csv", text)
    return out.getvalue()


def parsed(file, content: bytes, folder: Path) -> list[dict]:
    place = folder / "content"
    place.write_bytes(content)
    rows = []
    for name, _, table in bls_qcew.SOURCE.parse(file, place):
        typed, findings = conform(bls_qcew.SOURCE.table(name), file.vintage, table, 1)
        assert findings == []
        rows += typed.to_pylist()
    return rows


def test_counties_and_classes_are_kept_from_many_members(tmp_path: Path) -> None:
    text = "\r\n".join([HEADER, TOTAL, CLASS, DETAIL, ""])
    rows = parsed(ANNUAL["2018"], archive(a=text, b=text.replace("1001", "48301")), tmp_path)
    assert [(row["area_fips"], row["industry_code"]) for row in rows] == [
        ("01001", "10"), ("01001", "101"), ("48301", "10"), ("48301", "101")
    ]  # fmt: skip
    assert rows[0]["annual_avg_estabs_count"] == 900 and rows[1]["disclosure_code"] == "N"


def test_the_other_name_of_establishments_is_known(tmp_path: Path) -> None:
    text = "\n".join([HEADER.replace("annual_avg_estabs", "annual_avg_estabs_count"), TOTAL, ""])
    assert parsed(ANNUAL["2018"], archive(a=text), tmp_path)[0]["annual_avg_estabs_count"] == 900


@pytest.mark.parametrize("wage", ["", "0"])
def test_numbers_that_were_lost_are_told(wage: str, tmp_path: Path) -> None:
    """As in extracts whose numbers with thousands commas became text and then nothing."""
    text = "\n".join([HEADER, TOTAL.replace("739", wage), ""])
    with pytest.raises(MobilityError, match="employment and no wage") as error:
        parsed(ANNUAL["2018"], archive(a=text), tmp_path)
    assert "area 01001, own_code 0, industry_code 10" in str(error.value)


def test_quarterly_files_are_refused(tmp_path: Path) -> None:
    text = "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,qtrly_estabs\n"
    with pytest.raises(MobilityError, match="take the annual averages"):
        parsed(ANNUAL["2018"], archive(a=text), tmp_path)


def test_an_archive_without_data_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("readme.txt", "nothing")
    with pytest.raises(MobilityError, match="lacks a member"):
        parsed(ANNUAL["2018"], out.getvalue(), tmp_path)


def test_a_line_cut_off_is_told(tmp_path: Path) -> None:
    text = "\n".join([HEADER, TOTAL, "1003,0,10,70"])
    with pytest.raises(MobilityError, match="fields in every line"):
        parsed(ANNUAL["2018"], archive(a=text), tmp_path)


def test_genuine_slices_of_three_counties(tmp_path: Path) -> None:
    """Their classes are those of Urban's extract of the year, wherever that kept its numbers."""
    folder = SOURCES / "agency" / "bls_qcew" / "2020_area"
    if not folder.exists():
        pytest.skip("../shared/sources is not beside the project")
    members = {path.name[:5]: gzip.decompress(path.read_bytes()).decode() for path in folder.glob("*.csv.gz")}
    file = ANNUAL["2018"].model_copy(update={"vintage": "2020"})
    rows = parsed(file, archive(**members), tmp_path)
    assert {row["area_fips"] for row in rows} == {"39045", "39047", "39073"}
    total = next(row for row in rows if row["area_fips"] == "39045" and row["agglvl_code"] == "70")
    assert (total["annual_avg_wkly_wage"], total["annual_avg_estabs_count"]) == (833, 3122)
    assert {row["agglvl_code"] for row in rows} <= set(annual.LEVELS)


def saved(*rows: str) -> bytes:
    return "\n".join([WORKBOOK_HEADER, *rows, ""]).encode()


ROW = "01001,01,001,0,10,2018,A,County,Alabama,Autauga,Total Covered,10 Total,,871,11000,420000000,739,38428"


def test_the_workbook_saved_as_text_is_read(tmp_path: Path) -> None:
    (row,) = parsed(HIGH_LEVEL["2018"], saved(ROW), tmp_path)
    assert (row["Area Code"], row["Annual Average Weekly Wage"], row["Area Type"]) == ("01001", 739, "County")


def test_thousands_commas_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "content"
    place.write_bytes(saved(ROW.replace(",739,", ',"1,739",')))
    ((name, _, table),) = bls_qcew.SOURCE.parse(HIGH_LEVEL["2018"], place)
    findings = conform(bls_qcew.SOURCE.table(name), "2018", table, 1)[1]
    assert findings == [
        "column Annual Average Weekly Wage: expected a whole number, found '1,739' in data row 1"
    ]
