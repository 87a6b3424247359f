"""A candidate's manifest, and whether its files are exactly those that it lists."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.base import manifests
from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of

GATE_FOLDER = "gate"
GATE_FILES = frozenset({"gate/verdict.json", "gate/report.md", "gate/report.html"})
_REBUILD = "build the candidate again with `mobility release build`"


@dataclass(frozen=True)
class Entry:
    """One table as the manifest describes it."""

    name: str
    stem: str
    kind: str
    publication: int | None
    title: str
    status: str
    reason: str
    rows: int

    @property
    def file(self) -> str:
        """Path of its Parquet file in the candidate."""
        return f"parquet/{self.stem}.parquet"


@dataclass(frozen=True)
class Manifest:
    """The parts of `manifest.json` that the gate relies on."""

    folder: Path
    channel: str
    tables: dict[str, Entry]
    files: dict[str, str]
    sha256: str
    inputs: tuple[dict[str, Any], ...] = ()
    code: dict[str, Any] = field(default_factory=dict)
    version: str = ""
    waivers: tuple[dict[str, Any], ...] = ()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a candidate or release.

    Raises:
        MobilityError: there is none, or it is not of the expected shape.
    """
    path, content = folder / manifests.NAME, manifests.read_bytes(folder)
    data = manifests.parsed(folder, content)
    try:
        tables = {name: _entry(name, entry) for name, entry in data["tables"].items()}
        files = {str(name): str(entry["sha256"]) for name, entry in data["files"].items()}
        channel = str(data["channel"])
        inputs = tuple(dict(item) for item in data.get("inputs") or ())
        code = dict(data.get("code") or {})
        version = str(data.get("version") or "")
        waivers = tuple(dict(item) for item in data.get("waivers") or ())
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise MobilityError(
            "The manifest is not of the expected shape.",
            where=str(path),
            expected="an object with channel, tables and files as in docs/architecture.md",
            found=f"{type(problem).__name__}: {problem}",
            remedy=_REBUILD,
        ) from problem
    if channel not in ("national", "sample"):
        raise MobilityError(
            "The manifest names an unknown channel.",
            where=str(path),
            expected="national or sample",
            found=channel,
            remedy=_REBUILD,
        )
    sha256 = hashlib.sha256(content).hexdigest()
    return Manifest(folder, channel, tables, files, sha256, inputs, code, version, waivers)


def _entry(name: str, entry: dict[str, Any]) -> Entry:
    publication = entry.get("publication")
    return Entry(
        name=str(name),
        stem=str(entry["stem"]),
        kind=str(entry["kind"]),
        publication=None if publication is None else int(publication),
        title=str(entry.get("title") or ""),
        status=str(entry["status"]),
        reason=str(entry.get("reason") or ""),
        rows=int(entry.get("rows") or 0),
    )


def file_findings(manifest: Manifest) -> list[str]:
    """Every way in which the candidate's files are not exactly those of its manifest, in order of path."""
    present = {path.relative_to(manifest.folder).as_posix(): path for path in _files(manifest.folder)}
    names = sorted(set(manifest.files) | set(present))

    def look_at(name: str) -> str | None:
        return _finding(name, present.get(name), manifest.files.get(name))

    # Python hashes outside its lock: two files at a time.
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="hash") as hands:
        findings = zip(names, hands.map(look_at, names), strict=True)
        return [f"{name}: {finding}" for name, finding in findings if finding]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]


def _finding(name: str, path: Path | None, expected: str | None) -> str | None:
    if path is None:
        return "is listed in the manifest but missing"
    if path.is_symlink():
        return "is a link; a candidate holds its own bytes"
    if expected is None:
        return None if name == "manifest.json" or name in GATE_FILES else "is not listed in the manifest"
    found = sha256_of(path)
    return None if found == expected else f"has SHA-256 {found}, the manifest says {expected}"
