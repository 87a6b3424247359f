"""What of dbt's manifest reaches the page: nothing of a run or a machine, everything in one order."""

from __future__ import annotations

from typing import Any

from orchestration.site.dbt_docs import _json, stable_manifest


def _manifest(**of_a_run: Any) -> dict[str, Any]:
    return {
        "metadata": {
            "project_name": "mobility", "dbt_schema_version": "v12", "dbt_version": "1.11",
            "adapter_type": "duckdb", "generated_at": "now", "invocation_id": "7", "env": {"A": "b"},
        },
        "nodes": {
            "model.mobility.a": {"name": "a", "resource_type": "model", "raw_code": "select 1", **of_a_run},
            "operation.mobility.hook": {"resource_type": "operation", "index": len(of_a_run)},
        },
        "macros": {
            "macro.dbt.statement": {"package_name": "dbt", "original_file_path": "macros/statement.sql"},
            "macro.mobility.obeys": {
                "package_name": "mobility", "original_file_path": "macros/obeys.sql", "created_at": 3.5,
            },
            "macro.mobility.in_place": {
                "package_name": "mobility", "original_file_path": "macros/materializations.sql",
            },
        },
        "child_map": {"model.mobility.a": ["z", "b"]},
    }  # fmt: skip


def test_facts_of_a_run_and_a_machine_are_left_out() -> None:
    read = _manifest(
        depends_on={"macros": ["macro.mobility.obeys"], "nodes": ["y", "x"]}, sources=[["l", "b"], ["l", "a"]]
    )
    built = _manifest(
        depends_on={
            "macros": ["macro.dbt.statement", "macro.mobility.in_place", "macro.mobility.obeys"],
            "nodes": ["x", "y"],
        },
        sources=[["l", "a"], ["l", "b"]],
        compiled_code="select 1",
        root_path="/somewhere",
        created_at=1.5,
    )
    found = stable_manifest(read, "2026-01-01T00:00:00Z")
    assert found == stable_manifest(built, "2026-01-01T00:00:00Z")
    assert set(found["nodes"]) == {"model.mobility.a"}
    assert set(found["macros"]) == {"macro.mobility.obeys"} and found["child_map"]["model.mobility.a"] == [
        "b",
        "z",
    ]
    assert found["metadata"]["generated_at"] == "2026-01-01T00:00:00Z" and "env" not in found["metadata"]


def test_no_text_ends_the_script_it_stands_in() -> None:
    assert "</script" not in _json({"description": "</script><!-- -->"})
