#!/usr/bin/env bash
# DuckDB 1.5.6 reads no Parquet column of whole numbers with encoding BYTE_STREAM_SPLIT, which the format allows for them since
# version 2.11 and pyarrow 26.0.1 writes and reads: "only supported for FLOAT or DOUBLE data". DESCRIBE works, as do the
# other columns of the file; only whoever reads the column is told. Survey weights, whose upper bytes are zero, would suit it;
# DELTA_BINARY_PACKED is what both read.
# Seen: pyarrow 5050 of each; DuckDB 5050 of DELTA_BINARY_PACKED, 5050.0 of DOUBLE, of INT32 and INT64 that error.
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.6 pyarrow==26.0.1

"$folder/venv/bin/python" - "$folder/weights.parquet" <<'PYTHON'
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

file = sys.argv[1]
kinds = {"delta": pa.int32(), "real": pa.float64(), "small": pa.int32(), "large": pa.int64()}
table = pa.table({name: pa.array(range(1, 101), kind) for name, kind in kinds.items()})
split = {name: "BYTE_STREAM_SPLIT" for name in ("real", "small", "large")}
pq.write_table(
    table, file, use_dictionary=False, version="2.6", column_encoding={**split, "delta": "DELTA_BINARY_PACKED"}
)


def told(column):
    try:
        return duckdb.sql(f"select sum({column}) from '{file}'").fetchone()[0]
    except duckdb.Error as error:
        return str(error).strip()


assert duckdb.sql(f"describe from '{file}'").fetchall()
again = pq.read_table(file)
print("pyarrow", *(sum(again[name].to_pylist()) for name in kinds))
found = {name: told(name) for name in kinds}
print("DuckDB", found)
assert again.equals(table) and found["delta"] == 5050 and found["real"] == 5050
if not all("BYTE_STREAM_SPLIT" in str(found[name]) for name in ("small", "large")):
    sys.exit("changed: DuckDB reads whole numbers with BYTE_STREAM_SPLIT")
PYTHON
