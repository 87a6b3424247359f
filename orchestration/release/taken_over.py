"""Files of the last release or candidate that a new one would write again, byte for byte: copied.

A file depends on the rows of its table, their order, and the code that writes it. Every table but the long
ones has a *key* in the manifest: the hash of its columns, its rows and their places. Where an earlier
folder has the same key, and the same code and DuckDB wrote it, its files are taken over: copied, not
linked, since whoever edits one folder must not change the other. A copy counts only if it has the size and
the hash of a manifest that the gate has judged; of a damaged file nothing is taken, it is written anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.code import below, fingerprint
from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import PROJECT_ROOT
from orchestration.release.released_tables import ReleasedTable

_ROOMS = ("base", "release")
# Two hashes of 64 bits of every row, summed: they do not depend on the order in which rows are read.
_WITH_SIGN = ("DOUBLE", "FLOAT")


@dataclass
class Earlier:
    """Folders to take files from, and the hashes of the files that were taken."""

    folders: list[tuple[Path, dict[str, Any]]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)

    def take(
        self, into: Path, names: Iterable[str], is_same: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        """Copy files from the first folder whose manifest satisfies `is_same`.

        Returns:
            That manifest, or None if there is no such folder, or a file of it is not what it should be.
        """
        names = list(names)
        for folder, manifest in self.folders:
            files = manifest["files"]
            if (
                is_same(manifest)
                and all(name in files for name in names)
                and all(self._copied(folder, into, name, files[name]) for name in names)
            ):
                self.taken |= {name: files[name]["sha256"] for name in names}
                return manifest
        return None

    @staticmethod
    def _copied(folder: Path, into: Path, name: str, expected: dict[str, Any]) -> bool:
        source, target = folder / name, into / name
        if not source.is_file() or source.is_symlink() or source.stat().st_size != expected["bytes"]:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if sha256_of(target) == expected["sha256"]:
            return True
        target.unlink()
        return False


def earlier(folders: Iterable[Path]) -> Earlier:
    """What may be taken of these folders, if the gate judged them as they stand and this code wrote them."""
    found = []
    for folder in folders:
        manifest = _judged_manifest(folder)
        if manifest is not None and manifest.get("written_by") == written_by():
            found.append((folder, manifest))
    return Earlier(found)


def _judged_manifest(folder: Path) -> dict[str, Any] | None:
    from orchestration.gate.verdict import read_verdict

    try:
        judged = read_verdict(folder)["manifest_sha256"]
        return read_manifest(folder) if sha256_of(folder / "manifest.json") == judged else None
    except (MobilityError, OSError):
        return None


def written_by() -> str:
    """Hash of the code, and the version of DuckDB, that write files of tables."""
    files = [
        one
        for room in _ROOMS
        for one in below(PROJECT_ROOT, PROJECT_ROOT / "orchestration" / room, ".py", ".sql")
    ]
    return _digest(fingerprint(files), duckdb.__version__)


@dataclass(frozen=True)
class Places:
    """Where the rows of a wide table belong: a hash of it, and whether they stand there already."""

    hashes: tuple[str, str]
    are_taken: bool


def places_of(connection: duckdb.DuckDBPyConnection, table: ReleasedTable) -> Places | None:
    """The places of the rows of a wide table; None of others, which are small or nearly always change.

    A place depends on the frame and the labels, which are other tables. It is hashed with what it is found
    by and without the other columns: to carry dozens of them along takes four times as long.
    """
    if table.kind != "publication":
        return None
    found_by = ", ".join(dict.fromkeys(re.findall(r"released\.\w+", table.order)))
    places = (
        f"select row({found_by}) as found_by, row({table.order}) as place from {table.relation} as released"
    )
    hashes = "sum(hash(found_by, place)), sum(hash(place, found_by))"
    before = f"select *, lag(place) over () as before from ({places})"
    found = connection.execute(
        f"select {hashes}, coalesce(bool_and(place > before), true) from ({before})"
    ).fetchall()
    one, other, are_taken = found[0]
    return Places((str(one), str(other)), bool(are_taken))


def key_of(
    connection: duckdb.DuckDBPyConnection, table: ReleasedTable, columns: list[str], places: Places | None
) -> str | None:
    """Hash of what the files of a table are made of; None of the long tables, which nearly always change.

    Args:
        connection: to the warehouse.
        table: the table.
        columns: those that are released.
        places: of its rows, if it is a wide one.
    """
    if table.kind == "long":
        return None
    names = [f'"{name}"' for name in columns]
    place = [] if places or table.order == "all" else [f"row({table.order}) as place"]
    rows = f"select {', '.join(names + place)} from {table.relation} as released"
    kinds = [(str(row[0]), str(row[1])) for row in connection.execute(f"describe {rows}").fetchall()]
    # 0.0 and -0.0 are equal, and have the same hash, but not the same bytes.
    signs = [f'signbit("{name}")' for name, kind in kinds if kind in _WITH_SIGN]
    parts = names + [one.rsplit(" ", 1)[1] for one in place]
    hashes = [f"sum(hash({', '.join(of)}))" for of in (parts, parts[::-1] + signs)]
    found = connection.execute(f"select count(*), {', '.join(hashes)} from ({rows})").fetchall()
    cells = [str(cell) for cell in found[0]]
    return _digest(table.stem, table.has_csv, table.order, kinds, cells, places and places.hashes)


def _digest(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
