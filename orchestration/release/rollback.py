"""Taking `current` back to an earlier release, and clearing candidates away. No release is ever touched."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.files import files_below
from orchestration.base.locks import only_one
from orchestration.base.settings import Settings
from orchestration.release import journal
from orchestration.release.folders import told_in_plain_words
from orchestration.release.store import (
    VERSION,
    current,
    finish_rollback,
    refuse_changed,
    version_key,
    versions,
)
from orchestration.storage import home


def rollback(settings: Settings, *, reason: str, approver: str, to: str | None = None) -> Path:
    """Point `current` to an earlier release, or to the version named; nothing else changes.

    Giving the same command again changes nothing. What was left is *withdrawn*: publishing refuses its
    content until a person takes it up again by rolling back to it.

    Args:
        settings: channel and home.
        reason: why, for the journal and for whoever finds the release withdrawn.
        approver: who decides.
        to: a version; the newest one before the current one that was not rolled back itself, if None.

    Returns:
        The folder of the release that is current now.

    Raises:
        MobilityError: no reason or no approver, no such release, its files are not whole, or another
            publisher is at work.
    """
    if not reason.strip() or not approver.strip():
        raise MobilityError(
            "A rollback needs a reason and somebody who decides.",
            expected="both, for the journal",
            found="no reason" if not reason.strip() else "nobody",
            remedy="give them with --reason and --approver",
        )
    releases = home.releases(settings)
    with (
        told_in_plain_words("Rolling back", releases.where()),
        only_one(settings.channel_dir, "rollback"),
    ):
        releases.look()
        finish_rollback(settings)
        now = current(settings)
        if now is None:
            raise MobilityError(
                "Nothing was published yet.", where=releases.where(), remedy="run `mobility run`"
            )
        repeated = _same_as_before(settings, now, reason, to)
        target = now if repeated else _target(settings, now, to)
        refuse_changed(target)
        if target != now:
            why = {"approver": approver.strip(), "reason": reason.strip()}
            releases.take_back(target.name, journal.rollback(settings, target.name, left=now.name, **why))
    return target


def _same_as_before(settings: Settings, now: Path, reason: str, to: str | None) -> bool:
    """Whether the journal's last line is this very rollback, and `current` is where it leads."""
    lines = journal.read(settings)
    last = lines[-1] if lines else {}
    return (
        last.get("action") == journal.ROLLBACK
        and last["version"] == now.name
        and (to == now.name or (to is None and last["reason"] == reason.strip()))
    )


def _target(settings: Settings, now: Path, to: str | None) -> Path:
    """The release named, or the one before."""
    releases, there = home.releases(settings), versions(settings)
    if to is not None:
        if to not in there:
            raise MobilityError(
                "There is no such release.",
                where=releases.where(),
                expected=f"one of {', '.join(there)}",
                found=to,
                remedy="see `mobility release list`",
            )
        return releases.local(to).resolve()
    out = journal.withdrawn(settings)
    earlier = [
        version for version in there if version_key(version) < version_key(now.name) and version not in out
    ]
    if not earlier:
        raise MobilityError(
            "There is no release before the current one.",
            where=releases.where(),
            found=f"current is {now.name}",
            remedy="publish a corrected release instead, or name a version with --to",
        )
    return releases.local(max(earlier, key=version_key)).resolve()


@dataclass(frozen=True)
class Pruned:
    """A candidate that was removed, or would be."""

    path: Path
    bytes: int


def prune(settings: Settings, *, keep: int = 1, dry_run: bool = False) -> list[Pruned]:
    """Remove candidates, but the newest ones; releases are never removed.

    Args:
        settings: channel and home.
        keep: how many of the newest to keep, the newest of all among them.
        dry_run: only say what would go.

    Raises:
        MobilityError: a candidate is being built, or the folder cannot be written.
    """
    folder = home.candidates(settings)
    if not folder.is_dir():
        return []
    alone = only_one(settings.channel_dir, "removal of candidates")
    with told_in_plain_words("Removing candidates", folder), alone:
        newest_first = sorted(_candidates(settings), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        gone = []
        for path in newest_first[max(1, keep) :]:
            size = sum(file.stat().st_size for file in files_below(path))
            if not dry_run:
                # Hidden first: killed halfway, no reader finds half a candidate; the next build clears it.
                hidden = path.with_name(f".candidate-pruned-{path.name}")
                path.rename(hidden)
                shutil.rmtree(hidden)
            gone.append(Pruned(path, size))
    return gone


def _candidates(settings: Settings) -> list[Path]:
    """Folders that are candidates by their manifest; a release that somebody put there stays."""
    return [
        path
        for path in home.candidates(settings).iterdir()
        if path.is_dir()
        and not path.is_symlink()
        and path.name[0] != "."
        and not VERSION.fullmatch(path.name)
        and (path / "manifest.json").is_file()
    ]
