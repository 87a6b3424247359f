"""Which code and tables something depends on: one hash of files by name and content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from orchestration.base.files import sha256_of


def fingerprint(files: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over names and contents, in the order of the names; a file that is missing counts as empty."""
    digest = hashlib.sha256()
    for name, path in sorted(files):
        content = sha256_of(path) if path.is_file() else hashlib.sha256().hexdigest()
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def below(root: Path, folder: Path, *suffixes: str) -> list[tuple[str, Path]]:
    """The files of these kinds below a folder, named as seen from `root`; of all kinds if none is given."""
    return [
        (path.relative_to(root).as_posix(), path)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and (not suffixes or path.suffix in suffixes)
    ]
