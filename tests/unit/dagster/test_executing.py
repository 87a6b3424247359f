"""Who executes the steps of a run is a matter of configuration; without any it is one process."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from orchestration.base.settings import Settings
from orchestration.dagster.assemble import assemble_sources


@pytest.mark.parametrize("name", ["in_process", "multiprocess"])
def test_the_environment_names_the_executor(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name != "in_process":
        monkeypatch.setenv("MOBILITY_EXECUTOR", name)
    definitions = assemble_sources(Settings())
    assert definitions.executor is not None
    for job in (definitions.resolve_job_def("refresh"), definitions.resolve_implicit_global_asset_job_def()):
        assert job.executor_def.name == name


def test_another_executor_is_refused() -> None:
    with pytest.raises(ValidationError, match="'in_process' or 'multiprocess'"):
        Settings(executor="dask")  # type: ignore[arg-type]
