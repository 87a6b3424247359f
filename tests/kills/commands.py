"""The commands of a release's life: what lies there before, how each is given, what can be seen meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from orchestration.base.settings import PROJECT_ROOT, Settings
from tests.kills.scene import Scene

Sign = Callable[[Scene], bool]


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: as in `mobility release <name>`.
        arguments: what is typed after its name.
        lay: puts everything as it is before the command.
        begun: the first trace that its work leaves; the time before is spent on starting Python.
        signs: moments that can be seen from outside and last a few milliseconds; each gets kills of its own.
        done: whether all is as it should be after the command ended well.
    """

    name: str
    arguments: Callable[[Scene], list[str]]
    lay: Callable[[Scene], None]
    begun: Sign
    done: Sign
    signs: Mapping[str, Sign] = field(default_factory=dict)

    def words(self, scene: Scene) -> list[str]:
        """What is typed after `mobility release`."""
        return [self.name, *self.arguments(scene)]


class Job(Protocol):
    """A command at work in a process of its own."""

    def is_running(self) -> bool:
        """Whether it has not ended yet."""

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""

    def wait(self) -> str:
        """Wait for its end; empty, or what it said when it did not end well."""


class Way(Protocol):
    """A way to give a command: as a person does, or one that starts sooner."""

    def start(self, settings: Settings, words: list[str]) -> Job:
        """A process that is about to do it."""

    def finish(self, settings: Settings, words: list[str]) -> str:
        """Give it and wait; empty, or what it said when it did not end well."""


class AsTyped:
    """`mobility release ...`, in a process of its own, as a person gives it."""

    def start(self, settings: Settings, words: list[str]) -> Job:
        """The command line's process."""
        sample = ["--sample"] if settings.channel == "sample" else []
        command = [sys.executable, "-m", "orchestration.cli", "release", *words, *sample]
        process = subprocess.Popen(
            [*command, "--home", str(settings.home)],
            cwd=PROJECT_ROOT,
            env={**os.environ, "DAGSTER_HOME": str(settings.home / "dagster")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        return _Typed(process)

    def finish(self, settings: Settings, words: list[str]) -> str:
        """Exit code and message if it failed."""
        return self.start(settings, words).wait()


class _Typed:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def wait(self) -> str:
        _, said = self._process.communicate()
        return f"exit code {self._process.returncode}: {said.strip()}" if self._process.returncode else ""


def _begun(scene: Scene) -> bool:
    """The channel's lock says who holds it: that is the first thing a writer does."""
    try:
        said = json.loads((scene.settings.channel_dir / ".lock.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return Path(f"/proc/{said['process']}").exists()  # not of one that was killed


def _releases(scene: Scene) -> Path:
    return scene.settings.releases_dir


def _candidates(scene: Scene) -> Path:
    return scene.settings.candidates_dir


def _current(version: Callable[[Scene], str]) -> Sign:
    return lambda scene: (_releases(scene) / "current").readlink().name == version(scene)


def _noted(lines: int) -> Sign:
    """Whether the journal has so many lines."""
    return lambda scene: (scene.settings.releases_dir / "journal.jsonl").read_bytes().count(b"\n") == lines


def _pushed_file(name: str) -> Sign:
    return lambda scene: any((scene.place / "releases" / scene.new).glob(name))


def _new(scene: Scene) -> str:
    return scene.new


def _old(scene: Scene) -> str:
    return scene.old


BUILD = Command(
    "build",
    arguments=lambda scene: [],
    lay=lambda scene: scene.put_back(scene.old, candidate=False),
    begun=_begun,
    done=lambda scene: (_candidates(scene) / scene.candidate / "manifest.json").is_file(),
    signs={
        "its manifest is written": lambda scene: (
            _candidates(scene) / f".candidate-{scene.settings.channel}" / "manifest.json"
        ).exists(),
        "it has its name": lambda scene: (_candidates(scene) / scene.candidate).exists(),
    },
)
PUBLISH = Command(
    "publish",
    arguments=lambda scene: [scene.candidate, "--approver", "Ann"],
    lay=lambda scene: scene.put_back(scene.old),
    begun=_begun,
    done=lambda scene: _current(_new)(scene) and _noted(2)(scene),
    signs={
        "the copy has its name": lambda scene: (_releases(scene) / scene.new).exists(),
        "the journal is prepared": lambda scene: (_releases(scene) / ".journal.jsonl.new").exists(),
        "`current` is switched": _current(_new),
        "it is noted": _noted(2),
    },
)
PUSH = Command(
    "push",
    arguments=lambda scene: [scene.new, "--to", str(scene.place), "--approver", "Ann"],
    lay=lambda scene: scene.put_back(scene.new),
    begun=lambda scene: (scene.place / "releases" / scene.new).exists(),
    done=lambda scene: scene.pushed() == scene.new,
    signs={
        "the database is on its way": _pushed_file(".mobility.duckdb.*.new"),
        "the manifest is on its way": _pushed_file(".manifest.json.*.new"),
        "the manifest is there": _pushed_file("manifest.json"),
        "it is noted": lambda scene: len(list((scene.place / "history").glob("[!.]*"))) == 2,
        "the pointer is on its way": lambda scene: any(scene.place.glob(".current.json.*.new")),
    },
)
ROLLBACK = Command(
    "rollback",
    arguments=lambda scene: ["--reason", "a kill", "--approver", "Ann"],
    lay=lambda scene: scene.put_back(scene.new),
    begun=_begun,
    done=lambda scene: _current(_old)(scene) and _noted(3)(scene),
    signs={
        "the journal is prepared": lambda scene: (_releases(scene) / ".journal.jsonl.new").exists(),
        "it is noted": _noted(3),
        "`current` is switched": _current(_old),
    },
)
SITE = Command(
    "site",
    arguments=lambda scene: [scene.new],
    lay=lambda scene: scene.put_back(scene.new),
    begun=lambda scene: scene.site.with_name(f".{scene.site.name}.new").exists(),
    done=lambda scene: (scene.site / "index.html").is_file(),
    signs={"it has its name": lambda scene: scene.site.exists()},
)
ALL = (BUILD, PUBLISH, PUSH, ROLLBACK, SITE)
