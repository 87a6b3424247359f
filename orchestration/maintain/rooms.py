"""Prints which room of `orchestration/` imports which, and how many lines each has.

    python orchestration/maintain/rooms.py [FOLDER]     of another checkout, to compare

An arrow counts imports of modules. Which arrows may be is a contract in `pyproject.toml`, which `make lint`
and a test hold (import-linter); this only shows them. It is run as a file: with `-m` this checkout's package
would be loaded already, and be looked at in the place of the other.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import grimp

PROJECT = Path(__file__).resolve().parents[2]
_PACKAGE = "orchestration"


def arrows(project: Path) -> Counter[tuple[str, str]]:
    """(room, room that it imports) -> number of imports between their modules."""
    sys.path.insert(0, str(project))
    try:
        graph = grimp.build_graph(_PACKAGE, cache_dir=None)
    finally:
        sys.path.remove(str(project))
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            rooms = _room(module), _room(imported)
            if rooms[0] != rooms[1] and all(rooms):
                found[rooms] += 1
    return found


def lines(project: Path) -> Counter[str]:
    """Room -> lines of Python."""
    found: Counter[str] = Counter()
    for path in (project / _PACKAGE).rglob("*.py"):
        room = path.relative_to(project / _PACKAGE).parts[0].removesuffix(".py")
        found[room] += len(path.read_text(encoding="utf-8").splitlines())
    return found


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def main(project: Path) -> None:
    """Print both as tables."""
    counted = lines(project)
    to: dict[str, list[str]] = {}
    for (room, other), count in sorted(arrows(project).items()):
        to.setdefault(room, []).append(f"{other} {count}")
    print("| room | lines | imports from |\n|---|---:|---|")
    for room, count in sorted(counted.items()):
        print(f"| {room} | {count:,} | {', '.join(to.get(room, []))} |")
    print(f"| all | {sum(counted.values()):,} | |")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if sys.argv[1:] else PROJECT)
