"""Nobody or nothing that counts, among enough who were asked, is a zero and no missing value."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.support import survey_models
from tests.support.survey_models import Areas

YEAR = 2018
AREA = ("county", "99001")
AREAS = Areas(year=YEAR, shares={AREA: {("99", "00100"): 1.0}}, quality={AREA: 1})
LIMITS = {AREA: (20_000.0, 34_000.0, 54_000.0)}
SHARES = ("employment", "high_school_completion", "preschool_enrollment", "digital_access")


def _weights(main: str) -> dict[str, int]:
    return {main: 10} | {f"{main}{number}": 10 + number % 2 for number in range(1, 81)}


def _records() -> dict[str, pd.DataFrame]:
    """Sixty poor households that rent dear homes, without work, school or internet; in both samples."""
    homes, persons = [], []
    for vintage in (f"{YEAR}-1yr", f"{YEAR}-5yr"):
        for number in range(60):
            place = {"SERIALNO": f"{YEAR}HU{number:07d}", "ST": "99", "PUMA": "00100", "_vintage": vintage}
            home = {
                "ADJINC": 1_000_000, "ADJHSG": 1_000_000, "NP": 3, "TYPE": 1, "TEN": 3, "HINCP": 10_000,
                "RNTP": 1900, "GRNTP": 2000, "LAPTOP": 2, "TABLET": 2, "HISPEED": None,
            }  # fmt: skip
            homes.append(place | home | _weights("WGTP"))
            for position, age in enumerate((40, 19, 4), start=1):
                person = {
                    "SPORDER": position, "ADJINC": 1_000_000, "RELP": 0 if position == 1 else 2, "AGEP": age,
                    "SEX": 1, "HISP": 1, "RAC1P": 1, "ESR": 6, "SCHG": None, "SCHL": 10,
                    "DDRS": 2, "DEAR": 2, "DEYE": 2, "DOUT": 2, "DPHY": 2, "DREM": 2,
                }  # fmt: skip
                persons.append(place | person | _weights("PWGTP"))
    return {"persons": pd.DataFrame(persons), "housing_units": pd.DataFrame(homes)}


@pytest.fixture(scope="module")
def cells(
    tmp_path_factory: pytest.TempPathFactory, rendered: dict[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """Metric -> its cells of all people or homes."""
    folder = tmp_path_factory.mktemp("zeros")
    metrics = (*SHARES, "housing_affordability")
    with survey_models.warehouse(folder / "warehouse.duckdb", AREAS, _records()) as connection:
        survey_models.put_limits(connection, YEAR, LIMITS)
        models = [f"{metric}__values" for metric in metrics]
        survey_models.run(connection, rendered, "survey_person_sums", *models)
        return {
            metric: [cell for cell in survey_models.cells(connection, metric) if cell["subgroup"] == "All"]
            for metric in metrics
        }


@pytest.mark.parametrize("metric", SHARES)
def test_a_share_of_nobody_is_zero(cells: dict[str, list[dict[str, Any]]], metric: str) -> None:
    assert cells[metric]
    for cell in cells[metric]:
        assert (cell["value"], cell["numerator"], cell["denominator"]) == (0, 0, 600), cell
        assert pd.isna(cell["missing_reason"]), cell


def test_no_affordable_home_is_zero_homes_per_household(cells: dict[str, list[dict[str, Any]]]) -> None:
    found = cells["housing_affordability"]
    assert {cell["variable"] for cell in found} == {
        f"share_{measure}_{level}_ami"
        for measure in ("affordable", "affordable_available")
        for level in (30, 50, 80)
    }
    for cell in found:
        assert (cell["value"], cell["numerator"], cell["denominator"]) == (0, 0, 600), cell
        assert pd.isna(cell["missing_reason"]), cell
        # All answers are equal: no certainty, no bounds.
        assert pd.isna(cell["lower"]), cell
        assert pd.isna(cell["upper"]), cell
