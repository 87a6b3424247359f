"""Dagster's view of the pipeline: assets, checks, jobs, schedules.

Nothing is computed here. Each module wraps functions of `orchestration.dagster.steps`, so that the command,
Dagster's UI and a Python session do the same work in the same order.
"""
