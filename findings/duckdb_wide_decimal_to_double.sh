#!/usr/bin/env bash
# DuckDB 1.5.6: to make a DOUBLE of a DECIMAL(38, 12) whose digits pass 2^53 takes eighty times as long as of the same digits
# as HUGEINT, as if whole part and rest were divided in 128 bits; below 2^53 it is quick. Sums of weights times shares
# are such numbers: of 160 replicate sums a row the casts were half of a model's time. Whole part and rest by floating point
# and one multiplication give the same DOUBLE, to the last digit, in a sixteenth of the time.
# Seen: 400000 of each: DECIMAL(38,12) 337 ms, HUGEINT 4 ms, by hand 21 ms; 0 by hand differ.
# Ends with 1 if the cast no longer takes five times as long as that of HUGEINT.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==1.5.6

"$folder/venv/bin/python" - <<'PYTHON'
import sys
import time

import duckdb

connection = duckdb.connect(config={"threads": 1})
# 12 decimals, 5.0e6 to 1.7e12 before the point: all digits together pass 2^53.
connection.execute(
    """
    create table sums as
    select digits, digits::decimal(38, 0) * 0.000000000001::decimal(12, 12) as number
    from (select (5000000 + i * 4200000)::hugeint * 1000000000000 + i * 2499997 as digits from range(400000) as t (i))
    """
)
nearest = "(digits::double / 1e12)::bigint"
rest = f"(digits - {nearest}::hugeint * 1000000000000)::bigint"
below = f"({rest} < 0)::bigint"
by_hand = f"({nearest} - {below})::double + ({rest} + {below} * 1000000000000)::double / 1e12"


def seconds(expression):
    took = []
    for _ in range(5):
        started = time.perf_counter()
        connection.execute(f"select max({expression}) from sums").fetchone()
        took.append(time.perf_counter() - started)
    return min(took)


(kind, unlike), = connection.execute(
    f"select any_value(typeof(number)), count_if(number::double <> {by_hand}) from sums"
).fetchall()
wide, whole, own = (seconds(what) for what in ("number::double", "digits::double", by_hand))
print(
    f"400000 of each: {kind} {1000 * wide:.0f} ms, HUGEINT {1000 * whole:.0f} ms, by hand {1000 * own:.0f} ms;"
    f" {unlike} by hand differ"
)
assert kind == "DECIMAL(38,12)" and unlike == 0
if wide < 5 * whole:
    sys.exit("changed: a wide DECIMAL is made a DOUBLE nearly as fast as a HUGEINT")
PYTHON
