"""The same functions as the commands call, without Dagster, which takes seconds to start."""

from __future__ import annotations

import multiprocessing
import shutil
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.release.push import push
from orchestration.site import build_site
from tests.kills.commands import Job
from tests.kills.scene import Scene, set_up
from tests.support.slim import make_slim
from tests.support.verdict import write_verdict


def perform(settings: Settings, words: list[str]) -> None:
    """Do what `mobility release <words>` does; the gate passes everything here."""
    verb, *rest = words
    named: dict[str, Any] = {"--approver": "Ann"}
    while len(rest) > 1 and rest[-2].startswith("--"):
        named[rest[-2]], rest = rest[-1], rest[:-2]
    releases, approver = settings.releases_dir, named["--approver"]
    if verb == "build":
        release.build_candidate(settings)
    elif verb == "gate":
        for candidate in settings.candidates_dir.glob("[!.]*"):
            write_verdict(candidate)
    elif verb == "publish":
        release.publish(settings, settings.candidates_dir / rest[0], approver=approver)
    elif verb == "push":
        push(releases / rest[0], named["--to"], approver=approver)
    elif verb == "rollback":
        release.rollback(settings, reason=named["--reason"], approver=approver)
    else:
        build_site(releases / rest[0], settings.channel_dir / "sites" / rest[0])


class Directly:
    """A process in which everything is imported already; what need not be killed is done in this one."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])

    def start(self, settings: Settings, words: list[str]) -> Job:
        """A process whose work begins now."""
        process = self._context.Process(target=perform, args=(settings, words))
        process.start()
        return _Begun(process)

    def finish(self, settings: Settings, words: list[str]) -> str:
        """What was wrong, if it failed."""
        try:
            perform(settings, words)
        except MobilityError as error:
            return str(error)
        return ""


def small_scene(made: Path, home: Path, *, is_slim: bool = False) -> Scene:
    """A scene at `home`, of a copy of a home with a judged candidate of the sample.

    Args:
        made: that home.
        home: where the scene is to be.
        is_slim: whether its releases have few tables, for tests that look at them again and again.
    """
    shutil.copytree(made, home)
    settings = Settings(home=home, channel="sample")
    (candidate,) = (path.name for path in settings.candidates_dir.iterdir() if path.is_dir())
    way = Directly()

    def give(settings: Settings, words: list[str]) -> str:
        if is_slim and words == ["gate"]:
            for unjudged in settings.candidates_dir.glob("[!.]*"):
                make_slim(unjudged, whole_database=True)
        return way.finish(settings, words)

    assert not give(settings, ["gate"]) and not give(settings, ["publish", candidate])
    return set_up(settings, give)


class _Begun:
    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def is_running(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def wait(self) -> str:
        self._process.join()
        return f"exit code {self._process.exitcode}" if self._process.exitcode else ""
