"""Makes a candidate: a folder with everything a release holds, but for the gate's verdict."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from expectations.rules.waivers import waivers_of
from orchestration.base.errors import MobilityError
from orchestration.base.files import files_below, sha256_of
from orchestration.base.locks import only_one
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import Settings
from orchestration.release import (
    boundaries,
    database,
    documents,
    inputs_and_code,
    taken_over,
    telling_differences,
)
from orchestration.release.contents import Contents
from orchestration.release.describe import Dictionary
from orchestration.release.diff import Diff, compare
from orchestration.release.export import export
from orchestration.release.folders import told_in_plain_words, write_text
from orchestration.release.released_tables import ReleasedTable, released_tables
from orchestration.release.store import changed_files, current, next_version, refuse_changed
from orchestration.storage import home
from orchestration.storage.folders import remove_leftovers, rename_into_place, sync

_HIDDEN = ".candidate-"


@dataclass(frozen=True)
class Edition:
    """Which release a candidate is to be: its version, and the release that it follows."""

    version: str
    previous: Path | None


WritePages = Callable[[Path, Settings], object]
"""Writes the pages to read into a candidate that has everything else but the hashes of its files."""


def build_candidate(
    settings: Settings, edition: Edition | None = None, write_pages: WritePages | None = None
) -> Path:
    """Make a candidate from the warehouse as it stands.

    The folder is written hidden, synced, and renamed to the first digits of its content's hash: the
    same content gives the same candidate.

    Args:
        settings: channel and home; the warehouse is opened read-only.
        edition: version and release before, for a rebuild, which writes every file itself; today's next
            version and `current` if None, and files that did not change are taken over.
        write_pages: needed if the settings ask for pages, which this room does not know how to write.

    Returns:
        The candidate's folder.

    Raises:
        MobilityError: there is no warehouse, a table is missing, or the disk is full.
    """
    tables, dictionary = _what_to_release(settings)
    folder = home.candidates(settings)
    alone = only_one(settings.channel_dir, "build of a candidate")
    with told_in_plain_words("Building the candidate", folder), alone:
        folder.mkdir(exist_ok=True)
        remove_leftovers(folder, _HIDDEN)
        hidden = folder / f"{_HIDDEN}{settings.channel}"
        hidden.mkdir()
        try:
            earlier = taken_over.Earlier()
            if edition is None:
                edition = Edition(next_version(settings), current(settings))
                earlier = taken_over.earlier(_folders_before(folder, edition.previous))
            if edition.previous is not None:
                refuse_changed(edition.previous)  # what changed is told against it
            content_id = _fill(settings, edition, hidden, tables, dictionary, write_pages, earlier)
            target = folder / content_id[:12]
            if _is_same(target, hidden):
                shutil.rmtree(hidden)
                os.utime(target)  # it is the newest one again
            else:
                sync(hidden)
                rename_into_place(hidden, target)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
    return target


def _folders_before(candidates: Path, previous: Path | None) -> list[Path]:
    """The current release, and the newest candidate."""
    waiting = [path for path in candidates.iterdir() if path.is_dir() and not path.name.startswith(".")]
    newest = max(waiting, key=lambda path: path.stat().st_mtime_ns, default=None)
    return [folder for folder in (previous, newest) if folder is not None]


def _is_same(folder: Path, other: Path) -> bool:
    """Whether `folder` is a whole candidate with the manifest of `other`: then it stays, with its verdict."""
    if not (folder / "manifest.json").is_file():
        return False
    same = sha256_of(folder / "manifest.json") == sha256_of(other / "manifest.json")
    return same and not changed_files(folder)


def _what_to_release(settings: Settings) -> tuple[list[ReleasedTable], Dictionary]:
    """Tables and descriptions, from the warehouse of this channel."""
    if not settings.warehouse.exists():
        raise MobilityError(
            "There is no warehouse to make a candidate of.",
            where=str(settings.warehouse),
            remedy="build it with `mobility build`",
        )
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
            _refuse_other_channel(settings, warehouse)
            return released_tables(warehouse), Dictionary(warehouse, settings.channel)
    except duckdb.Error as problem:
        raise MobilityError(
            "The warehouse cannot be read.",
            where=str(settings.warehouse),
            expected="a finished warehouse that no other process writes",
            found=str(problem).splitlines()[0],
            remedy="wait for a build that is at work, or remove a damaged file and make it anew with "
            "`mobility build`; then try again",
        ) from problem


def _fill(
    settings: Settings,
    edition: Edition,
    folder: Path,
    tables: list[ReleasedTable],
    dictionary: Dictionary,
    write_pages: WritePages | None,
    earlier: taken_over.Earlier,
) -> str:
    """Write every file of the candidate; returns the hash of its content."""
    version, previous = edition.version, edition.previous
    info = {"channel": settings.channel, "version": version}
    with database.writer(folder / "mobility.duckdb", settings.warehouse, info) as writer:
        entries = export(settings.warehouse, folder, tables, writer, earlier)
        # Its process still writes. What needs the Parquet files only is done beside it.
        boundaries.write(folder, entries, earlier)
        inputs = inputs_and_code.inputs(settings)
        before = None if previous is None else read_manifest(previous)
        contents = Contents(
            settings, version, tables, entries, dictionary, inputs, before, has_site=settings.site
        )
        content_id = _content_id(contents)
        manifest: dict[str, Any] = {
            "name": "mobility",
            "channel": settings.channel,
            "version": version,
            "content_id": content_id,
            "tables": entries,
            "inputs": contents.inputs,
            "code": inputs_and_code.code(),
            "written_by": taken_over.written_by(),
            "waivers": [waiver.facts for waiver in waivers_of(version)],
            "previous": None
            if before is None
            else {name: before[name] for name in ("version", "content_id")},
            "has_site": settings.site,  # so that a rebuild makes it again
        }
        # The candidate's own word of its inputs and code is what changes and pages are explained with.
        _write_manifest(folder, {**manifest, "files": {}})
        if previous is not None:
            contents = replace(contents, diff=_changes(previous, folder))
        writer.wait()
    documents.write_all(folder, contents)
    if settings.site:
        assert write_pages is not None
        write_pages(folder, settings)
    manifest["files"] = {
        name: {"bytes": path.stat().st_size, "sha256": earlier.taken.get(name) or sha256_of(path)}
        for path in files_below(folder)
        if (name := path.relative_to(folder).as_posix()) != "manifest.json"
    }
    _write_manifest(folder, manifest)
    return content_id


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    write_text(folder / "manifest.json", text + "\n")


def _changes(previous: Path, folder: Path) -> Diff:
    """What differs from the release before, written into `changes/`."""
    diff = compare(previous, folder)
    telling_differences.write(diff, folder / "changes")
    return diff


def _refuse_other_channel(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("select channel from lake.run_context").fetchall()
    if found != [(settings.channel,)]:
        raise MobilityError(
            "The warehouse belongs to another channel.",
            where=str(settings.warehouse),
            expected=settings.channel,
            found=", ".join(str(row[0]) for row in found) or "no channel",
            remedy="build the warehouse of this channel with `mobility build`",
        )


def _content_id(contents: Contents) -> str:
    """Hash of what a reader gets: every table, and the inputs. Not of the version or the code."""
    facts = {
        "channel": contents.channel,
        "tables": {
            name: [entry["status"], entry["content_sha256"]] for name, entry in contents.entries.items()
        },
        "inputs": [[item["source"], item["file"], item["sha256"]] for item in contents.inputs],
    }
    return documents.digest(json.dumps(facts, sort_keys=True))
