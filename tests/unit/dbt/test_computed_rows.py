"""What a metric's model may leave out, and what it may not: macro `on_frame` and the generated union."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import DBT_PROJECT_DIR
from orchestration.maintain.generate import computed_rows


def _macro(name: str) -> Any:
    text = (DBT_PROJECT_DIR / "macros" / f"{name}.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment()
    environment.globals["ref"] = str  # of a model its table
    return getattr(environment.from_string(text).make_module(), name)


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        """
        create table geography_years as select * from (values
            ('county', '46102', 2016), ('county', '46102', 2014), ('county', '09110', 2022),
            ('county', '01001', 2016), ('county', '01001', 2022), ('county', '01003', 2016),
            ('place', '0100124', 2016)
        ) as frame (geography_type, geoid, year);
        create table geography_changes as select * from (values
            ('county', 2015, '46113', '46102', 'recoded'),
            ('county', 2022, '09003', '09110', 'redrawn'),
            ('place', 2018, null, '1372122', 'new')
        ) as changes (geography_type, first_year, old_geoid, new_geoid, change);
        """
    )
    return connection


def _on_frame(connection: duckdb.DuckDBPyConnection, delivered: str, columns: str) -> list[tuple[Any, ...]]:
    sql = f"with delivered as ({delivered}) {_macro('on_frame')('delivered')}"
    return connection.execute(f"select {columns} from ({sql}) order by all").fetchall()


def test_rows_meet_the_frame_and_every_geography_without_one_has_its_reason(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    delivered = """
        select 'county' as geography_type, geoid, year, 'rate' as variable, value, reason as missing_reason
        from (values
            ('01001', 2016, 0.0, null), ('46113', 2016, 3.0, null), ('99999', 2016, 4.0, null),
            ('01001', 2022, null, 'suppressed_by_source'), ('09003', 2022, 5.0, null)
        ) as rows (geoid, year, value, reason)
    """
    assert _on_frame(warehouse, delivered, "year, geoid, value, missing_reason") == [
        (2016, "01001", 0.0, None),  # a zero is a value
        (2016, "01003", None, "no_source_data"),
        (2016, "46102", 3.0, None),  # only recoded: the value is carried over
        (2022, "01001", None, "suppressed_by_source"),
        (2022, "09110", None, "geography_not_matched"),  # redrawn: it is not
    ]


def test_a_source_may_already_write_the_code_of_a_later_frame(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update geography_years set geoid = '46113' where geoid = '46102' and year = 2014")
    delivered = (
        "select 'county' as geography_type, '46102' as geoid, 2014 as year, 'rate' as variable, 1.5 as value"
    )
    assert _on_frame(warehouse, delivered, "geoid, value") == [("46113", 1.5)]


def test_groups_are_part_of_the_key_where_the_source_has_them(warehouse: duckdb.DuckDBPyConnection) -> None:
    delivered = """
        select 'place' as geography_type, '0100124' as geoid, 2016 as year, 'rate' as variable,
            'gender' as subgroup_type, unnest(['Male', 'Female']) as subgroup, unnest([1.0, 2.0]) as value
    """
    assert _on_frame(warehouse, delivered, "subgroup_type, subgroup, value, missing_reason") == [
        ("gender", "Female", 2.0, None),
        ("gender", "Male", 1.0, None),
    ]


def _completed(folder: Path, given: str) -> duckdb.DuckDBPyConnection:
    """The rows of a metric's model as the generated union completes them."""
    (folder / "rates").mkdir()
    (folder / "rates" / "rates__values.sql").write_text(given, encoding="utf-8")
    environment = jinja2.Environment()
    environment.globals |= {"ref": lambda model: f"({given}) as {model}", "config": lambda **_: ""}
    union = computed_rows.union(folder, computed_rows.contract())
    return duckdb.connect().execute(environment.from_string(union).render())


def test_a_model_gives_its_own_columns_only(tmp_path: Path) -> None:
    completed = _completed(
        tmp_path,
        "select 'county' as geography_type, '01001' as geoid, 2022::bigint as year, 'rate' as variable, "
        "1 as value, 2 as quality",
    )
    types = {column[0]: str(column[1]) for column in completed.description or []}
    row = dict(zip(types, completed.fetchone() or (), strict=True))
    assert list(types) == list(computed_rows.contract())
    assert (types["year"], types["value"], types["quality"]) == ("INTEGER", "DOUBLE", "SMALLINT")
    given = {
        "metric": "rates",
        "geography_type": "county",
        "geoid": "01001",
        "year": 2022,
        "variable": "rate",
    }
    filled = {"subgroup_type": "all", "subgroup": "All", "sample": "", "value": 1.0, "quality": 2}
    assert row == dict.fromkeys(types) | given | filled


def test_a_column_that_nobody_knows_reaches_the_contract(tmp_path: Path) -> None:
    completed = _completed(tmp_path, "select '01001' as geoid, 2022 as year, 1 as qualty")
    names = {column[0] for column in completed.description or []}
    assert names - set(computed_rows.contract()) == {"qualty"}


def test_a_model_is_in_the_union_by_lying_in_its_folder(tmp_path: Path) -> None:
    for metric in ("new_metric", "another"):
        (tmp_path / metric).mkdir()
        (tmp_path / metric / f"{metric}__values.sql").write_text("select 1", encoding="utf-8")
        (tmp_path / metric / f"{metric}__tracts.sql").write_text("select 1", encoding="utf-8")
    text = computed_rows.union(tmp_path, computed_rows.contract())
    assert text.count("union all by name") == 2
    assert "select 'new_metric' as metric, * from {{ ref('new_metric__values') }}" in text


def test_a_model_with_another_name_than_its_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "debt").mkdir()
    (tmp_path / "debt" / "debts__values.sql").write_text("select 1", encoding="utf-8")
    with pytest.raises(MobilityError) as error:
        computed_rows.union(tmp_path, computed_rows.contract())
    assert "debts__values.sql" in str(error.value)
    assert "debt/debt__values.sql" in str(error.value)
