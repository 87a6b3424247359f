"""The inbox: a folder for files that only a person can fetch.

A file is recognised by its official name, at one of three places, the most exact first:
`<inbox>/<source>/<vintage>/<official name>`, `<inbox>/<source>/<name>`, `<inbox>/<name>`.
The last two are not asked for names that a source uses more than once.

A home on an object store has an inbox there too, `<home>/<channel>/inbox/`, in which all its machines look,
after the folder of their own.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.base.files import version_of
from orchestration.base.settings import Settings
from orchestration.sources.model import Source, SourceFile
from orchestration.storage import inbox_files


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
        place = f"save {file.basename} as {folder(settings) / source.canonical_path(file)}"
        if file.form_settings:
            place = f"by hand, at {source.landing_page}: {file.form_settings}; then {place}"
        steps.append(f"or {place}")
    return "; ".join(steps).removeprefix("or ")
