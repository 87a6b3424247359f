"""Drift checks on a typed table, as SQL over the Parquet file that is about to enter the lake.

Row bounds, empty or doubled keys, codes without leading zeros, states of the other channel,
unknown labels, values out of range, control totals. All findings are collected; the caller puts
them into one message and leaves the lake as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestration.ingest.channels import foreign_states, foreign_states_text
from orchestration.ingest.conform import SHOWN, more
from orchestration.settings import Channel
from orchestration.sources.model import ROW_COLUMN, Code, RowBounds, Table

if TYPE_CHECKING:
    import duckdb


_local = threading.local()


def connection_of_thread() -> duckdb.DuckDBPyConnection:
    """A connection for checks, made once a thread: making one costs more than checking a file."""
    import duckdb

    if not hasattr(_local, "connection"):
        # Checks are counts and examples in row order, so threads cannot change what they say.
        _local.connection = duckdb.connect()
    connection: duckdb.DuckDBPyConnection = _local.connection
    return connection


def quote(name: str) -> str:
    """A column name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


class Rule(NamedTuple):
    """What must not be: a condition that holds for wrong rows only."""

    column: str
    wrong: str
    problem: str


def findings(
    connection: duckdb.DuckDBPyConnection, parquet: Path, table: Table, vintage: str, channel: Channel
) -> list[str]:
    """Everything that is wrong with a table, one sentence each."""
    rows = f"read_parquet({literal(str(parquet))})"
    columns = table.columns_of(vintage)
    rules = [rule for rule in _rules(table, channel) if rule.column in columns]
    counted = ", ".join(["count(*)", *(f"count_if({rule.wrong})" for rule in rules)])
    total, *wrong = connection.execute(f"select {counted} from {rows}").fetchone() or (0,)
    found = list(_row_count(total, table.rows.get(vintage, RowBounds()), channel))
    for rule, count in zip(rules, wrong, strict=True):
        if count:
            found.append(_told(connection, rows, rule, count))
    found += _doubled_keys(connection, rows, [column for column in table.key if column in columns])
    if channel == "national":
        found += _totals(connection, rows, table, vintage)
    return found


def _row_count(count: int, bounds: RowBounds, channel: Channel) -> Iterator[str]:
    least, most = (bounds.least, bounds.most) if channel == "national" else (1, None)
    if count < least or (most is not None and count > most):
        wanted = f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
        yield f"rows: expected {wanted}, found {count:,}"


def _told(connection: duckdb.DuckDBPyConnection, rows: str, rule: Rule, count: int) -> str:
    """A rule's breach with its first examples."""
    examples = connection.execute(
        f"select {ROW_COLUMN}, {quote(rule.column)}::varchar from {rows}"
        f" where {rule.wrong} order by {ROW_COLUMN} limit {SHOWN}"
    ).fetchall()
    shown = ", ".join(
        f"data row {row}" if value is None else f"{value!r} in data row {row}" for row, value in examples
    )
    return f"column {rule.column} {rule.problem}: {shown}{more(count)}"


def _doubled_keys(connection: duckdb.DuckDBPyConnection, rows: str, key: list[str]) -> Iterator[str]:
    if not key:
        return
    columns = ", ".join(quote(column) for column in key)
    doubled = (
        f"select {columns}, min({ROW_COLUMN}) as first, max({ROW_COLUMN}) as last, count(*) over () as keys"
        f" from {rows} group by {columns} having count(*) > 1 order by first limit {SHOWN}"
    )
    examples = connection.execute(doubled).fetchall()
    if examples:
        shown = "; ".join(
            f"{'/'.join(str(value) for value in values)} in data rows {first} and {last}"
            for *values, first, last, _ in examples
        )
        yield f"key {', '.join(key)} is not unique: {shown}{more(examples[0][-1])}"


def _rules(table: Table, channel: Channel) -> Iterator[Rule]:
    for column in dict.fromkeys([*table.key, *table.required]):
        if column not in table.key_may_be_empty:
            yield Rule(column, f"{quote(column)} is null", "is empty")
    for column, code in table.codes.items():
        malformed, wanted = _malformed(column, code)
        yield Rule(column, malformed, wanted)
        if code.holds_state:
            state = f"left(lpad({quote(column)}, {code.length}, '0'), 2)"
            foreign = f"not ({malformed}) and {state} {foreign_states(channel)}"
            problem = f"has a state of the other channel (expected {foreign_states_text(channel)})"
            yield Rule(column, foreign, problem)
    for column, labels in table.vocabularies.items():
        listed = ", ".join(literal(label) for label in labels)
        allowed = ", ".join(labels) if len(labels) <= 12 else f"one of {len(labels)} labels"
        unknown = f"{quote(column)}::varchar not in ({listed})"
        yield Rule(column, unknown, f"has an unknown label (expected {allowed})")
    for column, (low, high) in table.ranges.items():
        outside = f"try_cast({quote(column)} as double) not between {low!r} and {high!r}"
        yield Rule(column, outside, f"is out of range (expected {low:g} to {high:g})")
    for column, allowed_codes in table.number_or_code.items():
        listed = ", ".join(literal(text) for text in allowed_codes) or "''"
        misfit = f"try_cast({quote(column)} as double) is null and {quote(column)} not in ({listed})"
        yield Rule(column, misfit, f"is neither a number nor one of {', '.join(allowed_codes)}")


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
        summed = f"select sum({quote(total.column)}) from {rows} where {total.where}"
        found = (connection.execute(summed).fetchone() or (None,))[0]
        if found is None or abs(float(found) - total.expected) > total.tolerance:
            shown = "nothing" if found is None else f"{float(found):,.10g}"
            place = "" if total.where == "true" else f" where {total.where}"
            wanted = f"{total.expected:,.10g} ({total.evidence})"
            yield f"sum of {total.column}{place}: expected {wanted}, found {shown}"
