"""Errors of differences between groups: the formula, and which of them a release has."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from tests.support import metric_sql
from tests.support.metric_sql import sql_of, table


def test_error_of_a_difference_is_that_of_the_differences_of_the_replicates() -> None:
    """Groups that move together have a small one; taken as independent it would be larger."""
    draws = np.random.default_rng(7)
    shared = draws.normal(0, 0.01, 80)
    one, other = shared + draws.normal(0, 0.001, 80), shared + draws.normal(0, 0.001, 80)
    sql = metric_sql._environment().globals["error_of_deviations"]("one", "other")  # type: ignore[operator]
    with duckdb.connect() as connection:
        connection.execute("create table lists (one double[], other double[])")
        connection.execute("insert into lists values (?, ?)", [one.tolist(), other.tolist()])
        ((exact,),) = connection.execute(f"select {sql} from lists").fetchall()
        ((back,),) = connection.execute(
            f"select {sql} from (select one as other, other as one from lists)"
        ).fetchall()
    assert exact == back == pytest.approx(np.sqrt(4 / 80 * ((one - other) ** 2).sum()), rel=1e-12)
    independent = np.sqrt(4 / 80 * ((one**2).sum() + (other**2).sum()))
    assert exact < independent / 3


def test_a_release_has_those_of_one_kind_of_groups_whose_values_are_computed() -> None:
    key = ("county", "01001", 2021)
    with duckdb.connect() as connection:
        table(
            connection,
            "computed_rows",
            "metric varchar, geography_type varchar, geoid varchar, year integer, variable varchar, "
            "subgroup_type varchar, subgroup varchar, sample varchar, "
            "differences struct(other varchar, standard_error double)[]",
            [
                ("m", *key, "v", kind, "All", "acs5", [
                    {"other": "Female", "standard_error": 0.01},
                    {"other": "Hispanic", "standard_error": 0.02},
                ])
                for kind in ("gender", "race-ethnicity", "income")
            ] + [("m", *key, "v", "gender", "Male", "acs5", None)],
        )  # fmt: skip
        labels: list[tuple[object, ...]] = [
            ("m", "gender", "All"), ("m", "gender", "Female"), ("m", "gender", "Male"),
            ("m", "race-ethnicity", "All"), ("m", "race-ethnicity", "Hispanic"),
        ]  # fmt: skip
        columns = "metric varchar, subgroup_type varchar, subgroup varchar"
        table(connection, "metric_subgroups", columns, labels)
        columns = (
            "geography_type varchar, year integer, variable varchar, subgroup_type varchar, sample varchar, "
            "origin varchar"
        )
        series: list[tuple[object, ...]] = [
            ("county", 2021, "v", "gender", "acs5", "computed"),
            ("county", 2021, "v", "race-ethnicity", "acs5", "published_2025"),
        ]
        table(connection, "series_status", columns, series)
        rows = connection.execute(
            f"select subgroup_type, group_a, group_b, standard_error from ({sql_of('gap_errors')})"
        ).fetchall()
    assert rows == [("gender", "All", "Female", 0.01)]
