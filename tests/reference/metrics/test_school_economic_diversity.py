"""The public estimates of poverty (MEPS) are not the release that the published shares rest on.

At hand of the portal: the estimates of Alabama's schools in 2017, and where they stood in 2016. Enrolment by
race is not, so no share can be computed; but a share of 1 or 0 needs no enrolment.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile
from tests.support.published import real_file

pytestmark = pytest.mark.reference

SOURCE = SOURCES["portal_schools"]
MEPS = "agency/meps/2017/schools_meps_2017_fips_1.json"
PLACES_OF_SCHOOLS = "agency/portal_nhgis/2016/schools_nhgis_census-2010_2016_fips_1.json"
DIRECTORY = "agency/ccd_school/2013/schools_ccd_directory_2013.json"
ENROLLMENT = "agency/ccd_school/2014/schools_ccd_enrollment_2014_grade-8_race_sex_page1.json"
LISTS = "agency/portal_metadata/2024-06-12"
PUBLISHED = "urban/08_education/data/final/meps_county_2014-2021.csv"
WHOLLY_POOR = {"01025", "01061", "01065", "01107", "01111", "01113"}
"""Published shares of exactly 1 of all three races, in spite of schools below 20 %."""


def _text(path: str) -> bytes:
    place = real_file(path)
    return gzip.decompress(place.read_bytes()) if place.suffix == ".gz" else place.read_bytes()


def _file(table: str, vintage: str) -> SourceFile:
    return next(file for file in SOURCE.files if file.tables == (table,) and file.vintage == vintage)


def _rows(table: str, vintage: str, path: str, scratch: Path) -> list[dict[str, Any]]:
    (scratch / "content").write_bytes(_text(path))
    return [
        row
        for _, _, rows in SOURCE.parse(_file(table, vintage), scratch / "content")
        for row in rows.to_pylist()
    ]


@pytest.fixture(scope="module")
def poverty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    """Estimates of 2017 by county of 2016."""
    rows = _rows("poverty", "2017", MEPS, tmp_path_factory.mktemp("meps"))
    assert len(rows) == 1_461 and sum(not row["meps_poverty_pct"] for row in rows) == 128
    assert rows[0] == {
        "year": "2017", "ncessch": "010000500870", "fips": "1", "leaid": "0100005",
        "meps_poverty_pct": "21.306658", "meps_poverty_se": "1.513647", "file_row": 1,
    }  # fmt: skip
    counties = {
        school["ncessch"]: f"{school['county_code']:05d}"
        for school in json.loads(_text(PLACES_OF_SCHOOLS))["results"]
    }
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["meps_poverty_pct"] and row["ncessch"] in counties:
            found[counties[row["ncessch"]]].append(float(row["meps_poverty_pct"]))
    assert len(found) == 67 and sum(map(len, found.values())) > 1_200
    return found


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, str]]:
    """The published rows of Alabama in 2017."""
    rows = csv.DictReader(_text(PUBLISHED).decode().splitlines())
    return {
        row["state"] + row["county"]: row for row in rows if row["state"] == "01" and row["year"] == "2017"
    }


def test_published_shares_contradict_the_public_estimates(
    poverty: dict[str, list[float]], published: dict[str, dict[str, str]]
) -> None:
    """Where no school is below 20 % every share must be 1, and where a share is 1 none may be below."""
    races = [f"share_meps20_{race}" for race in ("black", "hispanic", "white")]
    ones = {code for code, row in published.items() if {row[race] for race in races} == {"1"}}
    assert {code for code in ones if min(poverty[code]) < 20} == WHOLLY_POOR
    assert min(min(poverty[code]) for code in WHOLLY_POOR) == pytest.approx(17.1, abs=0.05)
    assert min(poverty["01035"]) > 29 and float(published["01035"]["share_meps20_white"]) == pytest.approx(
        0.391, abs=5e-4
    )
    all_poor = {code for code, estimates in poverty.items() if min(estimates) >= 20}
    assert len(all_poor) > 20
    agreeing = {code for code in all_poor if code in ones}
    assert len(agreeing) > len(all_poor) / 2, "the codes of counties do meet"


def test_genuine_answers_of_the_common_core_are_read(tmp_path: Path) -> None:
    rows = _rows("directory", "2014", DIRECTORY, tmp_path)
    assert len(rows) == 121 and {row["county_code"] for row in rows} == {"11001"}
    assert {row["city_location"] for row in rows} == {"WASHINGTON"} and rows[0]["enrollment"] == "618"


def test_the_first_page_alone_is_told_by_its_count(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="does not have all of its results") as error:
        _rows("enrollment", "2014", ENROLLMENT, tmp_path)
    assert "778,243" in str(error.value) and "10,000 on 1 pages" in str(error.value)


def test_the_portals_own_lists_have_our_addresses() -> None:
    """Of June 2024: every bulk file under its name, every answer's address; MEPS then ended in 2020."""
    bulk = {
        f"{row['file_dir']}/{row['file_name']}": row
        for row in json.loads(_text(f"{LISTS}/api-downloads.json"))["results"]
    }
    ours = {(file.url or "").partition("/csv/")[2] for file in SOURCE.files if file.bulk}
    assert len(ours) == 10 and ours <= set(bulk)
    assert "2013&ndash;2020" in bulk["meps/schools_meps.csv"]["file_label"]
    answers = {row["endpoint_url"] for row in json.loads(_text(f"{LISTS}/api-endpoints.json"))["results"]}
    for file in SOURCE.files:
        if file.paged:
            asked = "/api/" + (file.url or "").partition("/api/")[2]
            asked = asked.replace(file.vintage, "{year}").replace("grade-99", "{grade}")
            assert asked in answers
