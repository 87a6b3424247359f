"""Cells that differ from the last release: only groups with other sums are joined, and none is overlooked."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.gate.manifest import read_manifest
from orchestration.gate.table_verdicts import lay_out, lay_out_for
from orchestration.gate.workbench import Workbench
from tests.support.candidate import Bench

CHANGES = {
    "nothing": ("from t order by _row", False),
    "one cell": ("select * replace (if(_row = 9, value + 1, value) as value) from t order by _row", True),
    "many cells": ("select * replace (value + hash(_row) % 2 as value) from t order by _row", True),
    "flags alone": ("select * replace (if(value is null, null, 3) as quality) from t order by _row", True),
    "cells lost": ("from t where _row % 7 <> 0 order by _row", False),
    "another order": ("from t order by hash(_row)", False),
}
EVERY = """
    select g, geoid, now.value, last.value as last_value, now.quality, last.quality as last_quality
    from candidate.metric_values as now
    inner join work.last_all as last using (series_id, subgroup, geoid)
    inner join work.groups using (series_id, subgroup)
    where (now.value, now.lower, now.upper, now.quality)
        is distinct from (last.value, last.lower, last.upper, last.quality)"""


@pytest.mark.parametrize("change", CHANGES)
def test_they_are_those_of_a_join_of_all_cells(bench: Bench, clean: Path, change: str) -> None:
    query, differs = CHANGES[change]
    bench.alter("metric_values", query)
    manifest, before = read_manifest(bench.folder), read_manifest(clean)
    with Workbench() as workbench:
        tables = lay_out(workbench, manifest, before)
        lay_out_for(manifest.tables["metric_values"], manifest, tables, workbench)
        columns = "g, geoid, value, last_value, quality, last_quality"
        found = workbench.rows(f"select {columns} from work.changed order by all")
        assert found == workbench.rows(f"{EVERY} order by all")
    assert bool(found) is differs
