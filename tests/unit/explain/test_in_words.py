"""What an explanation says of the two bounds of a number."""

from __future__ import annotations

import pytest

from orchestration.explain.in_words import _value
from tests.unit.explain.test_rows import explanation


@pytest.mark.parametrize(
    ("kind", "worst_flag", "quality", "said"),
    [
        ("sampling_95", None, 3, "with 95 percent confidence between 1 and 3"),
        ("sampling_95", 2, 2, "with 95 percent confidence between 1 and 3"),
        ("sampling_95", 2, 3, "with an interval that is not the area's own, between 1 and 3"),
        ("data_gap_bounds", None, 1, "given the gaps in the data, between 1 and 3"),
    ],
)
def test_bounds_are_called_what_they_are(kind: str, worst_flag: int | None, quality: int, said: str) -> None:
    """A low birth weight with flag Weak has the interval of a pool, not of the county."""
    cell = {"value": 2, "lower": 1, "upper": 3, "quality": quality, "quality_label": "", "quality_reason": ""}
    found = explanation(cell=cell, variable={"interval_kind": kind, "interval_flag": worst_flag})
    assert _value(found)[0] == f"The value is 2, {said}."
