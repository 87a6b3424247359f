"""Codes that a spreadsheet took the zero from."""

from __future__ import annotations

import pytest

from orchestration.explain.community import whole_code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("1003", "01003"),  # a county
        ("107000", "0107000"),  # a city
        ("01003", "01003"),
        ("48301", "48301"),
        ("0107000", "0107000"),
        ("999", "999"),  # nothing that a zero makes whole
        ("Erie", "Erie"),
    ],
)
def test_a_zero_is_put_back_where_one_is_missing(given: str, code: str) -> None:
    assert whole_code(given) == code
