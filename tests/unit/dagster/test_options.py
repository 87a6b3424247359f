"""The forms of the jobs, and the settings they give."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.base.settings import Settings
from orchestration.dagster.options import (
    BuildOptions,
    PublishOptions,
    RefreshOptions,
    RunOptions,
    form,
    run_config,
)


def test_settings_survive_the_way_through_dagster(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path, channel="sample", mirrors=(tmp_path,), inbox=tmp_path, download=True, threads=5
    )
    assert RunOptions.of(settings).settings() == settings
    config = run_config(RefreshOptions(**form(settings, RefreshOptions)))
    assert RunOptions(**config["resources"]["options"]["config"]).settings() == settings


def test_a_form_has_what_its_job_needs_and_no_more(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert set(form(settings, BuildOptions)) == {"channel", "home", "threads", "memory_limit", "site"}
    assert {"mirrors", "inbox", "download"} <= set(form(settings, RefreshOptions))
    asked = run_config(BuildOptions(**form(Settings(home=tmp_path, site=True), BuildOptions)))
    assert RunOptions(**asked["resources"]["options"]["config"]).settings().site
    assert form(settings, PublishOptions, approver="Ada")["approver"] == "Ada"


def test_another_channel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="channel"):
        RunOptions(channel="other", home=str(tmp_path)).settings()
