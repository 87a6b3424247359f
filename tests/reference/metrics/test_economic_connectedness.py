"""Computed connectedness of counties against Urban's result file, which was made from the same source."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.support.proofs import proof
from tests.support.published import read_text_table, real_file

pytestmark = pytest.mark.reference

RESULTS = "urban/06_neighborhoods/social-capital/final/economic_connectedness_version2025_county_2022.csv"
COLUMNS = [
    "share_economic_connectedness",
    "share_economic_connectedness_lb",
    "share_economic_connectedness_ub",
    "share_economic_connectedness_quality",
]
TOLERANCE = 1e-12

Cells = dict[str, tuple[float, float, float, int]]


@pytest.fixture(scope="module")
def computed(national_release: Path) -> dict[str, tuple[float | None, ...]]:
    """geoid -> value, lower, upper, quality of every county of the frame."""
    with duckdb.connect(str(national_release / "mobility.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select geoid, value, lower, upper, quality from computed_values "
            "where metric = 'economic_connectedness' and geography_type = 'county'"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def published() -> Cells:
    """The counties that have a value in Urban's result file."""
    columns, rows = read_text_table(real_file(RESULTS), "NA")
    at = [columns.index(name) for name in ("state", "county", *COLUMNS)]
    cells: Cells = {}
    for row in rows:
        state, county, *numbers = (row[position] for position in at)
        if numbers[0] is not None:
            value, lower, upper, quality = (float(str(number)) for number in numbers)
            cells[f"{state}{county}"] = (value, lower, upper, int(quality))
    return cells


def test_every_county_that_has_both_agrees_to_the_last_digits(
    computed: dict[str, tuple[float | None, ...]], published: Cells
) -> None:
    both = {geoid for geoid, cells in computed.items() if cells[0] is not None} & set(published)
    assert len(both) == proof("connectedness_counties").equal
    different = [
        (geoid, ours, theirs)
        for geoid in both
        for ours, theirs in zip(computed[geoid], published[geoid], strict=True)
        if ours is None or abs(ours - theirs) > TOLERANCE
    ]
    assert different == []


def test_only_the_old_counties_of_connecticut_are_published_without_a_computed_value(
    computed: dict[str, tuple[float | None, ...]], published: Cells
) -> None:
    """Urban's file follows the frame of 2020; the year 2022 has planning regions instead."""
    ours = {geoid for geoid, cells in computed.items() if cells[0] is not None}
    assert ours - set(published) == set()
    assert set(published) - ours == {f"09{county:03d}" for county in range(1, 16, 2)}
    assert len(set(published) - ours) == proof("connectedness_counties").claimed


def test_every_missing_county_says_why(national_release: Path) -> None:
    with duckdb.connect(str(national_release / "mobility.duckdb"), read_only=True) as connection:
        reasons = dict(
            connection.execute(
                "select missing_reason, count(*) from metric_values "
                "where variable = 'share_economic_connectedness' and geography_type = 'county' "
                "and value is null group by all"
            ).fetchall()
        )
        moved = connection.execute(
            "select geoid from metric_values where variable = 'share_economic_connectedness' "
            "and missing_reason = 'geography_not_matched' order by geoid"
        ).fetchall()
    assert reasons == {"suppressed_by_source": 71, "geography_not_matched": 11, "no_source_data": 53}
    regions = [f"09{region}" for region in range(110, 200, 10)]
    assert [row[0] for row in moved] == ["02063", "02066", *regions]
