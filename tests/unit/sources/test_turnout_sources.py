"""Votes and citizens of voting age: the forms that the agencies have, and what is refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest import drift
from orchestration.sources import cvap, medsl_county_returns
from orchestration.sources.conform import conform
from orchestration.sources.model import Source, SourceFile
from tests.support.published import SOURCES

VOTES = {file.vintage: file for file in medsl_county_returns.SOURCE.files}
CITIZENS = {file.vintage: file for file in cvap.SOURCE.files}
RETURNS_2016 = """\
year,state,state_po,county,FIPS,office,candidate,party,candidatevotes,totalvotes,version
2016,Alabama,AL,Autauga,1001,President,Hillary Clinton,democrat,5936,24973,20191203
2016,Alabama,AL,Autauga,1001,President,Donald Trump,republican,18172,24973,20191203
2016,Maine,ME,Maine UOCAVA,NA,President,Hillary Clinton,democrat,3017,5056,20191203
2016,Missouri,MO,Kansas City,36000,President,Other,NA,4300,128601,20191203
"""
RETURNS_2020 = """\
year,state,state_po,county_name,county_fips,office,candidate,party,candidatevotes,totalvotes,version,mode
2020,ALABAMA,AL,AUTAUGA,01001,US PRESIDENT,DONALD J TRUMP,REPUBLICAN,19838,27770,20220315,TOTAL
2020,GEORGIA,GA,APPLING,13001,US PRESIDENT,DONALD J TRUMP,REPUBLICAN,1753,8340,20220315,ELECTION DAY
2020,GEORGIA,GA,APPLING,13001,US PRESIDENT,DONALD J TRUMP,REPUBLICAN,890,8340,20220315,ABSENTEE BY MAIL
2020,DISTRICT OF COLUMBIA,DC,DISTRICT OF COLUMBIA,NA,US PRESIDENT,OTHER,OTHER,5,344356,20220315,TOTAL
"""
OLD = """\
GEONAME,LNTITLE,GEOID,LNNUMBER,TOT_EST,TOT_MOE,ADU_EST,ADU_MOE,CIT_EST,CIT_MOE,CVAP_EST,CVAP_MOE
"Autauga County, Alabama",Total,05000US01001,1,54905,,40515,,54305,273,40040,219
"Doña Ana County, New Mexico",Total,05000US35013,1,209235,,152635,,176000,900,120000,
"""
NEW = OLD.lower().replace("us", "00US").replace("autauga county, alabama", "Autauga County, Alabama")


def archive(text: str, member: str = "County.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("readme.txt", "Notes.")
        zipped.writestr("Place.csv", OLD.encode("latin-1"))
        zipped.writestr(member, text.encode("latin-1"))
    return out.getvalue()


def read(
    source: Source, file: SourceFile, content: bytes | str, folder: Path
) -> tuple[list[dict], list[str]]:
    """The typed rows of a file, and what was found wrong with them."""
    place = folder / "content"
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    ((name, _, rows),) = source.parse(file, place)
    typed, findings = conform(source.table(name), file.vintage, rows, 1)
    return typed.to_pylist(), findings


def votes(year: str, content: str, folder: Path) -> tuple[list[dict], list[str]]:
    return read(medsl_county_returns.SOURCE, VOTES[year], content, folder)


def citizens(vintage: str, content: bytes, folder: Path) -> tuple[list[dict], list[str]]:
    return read(cvap.SOURCE, CITIZENS[vintage], content, folder)


def test_votes_of_2016_have_codes_without_zeros(tmp_path: Path) -> None:
    rows, findings = votes("2016", RETURNS_2016, tmp_path)
    assert findings == []
    assert [(row["county_fips"], row["candidatevotes"], row["party"]) for row in rows] == [
        ("1001", 5936, "democrat"), ("1001", 18172, "republican"), (None, 3017, "democrat"),
        ("36000", 4300, None),
    ]  # fmt: skip


def test_votes_of_2020_are_by_mode(tmp_path: Path) -> None:
    rows, findings = votes("2020", RETURNS_2020, tmp_path)
    assert findings == []
    assert [(row["county_fips"], row["candidatevotes"], row["mode"]) for row in rows] == [
        ("01001", 19838, "TOTAL"), ("13001", 1753, "ELECTION DAY"), ("13001", 890, "ABSENTEE BY MAIL"),
        (None, 5, "TOTAL"),
    ]  # fmt: skip


def test_citizens_under_old_and_new_headers(tmp_path: Path) -> None:
    for vintage, text, geoid in (("2012-2016", OLD, "05000US01001"), ("2016-2020", NEW, "0500000US01001")):
        rows, findings = citizens(vintage, archive(text), tmp_path)
        assert findings == []
        assert (rows[0]["geoid"], rows[0]["cvap_est"], rows[0]["cvap_moe"]) == (geoid, 40040, 219)
        assert rows[1]["cvap_moe"] is None and "ña" in rows[1]["geoname"].lower()


@pytest.mark.parametrize(
    ("year", "content", "said"),
    [
        ("2016", RETURNS_2016.replace("candidatevotes", "votes"), "candidatevotes is missing"),
        ("2016", "notes\n" + RETURNS_2016, "row 1 holds 'notes'"),
        ("2016", RETURNS_2020, "mode"),
        ("2020", RETURNS_2016, "mode is missing"),
        ("2020", RETURNS_2020[:-30], "fields in every line"),
    ],
)
def test_returns_with_another_header_or_cut_off_are_refused(
    year: str, content: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(MobilityError) as error:
        votes(year, content, tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            ",19838,",
            ',"19,838",',
            "column candidatevotes: expected a whole number, found '19,838' in data row 1",
        ),
        (",19838,", ",many,", "column candidatevotes: expected a whole number, found 'many' in data row 1"),
    ],
)
def test_a_wrong_cell_of_the_returns_is_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in RETURNS_2020
    assert votes("2020", RETURNS_2020.replace(old, new), tmp_path)[1] == [said]


def test_an_archive_cut_off_or_without_counties_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MobilityError) as cut:
        citizens("2012-2016", archive(OLD)[:-40], tmp_path)
    assert "zip" in str(cut.value).lower()
    with pytest.raises(MobilityError, match=r"County\.csv"):
        citizens("2012-2016", archive(OLD, "Tract.csv"), tmp_path)


def test_citizens_that_are_no_number_are_told(tmp_path: Path) -> None:
    findings = citizens("2012-2016", archive(OLD.replace(",40040,", ',"40,040",')), tmp_path)[1]
    assert "column cvap_est: expected a whole number, found '40,040' in data row 1" in findings


@pytest.mark.parametrize(
    ("source", "vintage", "row"),
    [
        (
            medsl_county_returns.SOURCE,
            "2020",
            {"year": 2016, "candidatevotes": 158_477_710},
        ),
        (
            cvap.SOURCE,
            "2012-2016",
            {"lnnumber": 1, "geoid": "05000US01001", "cvap_est": 217_576_915},
        ),
    ],
)
def test_a_file_of_other_years_is_told_by_its_total(
    source: Source, vintage: str, row: dict[str, object], tmp_path: Path
) -> None:
    """Neither has a year in its name or header that only its own years have."""
    table = source.tables[0]
    columns = {name: [row.get(name)] for name in table.columns_of(vintage)} | {"_row": [1]}
    pq.write_table(pa.table(columns), tmp_path / "rows.parquet")
    found = drift.findings(
        drift.connection_of_thread(), tmp_path / "rows.parquet", table, vintage, "national"
    )
    (total,) = (finding for finding in found if finding.startswith("sum of "))
    assert "found nothing" in total or "found 217,576,915" in total


def test_the_genuine_tabulation_of_2009_to_2013(tmp_path: Path) -> None:
    path = SOURCES / "agency" / "cvap" / "2009-2013" / "County.csv.gz"
    if not path.exists():
        pytest.skip("../shared/sources is not beside the project")
    rows, findings = citizens("2009-2013", gzip.decompress(path.read_bytes()), tmp_path)
    assert findings == [] and len(rows) == 41_873
    totals = [row for row in rows if row["lnnumber"] == 1]
    assert len(totals) == 3_221 and {row["lntitle"] for row in totals} == {"Total"}
    assert {row["cvap_est"] % 5 for row in totals} == {0}
