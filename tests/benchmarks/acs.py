"""`make bench ARGS=acs`: archives of national size, written and taken in; writes docs/benchmarks-acs.md.

The archives (`acs_archives`) are kept below the folder of `MOBILITY_BENCH`, if it is set, because
writing them takes longer than what is measured. `five` as second argument adds the five-year files;
`slice` measures one state only, beside pandas and R (`acs_slice`).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.ingest import lake, mirror_list, refresh
from orchestration.sample.writing import Value, workbook
from orchestration.sources import SOURCES
from tests.benchmarks import acs_archives, acs_slice
from tests.benchmarks.measuring import MOBILITY, Measured, measure

PAGE = PROJECT_ROOT / "docs" / "benchmarks-acs.md"
SLICE_PAGE = PROJECT_ROOT / "docs" / "benchmarks-acs-slice.md"
VINTAGES = {"one": ("2021-1yr",), "five": ("2021-1yr", "2021-5yr")}
LIMITS = {"2021-1yr": "150 s, 6 GB", "2021-5yr": "600 s, 6 GB"}
"""Of both steps together, as the design has them."""
NEW_ENGLAND = ("09", "23", "25", "33", "44", "50")
SIZES = {
    "2021-1yr": "3.3 million persons, 1.5 million homes",
    "2021-5yr": "16 million persons, 7.3 million homes",
}


def archives(folder: Path, vintage: str) -> Path:
    """The mirror folder of a vintage's national archives, written if it is not there."""
    mirror = folder / vintage
    if not (mirror / "MIRROR.csv").exists():
        print(f"writing the archives of {vintage} ...", flush=True)
        acs_archives.write(mirror, vintage)
    return mirror


def _fill_with_the_rest(home: Path, mirror: Path) -> None:
    """Frame and crosswalks from the shipped mirror, and invented income limits for every county."""
    settings = Settings(home=home)
    refresh(settings)
    year = mirror.name[:4]
    file = next(one for one in SOURCES["hud_income_limits"].files if one.vintage == year)
    target = mirror / "hud_income_limits" / year / file.official_name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook({"Section8": list(_income_limits(settings, year))}))
    mirror_list.write_list(mirror)
    refresh(settings.model_copy(update={"mirrors": (mirror,)}), ["hud_income_limits"])


def _income_limits(settings: Settings, year: str) -> Iterator[list[Value]]:
    """Invented limits of every county of the year, and of two dozen towns in each county of New England."""
    columns = SOURCES["hud_income_limits"].layouts.columns_of("section8", year)
    yield [column.headers[0] for column in columns]
    with duckdb.connect() as connection:
        lake.attach(connection, settings)
        counties = connection.execute(
            "select distinct state, county from lake.urban_frames__county_populations"
            f" where year = {year} order by all"
        ).fetchall()
    for state, county in counties:
        towns = range(100, 2500, 100) if state in NEW_ENGLAND else (99_999,)
        for town in towns:
            code = f"{int(state):02}{int(county):03}{town:05}"
            limit = 38_000 + 5 * (int(code[:5]) % 997)
            levels = {"ELI": 24_000, "l50": limit, "l80": limit + 22_000}
            values = {"fips": code, "fips2010": code, "state": int(state), "county": int(county)}
            yield [
                values.get(column.name, levels.get(column.name.partition("_")[0], 60_000))
                for column in columns
            ]


def page(rows: list[Measured]) -> str:
    """The figures of the nation as a page."""
    return (
        "# Benchmarks of the ACS microdata\n\n"
        "Written by `make bench ARGS=acs`. The archives are invented, in the official layout and of\n"
        "national size, with 80 replicate weights; memory is the peak of the process and its children.\n\n"
        + _table(rows)
        + "\nBeside pandas and R: [benchmarks-acs-slice.md](benchmarks-acs-slice.md).\n"
    )


def slice_page(rows: list[Measured], factors: list[str]) -> str:
    """The figures of one state three ways as a page."""
    said = "\n".join(f"- {sentence}" for sentence in factors)
    return (
        "# The ACS microdata beside pandas and R\n\n"
        'Written by `make bench ARGS="acs slice"`: the five-year files of one state (invented records in\n'
        "the official layout), from the zip to values and bounds of five metrics (employment, high school,\n"
        "preschool, digital access, income) with all their subgroups, counties and places, 81 weights.\n"
        "Pandas goes record by record as the published programs do (`tests/benchmarks/acs_plain.py`), R\n"
        "uses the package survey (`acs_survey.R`); all numbers are equal to 1e-9, or the benchmark stops.\n"
        "The first row is what a run of ours costs without any record: dbt, frame, crosswalks, tests.\n\n"
        + _table(rows)
        + f"\n{said}\n"
    )


def _table(rows: list[Measured]) -> str:
    lines = "\n".join(f"| {r.what} | {r.seconds:.1f} | {r.gigabytes:.2f} | {r.limit} |" for r in rows)
    return f"| work | seconds | GB | limit |\n|---|---:|---:|---|\n{lines}\n"


def main(arguments: list[str]) -> None:
    """Measure how archives become values, nation and slice, and write the pages."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(os.environ.get("MOBILITY_BENCH") or scratch)
        rows, nation = [], None
        for vintage in () if "slice" in arguments else VINTAGES["five" if "five" in arguments else "one"]:
            mirror = archives(kept, vintage)
            home = Path(scratch) / f"home-{vintage}"
            command = [*MOBILITY, "ingest", "census_acs_pums", "--mirror", str(mirror), "--home", str(home)]
            _fill_with_the_rest(home, mirror)
            models = [sys.executable, "-m", "tests.benchmarks.acs_models", str(home)]
            taken = measure(f"zip to Parquet, {vintage}: {SIZES[vintage]}", "", command)
            computed = measure(f"Parquet to computed_values, all metrics, {vintage}", "", models, show=True)
            both = Measured(
                f"zip to long table, {vintage}",
                LIMITS[vintage],
                taken.seconds + computed.seconds,
                max(taken.gigabytes, computed.gigabytes),
            )
            again = measure(f"the same archives again, nothing changed, {vintage}", "", command)
            rows += [taken, computed, both, again]
            nation = both if vintage == acs_slice.VINTAGE else None
        homes = [Path(scratch) / name for name in ("home-slice", "home-empty")]
        for home in homes:
            refresh(Settings(home=home))
        slice_rows = acs_slice.main(kept, *homes)
    factors = acs_slice.factors(slice_rows, nation)
    print("\n".join(factors), flush=True)
    pages = {SLICE_PAGE: slice_page(slice_rows, factors)} | ({PAGE: page(rows)} if rows else {})
    for place, text in pages.items():
        place.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {place.relative_to(PROJECT_ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
