"""The inbox: a folder for files that only a person can fetch.

A file is recognised by its official name, at one of three places, the most exact first:
`<inbox>/<source>/<vintage>/<official name>`, `<inbox>/<source>/<name>`, `<inbox>/<name>`.
The last two are not asked for names that a source uses more than once.

A home on an object store has an inbox there too, `<home>/<channel>/inbox/`, in which all its machines look,
after the folder of their own.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.files import version_of
from orchestration.base.settings import Settings
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile
from orchestration.storage import inbox_files

_SHOWN = 10
_NOTES = ("readme", "note", "license", "licence", "thumbs.db", "desktop.ini")
"""How names begin that a person, or a system, keeps beside the files; in small letters."""


@dataclass(frozen=True)
class Unknown:
    """A file in the inbox that no record knows; `near` is the name that may be meant, or empty."""

    name: str
    near: str = ""

    def __str__(self) -> str:
        """The file for people."""
        return f"{self.name} (did you mean {self.near}?)" if self.near else self.name


def folder(settings: Settings) -> Path:
    """The inbox of a run: the one given, or `inbox/` of the channel."""
    return settings.inbox or settings.channel_dir / "inbox"


def find(settings: Settings, source: Source, file: SourceFile) -> Path | None:
    """The file in the inbox, or None."""
    root = folder(settings)
    if not root.is_dir():
        return None
    return next((root / name for name in _names(source, file) if (root / name).is_file()), None)


def look(settings: Settings) -> None:
    """See what lies in the inbox of the store."""
    inbox_files.look(settings)


def find_in_store(settings: Settings, source: Source, file: SourceFile) -> inbox_files.Sent | None:
    """The file in the inbox of the store, or None."""
    return next(filter(None, (inbox_files.sent(settings, name) for name in _names(source, file))), None)


def version(settings: Settings, source: Source, file: SourceFile) -> str:
    """What changes whenever somebody brings the file anew; empty if nobody has."""
    brought = find(settings, source, file)
    if brought is not None:
        return version_of(brought)
    sent = find_in_store(settings, source, file)
    return sent.version if sent else ""


def _names(source: Source, file: SourceFile) -> list[str]:
    """Names under which the file may lie in an inbox, the most exact first."""
    if file.basename not in source.unique_basenames:
        return [source.canonical_path(file)]
    return [source.canonical_path(file), f"{source.name}/{file.basename}", file.basename]


def unknown(settings: Settings) -> dict[str, list[Unknown]]:
    """Inbox -> its files that no run takes in, since no record has their name in that place.

    Hidden files and notes need no word. Of many files only those told first get a name that may be meant.
    """
    root = folder(settings)
    inboxes = ((str(root), _lying(root)), inbox_files.lying(settings))
    strange = {where: sorted(name for name in names if not _needs_no_word(name)) for where, names in inboxes}
    if not any(strange.values()):
        return {}
    known = {
        name: source.canonical_path(file)
        for source in SOURCES.values()
        for file in source.files
        if file.channel in (None, settings.channel)
        for name in _names(source, file)
    }
    paths = sorted(set(known.values()))
    found = {where: [name for name in names if name not in known] for where, names in strange.items()}
    return {
        where: [Unknown(name, _near(name, paths) if at < _SHOWN else "") for at, name in enumerate(names)]
        for where, names in found.items()
        if names
    }


def told_unknown(settings: Settings) -> list[str]:
    """The unknown files as lines for people, with what to do; none if there are none."""
    lines = []
    for where, found in unknown(settings).items():
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        lines.append(f"not known and not taken in, in the inbox {where}:")
        lines += [f"  {line}" for line in [*map(str, found[:_SHOWN]), *more]]
    return [*lines, "  `mobility sources NAME` says how the files of a source are called"] if lines else []


def _lying(root: Path) -> Iterator[str]:
    """Names below the inbox; folders that are hidden are left out."""
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            yield (Path(place) / name).relative_to(root).as_posix()


def _needs_no_word(name: str) -> bool:
    """Whether a file is hidden, or a note."""
    last = name.rpartition("/")[2].lower()
    return last.startswith((".", "~", *_NOTES)) or last.endswith(".md")


def _near(name: str, paths: list[str]) -> str:
    """The place of a file that a person may have meant: the same name elsewhere, else one like it."""
    parts = name.split("/")
    same = [path for path in paths if path.rpartition("/")[2].lower() == parts[-1].lower()]
    if same:
        return max(same, key=lambda path: len(set(path.split("/")) & set(parts)))
    if parts[0] in SOURCES:
        paths = [path for path in paths if path.startswith(f"{parts[0]}/")]
        found = difflib.get_close_matches(name, paths, n=1, cutoff=0.8)
        if found:
            return found[0]
    # Names alone are fewer than places: of ten files in no source's folder, places would cost seconds.
    last = {path.rpartition("/")[2]: path for path in paths}
    return next((last[one] for one in difflib.get_close_matches(parts[-1], last, n=1, cutoff=0.85)), "")


def how_to_fetch(settings: Settings, source: Source, file: SourceFile) -> str:
    """What a person does to bring a file that is not at hand."""
    steps = []
    if source.access == "manual":
        steps.append(f"open {file.url or source.landing_page}")
        if file.form_settings:
            steps.append(f"choose: {file.form_settings}")
        steps.append(f"save it as {folder(settings) / source.canonical_path(file)}")
    else:
        if not file.url:
            steps.append(f"look for it at {source.landing_page}")
        elif file.bulk:
            steps.append(f"fetch {file.url}")
        elif settings.channel == "national":
            if file.key and getattr(settings, file.key) is None:
                steps.append(f"set MOBILITY_{file.key.upper()} to a key of {source.agency}")
            if not settings.download:
                steps.append("allow the network with --download")
        steps.append(f"or give a --mirror that lists {source.canonical_path(file)}")
        # Of an address that answers in pages, or to a key only, a browser makes no file.
        by_hand = file.url and not (file.bulk or file.paged or file.key) and settings.channel == "national"
        what = f"{file.basename} from {file.url}" if by_hand else file.basename
        place = f"save {what} as {folder(settings) / source.canonical_path(file)}"
        if file.form_settings:
            place = f"by hand, at {source.landing_page}: {file.form_settings}; then {place}"
        steps.append(f"or {place}")
    return "; ".join(steps).removeprefix("or ")
