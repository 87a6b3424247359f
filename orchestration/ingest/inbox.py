"""The inbox: a folder for files that only a person can fetch.

A file is recognised by its official name, at one of three places, the most exact first:
`<inbox>/<source>/<vintage>/<official name>`, `<inbox>/<source>/<name>`, `<inbox>/<name>`.
The last two are not asked for names that a source uses more than once.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.base.settings import Settings
from orchestration.sources.model import Source, SourceFile


def folder(settings: Settings) -> Path:
    """The inbox of a run: the one given, or `inbox/` of the channel."""
    return settings.inbox or settings.channel_dir / "inbox"


def find(settings: Settings, source: Source, file: SourceFile) -> Path | None:
    """The file in the inbox, or None."""
    root = folder(settings)
    if not root.is_dir():
        return None
    places = [root / source.canonical_path(file)]
    if file.basename in source.unique_basenames:
        places += [root / source.name / file.basename, root / file.basename]
    return next((place for place in places if place.is_file()), None)


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
