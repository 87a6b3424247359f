"""The forms of the jobs, and the settings they give."""

from __future__ import annotations

from pathlib import Path

from orchestration.base.settings import Settings
from orchestration.dagster.options import (
    BuildOptions,
    PublishOptions,
    RefreshOptions,
    RollbackOptions,
    RunOptions,
    form,
    run_config,
)


def test_settings_survive_the_way_through_dagster(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path, channel="sample", mirrors=(tmp_path,), inbox=tmp_path, download=True, threads=5
    )
    assert RunOptions.of(settings).settings("sample") == settings
    config = run_config(RefreshOptions(**form(settings, RefreshOptions)))
    assert RunOptions(**config["resources"]["options"]["config"]).settings("sample") == settings


def test_a_form_has_what_its_job_needs_and_no_more(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert set(form(settings, BuildOptions)) == {"home", "threads", "memory_limit", "site"}
    assert {"mirrors", "inbox", "download"} <= set(form(settings, RefreshOptions))
    asked = run_config(BuildOptions(**form(Settings(home=tmp_path, site=True), BuildOptions)))
    assert RunOptions(**asked["resources"]["options"]["config"]).settings("national").site
    assert form(settings, PublishOptions, approver="Ada")["approver"] == "Ada"


def test_no_form_lets_a_job_work_in_another_channel() -> None:
    for kind in (RefreshOptions, BuildOptions, PublishOptions, RollbackOptions, RunOptions):
        assert "home" in kind.model_fields and "channel" not in kind.model_fields
