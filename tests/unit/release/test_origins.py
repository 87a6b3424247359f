"""The first lines of a release and of `mobility show` say what is computed and what is copied."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.release.origins import said


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    """One computed value with an interval in 01001, 999 copied ones elsewhere, and blanks.

    Of the copied ones some have bounds that are no interval of 95 %: of a gap in the data, means of
    districts' in a city, of a pool by their flag, or one bound without the other.
    """
    connection = duckdb.connect()
    connection.execute(
        """
        create table metric_values as
        select 'county' as geography_type, '01001' as geoid, 'a' as variable, 0.5::double as value,
            0.4::double as lower, 0.6::double as upper, 2 as quality, 'computed' as origin
        union all select 'county', '01001', 'b', null, null, null, null, 'published_2025'
        union all select 'county', '01003', 'b', number, 1, 2, 1, 'published_2025'
        from range(994) as numbers (number)
        union all select 'county', '01003', 'a', 1, 0, null, 1, 'published_2025'
        union all select 'county', '01003', 'a', 1, null, 2, 1, 'published_2025'
        union all select 'county', '01003', 'a', 1, 0, 2, 3, 'published_2025'
        union all select 'place', '0100000', 'c', 1, 0, 2, 1, 'published_2025'
        union all select 'county', '01003', 'c', 1, 0, 2, 3, 'published_2025';
        create table variables as
        select unnest(['a', 'b', 'c']) as variable, unnest([2, null, null]) as interval_flag,
            unnest(['sampling_95', 'data_gap_bounds', 'model_95']) as interval_kind
        """
    )
    return connection


def test_values_are_counted_by_origin_and_blanks_are_none(database: duckdb.DuckDBPyConnection) -> None:
    assert said(database) == [
        "Of 1,000 values 1 (0.10 %) are computed by this project from the agencies' files, "
        "999 (99.90 %) are copied from Urban's result files of 2025.",
        "2 (0.20 %) have a 95 % interval: those of 2 of 3 variables.",
    ]


def test_of_one_community(database: duckdb.DuckDBPyConnection) -> None:
    assert said(database, "01001")[0].startswith("Of 1 values 1 (100 %) are computed")
    assert said(database, "01003")[0].startswith("Of 998 values 998 (100 %) are copied")
    assert said(database, "01005") == ["No cell has a value."]
