"""Microdata archives, whole and broken: what is said, and that only their partition is stopped."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import IngestReport, mirror_list, refresh
from orchestration.sample import SEED
from orchestration.sample.microdata.archives import archive
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile
from orchestration.storage import lake_files

SOURCE = SOURCES["census_acs_pums"]
Lines = list[str]


@cache
def written(vintage: str, name: str) -> bytes:
    (file,) = (f for f in SOURCE.files if (f.vintage, f.name) == (vintage, name))
    return archive(build_world(SEED), file)


def text_of(packed: bytes) -> tuple[str, Lines]:
    """The first CSV member of an archive: its name and lines."""
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        name = next(name for name in opened.namelist() if name.endswith(".csv"))
        return name, opened.read(name).decode().splitlines()


def edited(packed: bytes, edit: Callable[[Lines], Lines]) -> bytes:
    name, lines = text_of(packed)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, "\n".join(edit(lines)) + "\n")
    return out.getvalue()


def set_cell(column: str, value: str, row: int = 1) -> Callable[[Lines], Lines]:
    def edit(lines: Lines) -> Lines:
        cells = lines[row].split(",")
        cells[lines[0].split(",").index(column)] = value
        return [*lines[:row], ",".join(cells), *lines[row + 1 :]]

    return edit


def without_column(column: str) -> Callable[[Lines], Lines]:
    def edit(lines: Lines) -> Lines:
        place = lines[0].split(",").index(column)
        return [",".join(cells[:place] + cells[place + 1 :]) for cells in (line.split(",") for line in lines)]

    return edit


def with_column(column: str) -> Callable[[Lines], Lines]:
    return lambda lines: [f"{lines[0]},{column}", *(f"{line},20" for line in lines[1:])]


def without_home(serial_at: int) -> Callable[[Lines], Lines]:
    """Leave out all rows of one household."""

    def edit(lines: Lines) -> Lines:
        serial = lines[serial_at].split(",")[1]
        return [line for line in lines if line.split(",")[1] != serial]

    return edit


class Archives:
    """A mirror with the persons and housing units of the invented state in two vintages."""

    def __init__(self, root: Path) -> None:
        self.root, self.mirror = root, root / "mirror"
        self.put("2018-1yr", "csv_hss.zip", written("2018-1yr", "housing_units_ss"))
        self.put("2018-1yr", "csv_pss.zip", written("2018-1yr", "persons_ss"))
        self.put("2019-1yr", "csv_pss.zip", written("2019-1yr", "persons_ss"))

    def put(self, vintage: str, name: str, content: bytes) -> None:
        place = self.mirror / "census_acs_pums" / vintage / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        mirror_list.write_list(self.mirror, sample=True)

    def settings(self) -> Settings:
        return Settings(home=self.root / "home", channel="sample", mirrors=(self.mirror,))

    def refresh(self) -> dict[tuple[str, str], IngestReport]:
        reports = refresh(self.settings(), ["census_acs_pums"])
        return {(r.vintage, r.file): r for r in reports if r.status != "absent"}

    def lake(self, vintage: str = "2018-1yr") -> dict[str, bytes]:
        folder = self.settings().lake_dir / "census_acs_pums" / vintage
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    def parquet(self, vintage: str, table: str) -> Path:
        return self.settings().lake_dir / lake_files.parquet_name(SOURCE.name, vintage, table, "ss")


@pytest.fixture
def archives(tmp_path: Path) -> Archives:
    return Archives(tmp_path)


def test_archives_enter_with_the_lakes_columns_and_types(archives: Archives) -> None:
    reports = archives.refresh()
    assert {report.status for report in reports.values()} == {"new"}
    for table in ("persons", "housing_units"):
        described = duckdb.sql(f"describe from '{archives.parquet('2018-1yr', table)}'").fetchall()
        found = {name: kind for name, kind, *_ in described if not name.startswith("_")}
        assert found == SOURCE.table(table).columns
    serial, state, puma, other = duckdb.sql(
        f"select SERIALNO, ST, PUMA, STATE from '{archives.parquet('2018-1yr', 'persons')}' limit 1"
    ).fetchone()
    assert (serial[:4], state, len(puma), other) == ("2018", "99", 5, None)
    assert {report.status for report in archives.refresh().values()} == {"unchanged"}


def test_a_member_without_its_archive_is_taken_too(archives: Archives) -> None:
    name, lines = text_of(written("2018-1yr", "persons_ss"))
    assert name == "psam_p99.csv"
    archives.put("2018-1yr", "csv_pss.zip", ("\n".join(lines) + "\n").encode())
    assert archives.refresh()["2018-1yr", "persons_ss"].rows == {"persons": len(lines) - 1}


PERSONS = {
    "missing weight": (without_column("PWGTP17"), ["PWGTP17 is missing", "member psam_p99.csv, header"]),
    "neither spelling": (without_column("RELP"), ["expected RELP or RELSHIPP, found neither"]),
    "both spellings": (with_column("RELSHIPP"), ["found RELP and RELSHIPP"]),
    "code outside the dictionary": (
        set_cell("HISP", "25"),
        ["column HISP has an unknown label (expected one of 24 labels): '25' in data row 1"],
    ),
    "factor of another year": (
        set_cell("ADJINC", "1010145"),
        ["column ADJINC has an unknown label (expected 1013097): '1010145' in data row 1"],
    ),
    "no weight": (set_cell("PWGTP3", ""), ["column PWGTP3 is empty: data row 1"]),
    "text in a number": (
        set_cell("AGEP", "old", row=7),
        ["A value is no whole number.", "data row 7, column AGEP", "'old'"],
    ),
    "number too large": (set_cell("PWGTP", "99999999999"), ["data row 1, column PWGTP", "'99999999999'"]),
    "another state": (set_cell("ST", "56", row=3), ["A row is of another state.", "data row 3", "99 (SS)"]),
    "person twice": (
        lambda lines: [*lines, lines[1]],
        ["key SERIALNO, SPORDER is not unique", "data rows 1 and"],
    ),
    "person without household": (
        set_cell("SERIALNO", "2018HU9999999", row=2),
        ["column SERIALNO is not in housing_units: '2018HU9999999' in data row 2"],
    ),
    "household without persons": (
        without_home(1),
        ["rows do not agree with NP", "of housing_units counts", "found 0"],
    ),
    "line cut off": (
        lambda lines: [*lines[:-1], lines[-1][:40]],
        ["A line is not a row of the file.", "fields in every line"],
    ),
    "only a header": (lambda lines: lines[:1], ["persons: no rows"]),
}


@pytest.mark.parametrize("fault", PERSONS)
def test_a_broken_archive_stops_its_partition_and_leaves_the_last_good_files(
    archives: Archives, fault: str
) -> None:
    edit, texts = PERSONS[fault]
    archives.refresh()
    before = archives.lake()
    archives.put("2018-1yr", "csv_pss.zip", edited(written("2018-1yr", "persons_ss"), edit))
    archives.put("2019-1yr", "csv_hss.zip", written("2019-1yr", "housing_units_ss"))
    with pytest.raises(MobilityError) as error:
        archives.refresh()
    for text in [*texts, "csv_pss.zip", "expected:", "found:", "to do:"]:
        assert text in str(error.value), str(error.value)
    assert archives.lake() == before
    assert archives.parquet("2019-1yr", "housing_units").exists()


def test_a_housing_file_without_the_homes_of_known_people_is_refused(archives: Archives) -> None:
    archives.refresh()
    before = archives.lake()
    archives.put("2018-1yr", "csv_hss.zip", edited(written("2018-1yr", "housing_units_ss"), without_home(1)))
    with pytest.raises(MobilityError, match="is not in housing_units"):
        archives.refresh()
    assert archives.lake() == before


def test_both_files_of_a_state_may_change_at_once_and_enter_or_stay_out_together(archives: Archives) -> None:
    archives.refresh()
    fewer = {name: edited(written("2018-1yr", name), without_home(1)) for name in ("persons_ss",)}
    serial = text_of(written("2018-1yr", "persons_ss"))[1][1].split(",")[1]
    homes = edited(
        written("2018-1yr", "housing_units_ss"),
        lambda lines: [line for line in lines if line.split(",")[1] != serial],
    )
    archives.put("2018-1yr", "csv_pss.zip", fewer["persons_ss"])
    archives.put("2018-1yr", "csv_hss.zip", homes)
    assert {r.status for (v, _), r in archives.refresh().items() if v == "2018-1yr"} == {"changed"}
    before = archives.lake()
    archives.put("2018-1yr", "csv_hss.zip", written("2018-1yr", "housing_units_ss"))
    archives.put("2018-1yr", "csv_pss.zip", edited(fewer["persons_ss"], without_column("PWGTP80")))
    with pytest.raises(MobilityError, match="PWGTP80 is missing"):
        archives.refresh()
    assert archives.lake() == before


@pytest.mark.parametrize("keep", [200, -30])
def test_a_zip_that_is_cut_off_is_refused(archives: Archives, keep: int) -> None:
    archives.refresh()
    before = archives.lake()
    archives.put("2018-1yr", "csv_pss.zip", written("2018-1yr", "persons_ss")[:keep])
    with pytest.raises(MobilityError, match="damaged or cut off"):
        archives.refresh()
    assert archives.lake() == before


def test_a_damaged_member_is_refused(archives: Archives) -> None:
    packed = bytearray(written("2018-1yr", "persons_ss"))
    packed[len(packed) // 2] ^= 0xFF
    archives.put("2018-1yr", "csv_pss.zip", bytes(packed))
    with pytest.raises(MobilityError, match=r"csv_pss\.zip"):
        archives.refresh()
    assert not archives.lake()


def test_an_archive_of_another_state_names_the_members_it_holds(archives: Archives) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("psam_p56.csv", "\n".join(text_of(written("2018-1yr", "persons_ss"))[1]))
    archives.put("2018-1yr", "csv_pss.zip", out.getvalue())
    with pytest.raises(MobilityError, match=r"psam_p99\.csv or ss18pss\.csv") as error:
        archives.refresh()
    assert error.value.found == "psam_p56.csv"


def test_a_national_archive_is_split_into_states_and_yields_to_files_of_their_own(archives: Archives) -> None:
    for name, letter in (("housing_units", "h"), ("persons", "p")):
        archives.put("2022-1yr", f"csv_{letter}us.zip", written("2022-1yr", f"{name}_us_of_the_sample"))
    reports = archives.refresh()
    assert reports["2022-1yr", "persons_us_of_the_sample"].rows["persons"] > 2_000
    count, partitions = duckdb.sql(
        f"select count(*), list(distinct _partition) from '{archives.parquet('2022-1yr', 'persons')}'"
    ).fetchone()
    assert (count, partitions) == (reports["2022-1yr", "persons_us_of_the_sample"].rows["persons"], ["ss"])
    assert archives.refresh()["2022-1yr", "persons_us_of_the_sample"].status == "unchanged"


def test_five_year_files_of_two_puma_lists_keep_both(archives: Archives) -> None:
    archives.put("2014-5yr", "csv_pss.zip", written("2014-5yr", "persons_ss"))
    archives.refresh()
    both, old, new = duckdb.sql(
        "select count(*) filter (PUMA00 is not null and PUMA10 is not null),"
        " min(SERIALNO) filter (PUMA10 is not null), max(SERIALNO) filter (PUMA00 is not null)"
        f" from '{archives.parquet('2014-5yr', 'persons')}'"
    ).fetchone()
    assert (both, old[:4], new[:4]) == (0, "2012", "2011")


def test_weighted_people_are_held_against_the_states_estimate(tmp_path: Path) -> None:
    """A file of too few people: the invented state's rows under the name of Wyoming."""
    lines = text_of(written("2018-1yr", "persons_ss"))[1]
    place = lines[0].split(",").index("ST")
    rows = [line.split(",") for line in lines]
    body = "\n".join(",".join([*r[:place], "56" if i else "ST", *r[place + 1 :]]) for i, r in enumerate(rows))
    folder = tmp_path / "mirror" / "census_acs_pums" / "2018-1yr"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "csv_pwy.zip", "w") as made:
        made.writestr("psam_p56.csv", body)
    mirror_list.write_list(tmp_path / "mirror")
    with pytest.raises(
        MobilityError, match=r"sum of PWGTP: expected 577,737 \(state estimate of vintage 2018\)"
    ):
        refresh(Settings(home=tmp_path / "home", mirrors=(tmp_path / "mirror",)), ["census_acs_pums"])
    assert not list((tmp_path / "home").rglob("*.parquet"))


def test_thousands_of_files_that_are_not_at_hand_are_one_report_a_vintage(tmp_path: Path) -> None:
    reports = refresh(Settings(home=tmp_path), ["census_acs_pums"])
    assert len(reports) == 19
    assert {report.status for report in reports} == {"absent"}
    assert (
        "fetch https://www2.census.gov/programs-surveys/acs/data/pums/2014/1-Year/csv_hal.zip"
        in reports[0].reason
    )


def test_no_run_fetches_them_from_the_network() -> None:
    assert all(isinstance(file, SourceFile) and file.bulk and not file.ships for file in SOURCE.files)
