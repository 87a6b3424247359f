"""One state's five-year files three ways: our models, pandas record by record, R's survey package.

From the archives in the official layout to values with intervals, the same five metrics with all their
subgroups, counties and places, 81 weights. Every number that two ways have must agree: only what computes
the same is worth timing. `make bench ARGS=acs` runs it; with `slice` it runs this alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from orchestration.base.settings import PROJECT_ROOT, SHIPPED_MIRROR, Settings
from orchestration.base.states import STATES
from orchestration.sources.census_acs_pums.layouts import LETTER
from orchestration.warehouse.dbt import building_warehouse
from tests.benchmarks import acs_archives
from tests.benchmarks.acs_plain import METRICS
from tests.benchmarks.measuring import MOBILITY, Measured, measure, quiet_table

VINTAGE, STATE = "2021-5yr", "mn"
TOLERANCE = 1e-9
_LABELS = {"ours": "our models", "plain": "pandas, record by record", "survey": "R, package survey"}


def main(folder: Path, home: Path, empty: Path) -> list[Measured]:
    """Measure the three ways. `home` and `empty` have frame and crosswalks; no records enter `empty`."""
    mirror = folder / f"{VINTAGE}-{STATE}"
    if not (mirror / "MIRROR.csv").exists():
        print(f"writing the archives of {STATE}, {VINTAGE} ...", flush=True)
        acs_archives.write(mirror, VINTAGE, STATE)
    taken = [*MOBILITY, "ingest", "census_acs_pums", "--mirror", str(mirror), "--home", str(home)]
    nothing = [*MOBILITY, "ingest", "census_acs_pums", "--home", str(empty)]
    models = [sys.executable, "-m", "tests.benchmarks.acs_models"]
    slice_of = f"{VINTAGE}, {STATE.upper()}"
    idle = _sum(
        f"our engine without any record, {slice_of}",
        measure("  no archive to take in", "", nothing),
        measure("  models without a record", "", [*models, str(empty), *METRICS]),
    )
    ours = _sum(
        f"our engine, zip to values, {slice_of}",
        measure("  zip to Parquet", "", taken),
        measure("  Parquet to values", "", [*models, str(home), *METRICS]),
    )
    outputs = {way: home / f"{way}.csv" for way in ("plain", "survey")}
    by_records = [sys.executable, "-m", "tests.benchmarks.acs_plain", str(mirror), VINTAGE, STATE]
    plain = measure(
        f"{_LABELS['plain']}, zip to values, {slice_of}", "", [*by_records, str(outputs["plain"])]
    )
    rows = [idle, ours, plain]
    if rscript := _with_survey():
        archives = [
            str(mirror / "census_acs_pums" / VINTAGE / f"csv_{LETTER[kind]}{STATE}.zip") for kind in LETTER
        ]
        crosswalks = next((SHIPPED_MIRROR / "urban_crosswalks").rglob("crosswalk_puma_to_county.csv*")).parent
        script = str(PROJECT_ROOT / "tests" / "benchmarks" / "acs_survey.R")
        period = "2022" if int(VINTAGE[:4]) >= 2022 else "pre-2022"
        command = [rscript, script, *archives, str(crosswalks), period, STATES[STATE], str(outputs["survey"])]
        rows.append(measure(f"{_LABELS['survey']}, zip to values, {slice_of}", "", command))
    else:
        print("R with the package survey is not installed: left out", flush=True)
    for way, output in outputs.items():
        if output.exists():
            print(f"{_LABELS[way]}: {_compared(home, output):,} numbers, all equal to ours", flush=True)
    return rows


def factors(rows: list[Measured], nation: Measured | None) -> list[str]:
    """Sentences on how many times faster we are: whole runs, and without what every run of ours costs."""
    idle, ours, *others = rows
    people = acs_archives.people_of(VINTAGE)
    said = []
    for other in others:
        way = other.what.partition(", zip")[0]
        net = max(ours.seconds - idle.seconds, 1e-9)
        text = (
            f"{way}: {other.seconds / ours.seconds:.1f} times our whole run of the state, "
            f"{other.seconds / net:.1f} times what its records add to a run without any"
        )
        if nation:
            whole = other.seconds * sum(people.values()) / people[STATE]
            text += (
                f"; in proportion to people {whole / 3600:.1f} hours for the nation, "
                f"{whole / nation.seconds:.0f} times our {nation.seconds:.0f} s (for all seven metrics)"
            )
        said.append(text + ".")
    return said


def _sum(what: str, one: Measured, other: Measured) -> Measured:
    return Measured(what, "", one.seconds + other.seconds, max(one.gigabytes, other.gigabytes))


def _with_survey() -> str | None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    asked = subprocess.run([rscript, "-e", "library(survey)"], capture_output=True)
    return None if asked.returncode else rscript


def _compared(home: Path, output: Path) -> int:
    """How many numbers both have. Any that differs, or that one side lacks, ends the benchmark."""
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
                where geoid in (select geoid from geography_years where year = {VINTAGE[:4]})
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
