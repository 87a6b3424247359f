"""Why series differ between two releases, from what the releases say of themselves."""

from __future__ import annotations

from typing import Any

import duckdb

from orchestration.release.inputs_and_code import named_inputs

SOURCE, CODE, SERIES, ORIGIN = "new source file", "new code", "series opened or closed", "other origin"
DEVIATION = "changed deviation"
UNEXPLAINED = "unexplained"
Cause = tuple[str, str, str, bool]


def causes_of_series(
    connection: duckdb.DuckDBPyConnection, before: dict[str, Any], after: dict[str, Any]
) -> list[Cause]:
    """One cause a series at most: (series id, cause, detail, whether it goes before a cell's deviation).

    The connection has schemas `old` and `new` with the tables of both releases. What came first in the
    making of a number goes first: its file, then whether the series was open, where it was taken from,
    and the code last, because code changes between most releases and mostly changes no number.
    """
    changed = _changed_inputs(before, after)
    deviations = _changed_deviations(connection)
    code = _code(before, after)
    series = connection.execute("""
        select series_id, coalesce(new.metric, old.metric), coalesce(new.published_file, old.published_file),
            old.status, new.status, old.origin, new.origin
        from old.series as old full join new.series as new using (series_id)""").fetchall()
    used = _files_of_computed(connection)
    causes: list[Cause] = []
    for series_id, _metric, file, was, now, old_origin, new_origin in series:
        rests_on = [item for item in changed if item["file"] == file]
        rests_on += named_inputs(changed, used.get(series_id))
        touched = [item["words"] for item in rests_on]
        if was != now:
            detail = f"{was or 'not listed'} before, {now or 'not listed'} now"
            causes.append((series_id, SERIES, "; ".join([detail, *touched]), True))
        elif old_origin != new_origin:
            causes.append((series_id, ORIGIN, f"{old_origin} before, {new_origin} now", True))
        elif touched:
            causes.append((series_id, SOURCE, "; ".join(touched), True))
        elif deviations or code:
            causes.append((series_id, *((DEVIATION, deviations) if deviations else (CODE, code)), False))
    return causes


def _changed_inputs(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Each input with another hash, `words` saying what happened to it; by source, vintage and file."""
    old, new = (
        {(item["source"], item["vintage"], item["file"]): item for item in manifest["inputs"]}
        for manifest in (before, after)
    )
    changed = []
    for key in sorted(old.keys() | new.keys()):
        was, now = (held.get(key, {}).get("sha256") for held in (old, new))
        if was != now:
            words = f"{key[2]}: {short(was)} before, {short(now)} now"
            changed.append({**old.get(key, {}), **new.get(key, {}), "words": words})
    return changed


def short(sha256: str | None) -> str:
    """The first digits of a hash, as people compare them."""
    return sha256[:12] if sha256 else "not there"


def _files_of_computed(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Series id -> tables of the lake that its computed cells rest on, as one `source_files`."""
    return dict(
        connection.execute("""
            select series_id, string_agg(source_files, ';' order by source_files)
            from (
                select distinct cell.series_id, used.source_files
                from new.value_components as used
                inner join new.series as cell using (variable, geography_type, subgroup_type, year, sample)
                where cell.origin = 'computed' and used.source_files is not null
            )
            group by series_id""").fetchall()
    )


def _changed_deviations(connection: duckdb.DuckDBPyConnection) -> str:
    """Ids of deviations whose row is another one."""
    rows = connection.execute("""
        select deviation_id
        from (select deviation_id, hash(t) as content from old.deviations as t) as old
        full join (select deviation_id, hash(t) as content from new.deviations as t) as new
            using (deviation_id)
        where old.content is distinct from new.content order by 1""").fetchall()
    return ", ".join(row[0] for row in rows)


def _code(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Commits, or the lock, where they differ."""
    old, new = before.get("code") or {}, after.get("code") or {}
    parts = []
    if old.get("models") != new.get("models") and old.get("models") and new.get("models"):
        names = old["models"].keys() | new["models"].keys()
        changed = sorted(name for name in names if old["models"].get(name) != new["models"].get(name))
        parts.append("models " + ", ".join(changed))
    if old.get("commit") != new.get("commit"):
        parts.append(f"commit {str(old.get('commit'))[:12]} before, {str(new.get('commit'))[:12]} now")
    if old.get("lock_sha256") != new.get("lock_sha256"):
        parts.append("other versions of the packages")
    if new.get("has_uncommitted_changes"):
        parts.append("with changes that are not committed")
    return "; ".join(parts)
