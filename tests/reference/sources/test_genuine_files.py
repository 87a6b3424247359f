"""Every genuine file of ../shared/sources that belongs to a source is read, typed, checked: no findings."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.base.settings import PROJECT_ROOT
from orchestration.ingest import drift
from orchestration.sources import SOURCES
from orchestration.sources.conform import conform
from orchestration.sources.model import Source, SourceFile
from orchestration.sources.reading import faults

pytestmark = pytest.mark.reference

AGENCIES = PROJECT_ROOT.parent / "shared" / "sources" / "agency"
URBAN = AGENCIES.with_name("urban")

# source -> files that must lie there (more may): without one of them the tests prove less.
AT_HAND = {
    "ccd_districts": ["directory", "cities"],
    "census_acs_tables": [
        "b03002_tract_ca", "dp05_tract_tx", "dp05_tract_ny", "dp05_place", "s1701_tract_tx", "b28003_county",
    ],
    "census_population_estimates": ["2014", "2019", "2020", "2022", "2023", "2024"],
    "connecticut_crosswalk": ["tracts"],
    "cvap": ["2009-2013"],
    "edfacts_homeless": [
        *(f"wide_{year}-{year - 1999}" for year in range(2014, 2019)),
        *(f"long_{year}-{year - 1999}" for year in range(2019, 2022)),
    ],
    "geocorr": [
        "puma_county_2010", "puma_place_2010", "county_place_2010", "puma_county_2020", "puma_place_2020",
        "ct_planning_region_to_place",
    ],
    "hud_income_limits": [str(year) for year in range(2014, 2025) if year != 2020],
    "medsl_county_returns": ["2016", "2020"],
    "oi_social_capital": ["county", "zip"],
    "urban_debt_in_america": ["county_2023", "county_medical_2023"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _beside() -> None:
    """Without the whole folder the tests are skipped (and counted aloud); with it, a missing file fails."""
    if not AGENCIES.is_dir():
        pytest.skip("../shared/sources is not beside the project")


def place_of(source: Source, file: SourceFile) -> Path | None:
    """Where the file lies, packed or not."""
    for path in (source.canonical_path(file), *file.mirror_paths):
        for folder in (AGENCIES, URBAN):
            for place in (folder / path, folder / f"{path}.gz"):
                if place.is_file():
                    return place
    return None


def lying(source: Source) -> list[tuple[SourceFile, Path]]:
    """The source's files that lie there; microdata have a test of their own."""
    found = [(file, place_of(source, file)) for file in source.files if file.channel != "sample"]
    return [(file, place) for file, place in found if place is not None]


def findings(source: Source, file: SourceFile, place: Path, scratch: Path) -> dict[str, list[str]]:
    """What parser, types and drift checks say of a file, table by table."""
    content = place.read_bytes()
    if place.suffix == ".gz" and not file.official_name.endswith(".gz"):
        content = gzip.decompress(content)
    (scratch / "content").write_bytes(content)
    told: dict[str, list[str]] = {}
    for name, partition, rows in faults.parsed(source, file, scratch / "content"):
        table = source.table(name)
        typed, found = conform(table, file.vintage, rows, 1)
        if not found:
            numbered = typed.append_column("_row", pa.array(range(1, len(typed) + 1)))
            pq.write_table(numbered, scratch / "typed.parquet")
            found = drift.findings(
                drift.connection_of_thread(),
                scratch / "typed.parquet",
                table,
                file.vintage,
                "national",
                partition,
            )
        told[name] = found
    return told


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "census_acs_pums"])
def test_every_genuine_file_is_read(name: str, tmp_path: Path) -> None:
    source = SOURCES[name]
    files = lying(source)
    if not files:
        pytest.skip("none of its files lies there")
    for file, place in files:
        assert findings(source, file, place, tmp_path) == {table: [] for table in file.tables}, place.name


@pytest.mark.parametrize("name", AT_HAND)
def test_the_files_that_prove_it_are_there(name: str) -> None:
    known = {text for file, _ in lying(SOURCES[name]) for text in (file.name, file.vintage)}
    assert set(AT_HAND[name]) <= known


def test_a_copy_that_lost_a_letter_is_refused(tmp_path: Path) -> None:
    """The only public copy of the estimates of 2021: Doña Ana County has the replacement character."""
    source = SOURCES["census_population_estimates"]
    file = next(file for file in source.files if file.vintage == "2021")
    place = AGENCIES / "census_pep" / "co-est2021-alldata.csv.gz"
    (found,) = findings(source, file, place, tmp_path)["counties"]
    assert found.startswith("column CTYNAME: a letter was lost") and "Ana County' in data row" in found


@pytest.mark.parametrize(
    ("year", "rows", "autauga"),
    [("2014", 4_767, 23_850), ("2019", 4_769, 25_750), ("2022", 4_765, 27_750), ("2024", 4_764, 31_200)],
)
def test_limits_of_the_workbooks(year: str, rows: int, autauga: int, tmp_path: Path) -> None:
    """An old workbook, two that declare a million rows, the newest: rows and a limit as HUD has them."""
    source = SOURCES["hud_income_limits"]
    file = next(file for file in source.files if file.vintage == year)
    place = place_of(source, file)
    assert place is not None
    content = place.read_bytes()
    (tmp_path / "f").write_bytes(gzip.decompress(content) if place.suffix == ".gz" else content)
    ((_, _, table),) = source.parse(file, tmp_path / "f")
    read = table.to_pylist()
    code = "fips" if int(year) >= 2023 else "fips2010"
    assert len(read) == rows
    assert {row["ELI_4"] for row in read if row[code] == "0100199999"} == {str(autauga)}
