"""What the frame must satisfy: the known number of counties and cities in every year, each once."""

from __future__ import annotations

from great_expectations.core import ExpectationSuite

from expectations.rules.expectation import (
    Expectation,
    ExpectRowsToSatisfy,
    ExpectRuleToHold,
    Part,
    query,
    rows,
)
from expectations.rules.layout import key_unique, row_count
from expectations.rules.publication import Tables
from expectations.rules.suite import suite_of
from orchestration.base.seeds import read
from orchestration.base.sql import literal

_TABLE = "candidate.geography_years"


class ExpectFrameToBeKnown(ExpectRuleToHold):
    """The frame has the areas, names, codes and residents that it must have."""


def suite(table: str, tables: Tables) -> ExpectationSuite:
    """The suite of table `geography_years`."""
    return suite_of(table, _declared(table, tables))


def _declared(table: str, tables: Tables) -> list[Expectation]:
    everything = f"select count(*) from {_TABLE}"
    blank = "name is null or trim(name) <> name or name = '' or state_name is null or population is null"
    wrong = (
        "left(geoid, 2) = '99'" if tables.channel == "national" else "left(geoid, 2) is distinct from '99'"
    )
    show = ["geography_type", "geoid", "year", "name", "state_name", "population"]
    return [
        key_unique(table, ("geography_type", "geoid", "year")),
        *row_count(table, tables),
        *ExpectRowsToSatisfy.declare(
            "names_present", "error", "names are there and trimmed", [rows("name", _TABLE, blank, show)]
        ),
        *ExpectRowsToSatisfy.declare(
            "channel", "error", "no geography of the other channel", [rows("geoid", _TABLE, wrong, show)]
        ),
        *ExpectRowsToSatisfy.declare(
            "names_readable", "error", "names are of letters, as people write them", [_garbled(show)]
        ),
        *ExpectFrameToBeKnown.declare(
            "changes_applied", "error", "codes are those of their year", _changes(everything)
        ),
        *(_sizes(everything) if tables.channel == "national" else []),
        *(_totals() if tables.channel == "national" else []),
        *_kept(tables),
    ]


def _garbled(show: list[str]) -> Part:
    """UTF-8 read as Latin-1 (`DoÃ±a Ana`), replacement signs, question marks for letters."""
    unlikely = r"name similar to '.*[^\p{L}0-9 .,()/\''’-].*' or name similar to '.*[ÃÂâ€�].*'"
    return rows("name", _TABLE, unlikely, show)


def _changes(everything: str) -> list[Part]:
    """A code that was replaced stands in no year from then on, its successor in none before."""
    known = ", ".join(
        f"({literal(row['geography_type'])}, {row['first_year']}, {literal(row['old_geoid'])}, "
        f"{literal(row['new_geoid'])})"
        for row in read("geography_changes")
    )
    stale = f"""
        select distinct frame.year, frame.geoid, frame.name, change.first_year
        from {_TABLE} as frame
        inner join (values {known}) as change (geography_type, first_year, old_geoid, new_geoid)
            on frame.geography_type = change.geography_type
            and (frame.geoid = change.old_geoid and frame.year >= change.first_year
                or frame.geoid = change.new_geoid and frame.year < change.first_year)"""
    return [query("codes", everything, stale)]


def _control(column: str) -> str:
    """One column of the seed of what the national frame has, as rows (geography_type, year, expected)."""
    return ", ".join(
        f"({literal(row['geography_type'])}, {row['year']}, {row[column]})"
        for row in read("geography_control_totals")
    )


def _totals() -> list[Expectation]:
    """Residents of the frame are those of the Census's control totals."""
    failing = f"""
        select geography_type, year, control.population as control, found.population as found
        from (values {_control("population")}) as control (geography_type, year, population)
        full join (select geography_type, year, sum(population) as population from {_TABLE} group by all)
            as found using (geography_type, year)
        where control.population is distinct from found.population"""
    part = query("population", f"select count(*) from {_TABLE}", failing)
    return ExpectFrameToBeKnown.declare(
        "control_totals", "error", "residents add up to the Census's totals", [part]
    )


def _kept(tables: Tables) -> list[Expectation]:
    """No geography of the last release is gone, none has another name."""
    if "geography_years" not in tables.previous_columns:
        return []
    key = "geography_type, geoid, year"
    last = "previous.geography_years"
    failing = f"""
        select {key}, last.name as last_name, now.name
        from {last} as last left join {_TABLE} as now using ({key})
        where now.name is distinct from last.name"""
    part = query("names", f"select count(*) from {last}", failing)
    return ExpectFrameToBeKnown.declare(
        "frame_kept", "error", "the last release's geographies stand, under their names", [part]
    )


def _sizes(everything: str) -> list[Expectation]:
    """Alaska adds one county in 2020, Connecticut one in 2022; South Fulton joins the cities in 2018."""
    failing = f"""
        select geography_type, year, expected.size as expected, found.size as found
        from (values {_control("geographies")}) as expected (geography_type, year, size)
        full join (select geography_type, year, count(*) as size from {_TABLE} group by all) as found
            using (geography_type, year)
        where expected.size is distinct from found.size"""
    part = query("sizes", everything, failing)
    return ExpectFrameToBeKnown.declare(
        "frame_size", "error", "the known number of counties and cities in each year", [part]
    )
