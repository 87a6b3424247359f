"""Runs Dagster's jobs in this process, so that the command and the UI do the same and show the same."""

from __future__ import annotations

import atexit
import gc
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base import progress
from orchestration.base.errors import MobilityError, disk_error
from orchestration.base.locks import only_one, this_command
from orchestration.base.settings import Settings
from orchestration.cli.display import display
from orchestration.cli.failures import StepsFailed, log_file, of_the_disk
from orchestration.dagster.home import dagster_home

if TYPE_CHECKING:
    import dagster as dg

_OUR_ERRORS = ("MobilityError", "DbtFailure")
_SHOWN_REASONS = 12
# Dagster would put four processes between us and the terminal, which outlive a Ctrl-C to complain of it.
_STREAMS_ARE_LEFT_ALONE = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
}


class Jobs:
    """The jobs of one channel, ready to run; see `running`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.log = log_file(settings.home, f"{settings.channel}.log")
        self.log.unlink(missing_ok=True)

    @cached_property
    def _definitions(self) -> dg.Definitions:
        from orchestration.dagster.assemble import assemble

        return assemble(self.settings, [self.settings.channel])

    def _job(self, name: str, only: Sequence[str] | None) -> dg.JobDefinition:
        from orchestration.dagster import jobs
        from orchestration.dagster.channels import asset_key, named

        own = named(self.settings.channel, name)
        if name == jobs.REFRESH and "_definitions" not in self.__dict__:
            from orchestration.dagster.assemble import assemble_sources

            job = assemble_sources(self.settings).resolve_job_def(own)
        else:
            job = self._definitions.resolve_job_def(own)
        if only is None:
            return job
        keys = {asset_key(self.settings.channel, *key.split("/")) for key in only}
        return job.get_subset(asset_selection=keys, asset_check_selection=_checks_with(job, keys))

    @cached_property
    def _instance(self) -> dg.DagsterInstance:
        import dagster as dg
        from dagster._core.instance.ref import InstanceRef

        from orchestration.dagster.abandoned import close_abandoned

        reference = InstanceRef.from_dir(str(dagster_home(self.settings)), overrides=_STREAMS_ARE_LEFT_ALONE)
        instance = dg.DagsterInstance.from_ref(reference)
        close_abandoned(instance)
        return instance

    def make_ready(self) -> None:
        """Import what a build needs and open Dagster's storage, which may be done while dbt is waited for.

        What fails here fails again, and is told, once it is needed.
        """
        with suppress(Exception):
            import_module("orchestration.dagster.dbt")
            _ = self._instance

    def run(self, name: str, form: dict[str, Any], only: Sequence[str] | None = None) -> None:
        """Run a job of the channel with its form filled in; of its assets `only` some, with their checks.

        Raises:
            StepsFailed: with what every failed step said.
        """
        self._execute(self._job(name, only), form)

    def run_partition(self, asset: str, partition: str, form: dict[str, Any]) -> None:
        """Run one partition of an asset of the files, as a backfill on Dagster's pages does.

        Raises:
            StepsFailed: with what its step said.
        """
        from orchestration.dagster.assemble import assemble_sources
        from orchestration.dagster.channels import asset_key

        job = assemble_sources(self.settings).resolve_implicit_global_asset_job_def()
        job = job.get_subset(asset_selection={asset_key(self.settings.channel, *asset.split("/"))})
        self._execute(job, {"resources": {"options": {"config": form}}}, partition)

    def _execute(self, job: dg.JobDefinition, config: dict[str, Any], partition: str | None = None) -> None:
        from orchestration.dagster.abandoned import this_process

        with self.log.open("a", encoding="utf-8") as log, redirect_stderr(log):
            result = job.execute_in_process(
                run_config=config,
                instance=self._instance,
                raise_on_error=False,
                tags=this_process(),
                partition_key=partition,
            )
        if not result.success:
            raise StepsFailed(self._told(result))

    def warehouse_assets(self) -> list[str]:
        """Names of all seeds and models."""
        from orchestration.dagster.jobs import BUILD
        from orchestration.dagster.release import CANDIDATE, VERDICT

        keys = self._job(BUILD, None).asset_layer.executable_asset_keys
        return sorted({"/".join(key.path[1:]) for key in keys} - {CANDIDATE, VERDICT})

    def _told(self, result: dg.ExecuteInProcessResult) -> str:
        told = []
        for event in result.all_events:
            if event.is_step_failure and (data := event.step_failure_data).error is not None:
                told.append(self._message(data.error, event.step_key or ""))
        # Said once, though several steps may have met it.
        return "\n\n".join(dict.fromkeys(told)) or f"the run failed; see {self.log}"

    def _message(self, error: Any, step: str) -> str:
        chain = [error]
        while chain[-1].cause is not None:
            chain.append(chain[-1].cause)
        # Ours says it all, though something else may have caused it.
        ours = [one for one in chain if one.cls_name in _OUR_ERRORS]
        if ours:
            return str(ours[0].message).strip().split(": ", 1)[1]
        innermost = chain[-1]
        text = innermost.message.strip()
        if innermost.cls_name == "DagsterAssetCheckFailedError" and step.endswith("gate_checks"):
            return _refusal(self.settings)
        of_the_disk = disk_error(text, str(self.settings.home))
        if of_the_disk is not None:
            return str(of_the_disk)
        return f"step {step} failed unexpectedly: {text}\n  to do:    report it with the log {self.log}"


def _checks_with(job: dg.JobDefinition, keys: set[dg.AssetKey]) -> set[dg.AssetCheckKey]:
    """The checks that belong to some assets of a job; to the gate belong those on what it judges."""
    from orchestration.dagster.release import TABLE_CHECK, VERDICT

    judged = any(key.path[1:] == [VERDICT] for key in keys)
    return {
        check
        for check in job.asset_layer.asset_graph.asset_check_keys
        if (judged if check.name == TABLE_CHECK else check.asset_key in keys)
    }


def _refusal(settings: Settings) -> str:
    """What the gate found wrong with the newest candidate."""
    from orchestration.dagster.steps import newest_candidate
    from orchestration.gate.verdict import read_verdict

    candidate = newest_candidate(settings)
    verdict = read_verdict(candidate)
    tables = [table for table in verdict["tables"] if table["outcome"] == "refused"]
    reasons = verdict["reasons"] + [
        f"{table['table']}: {reason}" for table in tables for reason in table["reasons"]
    ]
    shown = reasons[:_SHOWN_REASONS]
    if len(reasons) > len(shown):
        shown.append(f"and {len(reasons) - len(shown)} more")
    shown += verdict["unused_waivers"]
    error = MobilityError(
        "The gate refused the candidate; nothing was published.",
        where=str(candidate),
        expected="every publication passes its suite",
        found="\n            ".join(shown),
        remedy=f"read {candidate / 'gate' / 'report.html'}, correct the cause, run again",
    )
    return str(error)


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise MobilityError(
            "The home cannot be made.",
            where=str(home),
            expected="a folder, or a place where one can be made",
            found=problem.strerror or str(problem),
            remedy="give another --home, or another MOBILITY_HOME",
        ) from problem


@contextmanager
def running(settings: Settings) -> Iterator[Jobs]:
    """Jobs with a progress display while the block runs, alone in the channel from its start to its end.

    Whoever else writes there is waited for, so that a run judges and publishes what it built itself.
    """
    warnings.filterwarnings("ignore", category=FutureWarning)
    atexit.register(gc.freeze)  # or Python takes two seconds at its end to look for garbage
    _make(settings.home)
    with display() as shown, progress.shown_by(shown):
        try:
            with only_one(settings.channel_dir, this_command()):
                yield Jobs(settings)
        except MobilityError:
            raise
        except Exception as error:
            # Dagster's own files lie in the same home, and may be the first that find no room.
            told = of_the_disk(error, settings.home)
            if told is None:
                raise
            raise told from error
