"""Nothing that the descriptions of the methods list as a quirk may be forgotten."""

from __future__ import annotations

import re
from itertools import pairwise

from orchestration.base.settings import PROJECT_ROOT
from tests.unit.seeds.reading import parts, seed

METHODS = PROJECT_ROOT.parent / "shared" / "methods"

# How many quirks each description numbers, so that the rule holds where the descriptions are not at hand.
NUMBERED = {
    "air_quality": 11,
    "combined_database": 22,
    "debt_in_collections": 11,
    "descriptive_representation": 7,
    "digital_access": 12,
    "economic_connectedness": 8,
    "election_turnout": 12,
    "employment": 9,
    "high_school_completion": 11,
    "home_value_ratio": 11,
    "housing_affordability": 11,
    "income_percentiles": 12,
    "injury_deaths": 12,
    "juvenile_arrests": 13,
    "learning_rate": 11,
    "living_wage": 14,
    "low_birth_weight": 13,
    "membership_associations": 10,
    "poverty_exposure": 12,
    "preschool_enrollment": 10,
    "primary_care_access": 11,
    "racial_exposure": 9,
    "reported_crime": 15,
    "school_economic_diversity": 11,
    "student_homelessness": 13,
    "transportation": 10,
}


def numbered_quirks(text: str) -> list[int]:
    """Numbers of the lists and tables in the sections on quirks."""
    numbers: list[int] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("## "):
            inside = "quirks" in line.lower()
        found = re.match(r"(?:\| )?(\d+)(?:\.| \|) ", line) if inside else None
        if found:
            numbers.append(int(found[1]))
    return numbers


def test_the_parser_reads_lists_and_tables() -> None:
    text = (
        "## 4. Quality\n1. no\n## 5. Known quirks\n1. list\n   text\n| 2 | table | x |\n## 6. Checks\n3. no\n"
    )
    assert numbered_quirks(text) == [1, 2]


def test_every_numbered_quirk_is_decided() -> None:
    decided = {(row["metric"], row["quirk"]) for row in seed("method_decisions")}
    listed = {(metric, str(number)) for metric, count in NUMBERED.items() for number in range(1, count + 1)}
    for path in METHODS.glob("*.md"):
        numbers = numbered_quirks(path.read_text(encoding="utf-8"))
        assert numbers == list(range(1, len(numbers) + 1)), path.name
        assert len(numbers) >= NUMBERED.get(path.stem, 0), path.name
        listed |= {(path.stem, str(number)) for number in numbers}
    assert listed - decided == set()
    unknown = {
        (metric, quirk) for metric, quirk in decided - listed if quirk.isdigit() and metric in NUMBERED
    }
    assert unknown == set()


def test_every_metric_has_decisions() -> None:
    metrics = {row["metric"] for row in seed("variables")}
    assert metrics - {row["metric"] for row in seed("method_decisions")} == set()


def test_every_variable_has_its_method_in_words_for_each_of_its_years() -> None:
    periods = seed("metric_methods")
    metrics = {row["variable"]: row["metric"] for row in seed("variables")}
    years = {(metrics[row["variable"]], int(row["year"])) for row in seed("series")}
    assert {row["metric"] for row in periods} == set(metrics.values()) == {metric for metric, _ in years}
    assert [row for row in periods if not all(text.strip() for text in row.values())] == []
    found = {
        (metric, year): sum(
            row["metric"] == metric and int(row["first_year"]) <= year <= int(row["last_year"])
            for row in periods
        )
        for metric, year in years
    }
    assert {key: count for key, count in found.items() if count != 1} == {}


def test_a_period_of_a_method_differs_from_the_one_before() -> None:
    periods = seed("metric_methods")
    told = [{name: row[name] for name in row if not name.endswith("_year")} for row in periods]
    assert len(told) > 26
    assert [one["metric"] for one, other in pairwise(told) if one == other] == []


def test_every_variable_has_a_unit() -> None:
    assert [row["variable"] for row in seed("variables") if not row["unit"].strip()] == []


def test_decisions_and_deviations_name_each_other() -> None:
    named: set[str] = set()
    for row in seed("method_decisions"):
        kind, _, ids = row["decision"].partition(":")
        assert kind in {"deviation", "kept", "corrected_when_computed", "documented", "not_applicable"}, row
        assert (kind == "deviation") == bool(ids), row
        assert row["title"] and row["why"], row
        named.update(parts(ids))
    assert named == {row["deviation_id"] for row in seed("deviations")}
