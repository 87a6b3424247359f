"""What the command prints: values, progress, settings from options."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.base import progress
from orchestration.cli.display import PlainDisplay
from orchestration.cli.profile import interval_text, note_text, print_profile, value_text
from orchestration.cli.shared_options import settings_from
from orchestration.explain.community import Metric, Profile


def metric(**fields: object) -> Metric:
    """A metric with some fields changed."""
    values: dict[str, object] = {
        "predictor": "Housing", "variable": "x", "label": "A label", "unit": "share 0-1", "year": 2022,
        "value": 0.1234, "lower": 0.1, "upper": 0.2, "quality": "Strong", "missing_reason": None,
        "origin": "computed", "deviation_ids": ("late-file",),
    }  # fmt: skip
    return Metric(**{**values, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "share 0-1", "-"),
        (0.0, "share 0-1", "0.0 %"),
        (0.12345, "share 0-1", "12.3 %"),
        (61234.4, "US dollars of the sample year", "$61,234"),
        (17.0, "students", "17"),
        (1596.4, "persons per physician", "1,596"),
        (0.97, "grade levels per grade", "0.97"),
    ],
)
def test_values_read_like_their_unit(value: float | None, unit: str, text: str) -> None:
    assert value_text(value, unit) == text


def test_interval_and_note() -> None:
    assert interval_text(metric()) == "10.0 % - 20.0 %"
    assert interval_text(metric(upper=None)) == ""
    assert note_text(metric()) == "[dim]computed; late-file[/]"
    assert note_text(metric(value=None, missing_reason="too few answers")) == "[dim]too few answers[/]"


def test_profile_shows_pillars_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    missing = metric(value=None, lower=None, upper=None, quality=None, missing_reason="suppressed")
    pillars = {"Work": [metric(), missing]}
    place = ("99001", "A County", "Sample State", "county", 2014, 2023)
    print_profile(Profile(*place, "sample", "2026.01.01", pillars))
    out = capsys.readouterr().out
    assert "A County, Sample State" in out and "channel sample" in out
    assert "Work" in out and "12.3 %" in out and "suppressed" in out


def test_plain_display_tells_start_and_end_of_a_step(capfd: pytest.CaptureFixture[str]) -> None:
    with PlainDisplay() as shown, progress.shown_by(shown):
        progress.one_more("sources", 2, "a")
        progress.one_more("sources", 2, "b")
        progress.of("gate")(1, 1, "passed")
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "sources into the lake ..."
    assert lines[1].startswith("sources into the lake: done, 2 of 2 (")
    assert lines[3].startswith("gate: done, passed (")


def test_a_stopped_step_is_not_called_done(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), PlainDisplay() as shown, progress.shown_by(shown):
        progress.of("gate")(0, 1, "suites")
        raise RuntimeError
    assert "gate: stopped" in capfd.readouterr().err


def test_nobody_listens_outside_of_a_run() -> None:
    progress.one_more("sources", 1, "a")
    assert progress.of("gate")(1, 1, "b") is None


def test_options_win_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOBILITY_THREADS", "7")
    monkeypatch.setenv("MOBILITY_HOME", str(tmp_path / "other"))
    settings = settings_from(False, tmp_path, threads=3, mirrors=(), inbox=None, download=False)
    assert (settings.channel, settings.home, settings.threads) == ("national", tmp_path.resolve(), 3)
    assert settings_from(False, None, threads=None).threads == 7


def test_the_sample_is_a_channel(tmp_path: Path) -> None:
    assert settings_from(True, tmp_path).channel == "sample"
    assert settings_from(True, tmp_path, mirrors=(tmp_path,)).mirrors == (tmp_path,)
