"""The genuine archives of ../shared/sources: every one is taken in, and its sums are the known ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.ingest import IngestReport, refresh

pytestmark = pytest.mark.reference

AGENCIES = PROJECT_ROOT.parent / "shared" / "sources" / "agency"
# Rows and weighted sum, as the list of the mirror and the layouts page give them.
PEOPLE = {
    ("2015-1yr", "hi"): (14_124, 1_431_603),
    ("2018-1yr", "de"): (9_123, 967_171),
    ("2018-1yr", "hi"): (14_400, 1_420_491),
    ("2018-1yr", "me"): (13_275, 1_338_404),
    ("2018-1yr", "mt"): (10_336, 1_062_305),
    ("2018-1yr", "nd"): (7_876, 760_077),
    ("2018-1yr", "vt"): (6_436, 626_299),
    ("2018-1yr", "wy"): (5_740, 577_737),
}
HOMES = {
    ("2018-1yr", "ak"): (3_713, 318_352),
    ("2018-1yr", "al"): (25_038, 2_274_711),
    ("2021-1yr", "ak"): (3_767, 327_889),
}


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[IngestReport]]:
    """The lake of all archives at hand."""
    if not (AGENCIES / "acs_pums").is_dir():
        pytest.skip("../shared/sources is not beside the project")
    settings = Settings(home=tmp_path_factory.mktemp("pums"), mirrors=(AGENCIES,))
    return settings.lake_dir / "census_acs_pums", refresh(settings, ["census_acs_pums"])


def test_every_archive_of_the_mirror_enters_the_lake(taken_in: tuple[Path, list[IngestReport]]) -> None:
    _, reports = taken_in
    known = {(r.vintage, r.partition) for r in reports if r.status == "new"}
    assert known >= PEOPLE.keys() | HOMES.keys()
    assert [(r.file, r.reason) for r in reports if r.status == "failed"] == []


@pytest.mark.parametrize(
    ("table", "weight", "known"), [("persons", "PWGTP", PEOPLE), ("housing_units", "WGTP", HOMES)]
)
def test_rows_and_weighted_sums_are_the_known_ones(
    taken_in: tuple[Path, list[IngestReport]], table: str, weight: str, known: dict
) -> None:
    lake, _ = taken_in
    rows = duckdb.sql(
        f"select _vintage, _partition, count(*), sum({weight})"
        f" from read_parquet('{lake}/*/{table}/*.parquet') group by all"
    ).fetchall()
    found = {(vintage, state): (count, total) for vintage, state, count, total in rows}
    assert {archive: found.get(archive) for archive in known} == known


def test_a_replicate_weight_estimates_the_same_total(taken_in: tuple[Path, list[IngestReport]]) -> None:
    """Sums over replicates differ from the estimate by sampling alone; of controlled totals not at all."""
    lake, _ = taken_in
    sums = ", ".join(f"sum(PWGTP{number})" for number in range(1, 81))
    totals = duckdb.sql(f"select {sums} from read_parquet('{lake}/2018-1yr/persons/wy.parquet')").fetchone()
    assert all(abs(total - 577_737) <= 25 for total in totals), totals
