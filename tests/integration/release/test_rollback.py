from __future__ import annotations

import json
import queue
import threading
import time

import duckdb
import pytest

from orchestration import release
from orchestration.base import progress
from orchestration.base.errors import MobilityError
from orchestration.release import journal, store
from orchestration.storage.releases import Releases
from tests.kills.directly import Directly
from tests.support.locks import held
from tests.support.verdict import write_verdict


@pytest.fixture
def desk(slim_desk):
    """What is pointed to may be small."""
    return slim_desk


@pytest.fixture
def two(desk):
    """A desk with two releases: `old`, and `new`, which is current."""
    old = desk.publish()
    return desk, old, desk.publish(desk.next_candidate())


def test_the_pointer_goes_back_and_the_journal_says_why(two):
    desk, old, new = two
    before = {path: path.stat().st_mtime_ns for path in new.rglob("*")}
    assert release.rollback(desk.settings, reason="wrong file", approver="Ann") == old
    assert release.current(desk.settings) == old
    assert {path: path.stat().st_mtime_ns for path in new.rglob("*")} == before
    last = json.loads(
        (desk.settings.releases_dir / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    )
    assert (last["action"], last["version"], last["from_version"]) == ("rollback", old.name, new.name)
    assert (last["reason"], last["approver"]) == ("wrong file", "Ann")
    assert release.verify(old) == [] and release.verify(new) == []


def test_the_same_rollback_again_changes_nothing(two):
    desk, old, _ = two
    for _ in range(3):
        assert release.rollback(desk.settings, reason="wrong file", approver="Ann") == old
        assert release.rollback(desk.settings, reason="again", approver="Ann", to=old.name) == old
    actions = [line["action"] for line in journal.read(desk.settings)]
    assert actions == ["publish", "publish", "rollback"]


def test_what_was_rolled_back_is_not_published_again_by_the_next_run(two):
    desk, old, new = two
    release.rollback(desk.settings, reason="wrong file", approver="Ann")
    newest = max(desk.settings.candidates_dir.glob("[!.]*"), key=lambda path: path.stat().st_mtime_ns)
    with pytest.raises(MobilityError, match="rolled back") as error:
        desk.publish(newest)
    assert "wrong file" in error.value.found and f"--to {new.name}" in error.value.remedy
    assert release.current(desk.settings) == old
    assert release.rollback(desk.settings, reason="it was right", approver="Bea", to=new.name) == new
    assert desk.publish(newest) == new
    assert journal.withdrawn(desk.settings).keys() == {old.name}


def test_a_corrected_candidate_is_published_after_a_rollback(two):
    desk, old, new = two
    release.rollback(desk.settings, reason="wrong file", approver="Ann")
    third = desk.publish(desk.next_candidate())
    assert release.current(desk.settings) == third and third not in (old, new)
    assert release.rollback(desk.settings, reason="again wrong", approver="Ann") == old  # `new` is withdrawn


def test_pages_that_were_rolled_back_leave_the_same_content_published(desk):
    """The run after it ends well without pages; who asks for them is told what helps."""
    plain = desk.publish()
    asked = desk.settings.model_copy(update={"site": True})
    candidate = release.build_candidate(asked, write_pages=_one_page)
    write_verdict(candidate)
    pages = desk.publish(candidate)
    assert release.rollback(desk.settings, reason="wrong map", approver="Ann") == plain
    assert release.stands_published(desk.settings, candidate)
    assert not release.stands_published(asked, candidate)
    with pytest.raises(MobilityError, match="nothing but pages") as error:
        desk.publish(candidate)
    assert "wrong map" in error.value.found and "without --site" in error.value.remedy
    assert f"--to {pages.name}" in error.value.remedy
    assert release.current(desk.settings) == plain
    (plain / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(MobilityError, match="changed by hand"):
        release.stands_published(desk.settings, candidate)


def test_content_that_was_rolled_back_does_not_stand_published(two):
    desk, old, new = two
    release.rollback(desk.settings, reason="wrong file", approver="Ann")
    newest = max(desk.settings.candidates_dir.glob("[!.]*"), key=lambda path: path.stat().st_mtime_ns)
    assert not release.stands_published(desk.settings, newest)
    assert release.current(desk.settings) == old and new.name in journal.withdrawn(desk.settings)


def _one_page(candidate, settings):
    (candidate / "site").mkdir()
    (candidate / "site" / "index.html").write_text("a page", encoding="utf-8")


@pytest.mark.parametrize("reason, approver", [(" ", "Ann"), ("wrong file", "")])
def test_nobody_and_no_reason_roll_nothing_back(two, reason, approver):
    desk, _, new = two
    with pytest.raises(MobilityError, match="needs a reason"):
        release.rollback(desk.settings, reason=reason, approver=approver)
    assert release.current(desk.settings) == new


def test_no_release_before_unknown_and_damaged_ones(desk):
    with pytest.raises(MobilityError, match="Nothing was published"):
        release.rollback(desk.settings, reason="x", approver="Ann")
    old = desk.publish()
    with pytest.raises(MobilityError, match="no release before"):
        release.rollback(desk.settings, reason="x", approver="Ann")
    new = desk.publish(desk.next_candidate())
    with pytest.raises(MobilityError, match="no such release"):
        release.rollback(desk.settings, reason="x", approver="Ann", to="2001.01.01")
    (old / "README.md").write_text("changed", encoding="utf-8")
    with pytest.raises(MobilityError, match="changed by hand"):
        release.rollback(desk.settings, reason="x", approver="Ann")
    assert release.current(desk.settings) == new


@pytest.mark.fault
@pytest.mark.parametrize("finish", ["rollback", "publish"])
def test_killed_between_note_and_switch_the_next_command_finishes(two, monkeypatch, finish):
    desk, old, new = two

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Releases, "point", killed)
        with pytest.raises(KeyboardInterrupt):
            release.rollback(desk.settings, reason="wrong file", approver="Ann")
    assert release.current(desk.settings) == new and release.verify(new) == []
    if finish == "rollback":
        assert release.rollback(desk.settings, reason="wrong file", approver="Ann") == old
        assert [line["action"] for line in journal.read(desk.settings)][2:] == ["rollback"]
    else:
        third = desk.publish(desk.next_candidate())
        assert release.current(desk.settings) == third
    assert new.name in journal.withdrawn(desk.settings)


@pytest.mark.fault
def test_of_two_publishers_one_wins_and_the_other_is_told(desk):
    first, second = desk.candidate, desk.next_candidate()
    results: dict[str, object] = {}

    def publish(candidate):
        try:
            results[candidate.name] = desk.publish(candidate)
        except MobilityError as error:
            results[candidate.name] = error

    threads = [threading.Thread(target=publish, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = release.current(desk.settings)
    assert now in results.values() and release.verify(now) == []
    for result in results.values():
        told = "built before the current" in str(result) or "version is taken" in str(result)
        assert result == now or told or result in [one.path for one in release.list_releases(desk.settings)]


def test_a_rollback_waits_for_whoever_writes_in_the_channel(two):
    desk, old, new = two
    heard: queue.Queue[str] = queue.Queue()

    def go_back() -> None:
        with progress.shown_by(lambda step, done, total, what: heard.put(what)):
            release.rollback(desk.settings, reason="x", approver="Ann")

    thread = threading.Thread(target=go_back)
    with held(desk.settings.channel_dir, "mobility run") as other:
        thread.start()
        assert "mobility run" in heard.get(timeout=60)
        assert release.current(desk.settings) == new
        other.stdin.close()
    thread.join(60)
    assert release.current(desk.settings) == old


@pytest.mark.fault
@pytest.mark.parametrize("head_start", [0, 0.1, 0.3])
def test_a_publisher_and_a_rollback_at_once_leave_what_the_journal_says(two, head_start):
    """One of them may be told to wait; whoever was not told did what was asked, in one order or the other."""
    desk, old, new = two
    candidate, way = desk.next_candidate(), Directly()
    publisher = way.start(desk.settings, ["publish", candidate.name])
    time.sleep(head_start)
    going_back = way.start(desk.settings, ["rollback", "--reason", "wrong file"])
    failed = {"publish": publisher.wait(), "rollback": going_back.wait()}
    now, lines = release.current(desk.settings), journal.read(desk.settings)[2:]
    assert not all(failed.values())
    assert [line["action"] for line in lines].count("publish") == (not failed["publish"])
    assert [line["action"] for line in lines].count("rollback") == (not failed["rollback"])
    assert now is not None and now.name == lines[-1]["version"]
    for one in release.list_releases(desk.settings):
        assert release.verify(one.path) == []
    if failed["publish"]:
        assert now == old
        assert desk.publish(candidate) == release.current(desk.settings)
    elif failed["rollback"]:
        assert release.rollback(desk.settings, reason="wrong file", approver="Ann") == new


@pytest.mark.fault
def test_a_clock_that_goes_back_is_told(two, monkeypatch):
    desk, _, new = two

    class Yesterday(store.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz).replace(year=2001)

    monkeypatch.setattr(store, "datetime", Yesterday)
    with pytest.raises(MobilityError, match="clock is behind") as error:
        release.build_candidate(desk.settings)
    assert "2001" in error.value.found
    assert release.current(desk.settings) == new


def test_prune_leaves_the_candidate_that_was_made_last_though_it_was_made_before(slim_desk):
    settings = slim_desk.settings
    other = slim_desk.next_candidate()
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update metric_values set value = value - 1 where cell_id = 1")  # back
    again = release.build_candidate(settings)
    assert again != other
    release.prune(settings)
    assert again.is_dir() and not other.exists()


def test_prune_removes_candidates_and_never_releases(two):
    desk, old, new = two
    third = desk.next_candidate()
    there = set(desk.settings.candidates_dir.glob("[!.]*"))
    would = release.prune(desk.settings, dry_run=True)
    assert {one.path for one in would} == there - {third} and all(one.bytes > 0 for one in would)
    assert set(desk.settings.candidates_dir.glob("[!.]*")) == there
    assert {one.path for one in release.prune(desk.settings, keep=2)} < there - {third}
    release.prune(desk.settings)
    assert set(desk.settings.candidates_dir.glob("[!.]*")) == {third}
    assert release.prune(desk.settings) == []
    assert release.verify(old) == [] and release.verify(new) == []
    desk.publish(third)
