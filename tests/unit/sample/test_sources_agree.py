"""Published results repeat what the agency's own file says, as the methods document it."""

import csv
import io

import pytest
from openpyxl import load_workbook

from orchestration.sample import results, twin
from orchestration.sample.values import oi_social_capital as atlas
from orchestration.sources import SOURCES


def published(world, name):
    layout = next(layout for layout in results.layouts() if layout.published_file == name)
    return list(csv.DictReader(io.StringIO(results.result_file(world, layout).decode("utf-8"))))


def twin_of(world, source, name):
    record = SOURCES[source]
    return twin.content(world, record, next(file for file in record.files if file.name == name))


def debt_workbook(world, name):
    return twin_of(world, "urban_debt_in_america", name)


def sheet(content):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].rows]


LABELS = {"All": 0, "Majority Non-White": 1, "Majority White": 2}


def same(published_text, cell):
    if isinstance(cell, str):
        assert cell in ("n/a*", "n/a**")
        assert published_text in ("", "NA")
    else:
        assert float(published_text) == pytest.approx(cell, abs=1e-9)


def test_county_debt_of_2022_is_in_columns_b_and_d_to_f(world):
    rows = {row[1]: row[3:6] for row in sheet(debt_workbook(world, "county_2022")) if row[1][2:] != "OID"}
    for row in published(world, "debt_county_2022"):
        same(row["share_debt_coll"], rows[row["state"] + row["county"]][LABELS[row["subgroup"]]])
        assert row["share_debt_coll_quality"] == ("1" if row["share_debt_coll"] else "3")


@pytest.mark.parametrize(
    ("medical", "name", "column"),
    [
        (False, "debt_county_2023_race_share", "share_debt_coll"),
        (True, "medical_debt_county_2023_race_share", "share_medical_debt_coll"),
    ],
)
def test_county_debt_of_2023_is_in_three_columns(world, medical, name, column):
    header, *body = sheet(debt_workbook(world, "county_medical_2023" if medical else "county_2023"))
    assert header[0] == "County FIPS" and {"County Name", "State Name"} <= set(header)
    first = next(at for at, name in enumerate(header) if name.startswith("Share with"))
    rows = {row[0]: row[first : first + 3] for row in body}
    for row in published(world, name):
        same(row[column], rows[row["state"] + row["county"].zfill(3)][LABELS[row["subgroup"]]])


def test_city_debt_is_in_the_last_columns_of_the_dashboard(world):
    cells = sheet(debt_workbook(world, "place_2021"))
    rows = {row[0]: row[33:36] for row in cells if row[1] and row[0] != "city name"}
    found = published(world, "debt_place_2021")
    assert {row["city"] for row in found} == set(rows)
    for row in found:
        same(row["share_debt_coll"], rows[row["city"]][LABELS[row["subgroup"]]])


def test_both_codes_for_missing_occur(world):
    cells = {cell for row in sheet(debt_workbook(world, "county_2022")) for cell in row}
    assert {"n/a*", "n/a**"} <= cells


def test_county_of_the_old_code_is_still_in_the_debt_file_of_2022(world):
    assert "021" in {row["county"] for row in published(world, "debt_county_2022")}
    assert "23" in {row["county"] for row in published(world, "debt_county_2023_all")}


def test_connectedness_is_half_of_the_atlas_with_an_interval_of_its_error(world):
    source = {
        row["county"].zfill(5): row
        for row in csv.DictReader(io.StringIO(twin_of(world, "oi_social_capital", "county").decode("utf-8")))
    }
    assert "99021" in source and len(next(iter(source.values()))) == 26
    found = published(world, "economic_connectedness_county_2022_all")
    for row in found:
        atlas_row = source.get(row["state"] + row["county"])
        if row["share_economic_connectedness"] == "NA":
            assert atlas_row is None or not atlas_row["ec_county"]
            continue
        value, error = 0.5 * float(atlas_row["ec_county"]), 0.5 * float(atlas_row["ec_se_county"])
        assert float(row["share_economic_connectedness"]) == pytest.approx(value, abs=1e-12)
        assert float(row["share_economic_connectedness_ub"]) == pytest.approx(value + 1.959963985 * error)
    assert [row["county"] for row in found if row["share_economic_connectedness"] == "NA"] == ["023", "025"]


def test_connectedness_of_places_is_a_mean_over_zip_areas_weighted_by_land(world):
    values = {}
    for row in csv.DictReader(io.StringIO(twin_of(world, "oi_social_capital", "zip").decode("utf-8"))):
        assert len(row) == 23
        if row["ec_zip"]:
            values[row["zip"].zfill(5)] = float(row["ec_zip"])
    parts = {}
    for zcta, place, part in atlas.overlaps(world):
        if zcta in values:
            parts.setdefault(place, []).append((values[zcta], part))
    for row in published(world, "economic_connectedness_place_2022_all"):
        pairs = parts[row["place"]]
        mean = sum(value * part for value, part in pairs) / sum(part for _, part in pairs)
        assert float(row["share_economic_connectedness"]) == pytest.approx(0.5 * mean, abs=1e-12)
