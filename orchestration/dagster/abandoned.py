"""Runs of the command whose process ended before they did: killed, interrupted, the machine switched off.

Nobody is left to tell Dagster, whose pages would show such a run as in progress for ever. So every run of
the command carries a tag that names its process, and whoever opens the home next looks whether it lives.
"""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

PROCESS_TAG = "mobility/process"


def this_process() -> dict[str, str]:
    """The tag for a run that this process executes itself."""
    return {PROCESS_TAG: named(os.getpid())}


def close_abandoned(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed what is in progress and whose process is gone; gives the ids of these runs.

    Left alone are runs without the tag, which the UI's own daemon starts and watches, and those of another
    machine or container, of which this one cannot know whether they live.
    """
    open_runs = instance.get_runs(filters=dg.RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES))
    abandoned = [run for run in open_runs if _is_gone(run.tags.get(PROCESS_TAG, ""))]
    for run in abandoned:
        instance.report_run_failed(run, "The process of this run was killed or interrupted before its end.")
    return [run.run_id for run in abandoned]


def named(pid: int) -> str:
    """A process, so that no other is meant: number, when it began, and among whose numbers.

    Numbers are given again, and a container counts its own. A process whose exit code nobody has asked for
    has no beginning any more; elsewhere than on Linux none has.
    """
    return f"{pid}@{_beginning(pid)}@{_whose_numbers()}"


def _is_gone(tag: str) -> bool:
    pid, _, rest = tag.partition("@")
    if not pid.isdigit() or rest.partition("@")[2] != _whose_numbers():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it is somebody else's, and may not be looked at
        return False
    return named(int(pid)) != tag


def _beginning(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *facts = text.rpartition(")")[2].split()
    return "" if state in "ZX" else facts[18]


def _whose_numbers() -> str:
    """Host and name space of process numbers."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return hashlib.sha256(f"{platform.node()} {space}".encode()).hexdigest()[:12]
