"""EPA's workbooks: totals by their headings, codes with zeros, whatever else stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Patience, download
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sample.writing import workbook
from orchestration.sources import epa_air_toxics as epa
from orchestration.sources.model import SourceFile
from tests.unit.ingest.bad_server import cut, resumable, serving, status, whole

QUICK = Patience(
    attempts=4, connect=2, silence=1, slow_window=1, slow_bytes=10, first_pause=0.001, longest_pause=0.01
)
HEADER = ["State", "EPA Region", "County", "FIPS", "Tract", "Population", "Total Cancer Risk (per million)"]


def file_of(vintage: str, table: str) -> SourceFile:
    return next(f for f in epa.SOURCE.files if (f.vintage, f.name) == (vintage, table))


def rows_of(table: str, content: bytes, folder: Path) -> list[dict[str, str]]:
    (folder / "content").write_bytes(content)
    ((_, _, found),) = epa.SOURCE.parse(file_of("2019", table), folder / "content")
    rows: list[dict[str, str]] = found.to_pylist()
    return rows


def test_codes_that_lost_their_zero_get_it_back(tmp_path: Path) -> None:
    row = ["AL", "EPA Region 4", "Autauga", 1001, 1001020100, 1912, 30.5]
    (read,) = rows_of("cancer", workbook({"risk": [HEADER, row]}), tmp_path)
    assert (read["Tract"], read["Total Cancer Risk (per million)"]) == ("01001020100", "30.5")


def test_the_workbook_of_another_hazard_is_refused(tmp_path: Path) -> None:
    row = ["AL", "EPA Region 4", "Autauga", "01001", "01001020100", 1912, 30.5]
    with pytest.raises(MobilityError, match=r"column Total Respiratory \(hazard quotient\) is missing"):
        rows_of("respiratory", workbook({"risk": [HEADER, row]}), tmp_path)


def test_a_workbook_comes_through_a_busy_server_and_a_cut_connection(tmp_path: Path) -> None:
    file = file_of("2018", "cancer")
    body = twin.content(build_world(SEED), epa.SOURCE, file)
    answers = (status(503), cut(body, len(body) // 2, ETag='"1"'), resumable(body, '"1"'))
    with serving(*answers) as server:
        got = download(server.url, tmp_path / "part", file.official_name, patience=QUICK)
    assert got is not None
    rows = [row for _, _, table in epa.SOURCE.parse(file, got.path) for row in table.to_pylist()]
    assert len(rows) > 300


def test_a_page_in_place_of_a_workbook_is_no_file(tmp_path: Path) -> None:
    with (
        serving(whole(b"<html>moved</html>", Content_Type="text/html")) as server,
        pytest.raises(MobilityError),
    ):
        download(server.url, tmp_path / "part", file_of("2018", "cancer").official_name, patience=QUICK)
    assert not (tmp_path / "part").exists()


def test_addresses_are_the_agencys() -> None:
    addresses = {(f.vintage, f.name): f.url for f in epa.SOURCE.files}
    assert addresses["2014", "neurological"] == (
        "https://www.epa.gov/sites/production/files/2018-08/nata2014v2_national_neurhi_by_tract_srcgrp.xlsx"
    )
    assert addresses["2019", "cancer"] == (
        "https://www.epa.gov/system/files/documents/2022-12/2019_National_CancerRisk_by_tract_srcgrp.xlsx"
    )
    assert not any(f.ships for f in epa.SOURCE.files)
