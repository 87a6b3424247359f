"""A verdict holds for exactly the bytes that were judged, and for the gate that judged them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.gate import check_verdict, judge, verified
from orchestration.gate.verdict import _own_hash
from tests.integration.gate.conftest import Suites, write_suites
from tests.support.candidate import Bench


@pytest.fixture(scope="module")
def passed(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(few, tmp_path_factory.mktemp("judged") / "candidate"))
    with pytest.MonkeyPatch.context() as patch:
        suites = write_suites(tmp_path_factory.mktemp("suites") / "suites_of_bytes", patch)
        assert judge(folder).passed
        suites.forget()
    check_verdict(folder)
    return folder


@pytest.fixture
def judged(passed: Path, tmp_path: Path) -> Bench:
    """A candidate with a passing verdict, to change."""
    return Bench(Path(shutil.copytree(passed, tmp_path / "candidate", symlinks=True)))


def message(bench: Bench) -> str:
    with pytest.raises(MobilityError) as problem:
        check_verdict(bench.folder)
    return str(problem.value)


def edit_verdict(bench: Bench, seal: bool, **changes: object) -> None:
    path = bench.folder / "gate" / "verdict.json"
    data = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    if seal:
        data["verdict_sha256"] = _own_hash(data)
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "parquet/series.parquet"])
def test_one_changed_byte_voids_the_verdict(judged: Bench, name: str) -> None:
    judged.tamper(name)
    assert f"{name}: has SHA-256" in message(judged)


def test_a_changed_candidate_that_was_sealed_again_needs_a_new_verdict(judged: Bench) -> None:
    judged.alter("county", "select * replace (0.5 as share_employed) from t order by _row")
    assert "verdict is of another candidate" in message(judged)


def test_a_changed_manifest_voids_the_verdict(judged: Bench) -> None:
    judged.edit("county", title="Counties!")
    assert "verdict is of another candidate" in message(judged)


@pytest.mark.parametrize("name", ["extra.txt", "gate/extra.txt", "parquet/.hidden"])
def test_an_extra_file_voids_the_verdict(judged: Bench, name: str) -> None:
    (judged.folder / name).write_text("x", encoding="utf-8")
    assert f"{name}: is not listed in the manifest" in message(judged)


def test_a_missing_file_voids_the_verdict(judged: Bench) -> None:
    (judged.folder / "README.md").unlink()
    assert "README.md: is listed in the manifest but missing" in message(judged)


def test_a_link_to_the_same_bytes_is_no_file(judged: Bench, tmp_path: Path) -> None:
    elsewhere = shutil.copy(judged.folder / "README.md", tmp_path / "elsewhere.md")
    (judged.folder / "README.md").unlink()
    (judged.folder / "README.md").symlink_to(elsewhere)
    assert "README.md: is a link" in message(judged)


def test_an_edited_verdict(bench: Bench, tiny: Suites) -> None:
    tiny.delete("place_age")
    assert not judge(bench.folder).passed
    edit_verdict(bench, seal=False, outcome="passed")
    assert "edited after the gate wrote it" in message(bench)


def test_an_edited_verdict_with_a_new_hash_still_contradicts_itself(bench: Bench, tiny: Suites) -> None:
    tiny.delete("place_age")
    assert not judge(bench.folder).passed
    edit_verdict(bench, seal=True, outcome="passed")
    assert "place_age: it has no suite" in message(bench)


def test_a_verdict_without_a_table_is_none(judged: Bench) -> None:
    edit_verdict(judged, seal=True, tables=[])
    assert "county: no verdict" in message(judged)


def test_a_verdict_of_another_candidate(judged: Bench, tmp_path: Path) -> None:
    other = Bench(Path(shutil.copytree(judged.folder, tmp_path / "other")))
    other.alter("county", "select * replace (0.5 as share_employed) from t order by _row")
    shutil.copytree(judged.folder / "gate", other.folder / "gate", dirs_exist_ok=True)
    assert "verdict is of another candidate" in message(other)


def test_a_verdict_of_another_gate(judged: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified, "gate_sha256", lambda: "0" * 64)
    assert "another version of the gate" in message(judged)


def test_an_edited_report(judged: Bench) -> None:
    judged.tamper("gate/report.html")
    assert "report is not the one it wrote" in message(judged)


def test_a_candidate_that_was_not_judged(bench: Bench) -> None:
    assert "was not judged" in message(bench)


def test_bytes_that_are_not_the_manifests_are_refused_unjudged(bench: Bench, tiny: Suites) -> None:
    bench.tamper("README.md")
    verdict = judge(bench.folder)
    assert verdict.tables == []
    assert verdict.refusals[0].startswith("README.md: has SHA-256")


def test_judging_again_gives_the_same_bytes(bench: Bench, tiny: Suites) -> None:
    names = ("verdict.json", "report.md", "report.html")
    judge(bench.folder)
    before = [(bench.folder / "gate" / name).read_bytes() for name in names]
    judge(bench.folder)
    assert [(bench.folder / "gate" / name).read_bytes() for name in names] == before
