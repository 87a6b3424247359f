"""The same on one machine, in a folder, without any of it; and what differs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from orchestration.base.files import sha256_of
from orchestration.base.settings import PROJECT_ROOT
from orchestration.storage.place import Place

_OF_A_STORE = ("MOBILITY_HOME", "MOBILITY_SCRATCH", "DAGSTER_HOME")


def run(log: Path, environment: Mapping[str, str], *options: str) -> None:
    """`mobility run` as a person gives it.

    Raises:
        RuntimeError: it did not end well; with what it said last.
    """
    command = [sys.executable, "-m", "orchestration.cli", "run", "--approver", "the trial", *options]
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_A_STORE}
    with log.open("ab") as out:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=inherited | dict(environment), stdout=out, stderr=subprocess.STDOUT
        )
    if done.returncode != 0:
        told = log.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise RuntimeError(f"mobility run ended with {done.returncode}; the end of {log}:\n{told}")


def release_in(place: Place) -> dict[str, str]:
    """Every file of the current release of a channel, with the hash of its bytes."""
    current = place.read_json("current.json")
    version = current["version"] if current else "current"
    names = place.versions(f"releases/{version}")
    return {name: place.sha256(f"releases/{version}/{name}") or "absent" for name in sorted(names)}


def sums_in(place: Place) -> dict[str, str]:
    """Files of sums with the hash of their bytes."""
    found = place.versions("sums")
    receipts = {name: place.read_json(f"sums/{name}") or {} for name in found if name.endswith(".json")}
    return {name.removesuffix(".json"): str(receipt.get("sha256")) for name, receipt in receipts.items()}


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """Names that only one has, or that have other bytes."""
    return sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))


def hashes_below(folder: Path) -> dict[str, str]:
    """Files below a folder, with their hashes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
