"""Files such as a national run leaves in a home, for tests that ask that the sample leaves them alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

NAMES = ("releases/2026.01.01/manifest.json", "lake/source/2025/table.parquet", "raw/ab/abcd")


def bytes_below(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder; links by their target."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def leave(home: Path) -> dict[str, str]:
    """Write them below the national channel of `home`.

    Returns:
        What `bytes_below` finds there.
    """
    national = home / "national"
    for name in NAMES:
        (national / name).parent.mkdir(parents=True, exist_ok=True)
        (national / name).write_bytes(b"what a national run left here: " + name.encode())
    (national / "releases" / "current").symlink_to("2026.01.01")
    return bytes_below(national)
