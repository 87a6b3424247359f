#!/usr/bin/env bash
# openpyxl 3.1.5: a workbook saved as "Strict Open XML Spreadsheet" (ISO/IEC 29500 Strict, a choice of Excel's "save
# as") opens without an error and has no sheets; the only word is a warning that its sheet is "invalid" and "will be
# removed". python-calamine 0.9.1 reads the same file.
# Seen: openpyxl [] with 'File contains an invalid specification for 0. This will be removed'; calamine ['data'] with
# [['a', 'b'], [1.0, 2.0]].
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5

"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings
import zipfile
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

folder = Path(sys.argv[1])
NAMES = {  # namespaces of the usual form -> of the strict form
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": (
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"
    ),
}
book = openpyxl.Workbook()
book.active.title = "data"
for row in (["a", "b"], [1, 2]):
    book.active.append(row)
book.save(folder / "usual.xlsx")
with zipfile.ZipFile(folder / "usual.xlsx") as usual, zipfile.ZipFile(folder / "strict.xlsx", "w") as strict:
    for name in usual.namelist():
        text = usual.read(name).decode()
        for old, new in NAMES.items():
            text = text.replace(old, new)
        if name == "xl/workbook.xml":
            text = text.replace("<workbook ", '<workbook conformance="strict" ', 1)
        strict.writestr(name, text)

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    sheets = openpyxl.load_workbook(folder / "strict.xlsx").sheetnames
other = CalamineWorkbook.from_path(str(folder / "strict.xlsx"))
rows = other.get_sheet_by_index(0).to_python()
print("openpyxl", sheets, "warnings", [str(one.message) for one in told], "; calamine", other.sheet_names, rows)
assert rows == [["a", "b"], [1.0, 2.0]]
if sheets or not any("will be removed" in str(one.message) for one in told):
    sys.exit("changed: openpyxl reads a strict workbook, or says something else of it")
PYTHON
