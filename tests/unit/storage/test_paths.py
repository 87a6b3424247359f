"""No module outside `storage/` opens the files of a home by path."""

from __future__ import annotations

import ast
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT, Settings

FOLDERS = {"raw_dir", "lake_dir", "candidates_dir", "releases_dir"}


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


def test_the_look_finds_what_there_is() -> None:
    """The settings have these folders, and a module that asks for others is found."""
    assert all(isinstance(getattr(Settings(), name), Path) for name in FOLDERS)
    assert "warehouse/build.py" in users({"warehouse"})


def test_the_files_of_a_home_are_opened_by_storage_alone() -> None:
    assert users(FOLDERS) == set()


def test_nobody_joins_the_name_of_such_a_folder_to_the_home() -> None:
    root = PROJECT_ROOT / "orchestration"
    outside = [path for path in root.rglob("*.py") if path.parent.name not in ("base", "storage")]
    joined = {name for path in outside for name in _joins(path)}
    assert "dbt" in joined  # the look finds what there is
    assert joined.isdisjoint({"raw", "lake", "candidates", "releases"})
