"""Reading workbooks: a sheet as rows of text, whole numbers without a decimal point."""

from __future__ import annotations

from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.sources.model import SourceFile


def cell_text(value: object) -> str:
    """A cell as text: an exact number, or the text without blanks around it; empty if there is nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def first_sheet(file: SourceFile, path: Path) -> list[list[str]]:
    """All rows of the first sheet as texts, each row as wide as the sheet.

    Raises:
        MobilityError: the file is no workbook.
    """
    import zipfile

    import openpyxl

    try:
        # openpyxl judges by the name's ending, which the raw store does not keep: hand it the bytes.
        with path.open("rb") as handle:
            workbook = openpyxl.load_workbook(handle, read_only=True, data_only=True)
            rows = [
                [cell_text(value) for value in row]
                for row in workbook.worksheets[0].iter_rows(values_only=True)
            ]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise MobilityError(
            "The file is no readable workbook.",
            where=file.official_name,
            expected="an Excel workbook (.xlsx)",
            found=str(error),
            remedy="fetch the file again; save nothing from a spreadsheet program",
        ) from error
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
