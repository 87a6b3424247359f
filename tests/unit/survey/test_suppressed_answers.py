"""Internet answers that the Census Bureau suppressed leave with the whole PUMA and year; the cell says so.

Of those who pay for the internet the answer is 8, of those who do not it is blank as ever: to leave out the
eights alone would leave non-payers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support import survey_models
from tests.support.survey_models import Areas

YEAR = 2018
AREAS = Areas(
    year=YEAR,
    shares={
        ("county", "99001"): {("99", "00100"): 1.0},
        ("county", "99003"): {("99", "00200"): 1.0},
        ("place", "9900100"): {("99", "00100"): 0.5, ("99", "00200"): 0.5},
    },
    quality={("county", "99001"): 1, ("county", "99003"): 1, ("place", "9900100"): 2},
)
SUPPRESSED = "without a PUMA and year whose answers the source suppressed"


def _weights(main: str) -> dict[str, int]:
    return {main: 10} | {f"{main}{number}": 10 + number % 2 for number in range(1, 81)}


def _home(serial: str, puma: str, **answers: object) -> dict[str, object]:
    given = {
        "SERIALNO": serial, "ST": "99", "PUMA": puma, "_vintage": f"{YEAR}-5yr", "ADJINC": 1_000_000,
        "ADJHSG": 1_000_000, "NP": 1, "TYPE": 1, "TEN": 3, "HINCP": 10_000, "LAPTOP": 1, "TABLET": 1,
    }  # fmt: skip
    return given | answers | _weights("WGTP")


def _person(serial: str, puma: str) -> dict[str, object]:
    given = {
        "SERIALNO": serial, "SPORDER": 1, "ST": "99", "PUMA": puma, "_vintage": f"{YEAR}-5yr",
        "ADJINC": 1_000_000, "RELP": 0, "AGEP": 40, "SEX": 1, "HISP": 1, "RAC1P": 1, "ESR": 1, "SCHL": 20,
        "DDRS": 2, "DEAR": 2, "DEYE": 2, "DOUT": 2, "DPHY": 2, "DREM": 2,
    }  # fmt: skip
    return given | _weights("PWGTP")


def _records(suppressed: dict[str, set[int]], column: str) -> dict[str, pd.DataFrame]:
    """Twenty homes a PUMA and year, sixteen of them online: 80 %. Suppressed years by PUMA."""
    homes, persons = [], []
    for puma in ("00100", "00200"):
        for year in range(YEAR - 4, YEAR + 1):
            for number in range(20):
                serial = f"{year}HU{puma}{number:02d}"
                pays, hidden = number < 16, year in suppressed.get(puma, set())
                answers: dict[str, object] = {"HISPEED": 1 if pays else None, "ACCESS": 1 if pays else 3}
                if hidden and column == "HISPEED" and pays:
                    answers["HISPEED"] = 8
                if hidden and column == "ACCESS":
                    answers |= {"ACCESS": 8, "HISPEED": None}
                homes.append(_home(serial, puma, **answers))
                persons.append(_person(serial, puma))
    return {"persons": pd.DataFrame(persons), "housing_units": pd.DataFrame(homes)}


def _cells(
    folder: Path, rendered: dict[str, str], suppressed: dict[str, set[int]], column: str = "HISPEED"
) -> dict[str, dict[str, Any]]:
    """Geoid -> the overall cell."""
    records = _records(suppressed, column)
    with survey_models.warehouse(folder / "warehouse.duckdb", AREAS, records) as connection:
        survey_models.run(connection, rendered, "digital_access__values")
        cells = survey_models.cells(connection, "digital_access")
    return {cell["geoid"]: cell for cell in cells if cell["subgroup_type"] == "all"}


@pytest.mark.parametrize("column", ["HISPEED", "ACCESS"])
def test_a_puma_and_year_leaves_whole(tmp_path: Path, rendered: dict[str, str], column: str) -> None:
    cells = _cells(tmp_path, rendered, {"00100": {YEAR}}, column)
    assert [cells["99001"][name] for name in ("value", "numerator", "denominator")] == [0.8, 640, 800]
    assert cells["99001"]["quality_reason"].endswith(f"; {SUPPRESSED}")
    assert cells["9900100"]["value"] == pytest.approx(0.8)
    assert cells["9900100"]["quality_reason"].endswith(f"; {SUPPRESSED}")
    # The neighbour has all its records and no such word.
    assert [cells["99003"][name] for name in ("value", "denominator")] == [0.8, 1000]
    assert SUPPRESSED not in cells["99003"]["quality_reason"]


def test_an_area_without_any_answer_left_is_suppressed_by_the_source(
    tmp_path: Path, rendered: dict[str, str]
) -> None:
    cells = _cells(tmp_path, rendered, {"00100": set(range(YEAR - 4, YEAR + 1))})
    assert pd.isna(cells["99001"]["value"])
    assert cells["99001"]["missing_reason"] == "suppressed_by_source"
    assert pd.isna(cells["99003"]["missing_reason"])
    assert cells["9900100"]["value"] == pytest.approx(0.8)
