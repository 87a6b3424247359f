"""Dagster's entry point: assembles, decides nothing."""

from __future__ import annotations

from orchestration.base.settings import Settings
from orchestration.dagster.assemble import assemble

defs = assemble(Settings())
