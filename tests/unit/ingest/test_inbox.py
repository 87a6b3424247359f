"""Files in the inbox that no record knows are told, with the name that may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import cli
from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.cli import running, summary
from orchestration.cli.sources import print_files, print_sources
from orchestration.ingest import inbox


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return Settings(home=tmp_path / "home", inbox=tmp_path / "inbox")


def put(settings: Settings, *names: str) -> None:
    for name in names:
        path = inbox.folder(settings) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")


@pytest.mark.parametrize(
    "name, near",
    [
        ("bls_qcew/2018/2018_all_county_highlevel.zip", "bls_qcew/2018/2018_all_county_high_level.zip"),
        ("bls_qcew/2081/2018_all_county_high_level.zip", "bls_qcew/2018/2018_all_county_high_level.zip"),
        ("2018_all_county_highlevel.zip", "bls_qcew/2018/2018_all_county_high_level.zip"),
        ("nosuch/2018/x.csv", ""),
    ],
)
def test_an_unknown_file_is_told_with_the_nearest_name(settings: Settings, name: str, near: str) -> None:
    put(settings, name)
    assert inbox.unknown(settings) == {str(inbox.folder(settings)): [inbox.Unknown(name, near)]}


def test_known_files_hidden_ones_and_notes_need_no_word(settings: Settings) -> None:
    put(
        settings,
        "bls_qcew/2018/2018_all_county_high_level.zip",
        "2018_all_county_high_level.zip",
        ".DS_Store",
        ".git/config",
        "README",
        "bls_qcew/Readme.txt",
        "notes of May.docx",
        "what I did.md",
    )
    assert inbox.unknown(settings) == {} and inbox.told_unknown(settings) == []


def test_no_inbox_holds_nothing_unknown(tmp_path: Path) -> None:
    assert inbox.unknown(Settings(home=tmp_path)) == {}


def test_of_many_the_first_are_told_and_the_others_counted(settings: Settings) -> None:
    put(settings, *(f"letters/{number:02}.pdf" for number in range(23)))
    told = inbox.told_unknown(settings)
    assert sum("letters/" in line for line in told) == 10 and "  and 13 more" in told


def test_the_lists_of_sources_and_files_say_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    put(settings, "bls_qcew/2018/2018_all_county_highlevel.zip")
    print_sources(settings)
    assert "did you mean bls_qcew/2018/2018_all_county_high_level.zip?" in capsys.readouterr().out
    print_files(settings, ("bls_qcew",))
    assert "did you mean bls_qcew/2018/2018_all_county_high_level.zip?" in capsys.readouterr().out


def test_the_summary_of_a_run_says_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(summary, "result_folder", lambda *_: Path())
    monkeypatch.setattr(summary, "rows_of", lambda *_: [])
    put(settings, "nosuch/2018/x.csv")
    summary.print_summary(settings, published=True, seconds=1)
    assert "nosuch/2018/x.csv" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["ingest"], ["run"]])
def test_a_command_that_fails_says_it_too(
    settings: Settings,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was brought under a wrong name may be what the error asks for."""

    def failing(*_: object, **__: object) -> None:
        raise MobilityError("A file is damaged.")

    monkeypatch.setattr(running.Jobs, "run", failing)
    put(settings, "nosuch/2018/x.csv")
    assert cli._run([*words, "--home", str(settings.home), "--inbox", str(settings.inbox)]) == 1
    told = capsys.readouterr().err
    assert "nosuch/2018/x.csv" in told and told.index("nosuch") < told.index("A file is damaged.")
