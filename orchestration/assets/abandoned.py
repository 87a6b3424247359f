"""Runs of the command whose process ended before they did: killed, interrupted, the machine switched off.

Nobody is left to tell Dagster, whose pages would show such a run as in progress for ever. So every run of
the command carries a tag that names its process, and whoever opens the home next looks whether it lives.
"""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

PROCESS_TAG = "mobility/process"


def this_process() -> dict[str, str]:
    """The tag for a run that this process executes itself."""
    return {PROCESS_TAG: _named(os.getpid())}


def close_abandoned(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed what is in progress and whose process is gone; gives the ids of these runs.

    Runs without the tag are left alone: the UI's own daemon starts and watches them.
    """
    open_runs = instance.get_runs(filters=dg.RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES))
    abandoned = [run for run in open_runs if PROCESS_TAG in run.tags and not _lives(run.tags[PROCESS_TAG])]
    for run in abandoned:
        instance.report_run_failed(run, "The process of this run was killed or interrupted before its end.")
    return [run.run_id for run in abandoned]


def _lives(named: str) -> bool:
    pid = int(named.split("@")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's
        pass
    return named == _named(pid)


def _named(pid: int) -> str:
    """Number of a process and, where the system tells, when it began: numbers are given again."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return f"{pid}@"
    state, *facts = text.rpartition(")")[2].split()
    has_ended = state in "ZX"  # its parent has not asked for its exit code
    return "" if has_ended else f"{pid}@{facts[18]}"
