"""Two commands at once on one home, as two people type them: what each said, and what lies there after."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from orchestration import release
from orchestration.base.settings import PROJECT_ROOT, Settings

WAITED = re.compile(
    rf"waiting for {re.escape(getpass.getuser())}, process (\d+), (.+), "
    r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
)


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    process: int
    code: int
    text: str

    def waited_for(self) -> list[int]:
        """Processes that it was told to wait for."""
        return [int(number) for number, _ in WAITED.findall(self.text)]


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    """A command of its own process, free of settings that a developer may have in the environment."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOBILITY_", "DBT_", "DAGSTER_")) or name == "MOBILITY_SYNC"
    }
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *words, "--home", str(home)],
        cwd=PROJECT_ROOT, env=clean, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def both(home: Path, first: tuple[str, ...], second: tuple[str, ...], gap: float = 0.0) -> tuple[Said, Said]:
    """Two commands, the second `gap` seconds after the first."""
    one = start(home, *first)
    time.sleep(gap)
    other = start(home, *second)
    texts = {process: process.communicate()[0] for process in (other, one)}
    return tuple(Said(each.pid, each.returncode, texts[each]) for each in (one, other))  # type: ignore[return-value]


def lake(settings: Settings) -> dict[str, str]:
    """Hash of every file of the lake; hidden ones, which nobody needs, too."""
    return {
        path.relative_to(settings.lake_dir).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(settings.lake_dir.rglob("*"))
        if path.is_file()
    }


def findings(settings: Settings, expected_lake: dict[str, str], said: tuple[Said, Said]) -> list[str]:
    """Whatever is not as it should be after two commands."""
    found = [f"exit code {one.code}: {one.text[-2000:]}" for one in said if one.code]
    pids = [one.process for one in said]
    for one in said:
        found += [f"told to wait for {pid}" for pid in one.waited_for() if pid not in pids]
    now = lake(settings)
    if now != expected_lake:
        found.append(f"the lake differs: {sorted(now.items() ^ expected_lake.items())[:4]}")
    current = release.current(settings)
    if current is not None:
        found += release.verify(current)
    return found
