"""Kills a command at a moment, looks at what a reader finds, and gives the command again."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration import release
from tests.kills.commands import Command, Way
from tests.kills.scene import Scene


@dataclass
class Run:
    """How long a run takes at least, and when its work begins, in seconds from its start.

    Every run that is left alone is measured: one on a busy machine would place the moments after the end.
    """

    seconds: float = float("inf")
    begins: float = 0.0

    def learn(self, seconds: float, begins: float) -> None:
        """Take the times of a run, if it was the shortest."""
        if seconds < self.seconds:
            self.seconds, self.begins = seconds, begins


@dataclass(frozen=True)
class Moment:
    """When to kill: at a share of the run, or of its work alone, or as soon as a sign is seen."""

    share: float = 0.0
    of_work: bool = False
    sign: str = ""

    def seconds(self, run: Run) -> float:
        """From the start of the run."""
        first = run.begins if self.of_work else 0.0
        return first + self.share * (run.seconds - first)


@dataclass(frozen=True)
class Killed:
    """One kill and what was found after it."""

    command: str
    moment: str
    in_time: bool
    stands: str
    findings: tuple[str, ...]
    next_findings: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether readers and the next command met nothing wrong."""
        return not self.findings and not self.next_findings


def undisturbed(scene: Scene, command: Command, way: Way, run: Run) -> str:
    """Run a command without a kill, and learn its times; empty, or what was wrong."""
    job = way.start(scene.settings, command.words(scene))
    started, begins = time.monotonic(), 0.0
    while job.is_running():
        if not begins and command.begun(scene):
            begins = time.monotonic() - started
        time.sleep(0.001)
    run.learn(time.monotonic() - started, begins)
    return job.wait() or ("" if command.done(scene) else "the command did not do its work")


def moments(command: Command, draw: random.Random) -> Iterator[Moment]:
    """Moments without end: by turns anywhere in the run, while it works, and at one of the signs."""
    signs = list(command.signs)
    draw.shuffle(signs)
    for number in itertools.count():
        if number % 3 == 2:
            yield Moment(sign=signs[number // 3 % len(signs)])
        else:
            yield Moment(share=draw.random(), of_work=number % 3 == 1)


def kill(scene: Scene, command: Command, way: Way, moment: Moment, run: Run) -> Killed:
    """Kill a command at a moment, look around, give it again, look again."""
    command.lay(scene)
    at = moment.seconds(run)
    sign = command.signs[moment.sign] if moment.sign else None
    job = way.start(scene.settings, command.words(scene))
    started = time.monotonic()
    while job.is_running() and not (sign(scene) if sign else time.monotonic() - started >= at):
        if sign is None:
            time.sleep(0.0005)
    in_time = job.is_running()
    job.kill()
    words = f"as soon as {moment.sign}" if sign else f"after {at:.2f} of {run.seconds:.2f} s"
    findings = scene.findings()
    stands = _stands(scene, command)
    # Where the work is done already the next command only finds that, sooner than a whole run ends.
    said = undisturbed(scene, command, way, Run() if command.done(scene) else run)
    after = [said] if said else scene.findings() + [f"left behind: {name}" for name in scene.leftovers()]
    return Killed(command.name, words, in_time, stands, tuple(findings), tuple(after))


def _stands(scene: Scene, command: Command) -> str:
    """Where the command's pointer points, and whether its work was done."""
    if command.name == "push":
        version = scene.pushed()
    else:
        now = release.current(scene.settings)
        version = now.name if now else "nowhere"
    which = {scene.old: "old release", scene.new: "new release"}.get(version, version)
    return f"{which}{', done' if command.done(scene) else ''}"
