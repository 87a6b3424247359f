"""The invented state: its frame over the years, and people that add up."""

import pytest

from orchestration.sample.areas import COUNTIES, OUTSIDE, PLACES, RACES
from orchestration.sample.world import build_world


@pytest.mark.parametrize("year", range(2014, 2024))
def test_frame_has_twelve_counties_every_year_and_a_fourth_place_from_2018(world, year):
    counties = [code for code, _ in world.areas("county", year)]
    assert len(set(counties)) == 12 and counties == sorted(counties)
    assert len(world.areas("place", year)) == (3 if year < 2018 else 4)


def test_one_county_changes_its_code_and_name_in_2020(world):
    before, after = (dict(world.areas("county", year)) for year in (2019, 2020))
    assert set(before) - set(after) == {"021"} and set(after) - set(before) == {"023"}
    assert before["021"] is after["023"]
    assert before["021"].name_in(2019) != before["021"].name_in(2020)


@pytest.mark.parametrize("area", [*COUNTIES, *PLACES], ids=lambda area: area.key)
def test_groups_of_an_area_are_all_its_people(area):
    assert len(area.mix) == len(RACES)
    assert sum(area.mix) == pytest.approx(1)
    assert min(area.mix) >= 0


def test_blocks_hold_every_resident_once(world):
    by_county = {}
    for block in world.blocks:
        by_county[block.county] = by_county.get(block.county, 0) + block.people
    assert by_county == {county.key: county.people for county in COUNTIES}
    assert min(block.people for block in world.blocks) > 0


def test_places_have_their_people_in_their_counties(world):
    found = world.crosswalk("place", "county")
    for place in PLACES:
        assert {key: found[place.code, key] for key, _ in place.counties} == dict(place.counties)


@pytest.mark.parametrize("area", ["tract", "zcta"])
def test_tracts_and_zip_areas_lie_in_one_county(world, area):
    counties = {}
    for block in world.blocks:
        code = (block.county, block.tract) if area == "tract" else block.zcta
        counties.setdefault(code, set()).add(block.county)
    assert all(len(found) == 1 for found in counties.values())


@pytest.mark.parametrize("vintage", ["2010", "2020"])
def test_a_puma_has_a_hundred_thousand_people_at_least(world, vintage):
    people = {}
    for block in world.blocks:
        puma = getattr(block, f"puma_{vintage}")
        people[puma] = people.get(puma, 0) + block.people
    assert min(people.values()) >= 93_000
    assert len(people) == 11


def test_vintages_of_pumas_differ(world):
    assert any(block.puma_2010 != block.puma_2020 for block in world.blocks)


def test_some_people_live_in_no_place(world):
    assert any(block.place == OUTSIDE for block in world.blocks)


def test_another_seed_gives_other_blocks_of_the_same_people(world):
    other = build_world(2)
    assert other.blocks != world.blocks
    assert sum(block.people for block in other.blocks) == world.people
