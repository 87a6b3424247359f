"""Carrying a verified release to another folder or object store, and pointing there.

How it lies there, and who wins of two, stands in `storage/pointing.py`. Any store that fsspec knows will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.base.errors import MobilityError
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

    Pushing again sends only what is not there, or not whole.

    Args:
        release: folder of a published release.
        url: a folder, or an address of fsspec such as `s3://bucket/path`.
        approver: who decides, for the history.
        progress: called once per file.

    Raises:
        MobilityError: the release does not verify, another one is there under its version, somebody
            else switched the pointer meanwhile, or the store cannot be written.
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
        seen = pointing.look(place)
        sent, count = pointing.send_release(
            place, release, release.name, approver=approver, progress=progress
        )
        sha256 = pointing.files_of(release)["manifest.json"]
        pointing.switch(place, seen, release.name, sha256, approver=approver, reason="")
    return Pushed(release.name, place.url, sent, count - sent)


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
