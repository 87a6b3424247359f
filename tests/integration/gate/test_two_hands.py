"""Publications that two threads judge at once do not see each other's tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.rules.publication import Tables
from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import read_manifest
from orchestration.gate.suites import find_suite
from orchestration.gate.table_verdicts import lay_out, lay_out_for
from orchestration.gate.verdict import Judged
from orchestration.gate.workbench import Workbench

TABLES = ("county", "place", "county_gender", "place_race_share")


def judged(table: str, tables: Tables, workbench: Workbench) -> list[Judged]:
    suite = find_suite(table, "publication").make(table, tables)
    return Evaluator(workbench).judge(table, suite)


@pytest.mark.parametrize("beside", TABLES)
def test_each_finds_what_it_finds_alone(clean: Path, beside: str) -> None:
    manifest = read_manifest(clean)
    with Workbench(threads=1) as workbench:
        tables = lay_out(workbench, manifest)
        aside = workbench.aside()
        for table in TABLES:
            lay_out_for(manifest.tables[table], manifest, tables, workbench)
            alone = judged(table, tables, workbench)
            assert {one.outcome for one in alone} == {"passed"}
            lay_out_for(manifest.tables[table], manifest, tables, aside)
            lay_out_for(manifest.tables[beside], manifest, tables, workbench)
            assert judged(table, tables, aside) == alone
            assert workbench.one("select count(*) from work.wide")[0] == manifest.tables[beside].rows
            assert aside.one("select count(*) from work.wide")[0] == manifest.tables[table].rows
            assert (
                workbench.contents.known["work.wide"] != aside.contents.known["work.wide"] or table == beside
            )
