"""Physicians under old and new names; establishments of the nation."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.seeds import read
from orchestration.sources import ahrf, cbp
from tests.support.published import SOURCES

FILES = {file.vintage: file for file in ahrf.SOURCE.files}
OLD = "F00011,F00012,F1467514,f1467515,f1467516,f1467517,f1467518,f1467519,f1467520,f0453020"


def zipped(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, text)
    return out.getvalue()


def rows_of(vintage: str, content: bytes, folder: Path) -> list[dict[str, str]]:
    place = folder / "content"
    place.write_bytes(content)
    ((_, _, table),) = ahrf.SOURCE.parse(FILES[vintage], place)
    found: list[dict[str, str]] = table.to_pylist()
    return found


def test_old_names_whatever_their_case_and_codes_without_zeros(tmp_path: Path) -> None:
    content = zipped("x/AHRF2022.csv", f"{OLD}\n1,1,10,11,12,13,14,15,,58805\n")
    assert rows_of("2021-2022", content, tmp_path) == [
        {"f00011": "01", "f00012": "001", **{f"f14675{n}": str(n - 4) for n in range(14, 20)}, "f1467520": ""}
    ]


def test_new_names(tmp_path: Path) -> None:
    text = "fips_st,fips_cnty,phys_nf_prim_care_pc_exc_rsdt_21,popn_est_21\n01,001,26,59203\n"
    (row,) = rows_of("2022-2023", zipped("ahrf2023.csv", text), tmp_path)
    assert row == {"fips_st": "01", "fips_cnty": "001", "phys_nf_prim_care_pc_exc_rsdt_21": "26"}


def test_the_release_of_another_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="without fips_st, fips_cnty, phys_nf_prim_care_pc_exc_rsdt_21"):
        rows_of("2022-2023", zipped("ahrf2022.csv", f"{OLD}\n"), tmp_path)


def test_documentation_in_place_of_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="one data set"):
        rows_of("2021-2022", zipped("AHRF Technical Documentation.xlsx", ""), tmp_path)


def test_a_damaged_data_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="cannot be read"):
        rows_of("2021-2022", zipped("ahrf2022.sas7bdat", "no data set" * 100), tmp_path)


def test_new_names_are_those_of_the_agency() -> None:
    """HRSA's own crosswalk pairs the old field with the new name."""
    folder = SOURCES / "agency" / "ahrf" / "2023-2024"
    if not folder.exists():
        pytest.skip("../shared/sources is not beside the project")
    import pandas as pd

    pairs = pd.read_excel(
        folder / "AHRFCrosswalk2024_Feb2025.xlsx", engine="calamine", dtype=str, header=None
    )
    text = pairs.apply(lambda column: column.str.strip())
    row = text[text.apply(lambda column: column == "F14675-22").any(axis=1)]
    assert len(row) == 1 and "phys_nf_prim_care_pc_exc_rsdt_22" in set(row.iloc[0].str.lower())


def test_the_nation_has_303009_associations_in_2022(tmp_path: Path) -> None:
    """County Health Rankings' number of the nation, from the agency's file."""
    path = SOURCES / "agency" / "cbp" / "2022" / "cbp22us.zip"
    if not path.exists():
        pytest.skip("../shared/sources is not beside the project")
    (file,) = (file for file in cbp.SOURCE.files if file.tables == ("nation",))
    ((_, _, table),) = cbp.SOURCE.parse(file, path)
    industries = {row["naics"] for row in read("association_industries")}
    counted = [
        int(row["est"]) for row in table.to_pylist() if row["lfo"] == "-" and row["naics"] in industries
    ]
    assert (len(counted), sum(counted)) == (10, 303_009)
