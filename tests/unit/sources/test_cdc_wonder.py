"""Exports of WONDER: the query below the rows, words in place of numbers, totals; from twins and genuine
files.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sample import SEED
from orchestration.sample.values import cdc_wonder as twin
from orchestration.sample.world import build_world
from orchestration.sources import cdc_wonder, conform
from orchestration.sources.cdc_wonder import export, query
from tests.support.published import SOURCES

FILES = {file.official_name: file for file in cdc_wonder.SOURCE.files}


def written(name: str) -> str:
    return twin.content(build_world(SEED), FILES[name]).decode()


def rows_of(name: str, text: str, folder: Path) -> list[dict[str, str]]:
    place = folder / "content"
    place.write_bytes(text.encode())
    ((table, partition, rows),) = cdc_wonder.SOURCE.parse(FILES[name], place)
    record = cdc_wonder.SOURCE.table(table)
    assert partition is None and conform.conform(record, FILES[name].vintage, rows, 1)[1] == []
    found: list[dict[str, str]] = rows.to_pylist()
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_export_is_read(name: str, tmp_path: Path) -> None:
    rows = rows_of(name, written(name), tmp_path)
    assert len(rows) == (6 if "births" in name else 12)
    assert {len(row["County Code"]) for row in rows} == {5}


def test_words_stay_and_totals_go(tmp_path: Path) -> None:
    rows = rows_of(
        "injury_deaths_raceth_nhblack_2021.txt", written("injury_deaths_raceth_nhblack_2021.txt"), tmp_path
    )
    assert {"Suppressed", "0"} <= {row["Deaths"] for row in rows}
    births = rows_of("lbw_births_2020.txt", written("lbw_births_2020.txt"), tmp_path)
    assert births[-1]["County Code"] == "99999" and births[-1]["County"].startswith("Unidentified")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("injury_deaths_all_2020.txt", "; 2020", "", "Year/Month is 2016; 2017; 2018; 2019"),
        ("injury_deaths_all_2020.txt", "; Y89", "", "ICD-10 Codes is"),
        ("injury_deaths_all_2020.txt", "1999-2020", "2018-2023, Single Race", "Dataset is"),
        ("injury_deaths_all_2020.txt", '"Group By: County"', '"Group By: State"', "Group By is State"),
        (
            "injury_deaths_all_2020.txt",
            '"Group By: County"',
            '"Group By: County"\n"Gender: Female"',
            "Gender is Female",
        ),
        (
            "injury_deaths_raceth_hisp_2022.txt",
            "Origin: Hispanic",
            "Origin: Not Hispanic",
            "Not Hispanic or Latino",
        ),
        ("lbw_births_2020.txt", "; 2000", "; 2000; 2500 - 2999 grams", "Infant Birth Weight 12 is"),
        ("lbw_births_2020.txt", "Zero Values: True", "Zero Values: False", "Show Zero Values is False"),
        ("all_births_race_nhother_2023.txt", "; More than one race", "", "Mother's Single Race is"),
    ],
)
def test_an_answer_to_another_question_is_refused(
    name: str, old: str, new: str, told: str, tmp_path: Path
) -> None:
    text = written(name)
    assert old in text
    with pytest.raises(MobilityError) as error:
        rows_of(name, text.replace(old, new, 1), tmp_path)
    assert "answers another question" in str(error.value) and told in str(error.value)
    assert name in str(error.value)


def test_parameters_that_stay_at_all_are_no_matter(tmp_path: Path) -> None:
    text = written("injury_deaths_all_2020.txt").replace(
        '"Group By: County"', '"Group By: County"\n"Gender: All"'
    )
    assert len(rows_of("injury_deaths_all_2020.txt", text, tmp_path)) == 12


def test_a_file_cut_off_is_refused(tmp_path: Path) -> None:
    text = written("injury_deaths_all_2020.txt")
    with pytest.raises(MobilityError, match="ends before its query"):
        rows_of("injury_deaths_all_2020.txt", text[: text.index('"---"')], tmp_path)


def test_a_lost_county_is_found_by_the_total(tmp_path: Path) -> None:
    lines = written("injury_deaths_all_2020.txt").splitlines(keepends=True)
    with pytest.raises(MobilityError, match="do not add up to its total"):
        rows_of("injury_deaths_all_2020.txt", "".join([lines[0], *lines[2:]]), tmp_path)


def test_a_lost_tab_is_told_with_its_row(tmp_path: Path) -> None:
    lines = written("injury_deaths_all_2020.txt").splitlines(keepends=True)
    lines[3] = lines[3].replace("\t", " ", 2)
    with pytest.raises(MobilityError, match=r"injury_deaths_all_2020\.txt, row 4"):
        rows_of("injury_deaths_all_2020.txt", "".join(lines), tmp_path)


def test_a_column_that_was_not_ticked_is_told(tmp_path: Path) -> None:
    text = written("injury_deaths_all_2020.txt").replace(
        "Crude Rate Standard Error", "Percent of Total Deaths"
    )
    with pytest.raises(MobilityError, match="without Crude Rate Standard Error"):
        rows_of("injury_deaths_all_2020.txt", text, tmp_path)


def test_the_form_says_what_to_choose() -> None:
    told = FILES["injury_deaths_raceth_nhother_2023.txt"].form_settings
    assert told is not None
    for part in (
        "Year/Month: 2019, 2020, 2021, 2022, 2023",
        "Single Race 6: American Indian",
        "Y35-Y36",
        "_2023.txt",
    ):
        assert part in told


def test_2021_is_a_pool_of_four_years() -> None:
    assert list(query.pool(2021)) == [2018, 2019, 2020, 2021]
    assert [len(query.pool(year)) for year in (2014, 2020, 2022, 2023)] == [5, 5, 5, 5]


def test_queries_of_genuine_exports_are_understood() -> None:
    """Nine exports that others asked for: none is one of ours, and each is told apart by its query."""
    folder = SOURCES / "agency" / "cdc_wonder"
    if not folder.exists():
        pytest.skip("../shared/sources is not beside the project")
    seen = 0
    for path in sorted(folder.rglob("*.txt*")):
        text = (
            gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
        )
        below = [line.strip('"') for line in text.split('"---"')[1].strip().splitlines()]
        told = query.printed(below)
        assert told["Dataset"][0].startswith(("Natality, ", "Underlying Cause of Death, ")), path
        assert told["Group By"] and set(told["Show Zero Values"]) <= {"True", "False", "Disabled"}, path
        assert query.differences(query.wanted("injury_deaths_all", 2020), told), path
        assert query.differences(query.wanted("lbw_births", 2020), told), path
        seen += 1
    assert seen == 9


def test_long_lines_of_a_query_are_put_together() -> None:
    told = query.printed(["Dataset: D", "Ages: 1 year; 2", "years; 3 years", "Group By: State"])
    assert told == {"Dataset": ("D",), "Ages": ("1 year", "2 years", "3 years"), "Group By": ("State",)}


def test_columns_of_deaths_and_births() -> None:
    assert export.columns_of("lbw_births_momed_hs") == ("County", "County Code", "Births")
