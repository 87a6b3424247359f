"""HUD's workbooks in each year's layout, from the invented twin and from headers that are wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sample import SEED, twin
from orchestration.sample.values.hud_income_limits import WHOLE_COUNTY
from orchestration.sample.world import build_world
from orchestration.sample.writing import workbook
from orchestration.sources import hud_income_limits as hud
from orchestration.sources.model import SourceFile

FILES = {file.vintage: file for file in hud.SOURCE.files}


def twin_of(vintage: str) -> bytes:
    return twin.content(build_world(SEED), hud.SOURCE, FILES[vintage])


def rows_of(file: SourceFile, content: bytes, folder: Path) -> list[dict]:
    place = folder / "content"
    place.write_bytes(content)
    ((_, _, table),) = hud.SOURCE.parse(file, place)
    return table.to_pylist()


@pytest.mark.parametrize("vintage", FILES)
def test_each_year_is_read_under_its_own_names(vintage: str, tmp_path: Path) -> None:
    content = twin_of(vintage)
    rows = rows_of(FILES[vintage], content, tmp_path)
    code = "fips" if int(vintage) >= 2023 else "fips2010"
    assert len(rows) == 13
    assert {len(row[code]) for row in rows} == {10}
    assert set(rows[0]) == set(hud.SOURCE.tables[0].columns_of(vintage))
    assert all(int(row["ELI_4"]) <= int(row["l50_4"]) <= int(row["l80_4"]) for row in rows)


def test_towns_keep_their_rows(tmp_path: Path) -> None:
    rows = rows_of(FILES["2018"], twin_of("2018"), tmp_path)
    towns = [row for row in rows if not row["fips2010"].endswith(WHOLE_COUNTY)]
    assert {row["county_town_name"] for row in towns} == {"North Maple town", "South Maple town"}
    assert {row["county"] for row in towns} == {"19"}


def test_the_workbook_of_another_year_is_refused(tmp_path: Path) -> None:
    content = twin_of("2022")
    with pytest.raises(
        MobilityError, match="column median2021 is missing, median2022 is new: renamed"
    ) as error:
        rows_of(FILES["2021"], content, tmp_path)
    assert "Section8-FY21.xlsx, vintage 2021, row 1" in str(error.value)


def changed(vintage: str, change: Callable[[list[str]], list[str]]) -> list[list[object]]:
    """A row of each column of a year under names that somebody changed."""
    columns = hud.SOURCE.layouts.columns_of("section8", vintage)
    special: dict[str, object] = {"fips2010": 100_199_999, "state": 1, "county": 1, "l80_4": 64_000}
    return [
        list(change([column.headers[0] for column in columns])),
        [special.get(column.name, 40_000) for column in columns],
    ]


def test_a_year_without_its_columns_is_refused(tmp_path: Path) -> None:
    sheet = changed("2021", lambda names: [name.replace("l80_4", "limit") for name in names])
    with pytest.raises(MobilityError, match="column l80_4 is missing"):
        rows_of(FILES["2021"], workbook({"limits": sheet}), tmp_path)


def test_names_are_read_whatever_their_case_and_order(tmp_path: Path) -> None:
    header, values = changed("2021", lambda names: [name.swapcase() for name in names])
    (row,) = rows_of(FILES["2021"], workbook({"limits": [header[::-1], values[::-1]]}), tmp_path)
    assert (row["fips2010"], row["ELI_4"], row["l80_4"]) == ("0100199999", "40000", "64000")


def test_a_strict_workbook_is_read(tmp_path: Path) -> None:
    """The namespaces of "Strict Open XML" differ from those of the usual workbook."""
    header, values = changed("2021", lambda names: names)
    usual = workbook({"limits": [header, values]})
    strict = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(usual)) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            for part in (b"spreadsheetml/2006/main", b"officeDocument/2006/relationships"):
                there = part.replace(b"/2006", b"")
                body = body.replace(
                    b"http://schemas.openxmlformats.org/" + part, b"http://purl.oclc.org/ooxml/" + there
                )
            new.writestr(name, body)
    assert b"purl.oclc.org" in strict.getvalue() or len(strict.getvalue()) != len(usual)
    assert rows_of(FILES["2021"], strict.getvalue(), tmp_path) == rows_of(FILES["2021"], usual, tmp_path)


def test_what_only_looks_like_an_old_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="no readable workbook"):
        rows_of(FILES["2014"], b"\xd0\xcf\x11\xe0 and so on", tmp_path)
