"""The survey models on records of a test's own, without a build of the whole warehouse.

dbt renders the models once; their SQL then runs on a DuckDB file that holds the records, a small frame
and the crosswalks of the test, and the real seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.base.settings import SEEDS_DIR, Settings
from orchestration.sources.census_acs_pums.layouts import KINDS, columns_of
from orchestration.warehouse import dbt as dbt_runner
from tests.support.few_models import begun

SEEDS = ("geography_vintages", "metric_subgroups", "geography_changes")
RENDERED = ("models/survey", "models/metrics", "models/staging", "every_survey_puma_is_known")
FIRST = (
    "stg_census_acs_pums__persons",
    "stg_census_acs_pums__housing_units",
    "survey_areas",
    "survey_households",
)
VIEWS = {"stg_census_acs_pums__persons", "stg_census_acs_pums__housing_units", "survey_households"}


def rendered(folder: Path) -> dict[str, str]:
    """Model -> the SQL that dbt makes of it."""
    settings = Settings(home=folder)
    target = dbt_runner.target_dir(settings)
    arguments = ["compile", "--target-path", str(target), "--select", *RENDERED]
    code, problems = dbt_runner._run(arguments, begun(settings), {}, dbt_runner.log_file(settings), None)
    assert code == 0, problems
    compiled = (target / "compiled").rglob("*.sql")
    return {path.stem: path.read_text(encoding="utf-8") for path in compiled}


@dataclass(frozen=True)
class Areas:
    """A frame of one year and what each area has of which PUMA.

    Attributes:
        year: data year.
        shares: (geography_type, geoid) -> {(state, puma): share of the PUMA's people}.
        quality: (geography_type, geoid) -> flag.
    """

    year: int
    shares: dict[tuple[str, str], dict[tuple[str, str], float]]
    quality: dict[tuple[str, str], int]

    def of(self, area: tuple[str, str]) -> dict[str, float]:
        """PUMA -> share of its people in the area."""
        return {puma: share for (_, puma), share in self.shares[area].items()}


def warehouse(path: Path, areas: Areas, records: dict[str, pd.DataFrame]) -> duckdb.DuckDBPyConnection:
    """A warehouse with lake, frame, crosswalks and seeds; `records` as the agency's columns, others null."""
    connection = duckdb.connect(str(path))
    connection.execute("create schema lake")
    for name in SEEDS:
        connection.execute(f"create table {name} as from read_csv('{SEEDS_DIR / name}.csv', header = true)")
    connection.execute(
        f"create table series_list as from read_csv('{SEEDS_DIR / 'series.csv'}', header = true)"
    )
    for kind in KINDS:
        frame = records[kind]
        columns = ", ".join(
            f"{f'{chr(34)}{name}{chr(34)}' if name in frame else 'null'}::{type_} as {chr(34)}{name}{chr(34)}"
            for name, type_ in (columns_of(kind) | {"_vintage": "VARCHAR"}).items()
        )
        connection.register("given", frame)
        connection.execute(f"create table lake.census_acs_pums__{kind} as select {columns} from given")
        connection.unregister("given")
    _crosswalks(connection, areas)
    return connection


def _crosswalks(connection: duckdb.DuckDBPyConnection, areas: Areas) -> None:
    period = "pre-2022" if areas.year < 2022 else "2022"
    rows = [
        {
            "geography_type": geography, "geoid": geoid, "state": state, "puma": puma,
            "delivered_afact": share,
            "first_year": areas.year, "last_year": areas.year, "crosswalk_period": period, "basis": "export",
            "geographic_allocation_quality": areas.quality[geography, geoid],
        }
        for (geography, geoid), shares in areas.shares.items()
        for (state, puma), share in shares.items()
    ]  # fmt: skip
    connection.register("given", pd.DataFrame(rows))
    for geography in ("county", "place"):
        dropped = "geography_type" if geography == "county" else "geography_type, basis"
        connection.execute(
            f"create table crosswalk_puma_{geography} as select * exclude ({dropped}) replace "
            "(geographic_allocation_quality::smallint as geographic_allocation_quality) "
            f"from given where geography_type = '{geography}'"
        )
    connection.execute(
        "create table geography_years as select distinct geography_type, geoid, first_year as year, "
        "substr(geoid, 1, 2) as state from given"
    )
    connection.unregister("given")


def run(connection: duckdb.DuckDBPyConnection, sql: dict[str, str], *models: str) -> None:
    """Build the shared models and then the named ones."""
    for model in (*FIRST, *models):
        kind = "view" if model in VIEWS else "table"
        connection.execute(f"create or replace {kind} {model} as {sql[model]}")


def put_limits(
    connection: duckdb.DuckDBPyConnection,
    year: int,
    limits: dict[tuple[str, str], tuple[float, float, float]],
) -> None:
    """Income limits of areas, in place of HUD's."""
    rows = [(*area, year, *map(float, levels)) for area, levels in limits.items()]
    names = ["geography_type", "geoid", "year", "limit_30", "limit_50", "limit_80"]
    connection.register("given", pd.DataFrame(rows, columns=names))
    connection.execute("create table area_income_limits as from given")
    connection.unregister("given")


def cells(connection: duckdb.DuckDBPyConnection, metric: str) -> list[dict[str, Any]]:
    """The cells of a metric's model, with its name as in the union of all."""
    frame = connection.execute(f"select '{metric}' as metric, * from {metric}__values").df()
    assert len(frame)
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
