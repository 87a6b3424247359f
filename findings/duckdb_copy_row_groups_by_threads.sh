#!/usr/bin/env bash
# DuckDB 1.5.6: where COPY ... TO a Parquet file filters its rows, the number of threads decides where a row group ends, though
# the order is preserved and ROW_GROUP_SIZE is given: the same rows in the same order are another file. Rows of a table that
# are not filtered give the same row groups with any number of threads. Whoever promises the same bytes (a hash in a
# manifest, a rebuild that is compared) writes filtered rows with one thread, or puts them into a table first.
# Seen: first row groups of 123582 rows with one thread and 123173 with two; of the unfiltered table 122880 with both.
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.6

"$folder/venv/bin/python" - "$folder/rows.parquet" <<'PYTHON'
import sys

import duckdb

path = sys.argv[1]
connection = duckdb.connect()
connection.execute("create table numbers as select range as number from range(3000000)")


def first_row_group(rows, threads):
    connection.execute(f"set threads = {threads}")
    connection.execute(f"copy ({rows}) to '{path}' (format parquet, row_group_size 122880)")
    found = connection.execute(
        f"select min(row_group_num_rows) filter (where row_group_id = 0) from parquet_metadata('{path}')"
    ).fetchone()[0]
    # The rows stand in their order either way.
    in_order = f"select bool_and(number > before) from (select number, lag(number) over () as before from '{path}')"
    assert connection.execute(in_order).fetchone()[0]
    return found


filtered = [first_row_group("from numbers where number % 5 <> 0 and number % 7 <> 3", threads) for threads in (1, 2)]
plain = [first_row_group("from numbers", threads) for threads in (1, 2)]
print(f"first row group with one thread and with two: filtered {filtered}, unfiltered {plain}")
assert plain[0] == plain[1]
if filtered[0] == filtered[1]:
    sys.exit("changed: the number of threads no longer decides where a row group of filtered rows ends")
PYTHON
