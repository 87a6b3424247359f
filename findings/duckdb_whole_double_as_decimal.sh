#!/usr/bin/env bash
# DuckDB 1.5.6: a whole number of four digits that is a DOUBLE is another number as DECIMAL(38, 18): the cast multiplies
# by ten to the eighteenth in floating point. Back as DOUBLE, one of ten whole numbers below twenty million is no longer
# whole. Sums of decimals, taken so that threads cannot change a digit, need a scale of 12 or less where counts are added.
# The same number as text or INTEGER is cast as it is.
# Seen: 2363 -> 2363.000000000000262144 -> 2363.0000000000005, 1972039 of 20000000 come back changed, none at scale 12.
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.6

"$folder/venv/bin/python" - <<'PYTHON'
import sys

import duckdb


def changed(scale):
    (found,) = duckdb.sql(
        f"select count(*) from range(20000000) as t (i) where i::double::decimal(38, {scale})::double <> i"
    ).fetchone()
    return found


((one, back, whole),) = duckdb.sql(
    "select 2363::double::decimal(38, 18), 2363::double::decimal(38, 18)::double, 2363::decimal(38, 18)"
).fetchall()
at_18, at_12 = changed(18), changed(12)
print(f"2363 -> {one} -> {back}, {at_18} of 20000000 come back changed at scale 18, {at_12} at scale 12")
assert whole == 2363 and at_12 == 0
if back == 2363 or at_18 == 0:
    sys.exit("changed: a whole DOUBLE is the same number as DECIMAL(38, 18)")
PYTHON
