"""What readers are told of a method: one text where nothing changes, else the years of each."""

from __future__ import annotations

import duckdb

from orchestration.base.settings import SEEDS_DIR
from orchestration.release.methods import LABELS, in_words, of_year, over_time, read_methods

PERIODS = [
    {"metric": "m", "first_year": 2014, "last_year": 2016, "universe": "All", "suppression": "None is"},
    {"metric": "m", "first_year": 2017, "last_year": 2017, "universe": "All", "suppression": "Below three."},
    {"metric": "m", "first_year": 2018, "last_year": 2022, "universe": "All", "suppression": "Below three."},
]


def test_what_does_not_change_is_said_once() -> None:
    assert over_time(PERIODS, "universe") == "All"
    assert over_time(PERIODS, "suppression") == "2014 to 2016: None is. 2017 to 2022: Below three."
    assert over_time(PERIODS[:2], "suppression") == "2014 to 2016: None is. 2017: Below three."
    assert in_words(PERIODS[:1]) == [("Who is counted", "All"), ("No value", "None is")]


def test_the_period_of_a_year() -> None:
    assert of_year(PERIODS, 2017) is PERIODS[1]
    assert of_year(PERIODS, 2023) == {}


def test_releases_without_periods_are_read() -> None:
    """As they were made before 2026-11-29; the first ones have no such table at all."""
    with duckdb.connect() as connection:
        assert read_methods(connection) == {}
        connection.execute("create table metric_methods as select 'm' as metric, 'All' as universe")
        found = read_methods(connection)
    assert of_year(found["m"], 2023)["universe"] == "All"
    assert in_words(found["m"]) == [("Who is counted", "All")]


def test_readers_are_told_every_column_of_the_table() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table metric_methods as from read_csv('{SEEDS_DIR}/metric_methods.csv')")
        found = read_methods(connection)
    assert set(found["membership_associations"][0]) == {"metric", "first_year", "last_year", *LABELS}
    assert [label for label, _ in in_words(found["membership_associations"])] == list(LABELS.values())
    assert "fewer than three" in of_year(found["membership_associations"], 2017)["suppression"]
    assert "fewer than three" not in of_year(found["membership_associations"], 2016)["suppression"]
