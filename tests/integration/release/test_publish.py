from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time

import pytest

from orchestration import release
from orchestration.base import progress
from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.dagster import steps
from orchestration.dagster.steps import publish_candidate
from orchestration.release import store
from orchestration.storage.releases import Releases
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import state as states
from orchestration.warehouse.state import State
from tests.integration.release.conftest import change_byte, change_one_value
from tests.support.verdict import write_verdict

_PUBLISH = """
import sys
from pathlib import Path
from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
try:
    settings = Settings(home=Path(sys.argv[1]), channel="sample")
    print(release.publish(settings, Path(sys.argv[2]), approver=sys.argv[3]).name)
except MobilityError as error:
    sys.exit(str(error))
"""


def refused(desk, candidate=None):
    """What `publish` says; nothing becomes visible, and nothing hidden stays."""
    before = desk.visible, release.current(desk.settings)
    with pytest.raises(MobilityError) as error:
        desk.publish(candidate)
    assert (desk.visible, release.current(desk.settings)) == before
    assert not list(desk.settings.releases_dir.glob(".publishing-*"))
    return error.value


def journal(desk):
    text = (desk.settings.releases_dir / "journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def edit_manifest(candidate, **changes):
    """Change the manifest as its builder could: the verdict fits the changed one."""
    path = candidate / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(manifest), encoding="utf-8", newline="\n")
    write_verdict(candidate)


# --- what is published ----------------------------------------------------------------------------------


def test_a_judged_candidate_becomes_the_current_release(desk):
    path = desk.publish()
    assert path.parent == desk.settings.releases_dir
    assert re.fullmatch(r"\d{4}\.\d{2}\.\d{2}", path.name)
    assert release.current(desk.settings) == path
    assert str((desk.settings.releases_dir / "current").readlink()) == path.name
    assert release.verify(path) == []
    assert desk.visible == {path.name, "current", "journal.jsonl"}
    assert {file.relative_to(path) for file in path.rglob("*")} == {
        file.relative_to(desk.candidate) for file in desk.candidate.rglob("*")
    }


def test_the_journal_says_who_when_and_what(desk):
    path = desk.publish()
    (line,) = journal(desk)
    assert line["version"] == path.name and line["approver"] == "the tests" and line["action"] == "publish"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["at"])
    assert line["manifest_sha256"] == release.list_releases(desk.settings)[0].manifest_sha256


def test_publishing_again_changes_nothing(desk):
    path = desk.publish()
    before = sorted((file, file.stat().st_mtime_ns) for file in path.rglob("*"))
    assert desk.publish() == path
    assert sorted((file, file.stat().st_mtime_ns) for file in path.rglob("*")) == before
    assert len(journal(desk)) == 1


def test_the_step_says_whether_anything_was_published(desk):
    heard = []
    with progress.shown_by(lambda step, done, total, what: heard.append((step, done, what))):
        first = publish_candidate(desk.settings, desk.candidate, "Ann")
        assert publish_candidate(desk.settings, desk.candidate, "Ann") == first
        (desk.settings.releases_dir / "journal.jsonl").unlink()  # as if killed before it was written
        publish_candidate(desk.settings, desk.candidate, "Ann")
    assert [what for step, done, what in heard if done] == [first.name, "unchanged", first.name]


def test_a_rebuild_without_a_change_is_the_same_release(desk):
    path = desk.publish()
    again = release.build_candidate(desk.settings)
    write_verdict(again)
    assert json.loads((again / "manifest.json").read_text(encoding="utf-8"))["version"] != path.name
    assert desk.publish(again) == path


def test_a_change_is_the_next_release_of_the_day_and_the_old_one_stays(desk):
    first = desk.publish()
    second = desk.publish(desk.next_candidate())
    assert second.name.startswith(first.name[:8]) and second.name != first.name
    assert release.current(desk.settings) == second
    listed = release.list_releases(desk.settings)
    assert [(one.version, one.is_current) for one in listed] == [(second.name, True), (first.name, False)]
    assert release.verify(first) == [] and release.verify(second) == []


def test_the_list_is_in_order_of_versions_not_of_text(desk, monkeypatch):
    for version in ("2026.01.02.2", "2026.01.02", "2026.01.02.10"):
        (desk.settings.releases_dir / version).mkdir(parents=True)
        (desk.settings.releases_dir / version / "manifest.json").write_text("{}", encoding="utf-8")
    found = [one.version for one in release.list_releases(desk.settings)]
    assert found == ["2026.01.02.10", "2026.01.02.2", "2026.01.02"]


def test_nothing_published_yet(desk):
    assert release.current(desk.settings) is None and release.list_releases(desk.settings) == []


# --- what is refused ------------------------------------------------------------------------------------


def test_without_a_verdict(desk):
    shutil.rmtree(desk.candidate / "gate")
    assert refused(desk).problem == "The candidate was not judged."


def test_with_a_refusing_verdict(desk):
    write_verdict(desk.candidate, "refused")
    error = refused(desk)
    assert error.problem == "The gate refused this candidate." and "an invented reason" in error.found


@pytest.mark.parametrize(
    "name",
    ["mobility.duckdb", "README.md", "dictionary.csv", "parquet/metric_values.parquet", "csv/series.csv"],
)
def test_with_one_changed_byte(desk, name):
    change_byte(desk.candidate / name)
    assert name in refused(desk).found


def test_with_a_changed_manifest(desk):
    text = (desk.candidate / "manifest.json").read_text(encoding="utf-8")
    (desk.candidate / "manifest.json").write_text(text + " ", encoding="utf-8", newline="\n")
    assert refused(desk).problem == "The verdict is of another candidate."


def test_with_a_file_more_or_less(desk):
    (desk.candidate / "csv" / "extra.csv").write_text("a\n1\n", encoding="utf-8", newline="\n")
    assert "csv/extra.csv: is not listed" in refused(desk).found
    (desk.candidate / "csv" / "extra.csv").unlink()
    (desk.candidate / "CITATION.cff").unlink()
    assert "CITATION.cff: is listed in the manifest but missing" in refused(desk).found


def test_with_an_edited_verdict(desk):
    write_verdict(desk.candidate, "refused")
    path = desk.candidate / "gate" / "verdict.json"
    text = path.read_text(encoding="utf-8").replace('"outcome": "refused"', '"outcome": "passed"')
    path.write_text(text, encoding="utf-8", newline="\n")
    assert refused(desk).problem == "The verdict was edited after the gate wrote it."


def test_with_the_verdict_of_another_candidate(desk):
    other = desk.next_candidate()
    shutil.rmtree(other / "gate")
    shutil.copytree(desk.candidate / "gate", other / "gate")
    assert refused(desk, other).problem == "The verdict is of another candidate."


def test_a_candidate_of_the_other_channel(desk):
    national = Settings(home=desk.settings.home, channel="national")
    with pytest.raises(MobilityError, match="another channel") as error:
        release.publish(national, desk.candidate, approver="the tests")
    assert (error.value.expected, error.value.found) == ("national", "sample")
    assert not national.releases_dir.exists()


def test_nobody_approves(desk):
    with pytest.raises(MobilityError, match="approves"):
        release.publish(desk.settings, desk.candidate, approver="  ")


@pytest.mark.parametrize("version", [None, "../../elsewhere", "latest", "2026.1.2"])
def test_a_version_that_is_none(desk, version):
    edit_manifest(desk.candidate, version=version)
    assert "names no version" in refused(desk).problem


def test_a_version_that_is_taken_by_a_folder(desk):
    version = json.loads((desk.candidate / "manifest.json").read_text(encoding="utf-8"))["version"]
    (desk.settings.releases_dir / version).mkdir(parents=True)
    error = refused(desk)
    assert error.found == "a folder that is no release" and version in error.expected


def test_a_candidate_older_than_the_current_release(desk):
    other = desk.next_candidate()  # built before the first is published: it has the same version
    first = desk.publish()
    error = refused(desk, other)
    assert "before the current release" in error.problem and first.name in error.expected


def test_of_two_publishers_at_once_both_are_heard_one_after_the_other(desk):
    other = desk.next_candidate()
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _PUBLISH, str(desk.settings.home), str(candidate), candidate.name],
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for candidate in (desk.candidate, other)
    ]
    said = [process.communicate() for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    (loser,) = (errors for _, errors in said if errors)
    assert "before the current release" in loser
    (winner,) = (out.strip() for out, _ in said if out)
    assert release.current(desk.settings).name == winner
    assert release.verify(release.current(desk.settings)) == []
    assert len(journal(desk)) == 1


def test_a_pointer_to_nowhere(desk):
    path = desk.publish()
    candidate = desk.next_candidate()
    shutil.move(path, desk.settings.home)
    for call in (release.current, release.build_candidate):
        with pytest.raises(MobilityError, match="leads nowhere") as error:
            call(desk.settings)
        assert error.value.found == path.name
    with pytest.raises(MobilityError, match="leads nowhere"):
        desk.publish(candidate)
    (desk.settings.releases_dir / "current").unlink()  # as the message says
    assert desk.publish(candidate) == release.current(desk.settings)


def test_a_release_that_was_edited_by_hand(desk):
    path = desk.publish()
    with (path / "README.md").open("a", encoding="utf-8") as file:
        file.write("more\n")
    error = refused(desk)
    assert error.problem == "A published release was changed by hand." and "README.md" in error.found


# --- killed in between ----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["take_in", "point", "_note"])
def test_whatever_stops_a_publisher_the_next_one_finishes(desk, monkeypatch, where):
    first = desk.publish()
    candidate = desk.next_candidate()

    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Releases, where, stopped)
        desk.publish(candidate)
    now = release.current(desk.settings)
    assert (now == first) is (where != "_note") and release.verify(now) == []
    second = desk.publish(candidate)
    assert release.current(desk.settings) == second and release.verify(second) == []
    assert [line["version"] for line in journal(desk)] == [first.name, second.name]


def test_leftovers_are_removed(desk):
    leftover = desk.settings.releases_dir / ".publishing-2026.01.02"
    leftover.mkdir(parents=True)
    (leftover / "README.md").write_text("half", encoding="utf-8")
    desk.publish()
    assert not leftover.exists()


def test_a_version_is_of_the_day_in_utc(desk):
    before = time.strftime("%Y.%m.%d", time.gmtime())
    found = store.next_version(desk.settings)
    assert found in {before, time.strftime("%Y.%m.%d", time.gmtime())}


def test_the_number_of_a_release_that_is_gone_is_not_given_again(desk):
    first = desk.publish()
    second = desk.publish(desk.next_candidate())
    shutil.rmtree(first)
    third = desk.publish(desk.next_candidate())
    assert [path.name.split(".")[3:] for path in (first, second, third)] == [[], ["2"], ["3"]]
    (desk.settings.releases_dir / "current").unlink()
    shutil.rmtree(third)
    assert store.next_version(desk.settings).endswith(".4")


def test_after_a_rollback_a_candidate_is_made_again_to_follow_the_current_release(desk):
    """Its version and its word of what changed are told against the release that it was made to follow."""
    settings = desk.settings
    states.write(settings, State(warehouse._inputs(settings)))  # as a build leaves it
    first = desk.publish()
    desk.publish(desk.next_candidate())
    change_one_value(settings)
    after_second = steps.make_candidate(settings)
    assert after_second.built and not steps.make_candidate(settings).built
    write_verdict(after_second.path)
    release.rollback(settings, reason="wrong numbers", approver="the tests")
    again = steps.make_candidate(settings)
    assert again.built and again.path == after_second.path  # the same content
    assert f"release {first.name}" in (again.path / "CHANGES.md").read_text(encoding="utf-8")
    write_verdict(again.path)
    assert desk.publish(again.path).name.endswith(".3")


def test_of_two_candidates_of_one_version_the_second_gets_the_next(desk):
    settings = desk.settings
    states.write(settings, State(warehouse._inputs(settings)))
    desk.publish()
    one = desk.next_candidate()
    change_one_value(settings)
    other = steps.make_candidate(settings)
    assert read_manifest(one)["version"] == read_manifest(other.path)["version"]
    desk.publish(one)
    again = steps.make_candidate(settings)
    assert again.built and read_manifest(again.path)["version"].endswith(".3")


def test_a_journal_that_cannot_be_read_is_named_with_its_line(desk):
    desk.publish()
    with (desk.settings.releases_dir / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.write("half a li")
    with pytest.raises(MobilityError) as error:
        release.build_candidate(desk.settings)
    assert error.value.where.endswith("journal.jsonl, line 2") and error.value.found == "half a li"


def test_a_site_is_published_under_a_version_of_its_own_and_stays(desk, monkeypatch):
    """Same tables, now with pages: a new version. A plain candidate afterwards changes nothing."""
    plain = desk.publish()
    with_site = release.build_candidate(
        desk.settings.model_copy(update={"site": True}), write_pages=_one_page
    )
    write_verdict(with_site)
    second = desk.publish(with_site)
    assert second.name != plain.name and (second / "site" / "index.html").read_text() == "a page"
    assert "site/index.html" in (second / "README.md").read_text(encoding="utf-8")
    without = release.build_candidate(desk.settings)
    assert not (without / "site").exists()
    write_verdict(without)
    assert desk.publish(without) == second
    change_byte(second / "site" / "index.html")
    assert [finding.split(":")[0] for finding in release.verify(second)] == ["site/index.html"]


def _one_page(candidate, settings):
    (candidate / "site").mkdir()
    (candidate / "site" / "index.html").write_text("a page", encoding="utf-8")
