"""The first lines of a release and of `mobility show` say what is computed and what is copied."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.release.origins import said


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    """One computed value with an interval in 01001, 999 copied ones elsewhere, and blanks."""
    connection = duckdb.connect()
    connection.execute(
        """
        create table metric_values as
        select '01001' as geoid, 'a' as variable, 0.5::double as value, 0.4::double as lower,
            'computed' as origin
        union all select '01001', 'b', null, null, 'published_2025'
        union all select '01003', 'b', number, 1, 'published_2025' from range(999) as numbers (number);
        create table variables as
        select unnest(['a', 'b']) as variable, unnest(['sampling_95', 'data_gap_bounds']) as interval_kind
        """
    )
    return connection


def test_values_are_counted_by_origin_and_blanks_are_none(database: duckdb.DuckDBPyConnection) -> None:
    assert said(database) == [
        "Of 1,000 values 1 (0.10 %) are computed by this project from the agencies' files, "
        "999 (99.90 %) are copied from Urban's result files of 2025.",
        "1 (0.10 %) have a 95 % interval: those of 1 of 2 variables.",
    ]


def test_of_one_community(database: duckdb.DuckDBPyConnection) -> None:
    assert said(database, "01001")[0].startswith("Of 1 values 1 (100 %) are computed")
    assert said(database, "01003")[0].startswith("Of 999 values 999 (100 %) are copied")
    assert said(database, "01005") == ["No cell has a value."]
