"""Folders that appear whole or not at all: syncing to disk, renaming, switching a link."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.base.files import files_below, sync_one


def sync(folder: Path) -> None:
    """Bring every file and folder below `folder` to the disk."""
    for path in [*files_below(folder), *(p for p in folder.rglob("*") if p.is_dir()), folder]:
        sync_one(path)


def rename_into_place(hidden: Path, target: Path) -> None:
    """Give a finished, synced folder its name; what bore it before becomes a leftover, and goes."""
    if target.exists():
        replaced = hidden.with_name(f"{hidden.name}.replaced")
        shutil.rmtree(replaced, ignore_errors=True)  # left by a run that was killed right here
        target.rename(replaced)
        try:
            hidden.rename(target)
        except OSError:
            replaced.rename(target)
            raise
        shutil.rmtree(replaced, ignore_errors=True)
    else:
        hidden.rename(target)
    sync_one(target.parent)


def point(link: Path, target: str) -> None:
    """Switch a relative link to `target` in one step."""
    waiting = link.with_name(f".{link.name}.new")
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(target)
    waiting.rename(link)
    sync_one(link.parent)


def remove_leftovers(parent: Path, prefix: str) -> None:
    """Remove hidden folders that a killed run left behind."""
    for path in sorted(parent.glob(f"{prefix}*")):
        shutil.rmtree(path)
