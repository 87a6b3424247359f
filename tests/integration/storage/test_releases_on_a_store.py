"""Releases of a home on an object store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.release import journal
from orchestration.release.push import push
from orchestration.storage import home, pointing
from orchestration.storage.place import Place
from tests.integration.release.conftest import Desk
from tests.integration.storage.conftest import Machine
from tests.support.s3 import Trouble, in_front_of

DeskOf = Callable[[str], Desk]


def current(settings: Settings) -> str | None:
    folder = release.current(settings)
    return None if folder is None else folder.name


def test_published_by_one_machine_it_is_read_and_rolled_back_by_another(
    desk_of: DeskOf, machine: Machine
) -> None:
    desk = desk_of("a")
    there = machine("b", channel="sample")
    assert release.list_releases(there) == [] and current(there) is None
    old = desk.publish()
    assert desk.publish() == old  # once more: nothing happens
    new = desk.publish(desk.next_candidate())
    assert [(one.version, one.is_current) for one in release.list_releases(there)] == [
        (new.name, True), (old.name, False),
    ]  # fmt: skip
    folder = release.current(there)
    assert folder is not None and release.verify(folder) == []
    assert (folder / "manifest.json").read_bytes() == (new / "manifest.json").read_bytes()
    assert release.rollback(there, reason="wrong file", approver="Bea").name == old.name
    assert current(desk.settings) == old.name and journal.withdrawn(desk.settings).keys() == {new.name}
    assert [line["action"] for line in journal.read(there)] == ["publish", "publish", "rollback"]
    with pytest.raises(MobilityError, match="rolled back"):
        desk.publish(next(p for p in desk.settings.candidates_dir.iterdir() if p.name != desk.candidate.name))


def test_of_two_homes_that_publish_at_once_one_wins_and_the_other_is_told(
    desk_of: DeskOf, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs, won = desk_of("a"), desk_of("b"), []
    prove = pointing.prove

    def prove_while_another_publishes(place: Place, name: str, sha256: str) -> None:
        prove(place, name, sha256)
        if name.endswith("manifest.json"):
            monkeypatch.setattr(pointing, "prove", prove)
            won.append(theirs.publish(theirs.next_candidate()).name)  # our version is claimed: the next one

    monkeypatch.setattr(pointing, "prove", prove_while_another_publishes)
    with pytest.raises(MobilityError, match="Somebody else switched the pointer") as error:
        ours.publish()
    assert won[0] in (error.value.found or "") and "the tests" in (error.value.found or "")
    for settings in (ours.settings, theirs.settings, machine("c", channel="sample")):
        assert current(settings) == won[0] and len(journal.read(settings)) == 1
    with pytest.raises(MobilityError, match="built before the current release"):
        ours.publish()
    assert ours.publish(ours.next_candidate()).name == won[0]  # of the same content: it is published


def test_a_version_that_another_home_claimed_is_not_mixed(desk_of: DeskOf) -> None:
    ours, theirs = desk_of("a"), desk_of("b")
    other = theirs.next_candidate()  # made before ours was published: of the same version
    first = ours.publish()
    pointer = home.releases(theirs.settings)
    with pytest.raises(MobilityError, match="built before the current release"):
        theirs.publish(other)
    assert pointer.current() == first.name
    with pytest.raises(MobilityError, match="Another release is there under this version") as error:
        pointer.take_in(other, first.name, lambda folder: None, "Bea")
    assert "the tests" in (error.value.found or "")


def test_half_a_release_is_seen_by_nobody(
    desk_of: DeskOf, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of("a")
    old = desk.publish()
    candidate = desk.next_candidate()
    bad = Trouble(lambda method, path: method == "PUT" and "metric_values" in path, 500)
    with in_front_of(monkeypatch, bad):
        with pytest.raises(MobilityError, match="cannot be used as it must be"):
            desk.publish(candidate)
        assert bad.struck
    there = machine("b", channel="sample")
    assert current(there) == old.name and [one.version for one in release.list_releases(there)] == [old.name]
    new = desk.publish(candidate)
    assert current(machine("c", channel="sample")) == new.name != old.name


def test_what_is_pushed_to_the_place_of_a_home_is_its_release(
    desk_of: DeskOf, machine: Machine, bucket: str
) -> None:
    desk = desk_of("a")
    published = desk.publish()
    again = push(published, f"{bucket}/sample", approver="Ann")
    assert (again.sent, len(journal.read(desk.settings))) == (0, 1)  # they agree: nothing to send or point to
    new = desk.publish(desk.next_candidate())
    local = Settings.model_validate({"home": desk.settings.scratch / "local", "channel": "sample"})
    assert push(new, f"{bucket}/other/sample", approver="Ann").sent > 0
    other = Settings.model_validate({"home": f"{bucket}/other", "scratch": local.home, "channel": "sample"})
    assert current(other) == new.name and release.verify(release.current(other) or Path()) == []


def test_a_damaged_object_is_named_and_not_read(desk_of: DeskOf, machine: Machine, bucket: str) -> None:
    desk = desk_of("a")
    version = desk.publish().name
    place = Place(f"{bucket}/sample")
    place.write(f"releases/{version}/README.md", b"other")
    (finding,) = home.releases(desk.settings).damages(version)
    assert finding.startswith(f"{bucket}/sample/releases/{version}/README.md: has SHA-256")
    there = machine("b", channel="sample")
    with pytest.raises(MobilityError, match="not what was published"):
        release.current(there)
    assert not (there.releases_dir / version).exists()


def test_a_pointer_that_leads_nowhere_is_told(desk_of: DeskOf, bucket: str) -> None:
    desk = desk_of("a")
    desk.publish()
    place = Place(f"{bucket}/sample")
    facts = place.read_json("current.json") or {}
    place.write("current.json", json.dumps({**facts, "version": "2020.01.01"}).encode())
    with pytest.raises(MobilityError, match="leads nowhere") as error:
        release.current(desk.settings)
    assert "2020.01.01" in (error.value.found or "")
