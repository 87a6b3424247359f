"""Fills a home with what the microdata need beside them: shipped mirror, and income limits for every county.

    python -m tests.benchmarks.acs_limits HOME FOLDER

FOLDER is named by the vintage (`2021-1yr`); the invented workbook of limits is written below it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.base.settings import Settings
from orchestration.ingest import lake, mirror_list, refresh
from orchestration.sample.writing import Value, workbook
from orchestration.sources import SOURCES

NEW_ENGLAND = ("09", "23", "25", "33", "44", "50")


def fill(home: Path, folder: Path) -> None:
    """Take in the shipped mirror and the limits."""
    settings = Settings(home=home)
    refresh(settings)
    year = folder.name[:4]
    file = next(one for one in SOURCES["hud_income_limits"].files if one.vintage == year)
    target = folder / "hud_income_limits" / year / file.official_name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook({"Section8": list(_income_limits(settings, year))}))
    mirror_list.write_list(folder)
    refresh(settings.model_copy(update={"mirrors": (folder,)}), ["hud_income_limits"])


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
            values: dict[str, Value] = {
                "fips": code,
                "fips2010": code,
                "state": int(state),
                "county": int(county),
            }
            yield [
                values.get(column.name, levels.get(column.name.partition("_")[0], 60_000))
                for column in columns
            ]


if __name__ == "__main__":
    fill(Path(sys.argv[1]), Path(sys.argv[2]))
