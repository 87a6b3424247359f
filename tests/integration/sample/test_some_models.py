"""Some models launched from Dagster's pages are those built; a warehouse in parts is never released."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.base.settings import Settings
from orchestration.cli.failures import StepsFailed
from orchestration.cli.running import Jobs
from orchestration.dagster.assemble import assemble
from orchestration.dagster.channels import asset_key
from orchestration.dagster.jobs import BUILD, JUDGE
from orchestration.dagster.options import BuildOptions, form


@pytest.fixture(scope="module")
def settings(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of a home in which everything is built."""
    home = tmp_path_factory.mktemp("some_models")
    shutil.copytree(sample_home / "sample", home / "sample", symlinks=True)
    return Settings(home=home, channel="sample")


def launch(settings: Settings, *names: str) -> Any:
    """Launch some assets as the pages do: selected, with their checks."""
    job = assemble(settings, ["sample"]).resolve_job_def(f"sample_{BUILD}")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            run_config=form(settings, BuildOptions),
            asset_selection=[asset_key("sample", name) for name in names],
            instance=instance,
            raise_on_error=False,
        )


def test_only_what_was_launched_is_built(settings: Settings) -> None:
    result = launch(settings, "series", "county")
    assert result.success
    assert {event.asset_key for event in result.get_asset_materialization_events()} == {
        asset_key("sample", "series"),
        asset_key("sample", "county"),
    }
    statuses = {
        event.asset_key.path[-1]: event.materialization.metadata["status"].value
        for event in result.get_asset_materialization_events()
    }
    assert statuses == {"series": "success", "county": "success"}
    checks = result.get_asset_check_evaluations()
    assert checks and all(check.passed for check in checks)
    # The gate judged nothing in this run, so it says nothing.
    assert "gate" not in {check.check_name for check in checks}


def test_what_only_the_gate_needs_is_not_imported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports: list[str] = []
    monkeypatch.setattr("orchestration.dagster.dbt.imported_ahead", lambda: imports.append("gate"))
    # Something to build, or nothing would be imported ahead in any run.
    monkeypatch.setattr("orchestration.dagster.dbt.is_current", lambda _: False)
    assert launch(settings, "series").success
    Jobs(settings).run(BUILD, form(settings, BuildOptions), ["series"])  # `mobility build --select` does so
    assert imports == []


def test_nothing_is_released_of_a_warehouse_in_parts(settings: Settings) -> None:
    receipt = next(settings.lake_dir.glob("urban_frames/*/*.json"))
    before = receipt.read_text(encoding="utf-8")
    candidates = sorted(settings.candidates_dir.iterdir())
    receipt.write_text(before + "\n", encoding="utf-8")  # as if it came anew
    try:
        assert launch(settings, "series").success
        with pytest.raises(StepsFailed, match=r"only some built since: .*series"):
            Jobs(settings).run(JUDGE, form(settings, BuildOptions))
    finally:
        receipt.write_text(before, encoding="utf-8")
    with pytest.raises(StepsFailed, match="only some built since"):  # also if the change is taken back
        Jobs(settings).run(JUDGE, form(settings, BuildOptions))
    assert sorted(settings.candidates_dir.iterdir()) == candidates
