"""No module outside `storage/` opens the files of a home by path."""

from __future__ import annotations

import ast
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT, Settings

RAW_AND_LAKE = {"raw_dir", "lake_dir"}
RELEASES = {"candidates_dir", "releases_dir"}
# These still join paths of candidates and releases themselves; what is listed here must do so, or go.
NOT_YET = {
    "cli/explain.py", "cli/release.py", "cli/show.py", "cli/summary.py", "dagster/release.py",
    "dagster/steps.py", "release/candidate.py", "release/journal.py", "release/rebuild.py",
    "release/rollback.py", "release/store.py", "release/what_to_compare.py",
}  # fmt: skip


def users(attributes: set[str]) -> set[str]:
    """Modules outside `base/` and `storage/` that ask the settings for one of these folders."""
    root = PROJECT_ROOT / "orchestration"
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] not in ("base", "storage") and _asks(path, attributes)
    }


def _asks(path: Path, attributes: set[str]) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Attribute) and node.attr in attributes for node in ast.walk(tree))


def _joins(path: Path) -> set[str]:
    """Names of such folders that a module joins to a path of its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        str(node.right.value).split("/")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.right, ast.Constant)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr in ("home", "channel_dir")
    }


def test_the_settings_name_these_folders() -> None:
    """Else the tests below look for names that nobody has."""
    assert all(isinstance(getattr(Settings(), name), Path) for name in RAW_AND_LAKE | RELEASES)


def test_raw_store_and_lake_are_opened_by_storage_alone() -> None:
    assert users(RAW_AND_LAKE) == set()


def test_the_list_of_those_that_open_candidates_and_releases_is_exact() -> None:
    assert users(RELEASES) == NOT_YET


def test_nobody_joins_the_name_of_such_a_folder_to_the_home() -> None:
    root = PROJECT_ROOT / "orchestration"
    outside = [path for path in root.rglob("*.py") if path.parent.name not in ("base", "storage")]
    joined = {name for path in outside for name in _joins(path)}
    assert "dbt" in joined  # the look finds what there is
    assert joined.isdisjoint({"raw", "lake", "candidates", "releases"})
