"""Published releases: which there are, which is current, and how a candidate becomes one.

How they lie, and how one is pointed to, is `storage/releases.py`; here stands what may be published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.locks import only_one
from orchestration.base.manifests import VERSION, read_manifest
from orchestration.base.settings import Settings
from orchestration.release import journal
from orchestration.release.folders import told_in_plain_words
from orchestration.storage import home


@dataclass(frozen=True)
class Release:
    """A published release."""

    version: str
    is_current: bool
    manifest_sha256: str
    settings: Settings

    @property
    def where(self) -> str:
        """Where it is kept, for people."""
        return home.releases(self.settings).where(self.version)

    @property
    def path(self) -> Path:
        """Its folder on this machine."""
        return home.releases(self.settings).local(self.version)


def current(settings: Settings) -> Path | None:
    """The folder of the current release, or None before the first.

    Raises:
        MobilityError: the pointer leads nowhere.
    """
    releases = home.releases(settings)
    version = releases.current()
    return None if version is None else releases.local(version).resolve()


def find(settings: Settings, version: str) -> Path | None:
    """The folder of a release, or None if there is none of this version."""
    releases = home.releases(settings)
    return releases.local(version).resolve() if releases.has(version) else None


def versions(settings: Settings) -> list[str]:
    """Every version that is there, newest first."""
    releases = home.releases(settings)
    found = [name for name in releases.names() if VERSION.fullmatch(name) and releases.has(name)]
    return sorted(found, key=version_key, reverse=True)


def list_releases(settings: Settings) -> list[Release]:
    """Every published release, newest first."""
    releases = home.releases(settings)
    now = releases.pointed()
    return [
        Release(version, version == now, releases.manifest_sha256(version), settings)
        for version in versions(settings)
    ]


def next_version(settings: Settings) -> str:
    """Today's date in UTC; with `.2`, `.3`, ... after that day's last version, also one that is gone."""
    refuse_clock_behind(settings)
    today = _today()
    numbers = [key[3] for key in map(version_key, _versions(settings)) if key[:3] == version_key(today)[:3]]
    return f"{today}.{max(numbers) + 1}" if numbers else today


def refuse_clock_behind(settings: Settings, *more: str) -> None:
    """Raise if a version, of those that are there and `more`, is of a day that has not come.

    Versions are days, and a waiver ends with a day: a clock that went back would open both again.
    """
    keys = [version_key(name) for name in (*_versions(settings), *more)]
    if keys and max(keys)[:3] > version_key(_today())[:3]:
        raise MobilityError(
            "The clock is behind the newest release.",
            where=home.releases(settings).where(),
            expected=f"a day not before {'.'.join(f'{part:02}' for part in max(keys)[:3])}",
            found=f"{_today()} (UTC)",
            remedy="set the clock, then give the same command again",
        )


def _today() -> str:
    return f"{datetime.now(UTC):%Y.%m.%d}"


def _versions(settings: Settings) -> list[str]:
    """Every version that is there, or was by the journal."""
    names = home.releases(settings).names() + [line["version"] for line in journal.read(settings)]
    return [name for name in names if VERSION.fullmatch(name)]


def publish(settings: Settings, candidate: Path, *, approver: str) -> Path:
    """Publish a candidate: copy, verify the copy, rename it, switch `current`.

    The verdict is looked up here for the bytes of the copy, whoever calls and from wherever.
    Publishing what is published already changes nothing.

    Args:
        settings: channel and home.
        candidate: folder of a candidate that the gate passed.
        approver: who approves the release.

    Returns:
        The folder of the release that holds the candidate's content.

    Raises:
        MobilityError: no passing verdict for exactly these bytes, another channel, another
            publisher at work, a version that is taken, or a disk that cannot be written.
    """
    from orchestration.gate import check_verdict

    if not approver.strip():
        raise MobilityError(
            "A release needs somebody who approves it.", remedy="name the person with --approver"
        )
    manifest = read_manifest(candidate)
    _refuse_other_channel(settings, candidate, manifest)
    _refuse_without_version(candidate, manifest)
    releases = home.releases(settings)
    with told_in_plain_words("Publishing", releases.where()):
        check_verdict(candidate)
        with only_one(settings.channel_dir, "publishing"):
            releases.begin()
            finish_rollback(settings)
            published = _already_published(settings, manifest)
            version = published or str(manifest["version"])
            if published is None:
                refuse_clock_behind(settings, version)
                _refuse_withdrawn(settings, candidate, manifest)
                _refuse_older(settings, candidate, version)
                _take_in(settings, candidate, version, approver)
            line = journal.publication(settings, version, approver)
            releases.publish(version, line, switch=published is None)
            return releases.local(version)


def stands_published(settings: Settings, candidate: Path) -> bool:
    """Whether publishing a candidate would find that there is nothing to do.

    Raises:
        MobilityError: the candidate or the current release is not what its manifest says.
    """
    now, lines = home.releases(settings).current(), journal.read(settings)
    if now is None or (lines and lines[-1]["version"] != now):  # the latter: killed in a rollback
        return False
    manifest = read_manifest(candidate)
    published = _already_published(settings, manifest) is not None
    # Pages that were taken back are nothing to publish for whoever asks for none.
    if not published and (settings.site or not _adds_withdrawn_pages(settings, manifest)):
        return False
    return journal.publication(settings, now, approver="") is None


def finish_rollback(settings: Settings) -> None:
    """Switch `current` where a rollback was noted and killed before it did; the caller holds the lock."""
    releases, lines = home.releases(settings), journal.read(settings)
    last = lines[-1] if lines else None
    now = releases.current()
    if last is None or now is None or last["action"] != journal.ROLLBACK or last["from_version"] != now:
        return
    if releases.has(last["version"]):
        releases.point(last["version"])


def changed_files(folder: Path) -> list[str]:
    """Every way in which the files of a candidate or release are not those of its manifest."""
    from orchestration.gate.manifest import file_findings
    from orchestration.gate.manifest import read_manifest as read_gate_manifest

    return file_findings(read_gate_manifest(folder))


def _take_in(settings: Settings, candidate: Path, version: str, approver: str) -> None:
    from orchestration.gate import check_verdict

    releases = home.releases(settings)
    if releases.is_taken(version):
        _refuse_taken(settings, candidate, version)
        return
    releases.take_in(candidate, version, check_verdict, approver)


def _refuse_taken(settings: Settings, candidate: Path, version: str) -> None:
    """Nothing but what a publisher that was killed before it switched `current` may have left there."""
    releases = home.releases(settings)
    there = releases.has(version)
    if not there or sha256_of(candidate / "manifest.json") != releases.manifest_sha256(version):
        raise MobilityError(
            "The candidate's version is taken by something else.",
            where=releases.where(version),
            expected=f"version {version} to be free",
            found="a release with other content" if there else "a folder that is no release",
            remedy="build the candidate again with `mobility release build`: it gets the next version",
        )
    refuse_changed(releases.local(version))


def refuse_changed(release: Path) -> None:
    """Raise unless a release's files are exactly those of its manifest."""
    findings = changed_files(release)
    if findings:
        raise MobilityError(
            "A published release was changed by hand.",
            where=str(release),
            expected="exactly the files of its manifest",
            found="; ".join(findings[:5]) + (f"; and {len(findings) - 5} more" if len(findings) > 5 else ""),
            remedy="move that folder and the link `current` away, then publish again",
        )


def _already_published(settings: Settings, manifest: dict[str, Any]) -> str | None:
    """The current version, if the candidate has its content, and no site that the release lacks."""
    folder = current(settings)
    if folder is None:
        return None
    there = read_manifest(folder)
    lacks_site = manifest.get("has_site") and not there.get("has_site")
    if there["content_id"] != manifest["content_id"] or lacks_site:
        return None
    refuse_changed(folder)
    return folder.name


def _refuse_without_version(candidate: Path, manifest: dict[str, Any]) -> None:
    version, content = manifest.get("version"), manifest.get("content_id")
    if not isinstance(version, str) or not VERSION.fullmatch(version) or not isinstance(content, str):
        raise MobilityError(
            "The candidate's manifest names no version and content to publish.",
            where=str(candidate / "manifest.json"),
            expected="version YYYY.MM.DD or YYYY.MM.DD.n, and content_id",
            found=f"version {version}, content_id {content}",
            remedy="build the candidate again with `mobility release build`",
        )


def follows_current(settings: Settings, candidate: Path) -> bool:
    """Whether a candidate was made to follow the current release, or has its content.

    Its version, and its word of what changed, are told against the release that was current when it was made.
    After another was published, or that one was rolled back, they are wrong.
    """
    manifest, now = read_manifest(candidate), current(settings)
    if now is None:
        return manifest["previous"] is None
    before = read_manifest(now)
    same = {name: before[name] for name in ("version", "content_id")}
    return manifest["previous"] == same or manifest["content_id"] == before["content_id"]


def _refuse_older(settings: Settings, candidate: Path, version: str) -> None:
    """A candidate from before the current release was compared with another one, and says so in CHANGES."""
    now = home.releases(settings).current()
    if now is not None and version_key(version) <= version_key(now):
        raise MobilityError(
            "The candidate was built before the current release was published.",
            where=str(candidate),
            expected=f"a version after {now}",
            found=version,
            remedy="build the candidate again with `mobility release build`: it gets the next version",
        )


def _refuse_withdrawn(settings: Settings, candidate: Path, manifest: dict[str, Any]) -> None:
    """What was rolled back with a reason comes back by a person's word only, not by the next run."""
    line = _withdrawn_line(settings, manifest)
    if line is None:
        return
    version, back = line["from_version"], "to have that release back nevertheless: "
    back += f"`mobility release rollback --to {version} --reason ...`"
    by_whom = f"{version}, rolled back by {line['approver']} on {line['at']}"
    if _adds_withdrawn_pages(settings, manifest):
        raise MobilityError(
            "The candidate adds nothing but pages to the current release, and these were rolled back.",
            where=str(candidate),
            expected=f"other content than {by_whom}",
            found=f"the same content, which the current release has too; the reason was: {line['reason']}",
            remedy="leave the current release as it is: `mobility run` without --site does, and "
            f"`mobility release site` writes its pages elsewhere; {back}",
        )
    raise MobilityError(
        "The candidate has the content of a release that was rolled back.",
        where=str(candidate),
        expected=f"other content than {by_whom}",
        found=f"the same content; the reason was: {line['reason']}",
        remedy=f"mend the cause and build again; {back}",
    )


def _withdrawn_line(settings: Settings, manifest: dict[str, Any]) -> dict[str, str] | None:
    """The line that took back a release with the candidate's content, or of its version."""
    for version, line in journal.withdrawn(settings).items():
        path = find(settings, version)
        known = path is not None and read_manifest(path)["content_id"] == manifest["content_id"]
        if known or version == manifest["version"]:
            return line
    return None


def _adds_withdrawn_pages(settings: Settings, manifest: dict[str, Any]) -> bool:
    """Whether the current release has the candidate's content, and the one with its pages too was taken back.

    Raises:
        MobilityError: the current release was changed by hand.
    """
    folder = current(settings)
    if folder is None or not manifest.get("has_site"):
        return False
    there = read_manifest(folder)
    if there["content_id"] != manifest["content_id"] or there.get("has_site"):
        return False
    if _withdrawn_line(settings, manifest) is None:
        return False
    refuse_changed(folder)
    return True


def _refuse_other_channel(settings: Settings, candidate: Path, manifest: dict[str, Any]) -> None:
    if manifest.get("channel") != settings.channel:
        raise MobilityError(
            "The candidate belongs to another channel.",
            where=str(candidate),
            expected=settings.channel,
            found=str(manifest.get("channel")),
            remedy="channels never mix: publish a candidate that was built in this channel",
        )


def version_key(version: str) -> tuple[int, ...]:
    """Order of versions: year, month, day, number of that day."""
    match = VERSION.fullmatch(version)
    return tuple(int(part or 1) for part in match.groups()) if match else ()
