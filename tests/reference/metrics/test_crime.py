"""What the FBI's archives can say of an area, and what they cannot: decided from genuine members.

Members of New York 2020 to 2023 and Louisiana 2020 and 2022 are at hand, no whole archive.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from orchestration.base.seeds import read
from orchestration.sources import SOURCES
from tests.support.published import real_file

pytestmark = pytest.mark.reference

MEMBERS = "agency/fbi_nibrs"
CRIME = "urban/07_safety/final/rates_crime_county_all.csv"
FRAME = "urban/geographic-crosswalks/data/county-populations.csv"


def _text(path: str) -> str:
    place = real_file(path)
    content = gzip.decompress(place.read_bytes()) if place.suffix == ".gz" else place.read_bytes()
    return content.decode("latin-1")


def _rows(path: str) -> list[dict[str, str]]:
    rows = csv.reader(io.StringIO(_text(path), newline=""))
    header = [name.lower() for name in next(rows)]
    return [dict(zip(header, row, strict=True)) for row in rows]


def agencies(state: str, year: int) -> list[dict[str, str]]:
    return _rows(f"{MEMBERS}/{state}-{year}/agencies.csv")


def counties_of(agency: dict[str, str]) -> list[str]:
    """Several counties in one field are parted by `; ` (2020) or `, ` (later)."""
    return [name.strip() for name in agency["county_name"].replace(";", ",").split(",")]


def test_an_archive_of_2020_is_counted_by_agency(tmp_path: Path) -> None:
    """The members of New York 2020, with the national list of offenses and no arrests."""
    packed = tmp_path / "NY-2020.zip"
    others = {name: _text(f"{MEMBERS}/LA-2020/{name}").splitlines()[0] for name in ("NIBRS_ARRESTEE.csv",)}
    group_b = _text(f"{MEMBERS}/LA-2022/NIBRS_ARRESTEE_GROUPB.csv").splitlines()[0].upper()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("agencies.csv", "NIBRS_incident.csv", "NIBRS_OFFENSE.csv"):
            archive.writestr(f"NY/{name}", _text(f"{MEMBERS}/NY-2020/{name}").encode("latin-1"))
        archive.writestr("NY/NIBRS_OFFENSE_TYPE.csv", _text(f"{MEMBERS}/LA-2020/NIBRS_OFFENSE_TYPE.csv"))
        archive.writestr("NY/NIBRS_ARRESTEE.csv", others["NIBRS_ARRESTEE.csv"] + "\r\n")
        archive.writestr("NY/NIBRS_ARRESTEE_GROUPB.csv", group_b + "\r\n")
    source = SOURCES["fbi_nibrs"]
    file = next(file for file in source.files if file.official_name == "NY-2020.zip")
    tables = {name: rows.to_pylist() for name, _, rows in source.parse(file, packed)}
    assert len(tables["agencies"]) == 101 and sum(row["offenses"] for row in tables["offenses"]) == 47_427
    assert len({row["ori"] for row in tables["offenses"]}) == 76, "25 agencies are listed and sent no offense"
    kinds = {row["offense_code"]: row["kind"] for row in read("nibrs_offenses")}
    by_kind: Counter[str] = Counter()
    for row in tables["offenses"]:
        by_kind[kinds.get(row["offense_code"], "neither")] += row["offenses"]
    assert by_kind["person"] + by_kind["property"] + by_kind["neither"] == 47_427
    assert by_kind["property"] > by_kind["person"] > by_kind["neither"] > 0


def test_archives_list_only_agencies_that_report() -> None:
    """So that the share of agencies that report, which makes the flag, cannot come from them."""
    counts = {
        ("NY", 2020): 101, ("NY", 2021): 124, ("NY", 2022): 149, ("NY", 2023): 183, ("LA", 2020): 70,
        ("LA", 2022): 148,
    }  # fmt: skip
    for (state, year), count in counts.items():
        listed = agencies(state, year)
        assert len(listed) == count and {row["nibrs_participated"] for row in listed} == {"Y"}


def test_published_rates_stand_where_no_agency_is_listed() -> None:
    """Counties of New York and Louisiana with a published rate of which the archive lists no agency."""
    published = [row for row in _rows(CRIME) if row["rate_crime_violent"] not in ("", "NA")]
    names = {(row["state"] + row["county"], row["year"]): row["county_name"] for row in _rows(FRAME)}
    without, by_flag = {}, Counter[str]()
    for state, fips, year in (("NY", "36", 2021), ("NY", "36", 2022), ("NY", "36", 2023), ("LA", "22", 2022)):
        listed = {name.replace(" ", "") for row in agencies(state, year) for name in counties_of(row)}
        for row in published:
            if row["state"] == fips and row["year"] == str(year):
                name = names[fips + row["county"], str(year)].upper().replace(".", "").replace(" ", "")
                name = name.removesuffix("COUNTY").removesuffix("PARISH")
                if name not in listed:
                    without.setdefault((state, year), []).append(row["county"])
                    by_flag[row["rate_crime_violent_quality"]] += 1
    assert {key: len(found) for key, found in without.items()} == {
        ("NY", 2021): 7, ("NY", 2022): 2, ("NY", 2023): 1, ("LA", 2022): 1,
    }  # fmt: skip
    assert by_flag == {"3": 9, "2": 1, "1": 1}, (
        "Cameron LA is Strong: all its agencies report, and none is listed"
    )


def test_counties_of_agencies_are_names_several_in_one_field_or_none() -> None:
    several = {
        row["county_name"] for row in agencies("LA", 2020) + agencies("LA", 2022) if len(counties_of(row)) > 1
    }
    assert several == {
        "ACADIA; EVANGELINE",
        "ST MARTIN; ST LANDRY",
        "BEAUREGARD, VERNON",
        "LAFAYETTE, ST MARTIN",
        "ST LANDRY, ST MARTIN",
    }
    unnamed = [row for row in agencies("NY", 2023) if row["county_name"] == "NOT SPECIFIED"]
    largest = max(agencies("NY", 2023), key=lambda row: int(row["population"] or 0))
    assert largest in unnamed and (largest["ori"], largest["population"]) == ("NY0303000", "8184044")
    assert {row["ori"] for row in read("police_agency_counties")} == {largest["ori"]}


def test_arrests_of_group_b_name_no_agency_and_are_more_than_half_of_the_young() -> None:
    """Louisiana: no rate of an area can leave them out, and none can place them."""
    group_b = _rows(f"{MEMBERS}/LA-2022/NIBRS_ARRESTEE_GROUPB.csv")
    assert len(group_b) == 17_902 and not {"agency_id", "incident_id", "ori"} & set(group_b[0])
    group_a = _rows(f"{MEMBERS}/LA-2020/NIBRS_ARRESTEE.csv")
    young = [
        sum(row["age_num"].isdigit() and 10 <= int(row["age_num"]) <= 17 for row in rows)
        for rows in (group_a, group_b)
    ]
    assert young == [1_779, 2_506]


def test_kinds_of_offenses_are_those_that_the_archive_says() -> None:
    """Of group A; justifiable homicide and larcenies without a kind are not counted."""
    kinds = {row["offense_code"]: row["kind"] for row in read("nibrs_offenses")}
    listed = _rows(f"{MEMBERS}/NY-2023/NIBRS_OFFENSE_TYPE.csv")
    said = {
        row["offense_code"]: row["crime_against"].lower() for row in listed if row["offense_group"] == "A"
    }
    counted = {code: kind for code, kind in said.items() if kind in ("person", "property")}
    assert kinds.items() <= counted.items() and set(counted) - set(kinds) == {"09C", "23*"}
