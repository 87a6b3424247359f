"""Reading workbooks of every kind: a sheet as rows of text, whole numbers without a decimal point.

Calamine reads `.xlsx` (also "strict" ones and those that declare a sheet of a million rows), `.xlsb`, the
old `.xls` and `.ods`. It gives an error like `#N/A` as an empty cell, so those are looked for by openpyxl.
"""

from __future__ import annotations

import io
import zipfile

from orchestration.base.errors import MobilityError

_ERROR_CELL = b't="e"'
_SHOWN = 3


def cell_text(value: object) -> str:
    """A cell as text: an exact number, or the text without blanks around it; empty if there is nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def sheet(where: str, content: bytes, name: str = "") -> list[list[str]]:
    """All rows of a sheet (the first, if none is named) as texts, each row as wide as the sheet.

    Raises:
        MobilityError: the content is no workbook, has no such sheet, or a cell holds an error.
    """
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        known = workbook.sheet_names
        if not known or (name and name not in known):
            raise _no_sheet(where, name, known)
        chosen = name or known[0]
        rows = workbook.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except calamine.PasswordError as error:
        raise MobilityError(
            "The workbook is protected by a password.",
            where=where,
            expected="a workbook that anyone can open",
            found=str(error),
            remedy="open it with its password, save it without one under the same name, and bring that copy",
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise MobilityError(
            "The file is no readable workbook.",
            where=where,
            expected="a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods)",
            found=str(error),
            remedy="fetch the file again; save nothing from a spreadsheet program",
        ) from error
    _refuse_errors(where, content, known.index(chosen))
    texts = [[cell_text(value) for value in row] for row in rows]
    width = max((len(row) for row in texts), default=0)
    return [row + [""] * (width - len(row)) for row in texts]


def _no_sheet(where: str, name: str, known: list[str]) -> MobilityError:
    return MobilityError(
        "The workbook lacks a sheet.",
        where=where,
        expected=f"a sheet {name}" if name else "at least one sheet",
        found=", ".join(known) or "none",
        remedy="fetch the file again; if the agency renamed the sheet, change it in files.csv",
    )


def _refuse_errors(where: str, content: bytes, number: int) -> None:
    """Refuse a sheet with error cells, which would otherwise count as empty."""
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(_ERROR_CELL in archive.read(name) for name in sheets if name.endswith(".xml")):
            return
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    wrong = [
        f"{cell.coordinate} {cell.value}"
        for row in book.worksheets[number].iter_rows()
        for cell in row
        if getattr(cell, "data_type", "") == "e"
    ]
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise MobilityError(
            "Cells of the workbook hold errors instead of values.",
            where=f"{where}, sheet {book.worksheets[number].title}",
            expected="numbers and texts",
            found=", ".join(wrong[:_SHOWN]) + more,
            remedy="fetch the file again; if the agency delivers it so, say so in the source's record",
        )
