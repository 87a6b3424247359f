"""Giving parsed rows the declared columns and types; whatever does not fit is a finding.

The first half of the drift checks: columns missing, new or renamed, and texts that are no number.
The second half, `drift`, looks at the typed table as a whole.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from orchestration.sources.model import Table

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 3
REPLACEMENT = "\ufffd"


def arrow_type(duckdb_type: str) -> pa.DataType:
    """The Arrow type in which a declared DuckDB type is stored."""
    import pyarrow as pa

    types = {
        "VARCHAR": pa.string(),
        "SMALLINT": pa.int16(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
        "BOOLEAN": pa.bool_(),
    }
    return types[duckdb_type]


def schema(table: Table, vintage: str) -> pa.Schema:
    """Declared columns of one vintage as an Arrow schema."""
    import pyarrow as pa

    return pa.schema([(name, arrow_type(kind)) for name, kind in table.columns_of(vintage).items()])


def column_findings(table: Table, vintage: str, found: list[str]) -> list[str]:
    """Missing and unknown columns, with a guess which one was renamed."""
    declared = list(table.columns_of(vintage))
    missing = [name for name in declared if name not in found]
    unknown = [name for name in found if name not in declared]
    findings = []
    for name in missing:
        near = _nearest(name, unknown)
        if near is None:
            findings.append(f"column {name} is missing")
        else:
            unknown.remove(near)
            findings.append(f"column {name} is missing, {near} is new: renamed?")
    findings += [f"column {name} is unknown to the record" for name in unknown]
    return findings


def _nearest(name: str, unknown: list[str]) -> str | None:
    same_letters = next((other for other in unknown if other.lower() == name.lower()), None)
    return same_letters or next(iter(difflib.get_close_matches(name, unknown, n=1, cutoff=0.6)), None)


def conform(table: Table, vintage: str, rows: pa.Table, first_row: int) -> tuple[pa.Table, list[str]]:
    """Rows with the declared types; `first_row` is the number of the first of them in the file.

    Returns:
        The typed rows (columns in declared order) and the findings. With findings about columns
        the table is empty.
    """
    import pyarrow as pa

    findings = column_findings(table, vintage, rows.column_names)
    wanted = schema(table, vintage)
    if any("missing" in finding for finding in findings):
        return wanted.empty_table(), findings
    columns = []
    for field in wanted:
        column, finding = _convert(table, rows.column(field.name), field, first_row)
        columns.append(column)
        findings += finding
    return pa.table(columns, schema=wanted), findings


def _convert(
    table: Table, column: pa.ChunkedArray, field: pa.Field, first_row: int
) -> tuple[pa.ChunkedArray, list[str]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column.cast(field.type), []
    marks = [*table.missing, *table.missing_marks.get(field.name, ())]
    empty = pc.is_in(column, value_set=pa.array(marks, pa.string()))
    if pc.any(empty).as_py():
        column = pc.if_else(empty, pa.scalar(None, pa.string()), column)
    if pa.types.is_string(field.type):
        return column, _lost_letters(column, field.name, first_row)
    try:
        numbers = column.cast(field.type)
        if pa.types.is_floating(field.type) and pc.any(pc.invert(pc.is_finite(numbers))).as_py():
            raise pa.ArrowInvalid("not a finite number")
        return numbers, []
    except pa.ArrowInvalid:
        return pa.chunked_array([pa.nulls(len(column), field.type)]), [_misfits(column, field, first_row)]


def _lost_letters(column: pa.ChunkedArray, name: str, first_row: int) -> list[str]:
    """The replacement character stands where a program could not read a letter, which is lost for good."""
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring(column, REPLACEMENT)).as_py():
        return []
    wrong = [
        (first_row + i, text) for i, text in enumerate(column.to_pylist()) if text and REPLACEMENT in text
    ]
    shown = ", ".join(f"{text!r} in data row {row}" for row, text in wrong[:SHOWN])
    return [
        f"column {name}: a letter was lost when the file was saved (the replacement character U+FFFD stands "
        f"there): {shown}{more(len(wrong))}"
    ]


def _misfits(column: pa.ChunkedArray, field: pa.Field, first_row: int) -> str:
    import pyarrow as pa

    def fits(text: str) -> bool:
        try:
            number = pa.scalar(text).cast(field.type).as_py()
        except pa.ArrowInvalid:
            return False
        return number == number and abs(number) != float("inf")

    wrong = [
        (first_row + i, text)
        for i, text in enumerate(column.to_pylist())
        if text is not None and not fits(text)
    ]
    shown = ", ".join(f"{text!r} in data row {row}" for row, text in wrong[:SHOWN])
    kind = "a whole number" if pa.types.is_integer(field.type) else f"a number ({field.type})"
    return f"column {field.name}: expected {kind}, found {shown}{more(len(wrong))}"


def more(count: int) -> str:
    """Tail of a list of examples."""
    return f" and {count - SHOWN} more" if count > SHOWN else ""
