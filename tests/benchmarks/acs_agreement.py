"""Whether three ways have the same numbers: our models, pandas record by record, R's survey package.

Only what computes the same is worth timing: a number that differs, or that one side lacks, ends the
benchmark.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from orchestration.base.settings import Settings
from orchestration.warehouse.dbt import building_warehouse
from tests.benchmarks.acs_models import quiet_table
from tests.benchmarks.acs_plain import METRICS

TOLERANCE = 1e-9


def compared(home: Path, output: Path, year: int) -> int:
    """How many numbers our home and the CSV of another way have; all are equal, or the process ends."""
    ours = " union all by name ".join(
        f"select '{metric}' as metric, * from {metric}__values" for metric in METRICS
    )
    same = " and ".join(
        f"(ours.{one} is not distinct from theirs.{one}"
        f" or abs(ours.{one} - theirs.{one}) <= {TOLERANCE} * greatest(1, abs(theirs.{one})))"
        for one in ("value", "lower", "upper")
    )
    with duckdb.connect(str(building_warehouse(Settings(home=home))), read_only=True) as found:
        rows = found.execute(
            f"""
            with ours as (
                select distinct metric, geography_type, geoid, subgroup, value, lower, upper,
                    case when variable like 'pctl%' then variable else 'share' end as variable
                from ({ours})
                where sample = 'acs5' and value is not null
            ),
            theirs as (
                select * from read_csv('{output}', nullstr = ['NA', ''], types = {{
                    'geoid': 'varchar', 'value': 'double', 'lower': 'double', 'upper': 'double'
                }})
                where geoid in (select geoid from geography_years where year = {year})
            )
            select
                metric, geoid, subgroup, variable, ours.value, theirs.value, ours.lower, theirs.lower,
                ours.upper, theirs.upper, coalesce({same}, false) as is_same
            from ours full join theirs using (metric, geography_type, geoid, subgroup, variable)
            """
        ).fetchall()
    different = [row for row in rows if not row[-1]]
    if different:
        quiet_table(different[:10])
        sys.exit(f"{len(different):,} of {len(rows):,} numbers differ from ours")
    return len(rows)
