"""What differs between two releases, or a candidate and `current`: cell by cell, with the cause.

Only rows whose hash is not in the other release are looked at, and only in areas whose hashes do not add
up to the same, so two national releases that are mostly equal are compared in a second. The causes come
from both manifests and from the tables `series`, `deviations` and `geography_years`: everything a release
says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.base.sql import literal
from orchestration.release.why_series_differ import UNEXPLAINED, causes_of_series, short

KEY = ("geography_type", "geoid", "year", "variable", "subgroup_type", "subgroup", "sample")
_KEY = ", ".join(KEY)
_SHOWN = 25
# What happened to a cell, from the gravest on.
KINDS = {
    "lost": "values that are missing now",
    "gained": "values that were missing",
    "value": "other values",
    "bounds": "other bounds, same value",
    "quality": "another flag only",
    "notes": "another reason, origin or deviation only",
    "gone": "cells that are gone",
    "new": "new cells",
}


@dataclass(frozen=True)
class Diff:
    """The differences of two folders; `cells` is a Parquet-ready relation kept in `connection`."""

    old: str
    new: str
    channel: str
    tables: list[str]
    columns: list[str]
    counts: dict[str, int]
    blocks: list[dict[str, Any]]
    states: list[dict[str, Any]]
    largest: list[dict[str, Any]]
    inputs: list[str]
    connection: duckdb.DuckDBPyConnection = field(repr=False, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing a reader can see differs."""
        return not (self.tables or self.columns or sum(self.counts.values()) or self.inputs)

    def write_cells(self, path: Path) -> None:
        """Every cell that differs, with cause and surprise, as Parquet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection.execute("set threads = 1")  # the same bytes on every machine
        self.connection.execute(
            f"copy (select * from cells order by {_KEY}) to {literal(str(path))}"
            " (format parquet, compression zstd)"
        )


def compare(old: Path, new: Path, *, threads: int = 2) -> Diff:
    """Compare two folders of releases or candidates.

    Raises:
        MobilityError: one of them has no manifest or lacks a table, or they are of two channels.
    """
    before, after = read_manifest(old), read_manifest(new)
    if before.get("channel") != after.get("channel"):
        raise MobilityError(
            "Releases of two channels cannot be compared.",
            where=str(new),
            expected=str(before.get("channel")),
            found=str(after.get("channel")),
            remedy="name two releases or candidates of one channel",
        )
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "2GB"})
    connection.execute("set enable_progress_bar = false")
    try:
        _open(connection, old, before, "old")
        _open(connection, new, after, "new")
        _differing_cells(connection, same=_same_table(before, after, "metric_values"))
        _explain(connection, before, after)
        return Diff(
            old=str(before["version"]),
            new=str(after["version"]),
            channel=str(after["channel"]),
            tables=_tables(connection, before, after),
            columns=_columns(connection),
            counts=dict(_pairs(connection, "select kind, count(*) from cells group by kind")),
            blocks=_blocks(connection),
            states=_states(connection),
            largest=_largest(connection),
            inputs=_inputs(before, after),
            connection=connection,
        )
    except duckdb.Error as problem:
        raise MobilityError(
            "The releases cannot be compared.",
            where=f"{old}, {new}",
            expected="two whole releases or candidates",
            found=str(problem).splitlines()[0],
            remedy="look at them with `mobility release verify`",
        ) from problem


def _open(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: dict[str, Any], schema: str) -> None:
    connection.execute(f"create schema {schema}")
    for name, entry in manifest["tables"].items():
        path = folder / "parquet" / f"{entry['stem']}.parquet"
        if entry["status"] == "available" and path.is_file():
            connection.execute(
                f'create view {schema}."{name}" as select * from read_parquet({literal(str(path))})'
            )


def _same_table(before: dict[str, Any], after: dict[str, Any], name: str) -> bool:
    one, other = before["tables"].get(name), after["tables"].get(name)
    return bool(one and other and one["content_sha256"] and one["content_sha256"] == other["content_sha256"])


def _differing_cells(connection: duckdb.DuckDBPyConnection, *, same: bool) -> None:
    """Table `differing`: both sides of each cell that is not the same, and what happened to it.

    Sums of hashes tell the areas with a change; only their rows are compared one by one.
    """
    never = " where false" if same else ""
    for side in ("old", "new"):
        connection.execute(
            f"create table {side}_areas as select geography_type, geoid, sum(hash(t)) as hashes"
            f" from {side}.metric_values as t{never} group by all"
        )
    connection.execute("""
        create table changed_areas as
        select geography_type, geoid from old_areas full join new_areas using (geography_type, geoid)
        where old_areas.hashes is distinct from new_areas.hashes""")
    for side, other in (("old", "new"), ("new", "old")):
        one, two = (
            f"{name}.metric_values as t semi join changed_areas using (geography_type, geoid)"
            for name in (side, other)
        )
        connection.execute(
            f"create table {side}_rows as select one.* from (select *, hash(t) as _hash from {one}) as one"
            f" anti join (select hash(t) as _hash from {two}) as other using (_hash)"
        )
    sides = ", ".join(
        f"old_rows.{name} as old_{name}, new_rows.{name} as new_{name}"
        for name in ("value", "lower", "upper", "quality", "missing_reason", "origin", "deviation_ids")
    )
    keys = ", ".join(f"coalesce(new_rows.{name}, old_rows.{name}) as {name}" for name in KEY)
    connection.execute(f"""
        create table differing as
        select {keys}, coalesce(new_rows.series_id, old_rows.series_id) as series_id, {sides},
            case
                when old_rows.geoid is null then 'new'
                when new_rows.geoid is null then 'gone'
                when new_rows.value is null and old_rows.value is not null then 'lost'
                when old_rows.value is null and new_rows.value is not null then 'gained'
                when new_rows.value is distinct from old_rows.value then 'value'
                when new_rows.lower is distinct from old_rows.lower
                    or new_rows.upper is distinct from old_rows.upper then 'bounds'
                when new_rows.quality is distinct from old_rows.quality then 'quality'
                else 'notes'
            end as kind
        from old_rows full join new_rows using ({_KEY})""")


def _explain(connection: duckdb.DuckDBPyConnection, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Table `cells`: cause and surprise of each difference."""
    causes = causes_of_series(connection, before, after)
    connection.execute(
        "create table causes (series_id varchar, cause varchar, detail varchar, always boolean)"
    )
    if causes:
        columns = [list(column) for column in zip(*causes, strict=True)]
        connection.execute(
            "insert into causes select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]),"
            " unnest(?::boolean[])",
            columns,
        )
    connection.execute("""
        create table frame as
        select geography_type, geoid, year, 'new frame' as cause,
            if(old.geoid is null, 'a new geography', 'a geography that is gone') as detail
        from old.geography_years as old full join new.geography_years as new
            using (geography_type, geoid, year)
        where old.geoid is null or new.geoid is null""")
    # The usual size of a change: of this area from year to year, else of its variable; in the old release.
    connection.execute("""
        create table usual as
        with asked as (
            select distinct geography_type, variable, subgroup_type, subgroup, sample
            from differing where kind = 'value'
        ),
        steps as (
            select geography_type, geoid, variable, subgroup_type, subgroup, sample,
                abs(value - lag(value) over (
                    partition by geography_type, geoid, variable, subgroup_type, subgroup, sample
                    order by year
                )) as step
            from old.metric_values semi join asked
                using (geography_type, variable, subgroup_type, subgroup, sample)
            where value is not null
        )
        select geography_type, geoid, variable, subgroup_type, subgroup, sample, median(step) as step
        from steps where step is not null
        group by grouping sets (
            (geography_type, geoid, variable, subgroup_type, subgroup, sample),
            (geography_type, variable, subgroup_type, subgroup, sample)
        )""")
    connection.execute(f"""
        create table cells as
        select d.*, series.publication, geographies.name, geographies.state_name,
            coalesce(frame.cause, fixed.cause, deviation.cause, other.cause, {literal(UNEXPLAINED)}) as cause,
            coalesce(frame.detail, fixed.detail, deviation.detail, other.detail, '') as detail,
            abs(d.new_value - d.old_value) / nullif((d.old_upper - d.old_lower) / 2, 0) as in_intervals,
            abs(d.new_value - d.old_value)
                / nullif(greatest(own.step, general.step / 2), 0) as in_usual_steps,
            -- A change surprises only as far as it is large against both.
            least(in_intervals, in_usual_steps) as surprise
        from differing as d
        left join new.series as series using (series_id)
        left join new.geographies as geographies
            on geographies.geography_type = d.geography_type and geographies.geoid = d.geoid
        left join frame
            on frame.geography_type = d.geography_type and frame.geoid = d.geoid and frame.year = d.year
        left join causes as fixed on fixed.series_id = d.series_id and fixed.always
        left join (
            select distinct differing.series_id, differing.geoid, differing.subgroup,
                'new deviation' as cause,
                coalesce(nullif(new_deviation_ids, ''), 'taken away: ' || old_deviation_ids) as detail
            from differing where new_deviation_ids is distinct from old_deviation_ids
        ) as deviation on deviation.series_id = d.series_id and deviation.geoid = d.geoid
            and deviation.subgroup = d.subgroup
        left join causes as other on other.series_id = d.series_id and not other.always
        left join usual as own
            on own.geography_type = d.geography_type and own.geoid = d.geoid and own.variable = d.variable
            and own.subgroup_type = d.subgroup_type and own.subgroup = d.subgroup and own.sample = d.sample
        left join usual as general
            on general.geoid is null and general.geography_type = d.geography_type
            and general.variable = d.variable and general.subgroup_type = d.subgroup_type
            and general.subgroup = d.subgroup and general.sample = d.sample""")


def _tables(
    connection: duckdb.DuckDBPyConnection, before: dict[str, Any], after: dict[str, Any]
) -> list[str]:
    """A line for each table that is new, gone, open or shut now, or has other rows or only other bytes."""
    old, new = before["tables"], after["tables"]
    lines = [f"{name}: new" for name in sorted(new.keys() - old.keys())]
    lines += [f"{name}: gone" for name in sorted(old.keys() - new.keys())]
    for name in sorted(old.keys() & new.keys()):
        was, now = old[name], new[name]
        if was["status"] != now["status"]:
            lines.append(f"{name}: {was['status']} before, {now['status']} now")
        elif was["rows"] != now["rows"]:
            lines.append(f"{name}: {was['rows']:,} rows before, {now['rows']:,} now")
        elif was["content_sha256"] != now["content_sha256"]:
            what = "other content" if _rows_differ(connection, name) else "the same in other bytes"
            lines.append(f"{name}: as many rows ({now['rows']:,}), {what}")
    return lines


def _rows_differ(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a row, column or type of a table is another one; its bytes may differ without.

    Told by the sum of the hashes of all rows: to look for each row takes fifty times as long. Those of the
    long table are added up already.
    """
    sums = f'select count(*), sum(hash(t)) from %s."{table}" as t'
    if table == "metric_values":
        sums = "select sum(hashes) from %s_areas"
    found = [
        (
            connection.execute(f'describe {side}."{table}"').fetchall(),
            connection.execute(sums % side).fetchall(),
        )
        for side in ("old", "new")
    ]
    return found[0] != found[1]


def _columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A line for each column that is new, gone or of another type, in tables that both have."""
    rows = connection.execute("""
        with columns as (
            select schema_name, table_name, column_name, data_type from duckdb_columns()
            where schema_name in ('old', 'new')
        ),
        old as (from columns where schema_name = 'old'), new as (from columns where schema_name = 'new')
        select table_name, column_name, old.data_type, new.data_type
        from old full join new using (table_name, column_name)
        where old.data_type is distinct from new.data_type
            and table_name in (select table_name from old) and table_name in (select table_name from new)
        order by all""").fetchall()
    words = {True: "new column", False: "column gone"}
    return [
        f"{table}.{column}: " + (f"{was} before, {now} now" if was and now else words[was is None])
        for table, column, was, now in rows
    ]


def _inputs(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """A line for each source file that is new, gone or has another hash."""
    old, new = (
        {(item["source"], item["vintage"], item["file"]): item["sha256"] for item in manifest["inputs"]}
        for manifest in (before, after)
    )
    lines = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was != now:
            lines.append(f"{' '.join(key)}: {short(was)} before, {short(now)} now")
    return lines


def _blocks(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Changes by publication, variable, year and cause; the largest blocks first."""
    return _rows(
        connection,
        """
        select publication, variable, geography_type, subgroup_type, year, cause, detail,
            count(*) as cells, count(*) filter (where kind in ('value', 'gained', 'lost')) as values_changed,
            median(new_value - old_value) as median_change, max(surprise) as greatest_surprise
        from cells group by all
        order by cells desc, publication, variable, geography_type, subgroup_type, year, cause, detail""",
    )


def _states(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return _rows(
        connection,
        """
        select coalesce(state_name, 'unknown') as state, geography_type, count(*) as cells,
            count(distinct geoid) as geographies
        from cells group by all order by cells desc, state, geography_type""",
    )


def _largest(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return _rows(
        connection,
        f"""
        select {_KEY}, name, state_name, old_value, new_value, in_intervals, in_usual_steps, surprise, cause
        from cells where kind = 'value' order by surprise desc nulls last, {_KEY} limit {_SHOWN}""",
    )


def _pairs(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterable[tuple[str, int]]:
    return [(str(name), int(count)) for name, count in connection.execute(sql).fetchall()]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
