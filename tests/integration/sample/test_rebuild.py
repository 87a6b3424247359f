"""A release built anew from its manifest: the same bytes elsewhere, or a precise word of what differs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import release as releases
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.release.rebuild import differences, rebuild


@pytest.mark.long
def test_the_same_bytes_in_another_folder_locale_time_zone_and_number_of_threads(
    sample_home: Path, tmp_path: Path
) -> None:
    elsewhere = {"LC_ALL": "C", "TZ": "Pacific/Auckland", "MOBILITY_THREADS": "1", "PYTHONHASHSEED": "7"}
    command = [
        sys.executable, "-m", "orchestration.cli", "release", "rebuild", "--sample",
        "--home", str(sample_home), "--into", str(tmp_path / "été"),
    ]  # fmt: skip
    run = subprocess.run(
        command, cwd=PROJECT_ROOT, env={**os.environ, **elsewhere}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the same bytes" in run.stdout


def test_an_input_that_is_gone_is_named(sample_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "bare", channel="sample")
    release = releases.current(Settings(home=sample_home, channel="sample"))
    assert release is not None
    with pytest.raises(MobilityError, match="raw store") as error:
        rebuild(settings, release, tmp_path / "new")
    assert "SHA-256" in (error.value.expected or "")


def test_a_folder_with_something_in_it_is_left_alone(sample_home: Path, tmp_path: Path) -> None:
    settings = Settings(home=sample_home, channel="sample")
    release = releases.current(settings)
    assert release is not None
    (tmp_path / "mine").write_text("", encoding="utf-8")
    with pytest.raises(MobilityError, match="empty folder"):
        rebuild(settings, release, tmp_path)


def test_what_differs_is_told_by_file_and_fact(sample_home: Path, tmp_path: Path) -> None:
    release = releases.current(Settings(home=sample_home, channel="sample"))
    assert release is not None
    other = Path(shutil.copytree(release, tmp_path / "other"))
    assert differences(release, other) == []
    manifest = (other / "manifest.json").read_text(encoding="utf-8")
    text = manifest.replace('"channel": "sample"', '"channel": "another"')
    (other / "manifest.json").write_text(text, encoding="utf-8")
    (other / "gate" / "report.md").write_text("another", encoding="utf-8")
    assert differences(release, other) == [
        'manifest.json: channel: "sample" in the release, "another" built',
        "gate/report.md: other content",
    ]
