#!/usr/bin/env bash
# sqlfluff 4.4.0, dialect duckdb: `GROUP BY GROUPING SETS (...)`, valid DuckDB SQL, is "unparsable" (PRS), so that a
# file with it can be neither linted nor fixed; dialects ansi and postgres read the same text.
# Seen: `PRS | Line 3, Position 19: Found unparsable section: 'sets ((a, b), (a))'`, exit code 1; DuckDB 1.5.6 gives 3
# rows for it.
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sqlfluff==4.4.0 duckdb==1.5.6

cat > "$folder/query.sql" <<'SQL'
SELECT a, b, sum(c) AS c
FROM (VALUES (1, 2, 3), (1, 4, 5)) AS t (a, b, c)
GROUP BY GROUPING SETS ((a, b), (a))
SQL

"$folder/venv/bin/python" - "$folder/query.sql" <<'PYTHON'
import sys

import duckdb

rows = duckdb.sql(open(sys.argv[1]).read()).fetchall()
print("DuckDB reads it:", sorted(rows, key=str))
assert len(rows) == 3
PYTHON

parses() {
    "$folder/venv/bin/sqlfluff" parse --dialect "$1" "$folder/query.sql" > "$folder/$1.txt" || true
    [ -s "$folder/$1.txt" ] && ! grep PRS "$folder/$1.txt"
}
parses ansi && parses postgres || { echo "changed: other dialects read it no more"; exit 1; }
if parses duckdb; then
    echo "changed: dialect duckdb reads grouping sets now"
    exit 1
fi
