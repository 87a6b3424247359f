"""Which two folders a person means who asks what differs without naming them."""

from __future__ import annotations

from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import Settings
from orchestration.release import journal
from orchestration.release.store import current, find, version_key, versions
from orchestration.storage import home


def newest(settings: Settings, candidate: Path | None) -> Path:
    """The candidate if it holds something new; the current release where that holds its content already.

    Raises:
        MobilityError: there is neither a candidate nor a release.
    """
    now = current(settings)
    if now is not None and (candidate is None or _content(candidate) == _content(now)):
        return now
    if candidate is None:
        raise MobilityError(
            "There is nothing to compare yet.",
            where=str(settings.channel_dir),
            expected="a candidate or a release",
            remedy="run `mobility run`, or build a candidate with `mobility release build`",
        )
    return candidate


def one_before(settings: Settings, folder: Path) -> Path:
    """The release that `folder` followed: of a candidate the current one, of a release the one before it.

    Raises:
        MobilityError: there is none.
    """
    now = current(settings)
    before = _followed(settings, folder) if home.releases(settings).is_one(folder) else now
    if before is None:
        raise MobilityError(
            "There is no release before it to compare with.",
            where=str(folder),
            expected="a release that it followed",
            found="the first of its channel, or one whose earlier releases are gone",
            remedy="name both: `mobility release diff OLD NEW`",
        )
    return before


def _followed(settings: Settings, release: Path) -> Path | None:
    """The release whose differences stand in its `CHANGES.md`, else the newest earlier one that stands."""
    named = (read_manifest(release).get("previous") or {}).get("version")
    out = journal.withdrawn(settings)
    earlier = [
        one for one in versions(settings) if version_key(one) < version_key(release.name) and one not in out
    ]
    there = (find(settings, one) for one in ([named] if named else []) + earlier)
    return next((path for path in there if path is not None), None)


def _content(folder: Path) -> str:
    return str(read_manifest(folder).get("content_id"))
