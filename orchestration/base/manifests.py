"""`manifest.json` of a candidate or release: the one reader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError

NAME = "manifest.json"
VERSION = re.compile(r"(\d{4})\.(\d{2})\.(\d{2})(?:\.(\d+))?")
"""A release's name: the day it was made and, from the second of a day on, which one."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a candidate or release.

    Raises:
        MobilityError: there is none, or it is no JSON object.
    """
    return parsed(folder, read_bytes(folder))


def read_bytes(folder: Path) -> bytes:
    """Its bytes, for those that hash what they read."""
    path = folder / NAME
    try:
        return path.read_bytes()
    except OSError as problem:
        raise _unreadable(path, problem.strerror or str(problem)) from problem


def parsed(folder: Path, content: bytes) -> dict[str, Any]:
    """What these bytes of a folder's manifest say."""
    path = folder / NAME
    try:
        manifest = json.loads(content)
    except ValueError as problem:
        raise _unreadable(path, str(problem)) from problem
    if not isinstance(manifest, dict):
        raise _unreadable(path, "no JSON object")
    return manifest


def _unreadable(path: Path, found: str) -> MobilityError:
    return MobilityError(
        "The folder has no readable manifest.",
        where=str(path),
        expected="the manifest of a candidate or release",
        found=found,
        remedy="give the name of another one, or build it again with `mobility release build`",
    )
