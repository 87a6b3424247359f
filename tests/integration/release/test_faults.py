"""Full and read-only disks, a clock that goes back, an altered byte: for every command of a release's life.

Each is told with a remedy, readers see what they saw before, and the command works once the cause is mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest

from orchestration import cli, release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.gate import waiving
from orchestration.release import journal, store
from orchestration.storage import pointing
from tests.integration.release.conftest import change_byte
from tests.kills.commands import ALL, BUILD, PUBLISH, PUSH, ROLLBACK, SITE, Command
from tests.kills.directly import perform, small_scene
from tests.kills.scene import Scene
from tests.support.disk import Disk, no_file_beyond, small_disk

pytestmark = pytest.mark.fault
every_command = pytest.mark.parametrize("command", ALL, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk | None]:
    with small_disk(tmp_path_factory.mktemp("disk") / "disk", 256) as mounted:
        yield mounted


@pytest.fixture(scope="module")
def scene(made: Path, disk: Disk | None, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return small_scene(
        made, (disk.place if disk else tmp_path_factory.mktemp("faults")) / "home", is_slim=True
    )


@pytest.fixture
def own_disk(disk: Disk | None) -> Disk:
    if disk is None:
        pytest.skip("this machine does not let us mount a file system; limits on files are tested instead")
    return disk


def what_readers_see(scene: Scene) -> tuple[object, ...]:
    now = release.current(scene.settings)
    return now, scene.pushed(), journal.read(scene.settings), scene.site.exists()


def told(scene: Scene, command: Command, fault: AbstractContextManager[None] | None = None) -> MobilityError:
    """What the command says under a fault; nothing is seen of it, and without the fault it works."""
    before = what_readers_see(scene)
    with pytest.raises(MobilityError) as error:
        if fault is None:
            perform(scene.settings, command.words(scene))
        else:
            with fault:
                perform(scene.settings, command.words(scene))
    assert error.value.remedy and error.value.found, error.value
    assert what_readers_see(scene) == before
    assert scene.leftovers() == []
    return error.value


def works(scene: Scene, command: Command) -> None:
    perform(scene.settings, command.words(scene))
    assert command.done(scene) and scene.findings() == [] and scene.leftovers() == []


# Bytes that no file may outgrow: below the largest that the command writes.
LIMITS = {"build": 200_000, "publish": 200_000, "push": 200_000, "site": 2_000}


@every_command
def test_a_file_that_finds_no_room(scene: Scene, command: Command) -> None:
    command.lay(scene)
    # Half a line of the journal would fit.
    limit = LIMITS.get(command.name) or (scene.settings.releases_dir / "journal.jsonl").stat().st_size + 100
    error = told(scene, command, no_file_beyond(limit))
    assert "did not succeed" in error.problem
    assert scene.findings() == []
    works(scene, command)


@every_command
def test_a_full_disk(scene: Scene, own_disk: Disk, command: Command) -> None:
    command.lay(scene)
    error = told(scene, command, own_disk.full(leaving=0 if command is ROLLBACK else 100_000))
    assert "did not succeed" in error.problem and "room" in (error.expected or "")
    assert scene.findings() == []


@every_command
def test_a_disk_that_cannot_be_written(scene: Scene, own_disk: Disk, command: Command) -> None:
    command.lay(scene)
    error = told(scene, command, own_disk.read_only())
    assert "did not succeed" in error.problem and "Read-only file system" in (error.found or "")


@pytest.mark.parametrize("folder", ["candidates_dir", "releases_dir"])
def test_a_file_where_a_folder_should_be(scene: Scene, tmp_path: Path, folder: str) -> None:
    """It stops root as well as anybody, also where nothing can be mounted."""
    PUBLISH.lay(scene)
    candidate = scene.settings.candidates_dir / scene.candidate
    settings = Settings(home=tmp_path / "other", channel="sample")
    settings.channel_dir.mkdir(parents=True)
    settings.warehouse.symlink_to(scene.settings.warehouse)
    getattr(settings, folder).write_text("in the way", encoding="utf-8")
    with pytest.raises(MobilityError, match="nothing of it is visible") as error:
        if folder == "candidates_dir":
            release.build_candidate(settings)
        else:
            release.publish(settings, candidate, approver="the tests")
    assert error.value.where == str(getattr(settings, folder)) and "permissions" in (error.value.remedy or "")
    assert getattr(settings, folder).read_text(encoding="utf-8") == "in the way"


class LongAgo(datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz).replace(year=2001)


@pytest.fixture
def clock_went_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (store, journal, pointing, waiving):
        monkeypatch.setattr(module, "datetime", LongAgo)


@pytest.mark.parametrize("command", [BUILD, PUBLISH], ids=lambda one: one.name)
@pytest.mark.usefixtures("clock_went_back")
def test_a_clock_that_went_back_stops_whatever_has_a_day(scene: Scene, command: Command) -> None:
    """A version is a day, and so is the end of a waiver."""
    command.lay(scene)
    error = told(scene, command)
    assert "clock is behind" in error.problem and "2001" in (error.found or "")


@pytest.mark.parametrize("command", [PUSH, ROLLBACK, SITE], ids=lambda one: one.name)
@pytest.mark.usefixtures("clock_went_back")
def test_a_clock_that_went_back_stops_nothing_else(scene: Scene, command: Command) -> None:
    """Order is by version, and by the line of journal and history: neither asks the clock."""
    command.lay(scene)
    works(scene, command)
    if command is not SITE:
        works(scene, command)  # again: nothing changes


def altered(scene: Scene, command: Command) -> Path:
    """The folder that a command reads."""
    releases = scene.settings.releases_dir
    return {
        "build": releases / scene.old,
        "publish": scene.settings.candidates_dir / scene.candidate,
        "push": releases / scene.new,
        "rollback": releases / scene.old,
        "site": releases / scene.new,
    }[command.name]


@every_command
def test_one_altered_byte_stops_every_command_that_reads_it(scene: Scene, command: Command) -> None:
    command.lay(scene)
    name = "parquet/metric_values.parquet"
    file = altered(scene, command) / name
    own_copy(file)
    change_byte(file)
    error = told(scene, command)
    assert name in (error.found or ""), error
    assert any(name in finding for finding in release.verify(file.parents[1]))


def own_copy(file: Path) -> None:
    """Files of a scene are links to its stock."""
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content)


def test_a_damaged_release_can_be_left(scene: Scene) -> None:
    """What is wrong with the current release is no reason to stay there."""
    ROLLBACK.lay(scene)
    file = scene.settings.releases_dir / scene.new / "README.md"
    own_copy(file)
    change_byte(file)
    perform(scene.settings, ROLLBACK.words(scene))
    now = release.current(scene.settings)
    assert now is not None and now.name == scene.old and release.verify(now) == []


def test_an_altered_byte_of_the_warehouse(scene: Scene) -> None:
    BUILD.lay(scene)
    warehouse = scene.settings.warehouse
    before = warehouse.read_bytes()
    content = bytearray(before)
    for place in range(100_000, len(content), 262_144):  # one in each block: some blocks are read by nobody
        content[place] ^= 1
    warehouse.write_bytes(content)
    try:
        error = told(scene, BUILD)
        assert "checksum" in (error.found or "") and "damaged" in (error.remedy or "")
    finally:
        warehouse.write_bytes(before)


@pytest.mark.parametrize("command", [PUSH, SITE], ids=lambda one: one.name)
def test_the_command_line_tells_of_a_full_disk_without_a_traceback(
    scene: Scene, own_disk: Disk, command: Command, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of the two that start in no time; `tests/unit/cli` has what Dagster and dbt meet on such a disk."""
    command.lay(scene)
    words = ["release", *command.words(scene), "--sample", "--home", str(scene.settings.home)]
    with own_disk.full(leaving=0):
        code = cli._run(words)
    said = capfd.readouterr().err
    assert code == 1 and "Traceback" not in said and "to do:" in said and "room" in said, said
