"""HUD's workbooks in each year's layout, from the invented twin and from headers that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sample import SEED, income_limits
from orchestration.sample.world import build_world
from orchestration.sample.writing import workbook
from orchestration.sources import hud_income_limits as hud
from orchestration.sources.model import SourceFile

FILES = {file.vintage: file for file in hud.SOURCE.files}


def rows_of(file: SourceFile, content: bytes, folder: Path) -> list[dict]:
    place = folder / "content"
    place.write_bytes(content)
    ((_, _, table),) = hud.parse(file, place)
    return table.to_pylist()


@pytest.mark.parametrize("vintage", FILES)
def test_each_year_is_read_under_its_own_names(vintage: str, tmp_path: Path) -> None:
    content = income_limits.workbook_of(build_world(SEED), int(vintage))
    rows = rows_of(FILES[vintage], content, tmp_path)
    filled, empty = ("fips", "fips2010") if vintage == "2023" else ("fips2010", "fips")
    assert len(rows) == 13
    assert {len(row[filled]) for row in rows} == {10}
    assert {row[empty] for row in rows} == {""}
    assert list(rows[0]) == list(hud.COLUMNS)
    assert all(int(row["ELI_4"]) <= int(row["l50_4"]) <= int(row["l80_4"]) for row in rows)


def test_towns_keep_their_rows(tmp_path: Path) -> None:
    rows = rows_of(FILES["2018"], income_limits.workbook_of(build_world(SEED), 2018), tmp_path)
    towns = [row for row in rows if not row["fips2010"].endswith(income_limits.WHOLE_COUNTY)]
    assert {row["county_town_name"] for row in towns} == {"North Maple town", "South Maple town"}
    assert {row["county"] for row in towns} == {"19"}


def test_a_year_without_its_columns_is_refused(tmp_path: Path) -> None:
    content = income_limits.workbook_of(build_world(SEED), 2022)
    with pytest.raises(MobilityError, match="without fips;") as error:
        rows_of(FILES["2023"], content, tmp_path)
    assert "Section8-FY23.xlsx, vintage 2023" in str(error.value)
    sheet = workbook({"limits": [["fips2010", "state", "county", "eli_4", "L50_4"]]})
    with pytest.raises(MobilityError, match="without l80_4"):
        rows_of(FILES["2021"], sheet, tmp_path)


def test_names_are_read_whatever_their_case_and_order(tmp_path: Path) -> None:
    sheet = workbook(
        {
            "limits": [
                ["L80_4", "STATE", "eli_4", "County", "FIPS2010", "l50_4"],
                [64000, 1, 24000, 1, 100199999, 40000],
            ]
        }
    )
    (row,) = rows_of(FILES["2021"], sheet, tmp_path)
    assert (row["fips2010"], row["ELI_4"], row["l80_4"]) == ("0100199999", "24000", "64000")


def test_an_old_workbook_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match=r"save it as \.xlsx under the same name"):
        rows_of(FILES["2014"], b"\xd0\xcf\x11\xe0 and so on", tmp_path)
