"""Light copies of the long table, for pages on the web and for a first look.

    light/values.parquet    every value, without those that are missing and without where they come from
    light/newest.parquet    of each area and variable the newest value for everybody

Numbers are of single precision: seven digits, which is more than any of them is sure of, in half the bytes.
Rows stand by area in small row groups, so that a page that asks for one area by ranges loads some 150 KB.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.base.sql import literal

VALUES, NEWEST = "light/values.parquet", "light/newest.parquet"
_ROW_GROUP = 30_720
_NUMBERS = "value::real as value, lower::real as lower, upper::real as upper, quality"


def write_light(connection: duckdb.DuckDBPyConnection, folder: Path, long: str) -> None:
    """Write both copies of the long table, given as SQL of its rows, whose order they keep.

    With one thread: two cut the row groups of filtered rows where one of them happens to be faster.
    """
    connection.execute("set threads = 1")
    (folder / "light").mkdir()
    selections = {
        VALUES: f"select geoid, variable, subgroup_type, subgroup, year, sample, {_NUMBERS} from ({long}) "
        "where value is not null",
        NEWEST: f"select distinct on (geoid, variable) geoid, variable, year, sample, {_NUMBERS} "
        f"from ({long}) where value is not null and subgroup_type = 'all' "
        "order by geoid, variable, year desc, sample",
    }
    for name, select in selections.items():
        connection.execute(
            f"copy ({select}) to {literal(str(folder / name))} "
            f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})"
        )
