"""SEDA's Stata files: read by columns and in pieces, refused without reading scores."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Patience, download
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import seda
from orchestration.sources.model import SourceFile
from orchestration.sources.reading import grids
from tests.unit.ingest.bad_server import cut, resumable, serving, status

QUICK = Patience(
    attempts=4, connect=2, silence=1, slow_window=1, slow_bytes=10, first_pause=0.001, longest_pause=0.01
)


def file_of(vintage: str, table: str) -> SourceFile:
    return next(f for f in seda.SOURCE.files if f.vintage == vintage and f.tables == (table,))


@pytest.fixture(scope="module")
def county() -> bytes:
    return twin.content(build_world(SEED), seda.SOURCE, file_of("5.0", "county"))


def rows_of(content: bytes, folder: Path) -> list[dict[str, str]]:
    (folder / "content").write_bytes(content)
    ((_, _, table),) = seda.SOURCE.parse(file_of("5.0", "county"), folder / "content")
    rows: list[dict[str, str]] = table.to_pylist()
    return rows


def changed(content: bytes, **columns: object) -> bytes:
    out = io.BytesIO()
    pd.read_stata(io.BytesIO(content)).assign(**columns).to_stata(out, write_index=False, version=118)
    return out.getvalue()


def test_codes_get_their_zeros_and_other_columns_are_left_out(county: bytes, tmp_path: Path) -> None:
    rows = rows_of(changed(county, sedacounty=1001.0, gcs_mn_se_all=0.1), tmp_path)
    assert {row["sedacounty"] for row in rows} == {"01001"}
    assert "gcs_mn_se_all" not in rows[0] and float(rows[0]["gcs_mn_all"]) > 0


def test_a_file_is_read_in_pieces_as_at_once(
    county: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows_of(county, tmp_path)
    monkeypatch.setattr(grids, "_STATA_ROWS", 100)
    assert rows_of(county, tmp_path) == whole and len(whole) > 1000


def test_a_file_without_reading_scores_is_refused(county: bytes, tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="no scores in reading") as error:
        rows_of(changed(county, subject="ela"), tmp_path)
    assert "rows with rla" in str(error.value) and "ela" in str(error.value)


def test_a_renamed_column_is_told_with_its_new_name(county: bytes, tmp_path: Path) -> None:
    out = io.BytesIO()
    frame = pd.read_stata(io.BytesIO(county)).rename(columns={"tot_asmt_all": "totgyb_all"})
    frame.to_stata(out, write_index=False, version=118)
    with pytest.raises(MobilityError, match="column tot_asmt_all is missing"):
        rows_of(out.getvalue(), tmp_path)


def test_a_page_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    """What Urban's history holds under the name of version 4.1 is a page."""
    from orchestration.sources.reading import faults

    (tmp_path / "content").write_bytes(b"<!DOCTYPE html><html>no such file</html>")
    with pytest.raises(MobilityError, match=r"seda_county_long_gcs_5\.0\.dta"):
        list(faults.parsed(seda.SOURCE, file_of("5.0", "county"), tmp_path / "content"))


def test_it_comes_through_a_busy_server_and_a_cut_connection(county: bytes, tmp_path: Path) -> None:
    answers = (status(503), cut(county, len(county) // 2, ETag='"1"'), resumable(county, '"1"'))
    with serving(*answers) as server:
        got = download(server.url, tmp_path / "part", "seda.dta", patience=QUICK)
    assert got is not None and got.path.read_bytes() == county
