"""Dagster's entry point: assembles, decides nothing."""

from __future__ import annotations

from orchestration.assets.assemble import assemble
from orchestration.settings import Settings

defs = assemble(Settings())
