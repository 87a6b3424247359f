from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.release import rollback
from orchestration.release.push import point_back, push, refuse_withdrawn
from orchestration.storage import place as places
from orchestration.storage import pointing
from orchestration.storage.place import Place
from tests.integration.release.conftest import Desk, change_byte
from tests.kills.directly import Directly
from tests.support.s3 import a_bucket


@pytest.fixture
def desk(slim_desk: Desk) -> Desk:
    """What is carried is files, whichever: whole releases are carried by `test_kills` and by a whole run."""
    return slim_desk


def pointer(url: str) -> dict[str, str]:
    return Place(url).read_json("current.json") or {}


def history(url: str) -> dict[str, str]:
    """Number of each line -> version it points to."""
    place = Place(url)
    lines = {name: place.read_json(f"history/{name}") for name in place.names("history")}
    return {name: (line or {})["version"] for name, line in lines.items()}


def is_whole(url: str) -> bool:
    """Whether the release that the pointer names reads back as its manifest says."""
    place, now = Place(url), pointer(url)
    manifest = place.read(f"{now['path']}/manifest.json")
    assert manifest is not None
    files = json.loads(manifest)["files"].items()
    return all(place.sha256(f"{now['path']}/{name}") == facts["sha256"] for name, facts in files)


@pytest.fixture
def s3(monkeypatch):
    """A bucket of a local server."""
    with a_bucket(monkeypatch) as address:
        yield f"{address}/mobility"


@pytest.fixture(params=["folder", "s3"])
def url(request, tmp_path):
    return str(tmp_path / "elsewhere") if request.param == "folder" else request.getfixturevalue("s3")


def test_a_release_is_carried_and_the_pointer_follows(desk, url):
    old = desk.publish()
    done = push(old, url, approver="Ann")
    assert done.sent == sum(path.is_file() for path in old.rglob("*")) and done.found == 0
    assert pointer(url)["version"] == old.name and is_whole(url)
    new = desk.publish(desk.next_candidate())
    push(new, url, approver="Ann")
    assert pointer(url)["version"] == new.name and pointer(url)["before"] == old.name
    assert point_back(url, old.name, approver="Ann", reason="wrong file") == old.name
    assert pointer(url)["version"] == old.name and pointer(url)["reason"] == "wrong file" and is_whole(url)


def test_pushing_again_sends_nothing_and_notes_nothing(desk, url):
    release = desk.publish()
    push(release, url, approver="Ann")
    before = pointer(url)
    done = push(release, url, approver="Bea")
    assert (done.sent, pointer(url)) == (0, before)
    assert history(url) == {"000001.json": release.name}


def test_one_altered_byte_there_is_sent_again_and_stops_a_rollback(desk, tmp_path):
    url = str(tmp_path / "elsewhere")
    release = desk.publish()
    push(release, url, approver="Ann")
    change_byte(tmp_path / "elsewhere" / "releases" / release.name / "README.md")
    with pytest.raises(MobilityError, match="does not read back") as error:
        point_back(url, release.name, approver="Ann", reason="x")
    assert error.value.where.endswith("README.md")
    assert push(release, url, approver="Ann").sent == 1 and is_whole(url)


def test_a_release_that_does_not_verify_stays_here(desk, tmp_path):
    release = desk.publish()
    change_byte(release / "README.md")
    with pytest.raises(MobilityError, match="does not verify"):
        push(release, str(tmp_path / "elsewhere"), approver="Ann")
    assert not (tmp_path / "elsewhere").exists()


def test_another_release_under_the_same_version_is_never_overwritten(desk, tmp_path):
    release = desk.publish()
    there = tmp_path / "elsewhere" / "releases" / release.name
    there.mkdir(parents=True)
    (there / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(MobilityError, match="under this version"):
        push(release, str(tmp_path / "elsewhere"), approver="Ann")
    assert (there / "manifest.json").read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize(
    "damage", [lambda text: text[:1000], lambda text: text.replace('"name"', '"nome"', 1)]
)
def test_a_damaged_manifest_there_stops_a_rollback_and_is_sent_again(desk, tmp_path, damage):
    """Its claim says whose content it is, so that it is no other release, and readers are not led to it."""
    url = str(tmp_path / "elsewhere")
    old = desk.publish()
    push(old, url, approver="Ann")
    new = desk.publish(desk.next_candidate())
    push(new, url, approver="Ann")
    manifest = tmp_path / "elsewhere" / "releases" / old.name / "manifest.json"
    manifest.write_text(damage(manifest.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(MobilityError, match="does not read back") as error:
        point_back(url, old.name, approver="Ann", reason="x")
    assert f"release push {old.name} --to {url}" in error.value.remedy
    assert pointer(url)["version"] == new.name
    with pytest.raises(MobilityError, match="lead readers back"):
        push(old, url, approver="Ann")  # it was sent, and nothing points to it
    assert manifest.read_bytes() == (old / "manifest.json").read_bytes()
    assert point_back(url, old.name, approver="Ann", reason="x") == old.name and is_whole(url)


def test_a_push_does_not_lead_readers_back(desk, url):
    """Neither to an older release, nor to one from which somebody took them back: that needs a reason."""
    old = desk.publish()
    new = desk.publish(desk.next_candidate())
    push(new, url, approver="Ann")
    with pytest.raises(MobilityError, match="lead readers back") as error:
        push(old, url, approver="Bea")
    assert f"{new.name}, which is newer, by Ann" in error.value.found
    point_back(url, old.name, approver="Ann", reason="wrong file")
    with pytest.raises(MobilityError, match="lead readers back") as error:
        push(new, url, approver="Bea")
    assert "by Ann" in error.value.found and error.value.found.endswith("wrong file")
    assert pointer(url)["version"] == old.name and len(history(url)) == 2
    assert push(old, url, approver="Bea").sent == 0
    point_back(url, new.name, approver="Ann", reason="it was right")
    assert push(new, url, approver="Bea").sent == 0 and pointer(url)["version"] == new.name
    newer = desk.publish(desk.next_candidate())
    assert push(newer, url, approver="Bea").version == pointer(url)["version"] == newer.name


def test_what_was_rolled_back_here_is_not_carried(desk):
    old = desk.publish()
    new = desk.publish(desk.next_candidate())
    rollback(desk.settings, reason="wrong file", approver="Ann")
    refuse_withdrawn(desk.settings, old.name)
    with pytest.raises(MobilityError, match="rolled back here") as error:
        refuse_withdrawn(desk.settings, new.name)
    assert "wrong file" in error.value.found and f"--to {new.name}" in error.value.remedy


def test_channels_do_not_mix_where_releases_are_pushed_to(desk, tmp_path):
    url = str(tmp_path / "elsewhere")
    there = Place(url)
    there.write("releases/2020.01.01/manifest.json", b'{"channel": "national"}')
    there.write("history/000001.json", b'{"version": "2020.01.01", "manifest_sha256": "0"}')
    with pytest.raises(MobilityError, match="another channel") as error:
        push(desk.publish(), url, approver="Ann")
    assert "national" in error.value.found and there.names("releases") == ["2020.01.01"]


def test_a_home_in_a_folder_is_no_place_to_push_to(desk, tmp_path):
    """Its readers follow a link that no push writes: they would not see what the command says it did."""
    old = desk.publish()
    with pytest.raises(MobilityError, match="home publishes its releases itself"):
        push(old, str(desk.settings.channel_dir), approver="Ann")
    assert not (desk.settings.channel_dir / "claims").exists()


def test_a_store_that_loses_bytes_is_noticed_before_the_pointer(desk, tmp_path, monkeypatch):
    url, release = str(tmp_path / "elsewhere"), desk.publish()
    whole = Place.send

    def losing(self, path, name):
        whole(self, path, name)
        if name.endswith("README.md"):
            Path(self._path(name)).write_bytes(b"")

    monkeypatch.setattr(Place, "send", losing)
    with pytest.raises(MobilityError, match="does not read back"):
        push(release, url, approver="Ann")
    assert pointer(url) == {}


def test_of_two_pushers_the_second_is_told_who_was_first(desk, url, monkeypatch):
    """Both began when nothing was there; the other one came between our files and our claim."""
    old = desk.publish()
    new = desk.publish(desk.next_candidate())
    prove = pointing.prove

    def prove_while_another_pushes(place, name, sha256):
        prove(place, name, sha256)
        if name == f"releases/{old.name}/manifest.json":
            push(new, url, approver="Bea")

    monkeypatch.setattr(pointing, "prove", prove_while_another_pushes)
    with pytest.raises(MobilityError, match="Somebody else") as error:
        push(old, url, approver="Ann")
    assert new.name in error.value.found and "by Bea" in error.value.found
    assert pointer(url)["version"] == new.name and history(url) == {"000001.json": new.name}
    assert is_whole(url)


def test_a_pusher_killed_between_claim_and_pointer_is_finished_by_the_next(desk, url, monkeypatch):
    old = desk.publish()
    push(old, url, approver="Ann")
    new = desk.publish(desk.next_candidate())

    def killed(place):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(pointing, "point_to_the_last", killed)
        push(new, url, approver="Ann")
    assert pointer(url)["version"] == old.name and is_whole(url)
    push(new, url, approver="Bea")
    assert pointer(url)["version"] == new.name and pointer(url)["approver"] == "Ann"
    assert history(url) == {"000001.json": old.name, "000002.json": new.name}


def test_a_history_of_before_goes_on(desk, tmp_path):
    """Until commit 1052200 the names of its lines held the version, and two could have one number."""
    url = str(tmp_path / "elsewhere")
    old = desk.publish()
    push(old, url, approver="Ann")
    there = tmp_path / "elsewhere" / "history"
    (there / "000001.json").rename(there / f"000001-{old.name}.json")
    (there / "000001-2020.01.01.json").write_text('{"version": "2020.01.01"}', encoding="utf-8")
    shutil.rmtree(tmp_path / "elsewhere" / "claims")
    push(old, url, approver="Ann")
    assert len(history(url)) == 2 and pointer(url)["version"] == old.name
    new = desk.publish(desk.next_candidate())
    push(new, url, approver="Ann")
    assert history(url)["000002.json"] == new.name == pointer(url)["version"]


PAIRS = ("two releases", "one release", "two contents of one version")
# What differs between places is in the tests of a place; all six pairs run where repetitions are asked for.
RACES = [
    (place, pair)
    for place in ("folder", "s3")
    for pair in PAIRS
    if place == "folder" or pair == PAIRS[0] or "REPETITIONS" in os.environ
]


@pytest.mark.fault
@pytest.mark.parametrize(("url", "pair"), RACES, indirect=["url"])
def test_two_push_at_once(desk, url, pair, tmp_path):
    """Two commands begun together: one number, one pointer, a whole release, and the loser knows who won."""
    rivals = prepare(desk, pair, tmp_path / "another home")
    for repetition in range(int(os.environ.get("REPETITIONS", "1"))):
        told = race(f"{url}-{repetition}", pair, rivals)
        print(f"{pair}, {url.partition(':')[0]}, {repetition + 1}: {told}")


def prepare(desk, pair: str, other_home: Path) -> dict[str, tuple[Path, str]]:
    """Home and version of what Ann and Bea push."""
    home = desk.settings.home
    if pair == "two contents of one version":
        theirs = Desk(
            Settings(home=Path(shutil.copytree(home, other_home)), channel="sample"),
            desk.candidate,
            desk.shelf,
            desk.is_slim,
        )
        first, second = desk.publish(), theirs.publish(theirs.next_candidate())
        assert first.name == second.name
        return {"Ann": (home, first.name), "Bea": (other_home, second.name)}
    first = desk.publish()
    second = desk.publish(desk.next_candidate()) if pair == "two releases" else first
    return {"Ann": (home, first.name), "Bea": (home, second.name)}


def race(url: str, pair: str, rivals: dict[str, tuple[Path, str]]) -> str:
    """Let both push; check what is there, and tell what happened."""
    began = []
    for who, (home, version) in rivals.items():
        words = ["release", "push", version, "--to", url, "--approver", who, "--sample", "--home", str(home)]
        began.append(
            subprocess.Popen(
                [sys.executable, "-m", "orchestration.cli", *words],
                cwd=PROJECT_ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        )
    told = {who: process.communicate()[0].decode() for who, process in zip(rivals, began, strict=True)}
    won = [who for who, process in zip(rivals, began, strict=True) if process.returncode == 0]
    assert won, told
    assert is_whole(url)
    lines = history(url)
    assert list(lines) == [f"{number:06}.json" for number in range(1, len(lines) + 1)]
    assert pointer(url) == Place(url).read_json(f"history/{max(lines)}")
    if pair == "one release":
        assert won == ["Ann", "Bea"] and len(lines) == 1, told
        return f"both succeed, pointed by {pointer(url)['approver']}"
    if pair == "two contents of one version" or len(won) == 1:
        (winner,), (loser,) = won, {"Ann", "Bea"} - set(won)
        assert pointer(url)["approver"] == winner and f"by {winner}" in told[loser], told
        return f"{winner} wins, {loser} is told so"
    assert len(lines) == 2  # one of them was done before the other began
    return "one after the other"


@pytest.mark.fault
def test_a_place_that_cannot_be_written(desk, tmp_path):
    release = desk.publish()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(MobilityError, match="as it was"):
        push(release, str(tmp_path / "file"), approver="Ann")


def test_an_unknown_kind_of_address_is_told(desk):
    with pytest.raises(MobilityError, match="cannot be used"):
        push(desk.publish(), "nowhere://x", approver="Ann")


@pytest.mark.fault
def test_killed_while_pushing_to_an_object_store_the_pointer_names_a_whole_release(desk, s3):
    """Folders: see test_kills."""
    url, way = s3, Directly()
    old = desk.publish()
    began = time.monotonic()
    push(old, url, approver="Ann")
    needed = time.monotonic() - began
    new = desk.publish(desk.next_candidate())
    draw = random.Random(20261124)
    for _ in range(int(os.environ.get("KILLS", "1"))):
        job = way.start(desk.settings, ["push", new.name, "--to", url])
        time.sleep(draw.uniform(0, needed))
        job.kill()
        assert pointer(url)["version"] in (old.name, new.name) and is_whole(url)
    push(new, url, approver="Ann")  # reads every file back
    assert pointer(url)["version"] == new.name


@pytest.mark.fault
def test_killed_before_the_manifest_is_whole_the_next_push_goes_on(desk, tmp_path, monkeypatch):
    """Half a manifest is no other release: nobody may be told to push elsewhere for it."""
    url, release = str(tmp_path / "elsewhere"), desk.publish()

    def half(source, target):
        content = Path(source).read_bytes()
        Path(target).write_bytes(content[: len(content) // 2])
        if Path(source).name == "manifest.json":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Place, "sha256", lambda *_: None)
        patch.setattr(pointing, "prove", lambda *_: None)
        patch.setattr(places.shutil, "copyfile", half)
        push(release, url, approver="Ann")
    assert pointer(url) == {}
    push(release, url, approver="Ann")
    assert pointer(url)["version"] == release.name and is_whole(url)


@pytest.mark.parametrize("address", ["", " ", "/", "s3://", "nowhere://x"])
def test_an_address_that_means_nothing_or_everything_is_refused(address: str) -> None:
    with pytest.raises(MobilityError) as error:
        Place(address)
    assert error.value.remedy and error.value.found


def test_a_folder_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Place("there/").url == str(tmp_path / "there")
