"""What the frame must satisfy: the known number of counties and cities in every year, each once."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, expect, query, rows
from expectations.rules.tables import Tables
from orchestration.generate.seeds import quoted

_TABLE = "candidate.geography_years"

# Oglala Lakota and Kusilvak keep the count, Chugach and Copper River add one (2020), Connecticut's
# regions add one (2022); South Fulton joins the cities in 2018.
NATIONAL_SIZES = {
    "county": {**dict.fromkeys(range(2014, 2020), 3142), 2020: 3143, 2021: 3143, 2022: 3144, 2023: 3144},
    "place": {**dict.fromkeys(range(2014, 2018), 485), **dict.fromkeys(range(2018, 2024), 486)},
}


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `geography_years`."""
    key = "geography_type, geoid, year"
    everything = f"select count(*) from {_TABLE}"
    twice = f"select {key}, count(*) as times from {_TABLE} group by all having count(*) > 1"
    blank = "name is null or trim(name) <> name or name = '' or state_name is null or population is null"
    wrong = (
        "left(geoid, 2) = '99'" if tables.channel == "national" else "left(geoid, 2) is distinct from '99'"
    )
    show = ["geography_type", "geoid", "year", "name", "state_name", "population"]
    return [
        *expect("key_unique", "error", "no key occurs twice", [query("key", everything, twice)]),
        *expect("names_present", "error", "names are there and trimmed", [rows("name", _TABLE, blank, show)]),
        *expect(
            "channel", "error", "no geography of the other channel", [rows("geoid", _TABLE, wrong, show)]
        ),
        *(_sizes(everything) if tables.channel == "national" else []),
    ]


def _sizes(everything: str) -> list[Expectation]:
    expected = ", ".join(
        f"({quoted(geography_type)}, {year}, {size})"
        for geography_type, sizes in NATIONAL_SIZES.items()
        for year, size in sizes.items()
    )
    failing = f"""
        select geography_type, year, expected.size as expected, found.size as found
        from (values {expected}) as expected (geography_type, year, size)
        full join (select geography_type, year, count(*) as size from {_TABLE} group by all) as found
            using (geography_type, year)
        where expected.size is distinct from found.size"""
    part = query("sizes", everything, failing)
    return expect("frame_size", "error", "the known number of counties and cities in each year", [part])
