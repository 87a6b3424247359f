"""Tables of differences leave no state out, and show of a small change how small it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import pytest

from orchestration.release import telling_differences
from orchestration.release.diff import Diff

_STATES = 51


def diff_of(*changes: tuple[Any, Any]) -> Diff:
    row = {
        "geoid": "01001", "name": "Autauga County", "state_name": "Alabama", "variable": "share_employed",
        "subgroup": "All", "year": 2018, "in_intervals": 1.0, "in_usual_steps": 1.0, "cause": "code",
    }  # fmt: skip
    return Diff(
        old="2026.11.29",
        new="2026.11.30",
        channel="national",
        tables=[],
        columns=[],
        counts={"value_changed": 1},
        blocks=[],
        states=[
            {"state": f"State {number:02}", "geography_type": "county", "geographies": 1, "cells": 1}
            for number in range(_STATES)
        ],
        largest=[row | {"old_value": old, "new_value": new} for old, new in changes],
        inputs=[],
        connection=duckdb.connect(),
    )


def test_every_state_is_told() -> None:
    diff = diff_of()
    for told in (telling_differences.text(diff), "\n".join(telling_differences.markdown(diff))):
        assert told.count("State ") == _STATES


@pytest.mark.parametrize(
    "old, new, shown",
    [
        (0.3, 0.41, ("0.3", "0.41")),
        (1234.0, 2345.0, ("1,234", "2,345")),
        (0.67985 + 2e-12, 0.67985 - 2e-12, ("0.679850000002", "0.679849999998")),
        (123.4, 123.44, ("123.4", "123.44")),
        (1234567.0, 1234567.25, ("1,234,567", "1,234,567.2")),
        (0.5, None, ("0.5", "")),
        (0.5, 0.5, ("0.5", "0.5")),
    ],
)
def test_a_small_change_looks_small(old: float, new: float | None, shown: tuple[str, str]) -> None:
    told = "\n".join(telling_differences.markdown(diff_of((old, new))))
    assert f"| {shown[0]} | {shown[1]} |" in told


def test_in_a_terminal_a_cause_is_told_to_its_end_and_what_is_cut_says_so() -> None:
    detail = "employment_county_gender: 705b4f8b1df5 before, 81000abdadac now"
    block = {
        "publication": 16, "variable": "share_employed_" + "x" * 40, "geography_type": "county",
        "subgroup_type": "gender", "year": 2014, "cells": 1, "median_change": 0.01,
        "cause": "new source file", "detail": detail,
    }  # fmt: skip
    told = telling_differences.text(replace(diff_of(), blocks=[block]))
    (line,) = (line for line in told.splitlines() if "new source file" in line)
    assert line.endswith(f"  {detail}") and f"share_employed_{'x' * 22}...  county" in line
