"""CNT's tract files: whose they are is told by columns, state and tracts, since no file says its edition."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import cnt_ht_index as cnt
from orchestration.sources.model import SourceFile
from tests.support.published import real_file

FILES = {(file.vintage, file.partition): file for file in cnt.SOURCE.files}
MASSACHUSETTS = "agency/ht_index/htaindex_data_tracts_25.csv.gz"


def rows_of(vintage: str, postal: str, content: bytes, folder: Path) -> list[dict[str, str]]:
    (folder / "content").write_bytes(content)
    ((_, partition, table),) = cnt.SOURCE.parse(FILES[vintage, postal], folder / "content")
    assert partition == postal
    rows: list[dict[str, str]] = table.to_pylist()
    return rows


def made(vintage: str, tracts: list[str]) -> bytes:
    """A file of an edition with these tracts."""
    columns = [column.name for column in cnt.LAYOUTS.columns_of("tracts", vintage)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([f'"{tract}"', '""', *["1.00"] * (len(columns) - 2)] for tract in tracts)
    return out.getvalue().encode()


def numbered(county: str, count: int) -> list[str]:
    return [f"{county}{number:06d}" for number in range(1, count + 1)]


def test_the_tallies_of_tracts_are_those_of_the_censuses() -> None:
    """73,057 tracts in 2010 and 84,415 in 2020, of 50 states and the District of Columbia."""
    known = cnt.tracts_of_states().values()
    assert (len(known), sum(row["2010"] for row in known), sum(row["2020"] for row in known)) == (
        51,
        73_057,
        84_415,
    )
    assert all(row["2010"] < row["2020"] for row in known)


def test_every_state_has_more_populated_tracts_in_2020_than_tracts_in_2010() -> None:
    """What the rule by the number of rows rests on, from Geocorr's tracts with people."""
    path = real_file("agency/urban_intermediate/geocorr2022_tract2020_place_rebuilt.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        populated = {line[:11] for line in lines}
    for postal, known in cnt.tracts_of_states().items():
        state = cnt.FIPS_OF_POSTAL[postal]
        assert known["2010"] < sum(tract[:2] == state for tract in populated) <= known["2020"], postal


@pytest.mark.parametrize("vintage", cnt.EDITIONS)
def test_the_quotation_marks_of_codes_are_taken_away(vintage: str, tmp_path: Path) -> None:
    content = twin.content(build_world(SEED), cnt.SOURCE, FILES[vintage, "ss"])
    rows = rows_of(vintage, "ss", content, tmp_path)
    assert {len(row["tract"]) for row in rows} == {11} and len(rows[0]) == (54 if vintage == "2022" else 57)
    assert all(not row["cbsa"].startswith('"') for row in rows)
    empty = [row for row in rows if float(row["households"]) == 0]
    assert empty and {row["t_80ami"] for row in empty} == {""}


def test_the_genuine_file_is_of_2015_and_of_no_later_edition(tmp_path: Path) -> None:
    content = gzip.decompress(real_file(MASSACHUSETTS).read_bytes())
    assert len(rows_of("2015", "ma", content, tmp_path)) == 1_471
    with pytest.raises(MobilityError, match="column res_density is unknown to the layout"):
        rows_of("2022", "ma", content, tmp_path)


def test_tracts_of_2010_are_no_edition_of_2022(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="tracts of another decade") as error:
        rows_of("2022", "ma", made("2022", numbered("25001", 1_471)), tmp_path)
    for part in ("census tracts of 2020: 1479 to 1620 rows", "1471 tracts, as the census of 2010 has them"):
        assert part in str(error.value)


def test_tracts_of_2020_are_no_edition_of_2015(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="1606 tracts, as the census of 2020 has them"):
        rows_of("2015", "ma", made("2015", numbered("25001", 1_606)), tmp_path)


def test_half_a_state_is_neither(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="or not all of them") as error:
        rows_of("2015", "ma", made("2015", numbered("25001", 700)), tmp_path)
    assert "as the census of" not in str(error.value)


def test_connecticut_has_planning_regions_from_2022_on(tmp_path: Path) -> None:
    regions, counties = numbered("09110", 880), numbered("09001", 880)
    assert len(rows_of("2022", "ct", made("2022", regions), tmp_path)) == 880
    with pytest.raises(MobilityError, match="with planning regions"):
        rows_of("2022", "ct", made("2022", counties), tmp_path)
    with pytest.raises(MobilityError, match="1 planning regions among 1 counties"):
        rows_of("2015", "ct", made("2015", numbered("09110", 820)), tmp_path)


def test_the_file_of_another_state_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="of another state") as error:
        rows_of("2015", "ri", made("2015", numbered("25001", 240)), tmp_path)
    assert "tracts that begin with 44" in str(error.value) and "25001000001 and 239 more" in str(error.value)


def test_a_person_is_told_what_to_click_and_where_to_put_it() -> None:
    file: SourceFile = FILES["2019", "wy"]
    assert (file.url, file.official_name) == (
        "https://htaindex.cnt.org/download/",
        "htaindex_data_tracts_56.zip",
    )
    assert file.form_settings == "Tracts; state WY (FIPS 56); year 2019; leave the zip as it is"
    assert cnt.SOURCE.access == "manual" and not file.ships
