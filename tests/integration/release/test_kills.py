"""`kill -9` while a release is built, published, pushed, rolled back: nobody meets a trace of it.

A few kills on a small release (`KILLS=30` for more of each); `make kills` does fifty on the national one.
"""

from __future__ import annotations

import itertools
import os
import random
from pathlib import Path

import pytest

from tests.kills.commands import ALL, Command
from tests.kills.directly import Directly, small_scene
from tests.kills.harness import Run, kill, moments, undisturbed
from tests.kills.scene import Scene

pytestmark = pytest.mark.fault
KILLS = os.environ.get("KILLS")


@pytest.fixture(scope="module")
def scene(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return small_scene(made, tmp_path_factory.mktemp("kills") / "home")


@pytest.mark.parametrize("command", ALL, ids=lambda one: one.name)
def test_killed_at_any_moment_readers_and_the_next_command_meet_no_trace(
    scene: Scene, command: Command
) -> None:
    way, run = Directly(), Run()
    command.lay(scene)
    assert not undisturbed(scene, command, way, run)
    count = int(KILLS) if KILLS else {"build": 1, "site": 1}.get(command.name, 2)
    for moment in itertools.islice(moments(command, random.Random(command.name)), count):
        killed = kill(scene, command, way, moment, run)
        assert killed.is_well, killed
