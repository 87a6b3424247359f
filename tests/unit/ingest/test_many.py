"""Thousands of small files from one agency: how many at a time, bad servers, going on afterwards."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Patience
from orchestration.ingest.many import MOST_REFUSALS, fetch_many
from orchestration.ingest.mirror_list import copies
from orchestration.maintain import bls_slices
from orchestration.sources import SOURCES
from orchestration.sources.bls_qcew import annual
from tests.unit.ingest.bad_server import BadServer, Handler, serving

QUICK = Patience(attempts=3, connect=2, silence=5, first_pause=0.001, longest_pause=0.01)
HEADER = ",".join((*annual.CODES, "annual_avg_estabs", *annual.NUMBERS[1:]))


def slice_of(area: str) -> bytes:
    return f"{HEADER}\n{area},0,10,70,0,2018,A,,900,10000,400000000,739\n".encode()


class Agency:
    """Answers by the name in the address; counts who is served at the same time, and who asked how often."""

    def __init__(self) -> None:
        self.lock, self.now, self.most = threading.Lock(), 0, 0
        self.asked: dict[str, int] = {}
        self.closed_after = 10**6

    def __call__(self, handler: Handler) -> None:
        area = handler.path.rpartition("/")[2].removesuffix(".csv")
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.asked[area] = times = self.asked.get(area, 0) + 1
            closed = len(self.asked) > self.closed_after
        time.sleep(0.01)
        with self.lock:
            self.now -= 1
        self.answer(handler, area, times, closed)

    def answer(self, handler: Handler, area: str, times: int, closed: bool) -> None:
        body, trouble = slice_of(area), int(area) % 10
        if closed:
            handler.reply(403)
        elif trouble == 1 and times == 1:
            handler.reply(429, Retry_After="0")
        elif trouble == 2 and times == 1:
            handler.start(200, **{"Content-Length": str(len(body))})
            handler.wfile.write(body[:20])
        elif trouble == 3 and times == 1:
            handler.reply(302, Location=handler.path)
        elif area == "01009":
            handler.reply(404)
        else:
            handler.reply(200, body)


AREAS = [f"01{number:03d}" for number in range(60)]


def base(server: BadServer) -> str:
    return server.url.removesuffix("file.csv") + "{year}/a/area/{area}.csv"


def addresses(server: BadServer) -> dict[str, str]:
    return {f"{area}.csv": base(server).format(year=2018, area=area) for area in AREAS}


def test_few_at_a_time_and_all_of_them(tmp_path: Path) -> None:
    agency = Agency()
    with serving(agency) as server:
        got = fetch_many(addresses(server), tmp_path, at_once=3, apart=0.0, patience=QUICK)
    assert len(got.files) == 59 and got.unknown == ["01009.csv"]
    assert 1 < agency.most <= 3
    assert got.files["01002.csv"].read_bytes() == slice_of("01002"), "the body that was cut"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(got.files)
    assert sum(agency.asked.values()) == 60 + 18, "each trouble costs one request more, 404 none"


def test_requests_begin_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("orchestration.ingest.many.time.sleep", waited.append)
    monkeypatch.setattr("orchestration.ingest.many.time.monotonic", lambda: 100.0)
    with serving(lambda handler: handler.reply(200, b"a,b\n1,2\n")) as server:
        wanted = dict(list(addresses(server).items())[:5])
        fetch_many(wanted, tmp_path, apart=2.0, patience=QUICK)
    assert sorted(waited) == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_an_agency_that_refuses_is_left_and_the_rest_fetched_later(tmp_path: Path) -> None:
    agency = Agency()
    agency.closed_after = 20
    with serving(agency) as server:
        with pytest.raises(MobilityError, match="of 60 files could not be fetched") as error:
            fetch_many(addresses(server), tmp_path, at_once=2, apart=0.0, patience=QUICK)
        assert "status 403" in str(error.value) and "is not asked for again" in str(error.value)
        arrived = {path.name for path in tmp_path.glob("*.csv")}
        assert 0 < len(arrived) <= 20
        assert len(agency.asked) <= 20 + MOST_REFUSALS + 1, "it is not asked 60 times"
        before = dict(agency.asked)
        agency.closed_after = 10**6
        got = fetch_many(addresses(server), tmp_path, at_once=2, apart=0.0, patience=QUICK)
    assert len(got.files) == 59
    assert all(
        agency.asked[name.removesuffix(".csv")] == before[name.removesuffix(".csv")] for name in arrived
    )


def test_the_slices_of_a_year_become_a_mirror_that_the_source_reads(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    with serving(Agency()) as server:
        place = bls_slices.gather("2018", mirror, AREAS, address=base(server), apart=0.0, patience=QUICK)
    (file,) = (file for file in annual.FILES if file.vintage == "2018")
    path = place.relative_to(mirror).as_posix()
    assert path in file.mirror_paths and list(copies(mirror)) == [path]
    rows = [row for _, _, table in SOURCES["bls_qcew"].parse(file, place) for row in table.to_pylist()]
    assert len(rows) == 59 and rows[0]["area_fips"] == "01000" and rows[0]["annual_avg_wkly_wage"] == "739"


def test_an_address_that_moved_makes_no_zip(tmp_path: Path) -> None:
    with (
        serving(lambda handler: handler.reply(404)) as server,
        pytest.raises(MobilityError, match="too many"),
    ):
        bls_slices.gather("2018", tmp_path, AREAS, address=base(server), apart=0.0, patience=QUICK)
    assert not list(tmp_path.rglob("*.zip"))
    with pytest.raises(MobilityError, match="No series needs"):
        bls_slices.gather("1999", tmp_path, AREAS)


def test_the_counties_of_a_year_are_those_of_the_frame() -> None:
    assert len(bls_slices.counties("2018")) == 3_142 and len(bls_slices.counties("2023")) == 3_144
    assert "01001" in bls_slices.counties("2018")
