"""Carrying a verified release to another folder or object store, and pointing there.

How it lies there, and who wins of two, stands in `storage/pointing.py`. Any store that fsspec knows will do.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import parsed, read_manifest
from orchestration.base.settings import Settings
from orchestration.release import journal
from orchestration.release.store import version_key
from orchestration.release.verify import verify
from orchestration.storage import pointing
from orchestration.storage.place import Place
from orchestration.storage.pointing import Progress


@dataclass(frozen=True)
class Pushed:
    """What a push did."""

    version: str
    url: str
    sent: int
    found: int


def push(release: Path, url: str, *, approver: str, progress: Progress | None = None) -> Pushed:
    """Copy a release to `url`, prove the copy by reading it back, then point to it.

    Pushing again sends only what is not there, or not whole. It leads readers forward only: back is a
    person's word, with a reason (`point_back`).

    Args:
        release: folder of a published release.
        url: a folder, or an address of fsspec such as `s3://bucket/path`.
        approver: who decides, for the history.
        progress: called once per file.

    Raises:
        MobilityError: the release does not verify, another one is there under its version, somebody
            else switched the pointer meanwhile, readers there have a newer one or were taken back from this
            one, releases of another channel or a home are there, or the store cannot be written.
    """
    findings = verify(release)
    if findings:
        raise MobilityError(
            "A release that does not verify is not carried anywhere.",
            where=str(release),
            expected="no finding of `mobility release verify`",
            found="; ".join(findings[:3]),
            remedy="bring the release back as it was published",
        )
    place = Place(url)
    with place.told("Pushing"):
        _refuse_home(place)
        seen = pointing.look(place)
        _refuse_other_channel(place, seen, release)
        sent, count = pointing.send_release(
            place, release, release.name, approver=approver, progress=progress
        )
        _refuse_to_lead_back(place, seen, release.name)
        sha256 = pointing.files_of(release)["manifest.json"]
        pointing.switch(place, seen, release.name, sha256, approver=approver, reason="")
    return Pushed(release.name, place.url, sent, count - sent)


def refuse_withdrawn(settings: Settings, version: str) -> None:
    """Raise if a release was rolled back in this home: who reads elsewhere shall not get it either.

    Raises:
        MobilityError: it was.
    """
    line = journal.withdrawn(settings).get(version)
    if line is not None:
        raise MobilityError(
            "A release that was rolled back here is not carried elsewhere.",
            where=version,
            expected="the current release, or one that nobody took back",
            found=f"rolled back by {line['approver']} on {line['at']}: {line['reason']}",
            remedy="leave out the version to push the current release; to have this one back: "
            f"`mobility release rollback --to {version} --reason ...`",
        )


def _refuse_home(place: Place) -> None:
    """A home in a folder has a link and a journal of its own, which no push writes."""
    if "journal.jsonl" in place.names("releases"):
        raise MobilityError(
            "A home publishes its releases itself.",
            where=place.url,
            expected="a place that only pushes write to",
            found="the releases of a home, with their journal",
            remedy="push to another folder; in a home `mobility run` or `mobility release publish` publishes",
        )


def _refuse_other_channel(place: Place, seen: pointing.Seen, release: Path) -> None:
    """Invented numbers never follow real ones, nor the other way round. What cannot be read says nothing."""
    content = place.read(f"releases/{(seen.last or {}).get('version')}/manifest.json")
    own, there = read_manifest(release).get("channel"), None
    with suppress(MobilityError):
        there = parsed(Path(place.url), content or b"").get("channel")
    if there not in (None, own):
        raise MobilityError(
            "Releases of another channel are there.",
            where=place.url,
            expected=f"releases of the channel {own}, or none",
            found=f"the channel {there}",
            remedy="push to an address of its own: channels never mix",
        )


def _refuse_to_lead_back(place: Place, seen: pointing.Seen, version: str) -> None:
    """What was sent stays; the pointer goes back by a word with a reason only."""
    last = seen.last or {}
    now = str(last.get("version") or "")
    if now == version:
        return
    line = pointing.withdrawn(place, version)
    if line is None and version_key(version) >= version_key(now):
        return
    raise MobilityError(
        "The release is there, but a push does not lead readers back to it.",
        where=place.name("current.json"),
        expected=f"readers with an earlier release, whom nobody took back from {version}",
        found=f"version {version} taken back{pointing.who(line)}: {line['reason']}"
        if line
        else f"version {now}, which is newer{pointing.who(last)}",
        remedy="leave the pointer, or say why: "
        f"`mobility release rollback --at {place.url} --to {version} --reason ...`",
    )


def point_back(url: str, version: str, *, approver: str, reason: str) -> str:
    """Point to an earlier release at `url`, after proving that it is whole there.

    Raises:
        MobilityError: no reason, no such version there, or one of its files is not as its manifest says.
    """
    if not reason.strip() or not approver.strip():
        raise MobilityError(
            "A rollback needs a reason and somebody who decides.", remedy="give --reason and --approver"
        )
    place = Place(url)
    with place.told("Rolling back"):
        seen = pointing.look(place)
        sha256 = pointing.prove_release(place, version)
        pointing.switch(place, seen, version, sha256, approver=approver, reason=reason)
    return version
