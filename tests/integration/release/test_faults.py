"""Kills, full disks and folders that cannot be written: the old or the new release is whole.

`KILLS=30 pytest tests/integration/release/test_faults.py` kills more often.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time

import pytest

from orchestration import release
from orchestration.errors import MobilityError
from orchestration.release.store import changed_files
from orchestration.settings import PROJECT_ROOT, Settings
from tests.integration.release.conftest import change_one_value
from tests.support.publisher import build_and_publish

pytestmark = pytest.mark.fault
KILLS = int(os.environ.get("KILLS", "8"))


def start(home, *options, **more):
    """A process that builds and publishes; returned when its work begins."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.publisher", str(home), *options],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def hidden(settings):
    """Folders that no reader sees."""
    return [
        path
        for folder in (settings.candidates_dir, settings.releases_dir)
        for path in folder.glob(".*-*")
        if path.is_dir()
    ]


def check_what_stands(settings, old):
    """`current` is the old release or a whole new one, and whatever else is visible is whole."""
    now = release.current(settings)
    assert now is not None and release.verify(now) == []
    assert release.verify(old) == []
    for one in release.list_releases(settings):
        assert changed_files(one.path) == []
    for candidate in settings.candidates_dir.glob("[!.]*"):
        assert changed_files(candidate) == []
    return now


def test_killed_at_any_moment_the_old_or_the_new_release_is_whole(desk):
    settings = desk.settings
    desk.publish()
    change_one_value(settings)
    began = time.monotonic()
    process = start(settings.home)
    ready = time.monotonic()
    assert process.wait() == 0, process.stderr.read()
    needed = time.monotonic() - ready
    assert ready - began < 60
    draw = random.Random(20260102)
    seen = set()
    for _ in range(KILLS):
        old = release.current(settings)
        change_one_value(settings)
        process = start(settings.home)
        time.sleep(draw.uniform(0, needed))
        process.kill()
        said = process.stdout.read()
        process.wait()
        now = check_what_stands(settings, old)
        seen.add((now != old, "built" in said))
        if "published" in said:
            assert now != old
        new = build_and_publish(settings)
        assert release.current(settings) == new != old
        assert release.verify(new) == [] and hidden(settings) == []
    assert (False, False) in seen  # at least one kill while the candidate was being built


@pytest.mark.parametrize("stage", ["build", "publish"])
def test_a_full_disk_is_told_and_nothing_half_done_is_visible(desk, stage):
    """No file may grow beyond a limit, as on a disk that is full."""
    settings = desk.settings
    old = desk.publish()
    candidate = desk.next_candidate() if stage == "publish" else desk.candidate
    if stage == "build":
        change_one_value(settings)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(MobilityError) as error:
            desk.publish(candidate) if stage == "publish" else release.build_candidate(settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "did not succeed; nothing of it is visible" in str(error.value)
    assert "make room" in error.value.remedy and error.value.found
    assert check_what_stands(settings, old) == old and hidden(settings) == []
    new = build_and_publish(settings)
    assert release.current(settings) == new != old


@pytest.fixture
def small_disk(tmp_path):
    """A file system with 12 MB of room; whoever may not make one gets the limit on files instead."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    mounted = (
        shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    if not mounted:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
    yield place
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    if mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_small_disk(desk, small_disk):
    settings = Settings(home=small_disk, channel="sample")
    settings.warehouse.parent.mkdir(parents=True)
    settings.warehouse.symlink_to(desk.settings.warehouse)
    with pytest.raises(MobilityError, match="nothing of it is visible"):
        release.build_candidate(settings)
    assert [path.name for path in settings.candidates_dir.iterdir()] == [".lock"]
    with pytest.raises(MobilityError, match="nothing of it is visible"):
        release.publish(settings, desk.candidate, approver="the tests")
    assert [path.name for path in settings.releases_dir.iterdir()] == [".lock"]


@pytest.mark.parametrize("folder", ["candidates_dir", "releases_dir"])
def test_a_place_that_cannot_be_written(desk, tmp_path, folder):
    """A file where the folder should be stops root as well as anybody."""
    settings = Settings(home=tmp_path / "other", channel="sample")
    settings.channel_dir.mkdir(parents=True)
    settings.warehouse.symlink_to(desk.settings.warehouse)
    getattr(settings, folder).write_text("in the way", encoding="utf-8")
    with pytest.raises(MobilityError, match="nothing of it is visible") as error:
        if folder == "candidates_dir":
            release.build_candidate(settings)
        else:
            release.publish(settings, desk.candidate, approver="the tests")
    assert error.value.where == str(getattr(settings, folder)) and "permissions" in error.value.remedy
    assert getattr(settings, folder).read_text(encoding="utf-8") == "in the way"
