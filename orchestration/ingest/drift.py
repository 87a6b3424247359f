"""Drift checks on a typed table, as SQL over the Parquet file that is about to enter the lake.

Row bounds, empty or doubled keys, codes without leading zeros, states of the other channel,
unknown labels, values out of range, control totals. All findings are collected; the caller puts
them into one message and leaves the lake as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingest.channels import foreign_states, foreign_states_text
from orchestration.ingest.conform import SHOWN, more
from orchestration.settings import Channel
from orchestration.sources.model import ROW_COLUMN, Code, RowBounds, Table

if TYPE_CHECKING:
    import duckdb


def quote(name: str) -> str:
    """A column name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def findings(
    connection: duckdb.DuckDBPyConnection, parquet: Path, table: Table, vintage: str, channel: Channel
) -> list[str]:
    """Everything that is wrong with a table, one sentence each."""
    rows = f"read_parquet({literal(str(parquet))})"
    columns = table.columns_of(vintage)
    found = list(_row_count(connection, rows, table.rows.get(vintage, RowBounds()), channel))
    for column in dict.fromkeys([*table.key, *table.required]):
        if column in columns and column not in table.key_may_be_empty:
            found += _wrong(connection, rows, column, f"{quote(column)} is null", "is empty")
    found += _doubled_keys(connection, rows, [column for column in table.key if column in columns])
    for column, condition, problem in _rules(table, channel):
        if column in columns:
            found += _wrong(connection, rows, column, condition, problem)
    if channel == "national":
        found += _totals(connection, rows, table, vintage)
    return found


def _row_count(
    connection: duckdb.DuckDBPyConnection, rows: str, bounds: RowBounds, channel: Channel
) -> Iterator[str]:
    count = _scalar(connection, f"select count(*) from {rows}")
    least, most = (bounds.least, bounds.most) if channel == "national" else (1, None)
    if count < least or (most is not None and count > most):
        wanted = f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
        yield f"rows: expected {wanted}, found {count:,}"


def _wrong(
    connection: duckdb.DuckDBPyConnection, rows: str, column: str, condition: str, problem: str
) -> Iterator[str]:
    count = _scalar(connection, f"select count(*) from {rows} where {condition}")
    if not count:
        return
    examples = connection.execute(
        f"select {ROW_COLUMN}, {quote(column)}::varchar from {rows}"
        f" where {condition} order by {ROW_COLUMN} limit {SHOWN}"
    ).fetchall()
    shown = ", ".join(
        f"data row {row}" if value is None else f"{value!r} in data row {row}" for row, value in examples
    )
    yield f"column {column} {problem}: {shown}{more(count)}"


def _doubled_keys(connection: duckdb.DuckDBPyConnection, rows: str, key: list[str]) -> Iterator[str]:
    if not key:
        return
    columns = ", ".join(quote(column) for column in key)
    doubled = (
        f"select {columns}, min({ROW_COLUMN}) as first, max({ROW_COLUMN}) as last"
        f" from {rows} group by {columns} having count(*) > 1"
    )
    count = _scalar(connection, f"select count(*) from ({doubled})")
    if count:
        examples = connection.execute(f"select * from ({doubled}) order by first limit {SHOWN}").fetchall()
        shown = "; ".join(
            f"{'/'.join(str(value) for value in values)} in data rows {first} and {last}"
            for *values, first, last in examples
        )
        yield f"key {', '.join(key)} is not unique: {shown}{more(count)}"


def _rules(table: Table, channel: Channel) -> Iterator[tuple[str, str, str]]:
    """(column, SQL condition of a wrong row, what is wrong)."""
    for column, code in table.codes.items():
        yield column, *_malformed(column, code)
        if code.holds_state:
            state = f"left(lpad({quote(column)}, {code.length}, '0'), 2)"
            well_formed = f"not ({_malformed(column, code)[0]})"
            yield (
                column,
                f"{well_formed} and {state} {foreign_states(channel)}",
                f"has a state of the other channel (expected {foreign_states_text(channel)})",
            )
    for column, labels in table.vocabularies.items():
        listed = ", ".join(literal(label) for label in labels)
        allowed = ", ".join(labels) if len(labels) <= 12 else f"one of {len(labels)} labels"
        yield (
            column,
            f"{quote(column)}::varchar not in ({listed})",
            f"has an unknown label (expected {allowed})",
        )
    for column, (low, high) in table.ranges.items():
        outside = f"try_cast({quote(column)} as double) not between {low!r} and {high!r}"
        yield column, outside, f"is out of range (expected {low:g} to {high:g})"
    for column, allowed_codes in table.number_or_code.items():
        listed = ", ".join(literal(text) for text in allowed_codes) or "''"
        misfit = f"try_cast({quote(column)} as double) is null and {quote(column)} not in ({listed})"
        yield column, misfit, f"is neither a number nor one of {', '.join(allowed_codes)}"


def _malformed(column: str, code: Code) -> tuple[str, str]:
    if code.padded:
        pattern, wanted = f"[0-9]{{{code.length}}}", f"{code.length} digits"
    else:
        pattern, wanted = f"[0-9]{{1,{code.length}}}", f"1 to {code.length} digits"
    condition = f"not regexp_full_match({quote(column)}, '{pattern}')"
    hint = ", with leading zeros" if code.padded else ""
    return condition, f"has a malformed code (expected {wanted}{hint})"


def _totals(connection: duckdb.DuckDBPyConnection, rows: str, table: Table, vintage: str) -> Iterator[str]:
    for total in table.control_totals.get(vintage, ()):
        found = _scalar(connection, f"select sum({quote(total.column)}) from {rows} where {total.where}")
        if found is None or abs(float(found) - total.expected) > total.tolerance:
            shown = "nothing" if found is None else f"{float(found):,.10g}"
            place = "" if total.where == "true" else f" where {total.where}"
            yield f"sum of {total.column}{place}: expected {total.expected:,.10g} ({total.evidence}), found {shown}"


def _scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    value: int = row[0]
    return value
