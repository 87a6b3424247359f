"""Files of wages, physicians and establishments from a server with the agencies' troubles, to the parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Patience, download
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile
from tests.unit.ingest.bad_server import cut, resumable, serving, status, whole

QUICK = Patience(
    attempts=4, connect=2, silence=1, slow_window=1, slow_bytes=10, first_pause=0.001, longest_pause=0.01
)
WANTED = [("bls_qcew", "2018", 12 * 14 + 1), ("ahrf", "2021-2022", 12), ("cbp", "2022", 60)]


def file_of(source: str, vintage: str) -> SourceFile:
    return next(f for f in SOURCES[source].files if f.vintage == vintage and f.url and not f.bulk)


def made(source: str, file: SourceFile) -> bytes:
    return twin.content(build_world(SEED), SOURCES[source], file)


@pytest.mark.parametrize(("source", "vintage", "least"), WANTED)
def test_a_zip_comes_through_a_busy_server_and_a_cut_connection(
    source: str, vintage: str, least: int, tmp_path: Path
) -> None:
    file = file_of(source, vintage)
    body = made(source, file)
    answers = (status(503), cut(body, len(body) // 2, ETag='"1"'), resumable(body, '"1"'))
    with serving(*answers) as server:
        got = download(server.url, tmp_path / "part", file.official_name, patience=QUICK)
    assert got is not None and server.requests[-1]["range"] == f"bytes={len(body) // 2}-"
    rows = [row for _, _, table in SOURCES[source].parse(file, got.path) for row in table.to_pylist()]
    assert len(rows) >= least


@pytest.mark.parametrize(("source", "vintage", "least"), WANTED)
def test_a_refusal_in_the_form_of_a_page_is_no_file(
    source: str, vintage: str, least: int, tmp_path: Path
) -> None:
    """data.bls.gov answers programs that it does not like with a page."""
    page = b"<html><body>Access Denied</body></html>"
    with serving(whole(page, Content_Type="text/html")) as server, pytest.raises(MobilityError):
        download(server.url, tmp_path / "part", file_of(source, vintage).official_name, patience=QUICK)
    assert not (tmp_path / "part").exists()


def test_a_zip_cut_off_is_told(tmp_path: Path) -> None:
    file = file_of("cbp", "2022")
    place = tmp_path / "content"
    place.write_bytes(made("cbp", file)[:-40])
    with pytest.raises(MobilityError, match="damaged or cut off"):
        list(SOURCES["cbp"].parse(file, place))


def test_no_run_fetches_half_a_gigabyte() -> None:
    assert all(file.bulk for file in SOURCES["bls_qcew"].files if "singlefile" in file.official_name)
    assert not [
        file for source in ("mit_living_wage", "cdc_wonder") for file in SOURCES[source].files if file.ships
    ]
