#!/usr/bin/env bash
# python-calamine 0.9.1: a cell that holds an error (#N/A, #DIV/0!) comes out as '' from `to_python`, the same as a
# cell with nothing in it, so that a table with a broken formula reads as one with missing values. openpyxl 3.1.5
# gives the error's text.
# Seen: calamine [['a', 'b'], [1.0, ''], [2.0, '']], openpyxl [('a', 'b'), (1, '#N/A'), (2, None)].
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5

"$folder/venv/bin/python" - "$folder/book.xlsx" <<'PYTHON'
import sys

import openpyxl
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
for row in (["a", "b"], [1, "#N/A"], [2, None]):
    book.active.append(row)
assert book.active["B2"].data_type == "e", "the cell is written as an error"
book.save(sys.argv[1])

seen = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
other = list(openpyxl.load_workbook(sys.argv[1]).active.iter_rows(values_only=True))
print("calamine", seen, "openpyxl", other)
assert other[1][1] == "#N/A"
if seen[1][1] != "" or seen[2][1] != "":
    sys.exit("changed: an error is told from an empty cell")
PYTHON
