"""Debt in collections: workbooks through the pipeline give the published shares.

The workbooks of 2023 are genuine: they prove that year. Those of 2021 and 2022 are not at hand, so there it
is NO proof that they hold the published numbers. It shows that a workbook of the documented layout
(methods/debt_in_collections.md, section 2) with the published shares gives exactly these shares, each in its
place, and that nothing else is lost than the areas that no frame has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from orchestration.base.settings import Settings
from orchestration.ingest import refresh
from tests.support.few_models import built
from tests.support.proofs import proof
from tests.support.published import SOURCES, read_text_table, real_file

pytestmark = pytest.mark.reference

FOLDER = "urban/01_financial-well-being"
GROUPS = ("All", "Majority Non-White", "Majority White")
RECODED = dict(zip(GROUPS, ("All", "Neighborhoods of color", "White neighborhoods"), strict=True))
SUPPRESSED = "n/a*"
OUTSIDE_THE_FRAME = {
    2021: {"5103000", "3254600", "3271400"},
    2022: {"02261", *(f"09{county:03d}" for county in range(1, 16, 2))},
    2023: {f"09{county:03d}" for county in range(1, 16, 2)},
}

Shares = dict[tuple[str, str], dict[str, float | None]]
Cell = tuple[str, int, str, str, str, float | None, int | None, str | None]


def _published(file: str, column: str, area: str) -> Shares:
    """(geoid, name of the city) -> group -> share."""
    columns, rows = read_text_table(real_file(f"{FOLDER}/{file}"), "")
    shares: Shares = defaultdict(dict)
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        geoid = str(cells["state"]).zfill(2) + str(cells[area]).zfill(3 if area == "county" else 5)
        found = cells[column]
        share = None if found in (None, "NA") else float(str(found))
        shares[geoid, cells.get("city") or ""][str(cells["subgroup"])] = share
    return shares


def _cells(shares: dict[str, float | None]) -> list[float | str]:
    found = [shares[group] for group in GROUPS]
    return [SUPPRESSED if share is None else share for share in found]


def _save(place: Path, rows: Sequence[Sequence[object]]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sheet1")
    for row in rows:
        sheet.append(row)
    workbook.save(place)


@pytest.fixture(scope="module")
def published() -> dict[tuple[str, int], Shares]:
    """(variable, year) -> the published shares."""
    final = "final/metrics_{}_debt_coll_race_ethnicity_county_2023.csv"
    return {
        ("share_debt_coll", 2022): _published(
            "county-debt-coll-shares-2022.csv", "share_debt_coll", "county"
        ),
        ("share_debt_coll", 2023): _published(final.format("overall"), "share_debt_coll", "county"),
        ("share_medical_debt_coll", 2023): _published(
            final.format("medical"), "share_medical_debt_coll", "county"
        ),
        ("share_debt_coll", 2021): _published(
            "city-debt-coll-shares-2021.csv", "share_debt_coll", "place_fips"
        ),
    }


@pytest.fixture(scope="module")
def computed(
    published: dict[tuple[str, int], Shares], tmp_path_factory: pytest.TempPathFactory
) -> list[Cell]:
    """All cells of the metric: 2023 from the genuine workbooks, the others from workbooks in an inbox."""
    home = tmp_path_factory.mktemp("debt")
    inbox = home / "inbox" / "urban_debt_in_america"
    of_2022 = [
        ["name", geoid, "state", *_cells(shares)]
        for (geoid, _), shares in published["share_debt_coll", 2022].items()
    ]
    _save(
        inbox / "2022" / "county_dia_delinquency_ 7 Jun 2022.xlsx",
        [["NAME", "GEOID", "STATE", "all", "communities of color", "white communities"], *of_2022],
    )
    cities = [
        [city, "metro", city[-2:], *[None] * 30, *_cells(shares)]
        for (_, city), shares in published["share_debt_coll", 2021].items()
    ]
    heading = ["city name", "metro", "state", *[None] * 30, "overall", "color", "white"]
    _save(inbox / "2021" / "3_city_financial_health_metrics_b.xlsx", [heading, *cities])

    settings = Settings(home=home / "var", inbox=home / "inbox", mirrors=(SOURCES / "agency",))
    refresh(settings, names=["urban_frames", "urban_debt_in_america"])
    warehouse = built(settings, "+debt_in_collections__values")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select variable, year, geoid, subgroup_type, subgroup, value, quality, missing_reason "
            "from debt_in_collections__values"
        ).fetchall()


def test_every_published_share_of_the_frame_comes_back(
    published: dict[tuple[str, int], Shares],
    computed: list[Cell],
) -> None:
    expected = {
        (variable, year, geoid, subgroup_type, RECODED[group]): share
        for (variable, year), areas in published.items()
        for (geoid, _), shares in areas.items()
        if geoid not in OUTSIDE_THE_FRAME[year]
        for group, share in shares.items()
        if share is not None
        for subgroup_type in (("all", "race-share") if group == "All" else ("race-share",))
    }
    found = {(*row[:5],): row[5] for row in computed if row[5] is not None}
    # 29,665 by the counts of methods/debt_in_collections.md, section 6 (All counts for two series), less
    # 97 of areas outside the frame.
    assert len(expected) == 29_568
    assert found == expected
    genuine = [key for key in expected if key[1] == 2023]
    assert len(genuine) == proof("debt_2023").equal


def test_every_missing_share_says_why_and_has_no_flag(
    computed: list[Cell],
) -> None:
    assert all((row[5] is None) == (row[7] is not None) == (row[6] is None) for row in computed)
    assert {row[6] for row in computed} == {None, 1}
    overall = [row for row in computed if row[3] == "all" and row[5] is None]
    not_matched = {(row[1], row[2]) for row in overall if row[7] == "geography_not_matched"}
    regions = {(year, f"09{region}") for year in (2022, 2023) for region in range(110, 200, 10)}
    assert not_matched == regions | {(2022, "02063"), (2022, "02066")}
