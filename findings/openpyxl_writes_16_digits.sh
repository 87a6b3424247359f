#!/usr/bin/env bash
# openpyxl 3.1.5: a number of 17 digits does not read back equal from a workbook that openpyxl wrote.
# Behaviour: numbers are written with 16 significant digits ("%.16g"), although the file format would hold
# all digits that tell a double from its neighbours.
# Output seen: "0.30000000000000004 -> 0.3, equal: False".
# Ends with 1 if that is no longer so.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install -q openpyxl==3.1.5
cd "$scratch"
"$scratch/venv/bin/python" - <<'PYTHON'
import sys

from openpyxl import Workbook, load_workbook

given = 0.1 + 0.2
book = Workbook()
book.active["A1"] = given
book.save("one.xlsx")
found = load_workbook("one.xlsx").active["A1"].value
print(f"{given!r} -> {found!r}, equal: {given == found}")
sys.exit(given == found)
PYTHON
