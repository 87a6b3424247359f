"""Files that `--download` fetches, from a server with the agencies' troubles, to the parser.

Each kind of address once: zips of the Census Bureau, BLS, HRSA and ED Data Express, and Harvard's Dataverse,
which redirects to a store, has a form of its own for tables, and may want a guestbook signed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Patience, download
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile
from tests.unit.ingest.bad_server import Handler, cut, resumable, serving, status, whole

QUICK = Patience(
    attempts=4, connect=2, silence=1, slow_window=1, slow_bytes=10, first_pause=0.001, longest_pause=0.01
)
WANTED = [
    ("bls_qcew", "2018", 12 * 14 + 1),
    ("ahrf", "2021-2022", 12),
    ("cbp", "2022", 60),
    ("edfacts_homeless", "2021-22", 100),
    ("cvap", "2012-2016", 12 * 13),
    ("medsl_county_returns", "2020", 40),
    ("hud_income_limits", "2023", 13),
]


def file_of(source: str, vintage: str) -> SourceFile:
    return next(f for f in SOURCES[source].files if f.vintage == vintage and f.url and not f.bulk)


def made(source: str, file: SourceFile) -> bytes:
    return twin.content(build_world(SEED), SOURCES[source], file)


@pytest.mark.parametrize(("source", "vintage", "least"), WANTED)
def test_a_file_comes_through_a_busy_server_and_a_cut_connection(
    source: str, vintage: str, least: int, tmp_path: Path
) -> None:
    file = file_of(source, vintage)
    body = made(source, file)
    answers = (
        status(429, Retry_After="0"),
        status(303, Location="/store/file?signed=1"),
        cut(body, len(body) // 2, ETag='"1"'),
        status(503),
        resumable(body, '"1"'),
    )
    with serving(*answers) as server:
        got = download(server.url, tmp_path / "part", file.official_name, patience=QUICK)
    assert got is not None and server.requests[-1]["range"] == f"bytes={len(body) // 2}-"
    rows = [row for _, _, table in SOURCES[source].parse(file, got.path) for row in table.to_pylist()]
    assert len(rows) >= least


@pytest.mark.parametrize(("source", "vintage", "least"), WANTED)
def test_a_refusal_in_the_form_of_a_page_is_no_file(
    source: str, vintage: str, least: int, tmp_path: Path
) -> None:
    """data.bls.gov answers programs that it does not like with a page; so do pages that moved."""
    page = b"<html><body>Access Denied</body></html>"
    name = file_of(source, vintage).official_name
    with serving(whole(page, Content_Type="text/html")) as server, pytest.raises(MobilityError) as error:
        download(server.url, tmp_path / "part", name, patience=QUICK)
    assert "a web page" in str(error.value) and not (tmp_path / "part").exists()
    with serving(status(404)) as server, pytest.raises(MobilityError, match="status 404") as error:
        download(server.url, tmp_path / "part", name, patience=QUICK)
    assert len(server.requests) == 1 and "bring the file by the inbox" in str(error.value)


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


def test_dataverse_is_asked_for_the_original(tmp_path: Path) -> None:
    """Without it, it sends its own form of a table: tabs, quotes, another name. That form is refused."""
    file = file_of("medsl_county_returns", "2020")
    assert all("format=original" in str(f.url) for f in SOURCES["medsl_county_returns"].files)
    place = tmp_path / "content"
    place.write_bytes(made("medsl_county_returns", file).replace(b",", b"\t"))
    with pytest.raises(MobilityError, match="header"):
        list(SOURCES["medsl_county_returns"].parse(file, place))


def test_what_the_server_says_of_a_refusal_is_passed_on(tmp_path: Path) -> None:
    """Dataverse says in its answer that a guestbook must be signed; only a person can do that."""
    words = b'{"status":"ERROR","message":"You may not download this file without the required Guestbook"}'

    def refusal(handler: Handler) -> None:
        handler.reply(400, words, Content_Type="application/json")

    with serving(refusal) as server, pytest.raises(MobilityError) as error:
        download(server.url, tmp_path / "part", "countypres_2000-2020.csv", patience=QUICK)
    assert "status 400 Bad Request" in str(error.value)
    assert "without the required Guestbook" in str(error.value)
    assert "inbox" in str(error.value)
    assert all("guestbook" in str(f.form_settings) for f in SOURCES["medsl_county_returns"].files)
