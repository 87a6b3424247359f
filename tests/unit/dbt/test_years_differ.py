"""The dbt test `years_differ`: one file under two years is found, like files of two years are not."""

from __future__ import annotations

import duckdb
import jinja2
import pytest

from orchestration.base.settings import DBT_PROJECT_DIR


def _found(changed: int, tracts: int) -> list[tuple[object, ...]]:
    """What it finds in a state of some tracts, of which some have other numbers in the second year."""
    text = (DBT_PROJECT_DIR / "macros" / "years_differ.sql").read_text(encoding="utf-8")
    text = text.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    sql = jinja2.Environment().from_string(text).make_module()
    connection = duckdb.connect()
    connection.execute(
        f"""
        create table tracts as
        select
            year,
            '25' || lpad(number::varchar, 9, '0') as tract,
            number + if(year = 2019 and number < {changed}, 1, 0) as cost,
            if(number = 3, null, number) as share
        from range({tracts}) as numbers (number), (select unnest([2015, 2019]) as year)
        """
    )
    by = "substr(earlier.tract, 1, 2)"
    return connection.execute(sql.years_differ("tracts", "tract", ["cost", "share"], by)).fetchall()


@pytest.mark.parametrize(("changed", "tracts"), [(0, 20), (0, 100), (9, 100)])
def test_the_same_numbers_under_two_years_are_found(changed: int, tracts: int) -> None:
    assert _found(changed, tracts) == [(2015, 2019, "25", tracts)]


@pytest.mark.parametrize(("changed", "tracts"), [(0, 19), (10, 100), (100, 100)])
def test_numbers_of_two_years_and_too_few_rows_pass(changed: int, tracts: int) -> None:
    assert _found(changed, tracts) == []
