"""Geocorr's raw files and Urban's crosswalks, checked by an independent reading of the documents."""

import csv
import io

import pytest

from orchestration.sample import crosswalks, twin
from orchestration.sample.values import urban_crosswalks
from orchestration.sources import SOURCES

TARGETS = {"county": ("county14", "county"), "place": ("placefp14", "place")}


def export(world, table, source="geocorr"):
    record = SOURCES[source]
    file = next(file for file in record.files if file.tables == (table,))
    return twin.content(world, record, file)


def raw(world, vintage, target):
    text = export(world, f"puma_{target}_{vintage}").decode("latin-1")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["state"] == "State code"
    assert all(line.endswith(" ") for line in text.splitlines()[2:])
    return rows[1:]


@pytest.fixture(params=[(v, t) for v in ("2010", "2020") for t in ("county", "place")], ids="-".join)
def case(request, world):
    vintage, target = request.param
    return vintage, target, raw(world, vintage, target)


def names(vintage, target):
    short = "12" if vintage == "2010" else "22"
    second = "AFACT2" if vintage == "2010" else "afact2"
    return f"puma{short}", TARGETS[target][vintage == "2020"], f"pop{vintage[2:]}", second


def totals(rows, key, population):
    found = {}
    for row in rows:
        found[row[key]] = found.get(row[key], 0) + int(row[population])
    return found


def test_first_factor_is_the_share_of_the_puma(case):
    vintage, target, rows = case
    puma, _, population, _ = names(vintage, target)
    people = totals(rows, puma, population)
    for row in rows:
        assert float(row["afact"]) == pytest.approx(int(row[population]) / people[row[puma]], abs=6e-5)


def test_second_factor_is_the_share_of_the_area_but_for_the_fault_of_the_place_file(case):
    vintage, target, rows = case
    _, area, population, second = names(vintage, target)
    people = totals(rows, area, population)
    differ = {
        row[area]
        for row in rows
        if abs(float(row[second].strip()) - int(row[population]) / people[row[area]]) > 6e-5
    }
    assert differ == ({"01000", "12000"} if (vintage, target) == ("2010", "place") else set())


def test_names_are_latin_1_and_the_new_place_is_unknown_to_the_old_vintage(world):
    old, new = (raw(world, vintage, "place") for vintage in ("2010", "2020"))
    assert "Peña Blanca town, SS" in {row["placenm14"] for row in old}
    assert "72122" not in {row["placefp14"] for row in old}
    assert "72122" in {row["place"] for row in new}
    with pytest.raises(UnicodeDecodeError):
        export(world, "puma_place_2010").decode("utf-8")


def test_counties_have_the_code_of_their_vintage(world):
    assert "99021" in {row["county14"] for row in raw(world, "2010", "county")}
    assert "99023" in {row["county"] for row in raw(world, "2020", "county")}


@pytest.mark.parametrize("target", ["county", "place"])
def test_processed_crosswalk_follows_the_recipe(world, target):
    made = urban_crosswalks.processed_county if target == "county" else urban_crosswalks.processed_place
    processed = list(made(world))
    for vintage, period in (("2010", "pre-2022"), ("2020", "2022")):
        puma, area, population, second = names(vintage, target)
        expected = {}
        for row in raw(world, vintage, target):
            code = row[area][-3:] if target == "county" else row[area]
            code = "023" if code == "021" else code
            product = float(row["afact"]) * float(row[second].strip())
            if float(row["afact"]) > 0:
                expected[row[puma], code] = (row[population], product)
        rows = [row for row in processed if row["crosswalk_period"] == period]
        fits = {}
        for row in rows:
            people, product = expected[row["puma"], row[target]]
            assert row["population"] == people
            assert float(row["products"]) == pytest.approx(product, rel=1e-12)
            fits[row[target]] = fits.get(row[target], 0) + product
        for row in rows:
            fit = fits[row[target]]
            flag = "1" if fit >= 0.75 else "2" if fit >= 0.35 else "3"
            assert row["geographic_allocation_quality"] == flag
        frame = 12 if target == "county" else (4 if period == "2022" else 3)
        assert len(fits) == frame


def test_the_fault_lowers_flags_of_places_before_2022(world):
    flags = {place.key: crosswalks.published_quality(world, place, 2019) for place in world.places[:3]}
    assert flags == {"alderton": 2, "birchfield": 3, "cedarholm": 3}
    assert crosswalks.published_quality(world, world.places[0], 2022) == 1


def test_county_place_files_have_no_fault_and_agree_with_each_other(world):
    text = export(world, "county_place_2010").decode("latin-1")
    old = list(csv.DictReader(io.StringIO(text)))[1:]
    people = totals(old, "placefp14", "pop10")
    for row in old:
        share = int(row["pop10"]) / people[row["placefp14"]]
        assert float(row["AFACT2"].strip()) == pytest.approx(share, abs=6e-5)
    first, second = (
        list(csv.DictReader(io.StringIO(export(world, table, "urban_crosswalks").decode("utf-8"))))
        for table in ("county_place_2020_2021", "county_place_2022_onwards")
    )
    assert [int(row["pop20"]) for row in first] == [int(row["population"]) for row in second]
    assert [row["place"].zfill(5) for row in first] == [row["place"] for row in second]
    assert {row["countyfip"] for row in second} == {"99" + code for code, _ in world.areas("county", 2022)}


@pytest.mark.parametrize("vintage", ["2010", "2020"])
def test_every_person_of_a_tract_is_in_a_place_or_in_none(world, vintage):
    text = export(world, f"tract_place_{vintage}").decode("latin-1")
    header, labels, *lines = csv.reader(io.StringIO(text))
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert len(labels) == len(header)
    tracts = totals(
        [{**row, "key": row["county"] + row["tract"]} for row in rows], "key", f"pop{vintage[2:]}"
    )
    assert len(tracts) == len({(block.county, block.tract) for block in world.blocks})
    assert sum(tracts.values()) == world.people
    for row in rows:
        part = int(row[f"pop{vintage[2:]}"]) / tracts[row["county"] + row["tract"]]
        assert float(row["afact"]) == pytest.approx(part, abs=6e-5)
