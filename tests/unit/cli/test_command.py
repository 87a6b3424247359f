"""What a person meets at the command line: help, exit codes, messages."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import mobility
from orchestration import cli
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.cli.running import running


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    with pytest.raises(SystemExit) as exit_:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return int(exit_.value.code or 0), captured.out, captured.err


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(f"\n  {verb} " in out for verb in cli.VERBS)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom orchestration.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "heavy = {'dagster', 'dbt', 'duckdb', 'pandas', 'pyarrow', 'pydantic', 'great_expectations'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, verb, "--help")
    assert code == 0
    assert out.startswith(f"Usage: mobility {verb}")


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["run", "--nonsense"], ["show"], ["run", "--threads", "0"], ["run", "--mirror", "no"]],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert "Usage: mobility" in err


def test_nothing_published_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "release", "list", "--home", str(tmp_path))
    assert code == 0
    assert "no release of the channel national yet" in out
    for verb in (["release", "path"], ["release", "verify"], ["show", "01003"]):
        code, _, err = run(capsys, *verb, "--home", str(tmp_path))
        assert code == 1
        assert err.startswith("error: Nothing was published yet.")
        assert "run `mobility run`" in err
        assert "Traceback" not in err


def test_an_unknown_version_is_told_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("path", "verify"):
        code, _, err = run(capsys, "release", verb, "2001.01.01", "--home", str(tmp_path))
        assert code == 1 and err.startswith("error: There is no such release.")
        assert "expected: a version that was published" in err and "found:    2001.01.01" in err


def test_python_is_told_of_an_unknown_channel() -> None:
    with pytest.raises(MobilityError, match="no such channel") as error:
        mobility.open(channel="sampl")  # type: ignore[arg-type]
    assert error.value.expected == "channel national or sample"


def test_unknown_source_is_told_with_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "sources", "geocor", "--home", str(tmp_path))
    assert code == 1
    assert "did you mean geocorr?" in err


def test_sources_tell_what_is_missing_and_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "sources", "--home", str(tmp_path))
    assert code == 0
    assert "urban_published_2025" in out
    code, out, _ = run(capsys, "sources", "urban_debt_in_america", "--home", str(tmp_path))
    assert code == 0
    assert "terms" in out and "\n- " in out


def test_an_error_of_a_person_has_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise MobilityError("the file is broken", where="a.csv, row 3", remedy="fetch it again")

    monkeypatch.setattr("orchestration.cli.sources.command.callback", refuse)
    code, out, err = run(capsys, "sources")
    assert code == 1
    assert err.splitlines() == [
        "error: the file is broken",
        "  where:    a.csv, row 3",
        "  to do:    fetch it again",
    ]
    assert out == ""


def test_an_error_of_ours_names_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setenv("MOBILITY_HOME", str(tmp_path))
    monkeypatch.setattr("orchestration.cli.sources.command.callback", fail)
    code, _, err = run(capsys, "sources")
    log = tmp_path / "logs" / "error.log"
    assert code == 1
    assert err.startswith("unexpected error: ZeroDivisionError: by zero")
    assert str(log) in err and "Traceback" not in err
    assert "Traceback" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EFBIG, errno.EDQUOT])
def test_a_full_or_unwritable_disk_is_told_whoever_ran_into_it(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dagster and dbt keep files on it too, and wrap what they meet."""

    def fail(**_: object) -> None:
        try:
            raise OSError(number, os.strerror(number), "/some/where")
        except OSError as problem:
            raise RuntimeError("the event log") from problem

    monkeypatch.setattr("orchestration.cli.sources.command.callback", fail)
    code, _, err = run(capsys, "sources")
    assert code == 1 and "Traceback" not in err and "unexpected" not in err
    assert "where:    /some/where" in err and os.strerror(number) in err and "make room" in err


def test_a_disk_that_is_full_for_dagster_is_told_with_the_home(tmp_path: Path) -> None:
    with pytest.raises(MobilityError) as error, running(Settings(home=tmp_path)):
        raise RuntimeError("the event log") from sqlite3.OperationalError("database or disk is full")
    assert error.value.where == str(tmp_path) and error.value.found == "database or disk is full"


def test_a_disk_that_is_full_for_a_database_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("orchestration.cli.sources.command.callback", fail)
    assert run(capsys, "sources")[2].startswith("error: The disk is full or cannot be written.")


def test_before_the_first_run_the_shipped_mirror_is_at_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "sources", "urban_frames", "geocorr", "--home", str(tmp_path / "home"))
    assert code == 0
    assert "+ 2025  county-populations.csv\n    in the shipped mirror; not taken in yet" in out
    assert "- 2022  geocorr2022_puma_2020_planning_regions_2022.csv" in out
    code, out, _ = run(capsys, "sources", "--home", str(tmp_path / "home"))
    lines = {words[0]: words[2:5] for line in out.splitlines() if len(words := line.split()) > 4}
    assert lines["urban_frames"] == ["2", "0", "0"]
    assert lines["urban_crosswalks"] == ["4", "0", "0"]
    assert not (tmp_path / "home").exists()


def test_the_list_of_sources_breaks_no_word_at_80_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(capsys, "sources", "--home", str(tmp_path / "home"))
    words = set(out.replace(",", " ").split())
    assert {"taken", "vintages", "download", "census_population_estimates", "2024-03-13"} <= words
    assert "…" not in out


def test_a_mirror_and_the_inbox_count_as_at_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "Section8-FY18.xlsx").write_bytes(b"a workbook")
    code, out, _ = run(
        capsys, "sources", "hud_income_limits", "--home", str(tmp_path / "home"), "--inbox", str(inbox)
    )
    assert code == 0
    assert f"+ 2018  Section8-FY18.xlsx\n    in the inbox, {inbox / 'Section8-FY18.xlsx'}" in out
