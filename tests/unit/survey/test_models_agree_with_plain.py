"""Every cell of the survey models against the plain implementation, on invented records."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from tests.support import plain_metrics, survey_draws, survey_models
from tests.support.plain_metrics import METRICS, Records
from tests.support.survey_models import Areas

YEAR = 2018
AREAS = Areas(
    year=YEAR,
    shares={
        ("county", "99001"): {("99", "00100"): 1.0},
        ("county", "99003"): {("99", "00200"): 0.3456},
        ("county", "99005"): {("99", "00200"): 0.6544, ("99", "00301"): 0.25},
        ("county", "99007"): {("99", "00301"): 0.7499},
        ("county", "99009"): {("99", "00301"): 0.0001},
        ("place", "9900100"): {("99", "00100"): 0.5, ("99", "00301"): 0.0333},
    },
    quality={
        ("county", "99001"): 1, ("county", "99003"): 3, ("county", "99005"): 2, ("county", "99007"): 1,
        ("county", "99009"): 3, ("place", "9900100"): 2,
    },
)  # fmt: skip
LIMITS = {
    ("county", "99001"): (20_000, 34_000, 54_000), ("county", "99003"): (18_500, 31_000, 49_500),
    ("county", "99005"): (18_500, 31_000, 49_500), ("county", "99007"): (22_000, 36_000, 57_000),
    ("place", "9900100"): (20_100.5, 34_050.25, 54_100.75),
}  # fmt: skip
ESTIMATED = {
    "employment": 25, "high_school_completion": 20, "preschool_enrollment": 10, "digital_access": 40,
    "income_percentiles": 40, "home_value_ratio": 80, "housing_affordability": 10,
}  # fmt: skip
"""How many cells of each metric have a value at least: a test of blanks alone would prove nothing."""


@pytest.fixture(scope="module")
def records() -> dict[str, pd.DataFrame]:
    drawn = [survey_draws.records(seed, f"{YEAR}-{kind}") for seed, kind in ((1, "1yr"), (2, "5yr"))]
    return {kind: pd.concat([part[kind] for part in drawn], ignore_index=True) for kind in drawn[0]}


@pytest.fixture(scope="module")
def computed(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, pd.DataFrame], rendered: dict[str, str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("survey")
    with survey_models.warehouse(folder / "warehouse.duckdb", AREAS, records) as connection:
        survey_models.put_limits(connection, YEAR, LIMITS)
        survey_models.run(
            connection, rendered, "survey_person_sums", *(f"{metric}__values" for metric in METRICS)
        )
        yield connection


@pytest.mark.parametrize("metric", METRICS)
def test_every_cell(
    computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame], metric: str
) -> None:
    files = {}
    for sample, vintage in (("acs1", f"{YEAR}-1yr"), ("acs5", f"{YEAR}-5yr")):
        of_file = {kind: frame[frame["_vintage"] == vintage] for kind, frame in records.items()}
        files[sample] = Records.of(of_file["persons"], of_file["housing_units"])
    estimated = 0
    for cell in survey_models.cells(computed, metric):
        area = (cell["geography_type"], cell["geoid"])
        if metric == "housing_affordability" and area not in LIMITS:
            assert cell["missing_reason"] == "no_source_data"
            continue
        wanted = plain_metrics.estimate(cell, files[cell["sample"]], AREAS.of(area), LIMITS.get(area))
        assert plain_metrics.same(cell, wanted), (cell, wanted)
        assert (cell["missing_reason"] == "sample_too_small") == (wanted is None), cell
        estimated += wanted is not None
    assert estimated > ESTIMATED[metric]
