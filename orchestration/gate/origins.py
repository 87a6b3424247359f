"""What the manifests say of inputs and code, as tables that rules read."""

from __future__ import annotations

from typing import Any

from orchestration.base.sql import literal
from orchestration.gate.manifest import Manifest

_COLUMNS = ("source", "vintage", "file", "sha256", "bytes")
_CODE = ("commit", "lock_sha256", "has_uncommitted_changes")


def origin_tables(manifest: Manifest, before: Manifest | None) -> list[tuple[str, str]]:
    """`work.inputs`, and against the last release `work.changed_inputs` and `work.sources_of_change`."""
    made = [("work.inputs", _inputs(manifest))]
    if before is None:
        return made
    changed = """
        select distinct coalesce(now.file, last.file) as file
        from work.inputs as now full join work.last_inputs as last using (source, vintage, file, sha256)
        where now.file is null or last.file is null"""
    code = any(manifest.code.get(name) != before.code.get(name) for name in _CODE)
    dirty = bool(manifest.code.get("has_uncommitted_changes"))
    return [
        *made,
        ("work.last_inputs", _inputs(before)),
        ("work.changed_inputs", changed),
        ("work.sources_of_change", f"select {str(code or dirty).lower()} as code_changed"),
    ]


def _inputs(manifest: Manifest) -> str:
    rows = [
        f"({', '.join([*(_cell(item.get(name)) for name in _COLUMNS), _list(item.get('tables'))])})"
        for item in manifest.inputs
    ]
    none = "(" + ", ".join(["null::text"] * 4 + ["null::bigint", "null::text[]"]) + ")"
    columns = ", ".join([*_COLUMNS, "tables"])
    values = f"select * from (values {', '.join([none, *rows])}) as inputs ({columns})"
    return f"{values} where source is not null or file is not null"


def _list(names: list[str] | None) -> str:
    return "null" if names is None else "[" + ", ".join(map(literal, names)) + "]"


def _cell(value: Any) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else literal(str(value))
