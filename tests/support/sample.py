"""Homes of the sample that begin with what another has, by hard links: nothing writes into these files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link_mirror(mirror: Path, home: Path) -> None:
    """Lay the files of the invented state where a run of the sample would write them first."""
    own = home / "sample" / "mirror"
    shutil.copytree(mirror, own, copy_function=os.link)
    shutil.copyfile(mirror.with_name(f"{mirror.name}.made_by"), own.with_name(f"{own.name}.made_by"))


def link_lake(other: Path, home: Path) -> None:
    """Give a home the raw files and the lake of another one."""
    for name in ("raw", "lake"):
        shutil.copytree(other / "sample" / name, home / "sample" / name, copy_function=os.link)
