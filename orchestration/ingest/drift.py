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

from orchestration.base.settings import Channel
from orchestration.base.sql import identifier, literal
from orchestration.ingest.channels import foreign_states, foreign_states_text
from orchestration.sources.conform import SHOWN, more
from orchestration.sources.model import ROW_COLUMN, BelongsTo, Code, RowBounds, Table

if TYPE_CHECKING:
    import duckdb


ROW_GROUP = 122_880
"""Most rows of a row group of the lake; it is that of DuckDB's own tables."""
_EMPTY = "is empty"
_WHOLE = ("SMALLINT", "INTEGER", "BIGINT")
_local = threading.local()


def connection_of_thread(rows: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection for checks, made once a thread: making one costs more than checking a file.

    Args:
        rows: of the table, if known. DuckDB shares tables out to its threads by row groups; where there is
            only one, they have nothing to do, and to wake them costs as much as the checks.
    """
    import duckdb

    # Checks are counts and examples in row order, so threads cannot change what they say.
    small = rows is not None and rows <= ROW_GROUP
    name = "for_one_row_group" if small else "for_many"
    if not hasattr(_local, name):
        setattr(_local, name, duckdb.connect(config={"threads": 1} if small else {}))
    connection: duckdb.DuckDBPyConnection = getattr(_local, name)
    return connection


class Rule(NamedTuple):
    """What must not be: a condition that holds for wrong rows only."""

    column: str
    wrong: str
    problem: str


def findings(
    connection: duckdb.DuckDBPyConnection,
    parquet: Path,
    table: Table,
    vintage: str,
    channel: Channel,
    partition: str | None = None,
    filled: frozenset[str] = frozenset(),
) -> list[str]:
    """Everything that is wrong with a table, one sentence each.

    Args:
        connection: any.
        parquet: the file.
        table: what must hold in it.
        vintage: of the file.
        channel: which states and totals apply.
        partition: of the file.
        filled: columns that are known to have no empty cell, which then need not be read for that.
    """
    rows = f"read_parquet({literal(str(parquet))})"
    columns = table.columns_of(vintage)
    rules = [
        rule
        for rule in _rules(table, vintage, channel)
        if rule.column in columns and not (rule.problem == _EMPTY and rule.column in filled)
    ]
    counted = ", ".join(["count(*)", *(f"count_if({rule.wrong})" for rule in rules)])
    total, *wrong = connection.execute(f"select {counted} from {rows}").fetchone() or (0,)
    found = list(_row_count(total, table.rows.get(vintage, RowBounds()), channel))
    for rule, count in zip(rules, wrong, strict=True):
        if count:
            found.append(_told(connection, rows, rule, count))
    found += _doubled_keys(connection, rows, [column for column in table.key if column in columns])
    if channel == "national":
        found += _totals(connection, rows, table, vintage, partition)
    return found


def strangers(
    connection: duckdb.DuckDBPyConnection, parts: Path, wholes: Path, belongs_to: BelongsTo
) -> list[str]:
    """Parts without their whole, and wholes that count more or fewer parts than there are.

    Args:
        connection: any.
        parts: Parquet file of the table that belongs to the other.
        wholes: Parquet file of the other.
        belongs_to: which columns say what belongs to what.
    """
    column, counted = identifier(belongs_to.column), identifier(belongs_to.counted_in)
    unlike = connection.execute(
        f"""
        with
            parts as (
                select {column} as id, count(*) as present, min({ROW_COLUMN}) as first
                from read_parquet({literal(str(parts))})
                group by all
            ),
            wholes as (
                select {column} as id, {counted} as counted, {ROW_COLUMN} as place
                from read_parquet({literal(str(wholes))})
            ),
            unlike as (
                select id, present, counted, first, place
                from parts full join wholes using (id)
                where coalesce(present, 0) is distinct from counted
            ),
            kinds as (
                select *, counted is null as homeless, count(*) over (partition by counted is null) as times
                from unlike
            )
        select homeless, times, id, coalesce(present, 0), counted, coalesce(first, place)
        from kinds
        qualify row_number() over (partition by homeless order by coalesce(first, place)) <= {SHOWN}
        order by homeless desc, coalesce(first, place)
        """
    ).fetchall()
    found = []
    for homeless in (True, False):
        examples = [row for row in unlike if row[0] is homeless]
        if not examples:
            continue
        times = examples[0][1]
        if homeless:
            shown = ", ".join(f"{key!r} in data row {row}" for _, _, key, _, _, row in examples)
            found.append(f"column {belongs_to.column} is not in {belongs_to.table}: {shown}{more(times)}")
        else:
            shown = ", ".join(
                f"{key!r} in data row {row} of {belongs_to.table} counts {counted}, found {present}"
                for _, _, key, present, counted, row in examples
            )
            found.append(f"rows do not agree with {belongs_to.counted_in}: {shown}{more(times)}")
    return found


def _row_count(count: int, bounds: RowBounds, channel: Channel) -> Iterator[str]:
    least, most = (bounds.least, bounds.most) if channel == "national" else (1, None)
    if count < least or (most is not None and count > most):
        wanted = f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
        yield f"rows: expected {wanted}, found {count:,}"


def _told(connection: duckdb.DuckDBPyConnection, rows: str, rule: Rule, count: int) -> str:
    """A rule's breach with its first examples."""
    examples = connection.execute(
        f"select {ROW_COLUMN}, {identifier(rule.column)}::varchar from {rows}"
        f" where {rule.wrong} order by {ROW_COLUMN} limit {SHOWN}"
    ).fetchall()
    shown = ", ".join(
        f"data row {row}" if value is None else f"{value!r} in data row {row}" for row, value in examples
    )
    return f"column {rule.column} {rule.problem}: {shown}{more(count)}"


def _doubled_keys(connection: duckdb.DuckDBPyConnection, rows: str, key: list[str]) -> Iterator[str]:
    if not key:
        return
    columns = ", ".join(identifier(column) for column in key)
    grouped = f"from {rows} group by {columns} having count(*) > 1"
    if connection.execute(f"select 1 {grouped} limit 1").fetchone() is None:
        return  # to gather the rows of every key costs twice as much as to count them
    doubled = (
        f"select {columns}, min({ROW_COLUMN}) as first, max({ROW_COLUMN}) as last, count(*) over () as keys"
        f" {grouped} order by first limit {SHOWN}"
    )
    examples = connection.execute(doubled).fetchall()
    shown = "; ".join(
        f"{'/'.join(str(value) for value in values)} in data rows {first} and {last}"
        for *values, first, last, _ in examples
    )
    yield f"key {', '.join(key)} is not unique: {shown}{more(examples[0][-1])}"


def _rules(table: Table, vintage: str, channel: Channel) -> Iterator[Rule]:
    for column in dict.fromkeys([*table.key, *table.required]):
        if column not in table.key_may_be_empty:
            yield Rule(column, f"{identifier(column)} is null", _EMPTY)
    for column, code in table.codes.items():
        malformed, wanted = _malformed(column, code)
        yield Rule(column, malformed, wanted)
        if code.holds_state:
            state = f"left(lpad({identifier(column)}, {code.length}, '0'), 2)"
            foreign = f"not ({malformed}) and {state} {foreign_states(channel)}"
            problem = f"has a state of the other channel (expected {foreign_states_text(channel)})"
            yield Rule(column, foreign, problem)
    for column, labels in table.labels_of(vintage).items():
        allowed = ", ".join(labels) if len(labels) <= 12 else f"one of {len(labels)} labels"
        unknown = _unlisted(identifier(column), table.columns[column], labels)
        yield Rule(column, unknown, f"has an unknown label (expected {allowed})")
    for column, (low, high) in table.ranges.items():
        outside = f"try_cast({identifier(column)} as double) not between {low!r} and {high!r}"
        yield Rule(column, outside, f"is out of range (expected {low:g} to {high:g})")
    for column, allowed_codes in table.number_or_code.items():
        listed = ", ".join(literal(text) for text in allowed_codes) or "''"
        misfit = (
            f"try_cast({identifier(column)} as double) is null and {identifier(column)} not in ({listed})"
        )
        yield Rule(column, misfit, f"is neither a number nor one of {', '.join(allowed_codes)}")


def _unlisted(column: str, stored: str, labels: tuple[str, ...]) -> str:
    """Condition for other labels; whole numbers are compared as such, as text it takes ten times as long."""
    if stored in _WHOLE and all(label.isdigit() for label in labels):
        return f"{column} not in ({', '.join(labels)})"
    return f"{column}::varchar not in ({', '.join(map(literal, labels))})"


def _malformed(column: str, code: Code) -> tuple[str, str]:
    if code.padded:
        pattern, wanted = f"[0-9]{{{code.length}}}", f"{code.length} digits"
    else:
        pattern, wanted = f"[0-9]{{1,{code.length}}}", f"1 to {code.length} digits"
    condition = f"not regexp_full_match({identifier(column)}, '{pattern}')"
    hint = ", with leading zeros" if code.padded else ""
    return condition, f"has a malformed code (expected {wanted}{hint})"


def _totals(
    connection: duckdb.DuckDBPyConnection, rows: str, table: Table, vintage: str, partition: str | None
) -> Iterator[str]:
    for total in table.control_totals.get(vintage, ()):
        if total.partition not in (None, partition):
            continue
        summed = f"select sum({identifier(total.column)}) from {rows} where {total.where}"
        found = (connection.execute(summed).fetchone() or (None,))[0]
        if found is None or abs(float(found) - total.expected) > total.tolerance:
            shown = "nothing" if found is None else f"{float(found):,.10g}"
            place = "" if total.where == "true" else f" where {total.where}"
            within = f" within {total.tolerance:,.10g}" if total.tolerance >= 1 else ""
            wanted = f"{total.expected:,.10g}{within} ({total.evidence})"
            yield f"sum of {total.column}{place}: expected {wanted}, found {shown}"
