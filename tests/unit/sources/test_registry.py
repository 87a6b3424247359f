from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.base.settings import PROJECT_ROOT, SEEDS_DIR, SHIPPED_MIRROR
from orchestration.ingest import mirror, mirror_list
from orchestration.ingest.channels import is_sample_mirror
from orchestration.maintain import declare_published_columns
from orchestration.sources import SOURCES, urban_published_2025
from orchestration.sources.model import Source, SourceFile, Table
from orchestration.sources.reading.text import csv_rows, read_text

ALL = [pytest.param(source, id=name) for name, source in SOURCES.items()]


@pytest.mark.parametrize("source", ALL)
def test_a_record_says_what_people_must_know(source: Source) -> None:
    told = (source.agency, source.title, source.description, source.terms, source.citation, source.complete)
    assert all(text.strip() for text in told)
    assert source.landing_page.startswith("https://")
    without_address = {file.name for file in source.files if not file.url}
    shipped = {file.name for file in source.files if mirror.find(source, file, [SHIPPED_MIRROR])}
    assert without_address <= {item.name for item in source.not_at_hand} | shipped
    assert all(file.url.startswith("https://") for file in source.files if file.url)
    assert all(file.form_settings for file in source.files if source.access == "manual")


@pytest.mark.parametrize("source", ALL)
def test_every_table_has_a_file_a_key_and_bounds(source: Source) -> None:
    for table in source.tables:
        vintages = {file.vintage for file in source.files if table.name in file.tables}
        assert vintages, table.name
        assert set(table.rows) == vintages, table.name
        assert table.key, table.name


def test_every_folder_with_a_source_is_in_the_registry() -> None:
    folders = {
        path.parent.name for path in (PROJECT_ROOT / "orchestration" / "sources").glob("*/__init__.py")
    }
    assert set(SOURCES) == folders - {"reading"}


def test_every_published_file_of_the_seed_is_a_table() -> None:
    with (SEEDS_DIR / "published_files.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    source = urban_published_2025.SOURCE
    assert [table.name for table in source.tables] == [row["published_file"] for row in rows]
    absent = [row["published_file"] for row in rows if row["at_hand"] != "true"]
    assert [item.name for item in source.not_at_hand] == absent
    assert len(absent) == 9


def test_the_declared_columns_are_those_of_the_shipped_files(tmp_path: Path) -> None:
    declare_published_columns.write(SHIPPED_MIRROR, tmp_path / "columns.csv")
    assert (tmp_path / "columns.csv").read_bytes() == urban_published_2025.COLUMNS_FILE.read_bytes()


def test_a_county_file_that_is_not_at_hand_has_its_sisters_columns() -> None:
    source = urban_published_2025.SOURCE
    county = source.table("income_county_race_ethnicity").columns
    place = source.table("income_place_race_ethnicity").columns
    assert list(county) == ["county" if name == "place" else name for name in place]
    industry = source.table("living_wage_county_industry")
    assert list(industry.columns)[:5] == ["year", "state", "county", "subgroup_type", "subgroup"]
    assert industry.key == ("year", "state", "county", "subgroup_type", "subgroup")


def test_short_codes_are_allowed_only_where_the_files_have_them() -> None:
    short = {
        table.name
        for table in urban_published_2025.SOURCE.tables
        if any(not code.padded for code in table.codes.values())
    }
    assert short == {
        "debt_county_2023_all",
        "medical_debt_county_2023_all",
        "medical_debt_county_2023_race_share",
    }


def test_the_shipped_mirror_holds_what_its_list_says(tmp_path: Path) -> None:
    listed = mirror_list.copies(SHIPPED_MIRROR)
    lying = {p.relative_to(SHIPPED_MIRROR).as_posix() for p in SHIPPED_MIRROR.rglob("*.gz")}
    assert lying == {copy.path for copy in listed.values()}
    assert all(copy.place.stat().st_size < 4 << 20 for copy in listed.values())
    assert not is_sample_mirror(SHIPPED_MIRROR)


def test_every_required_file_ships() -> None:
    for source in SOURCES.values():
        for file in source.files:
            if file.required:
                assert mirror.find(source, file, [SHIPPED_MIRROR]) is not None, file.official_name


def columns_of_vintage(vintage: int) -> list[str]:
    layouts = SOURCES["census_population_estimates"].layouts
    return [column.name for column in layouts.columns_of("counties", str(vintage))]


@pytest.mark.parametrize("vintage", [2022, 2023])
def test_the_columns_of_the_population_estimates_follow_their_rule(vintage: int, tmp_path: Path) -> None:
    source = SOURCES["census_population_estimates"]
    file = next(file for file in source.files if file.vintage == str(vintage))
    copy = mirror.find(source, file, [SHIPPED_MIRROR])
    assert copy is not None
    mirror.unpack(copy, file, tmp_path / "file")
    header = csv_rows(read_text(file, tmp_path / "file").partition("\n")[0])[0]
    assert columns_of_vintage(vintage) == header
    assert set(source.tables[0].columns_of(str(vintage))) == set(header)


def test_the_columns_of_the_decade_of_2010() -> None:
    columns = columns_of_vintage(2020)
    assert len(columns) == 180
    assert {"CENSUS2010POP", "NPOPCHG_2011", "NATURALINC2015", "RNATURALINC2020"} <= set(columns)


def test_a_check_on_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"checks name columns that are not declared: .'stat'"):
        Table(name="t", columns={"state": "VARCHAR"}, key=("stat",))


def _file(name: str, vintage: str = "1", table: str = "t", partition: str | None = None) -> SourceFile:
    return SourceFile(name=name, vintage=vintage, official_name=name, tables=(table,), partition=partition)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ((_file("a"), _file("a")), "two files are called"),
        ((_file("a"), _file("b")), "both yield"),
        ((_file("a", table="u"),), "yields the undeclared table u"),
    ],
)
def test_files_that_collide_are_refused(files: tuple[SourceFile, ...], problem: str) -> None:
    record = SOURCES["urban_frames"].model_dump() | {"parse": print, "tables": (Table(name="t", columns={}),)}
    with pytest.raises(ValidationError, match=problem):
        Source.model_validate(record | {"files": files})


def test_partitions_of_one_table_do_not_collide() -> None:
    table = Table(name="t", columns={"x": "VARCHAR"}, partitioned=True)
    record = SOURCES["urban_frames"].model_dump() | {"parse": print, "tables": (table,)}
    files = (_file("a", partition="01"), _file("b", partition="02"))
    source = Source.model_validate(record | {"files": files})
    assert list(source.pieces(table)) == [("1", "01"), ("1", "02")]


def test_the_docs_name_every_source_and_what_is_not_at_hand() -> None:
    text = (PROJECT_ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    for source in SOURCES.values():
        assert f"`{source.name}`" in text
        for item in source.not_at_hand:
            assert f"`{item.name}`" in text, f"{source.name}: {item.name}"
