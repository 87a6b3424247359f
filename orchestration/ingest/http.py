"""Stub."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def check_content(path: Path, official_name: str, where: str) -> None:
    """Stub."""


def download(*args: Any, **kwargs: Any) -> Any:
    """Stub."""
    raise NotImplementedError
