"""Who executes the steps of a run: this process, or one a step. `dagster.yaml` says who launches runs."""

from __future__ import annotations

import dagster as dg

from orchestration.base.settings import Settings

_LOADED_ONCE = ["orchestration.definitions", "orchestration.warehouse", "orchestration.release"]
"""Modules that a process for a step would need seconds to import; a server forks them."""


def executor(settings: Settings) -> dg.ExecutorDefinition:
    """As `MOBILITY_EXECUTOR` says.

    One process is the default: DuckDB has one writer, and whatever writes in a channel of one machine waits
    for its lock anyway. A process a step keeps a step that runs out of memory from taking the run with it.
    """
    if settings.executor == "in_process":
        return dg.in_process_executor
    return dg.multiprocess_executor.configured(
        {
            "max_concurrent": settings.threads,
            "start_method": {"forkserver": {"preload_modules": _LOADED_ONCE}},
        }
    )
