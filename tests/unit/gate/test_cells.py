"""A wide table and its cells are compared by sums first; that finds what a join of every cell finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.rules.cells import MEASURES, measure_of
from expectations.rules.publication import Publication
from orchestration.base.sql import literal
from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import read_manifest
from orchestration.gate.table_verdicts import lay_out, lay_out_for
from orchestration.gate.workbench import Workbench
from tests.support.candidate import Bench

TABLE = "county_race_ethnicity"
LONG = "metric_values"


def replaced(column: str, value: str) -> str:
    return f"select * replace ({value} as {column}) from t order by _row"


DAMAGES: dict[str, dict[str, str]] = {
    "nothing": {},
    "wide: one number": {TABLE: replaced("share_employed", "share_employed + if(_row = 7, 0.001, 0)")},
    "wide: two columns exchanged": {TABLE: replaced("share_employed_lb", "share_employed_ub")},
    "wide: two rows exchanged": {TABLE: replaced("_row", "if(_row in (3, 4), 7 - _row, _row)")},
    "wide: labels exchanged": {
        TABLE: replaced("subgroup", "case subgroup when 'All' then 'Hispanic' when 'Hispanic' then 'All' end")
    },
    "wide: a code that no cell has": {TABLE: replaced("county", "if(_row < 5, '777', county)")},
    "wide: no code": {TABLE: replaced("county", "if(_row < 5, null, county)")},
    "wide: an unknown flag": {TABLE: replaced("share_employed_quality", "'Strange'")},
    "wide: a number for what has no cells": {
        TABLE: replaced("rate_injury_death", "coalesce(rate_injury_death, 1)")
    },
    "long: cells lost": {LONG: "from t where hash(_row) % 97 <> 0"},
    "long: no code": {LONG: replaced("geoid", "if(hash(_row) % 97 = 0, null, geoid)")},
    "both: no code": {TABLE: replaced("county", "null::text"), LONG: replaced("geoid", "null::text")},
    "long: an area the table has not": {LONG: replaced("geoid", "if(hash(_row) % 97 = 0, '99999', geoid)")},
    "long: other numbers": {LONG: replaced("value", "value + hash(_row) % 2")},
}
_HARMLESS = ("nothing", "wide: two rows exchanged")


@pytest.mark.parametrize("damage", DAMAGES)
def test_as_many_cells_differ_as_by_comparing_every_one(bench: Bench, damage: str) -> None:
    for table, query in DAMAGES[damage].items():
        bench.alter(table, query)
    found, expected = _compared(bench.folder)
    assert found == expected
    assert any(failing for _, failing in found.values()) is (
        damage not in ("nothing", "wide: two rows exchanged")
    )


def _compared(candidate: Path) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """Cells looked at and cells that differ, by variable: as the rule finds them, and by plain joins."""
    manifest = read_manifest(candidate)
    with Workbench() as workbench:
        tables = lay_out(workbench, manifest)
        lay_out_for(manifest.tables[TABLE], manifest, tables, workbench)
        publication = tables.publication(TABLE)
        evaluator = Evaluator(workbench)
        from expectations.rules.agreement import agrees_with_long_table
        from expectations.rules.suite import suite_of

        (judged,) = evaluator.judge(TABLE, suite_of(TABLE, agrees_with_long_table(publication)))
        assert judged.problem is None
        found = {
            one.name: (one.looked_at or 0, one.failing or 0) for one in judged.parts if one.name != "rows"
        }
        return found, {name: _joined(publication, name, workbench) for name in found}


def _joined(publication: Publication, variable: str, workbench: Workbench) -> tuple[int, int]:
    measures = {name: measure_of(publication, variable, name) for name in MEASURES}
    differs = " or ".join(f"{sql} is distinct from cell.{name}" for name, sql in measures.items() if sql)
    cells = f"""
        select * from candidate.metric_values
        where geography_type = {literal(publication.geography_type)}
            and subgroup_type = {literal(publication.subgroup_type)} and variable = {literal(variable)}"""
    failing = f"""
        select count(*) from work.wide as wide left join ({cells}) as cell
            on cell.geoid::text = {publication.geoid} and cell.year = wide.year
            and cell.subgroup::text = wide.subgroup
        where {differs}"""
    return workbench.one(f"select count(*) from ({cells})")[0], workbench.one(failing)[0]
