"""Disks that are full or read-only: a file system of its own where that is allowed, limits elsewhere."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Disk:
    """A small file system mounted at `place`."""

    place: Path

    @contextmanager
    def full(self, leaving: int) -> Iterator[None]:
        """Nothing but a few bytes are free while the block runs."""
        ballast = self.place / "ballast"
        room = os.statvfs(self.place)
        with ballast.open("wb") as file:
            for _ in range((room.f_bavail * room.f_frsize - leaving) >> 12):
                file.write(bytes(4096))
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing can be written while the block runs."""
        self._mount("remount,ro")
        try:
            yield
        finally:
            self._mount("remount,rw")

    def _mount(self, options: str) -> None:
        subprocess.run(["mount", "-o", options, str(self.place)], check=True)


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Disk | None]:
    """A file system with so much room; None where the machine does not let us mount one."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    mounted = (
        shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    try:
        yield Disk(place) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """No file may grow beyond a limit while the block runs."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
