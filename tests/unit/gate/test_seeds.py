"""Suites and the seeds they read agree."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import expectations
from expectations.rules.expectation import part_names
from expectations.rules.publication import Tables
from expectations.rules.ranges import ranges_of
from orchestration.base.seeds import read
from orchestration.base.settings import SEEDS_DIR
from orchestration.gate.fingerprint import SEEDS
from orchestration.gate.suites import find_suite
from tests.support.candidate import Bench
from tests.support.gate import broken_rules

PUBLICATIONS = {row["table_name"]: row for row in read("publication_list")}


def declared(table: str, channel: str = "national") -> dict[str, list[str]]:
    """The rules of a publication with the names of their parts."""
    everything = frozenset(row["series_id"] for row in read("series"))
    columns = dict.fromkeys(PUBLICATIONS, ("year",))
    suite = find_suite(table, "publication").make(table, Tables(channel, columns, everything))
    rules: dict[str, list[str]] = {}
    for one in suite.expectations:
        assert one.description and one.meta
        rules.setdefault(one.meta["rule"], []).extend(part_names(one))
    return rules


def test_every_publication_has_a_suite_and_every_suite_a_table() -> None:
    folder = Path(expectations.__file__).parent
    with (folder / "suites.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["table_name"]: row["suite"] for row in csv.DictReader(file)}
    assert list(listed) == list(PUBLICATIONS)
    # A module of a publication's name is its suite: whoever looks for it must not find another one.
    modules = {path.stem for path in folder.glob("*.py")}
    assert {table: table in modules for table in listed} == {
        table: suite == table for table, suite in listed.items()
    }
    assert set(listed.values()) - set(PUBLICATIONS) == {"default"}
    assert modules - set(PUBLICATIONS) == {
        "__init__",
        "crosswalk_puma_county",
        "crosswalk_puma_place",
        "default",
        "duckdb_datasource",
        "expectation_classes",
        "geography_years",
        "metric_values",
        "other_tables",
    }


@pytest.mark.parametrize("table", PUBLICATIONS)
def test_rules_of_a_publication_are_declared_once_and_say_what_they_mean(table: str) -> None:
    rules = declared(table)
    assert len(rules) >= 15
    for rule, parts in rules.items():
        assert len(set(parts)) == len(parts) > 0, rule


@pytest.mark.parametrize("table", PUBLICATIONS)
def test_every_number_of_a_publication_has_a_range_and_a_counterpart(table: str) -> None:
    rules = {rule: set(parts) for rule, parts in declared(table).items()}
    columns = [
        row for row in read("publication_columns") if row["publication"] == PUBLICATIONS[table]["publication"]
    ]
    for row in columns:
        if row["role"] in ("value", "lower", "upper"):
            assert f"{row['variable']}.{row['role']}" in rules["range"]
            assert row["variable"] in rules["agrees_with_long_table"]
        if row["role"] == "ratio_text":
            assert row["column_name"] in rules["ratio_form"] & rules["agrees_with_long_table"]
        if row["role"] == "quality":
            assert row["column_name"] in rules["flag_words"] & rules["flag_with_value"]


def test_rules_of_the_methods_stand_where_their_columns_are() -> None:
    by_rule: dict[str, set[str]] = {}
    for table in PUBLICATIONS:
        for rule in declared(table):
            by_rule.setdefault(rule, set()).add(table)
    carried = {
        "percentiles_rise": "pctl_income_50",
        "available_within_affordable": "share_affordable_30_ami",
        "residents_are_a_whole": "share_desc_rep_other",
        "home_value_sides_are_wholes": "ratio_white_nh_house_value_households",
    }
    for rule, column in carried.items():
        with_column = {
            row["publication"] for row in read("publication_columns") if row["column_name"] == column
        }
        assert {PUBLICATIONS[table]["publication"] for table in by_rule[rule]} == with_column, rule


def test_a_publications_own_range_replaces_the_variables() -> None:
    (overall,) = ranges_of("ratio_living_wage", "value", 11, "error")
    (by_industry,) = ranges_of("ratio_living_wage", "value", 19, "error")
    assert (overall.high, by_industry.high) == ("2", "6.5")


def test_ranges_speak_of_known_variables_and_say_why() -> None:
    known = {row["variable"] for row in read("variables")}
    for row in read("value_ranges"):
        assert row["variable"] in known
        assert row["measure"] in ("value", "lower", "upper")
        assert row["severity"] in ("error", "warning")
        assert row["min"] or row["max"]
        assert row["reason"]


def test_exceptions_name_declared_rules_and_say_why() -> None:
    tables = {row["publication"]: table for table, row in PUBLICATIONS.items()}
    for row in read("coverage_exceptions"):
        assert row["variable"] in declared(tables[row["publication"]])[row["rule"]], row["exception_id"]
        assert int(row["cells"]) > 0
        assert row["reason"]


def test_the_fingerprint_covers_seeds_that_exist() -> None:
    assert [name for name in SEEDS if not (SEEDS_DIR / f"{name}.csv").exists()] == []


@pytest.fixture
def excused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One listed exception, for a cell of the small national candidate."""
    row = {
        "exception_id": "bound-lost",
        "rule": "interval_complete",
        "publication": "11",
        "variable": "share_employed",
        "year": "2014",
        "geoid": "01001",
        "subgroup": "",
        "cells": "1",
        "reason": "a test",
    }
    monkeypatch.setattr("expectations.rules.exceptions.read", lambda name: (row,))


LOST = "select * replace (case when {} then null else share_employed_lb end as share_employed_lb) from t"


def test_a_listed_exception_excuses_its_cell(national: Bench, excused: None) -> None:
    national.alter("county", LOST.format("state || county = '01001' and year = 2014") + " order by _row")
    broken = broken_rules(national.folder, "county")
    assert not {"county.interval_complete", "county.exceptions_in_use"} & set(broken)


def test_a_listed_exception_excuses_no_other_cell(national: Bench, excused: None) -> None:
    national.alter("county", LOST.format("year = 2014") + " order by _row")
    broken = broken_rules(national.folder, "county")
    assert broken["county.interval_complete"] == "error"
    assert "county.exceptions_in_use" not in broken


def test_an_exception_that_excuses_nothing_is_told(national: Bench, excused: None) -> None:
    assert broken_rules(national.folder, "county") == {"county.exceptions_in_use": "warning"}
