"""A metric alone: its own models, and those through which it reaches the comparison."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.cli.build import numbers
from orchestration.warehouse.selection import to_comparison

_MODELS = {
    "stg_wages": "staging/stg_wages.sql",
    "stg_air": "staging/stg_air.sql",
    "wage_sums": "survey/wage_sums.sql",
    "wages__values": "metrics/wages/wages__values.sql",
    "wages__firms": "metrics/wages/wages__firms.sql",
    "air__values": "metrics/air/air__values.sql",
    "computed_rows": "warehouse/computed_rows.sql",
    "stg_published": "staging/stg_published.sql",
    "comparison_with_published": "warehouse/comparison_with_published.sql",
    "county": "publications/county.sql",
}
_EDGES = [
    ("agency__wages", "stg_wages"),
    ("agency__air", "stg_air"),
    ("stg_wages", "wage_sums"),
    ("stg_air", "air__values"),
    ("wage_sums", "wages__values"),
    ("wages__firms", "wages__values"),
    ("wages__values", "computed_rows"),
    ("air__values", "computed_rows"),
    ("computed_rows", "comparison_with_published"),
    ("computed_rows", "county"),
    ("urban__files", "stg_published"),
    ("stg_published", "comparison_with_published"),
]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    nodes = {
        name: {"resource_type": kind, "name": name, "path": path, "original_file_path": f"models/{path}"}
        for kind, paths in (("model", _MODELS), ("test", {"a_test": "metrics/wages/a_test.sql"}))
        for name, path in paths.items()
    }
    nodes["rules"] = {
        "resource_type": "seed",
        "name": "rules",
        "path": "rules.csv",
        "original_file_path": "seeds/rules.csv",
    }
    sources = {
        name: {"name": name, "original_file_path": "models/sources.yml"}
        for name in ("agency__wages", "agency__air", "urban__files")
    }
    children: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    for one, other in [*_EDGES, ("wages__values", "a_test")]:
        children.setdefault(one, []).append(other)
        parents.setdefault(other, []).append(one)
    path = tmp_path / "manifest.json"
    project = {"nodes": nodes, "sources": sources, "child_map": children, "parent_map": parents}
    path.write_text(json.dumps(project))
    return path


def test_only_what_leads_from_the_metric_to_the_comparison(manifest: Path) -> None:
    assert to_comparison(manifest, ["wages"], _MODELS) == [
        "comparison_with_published",
        "computed_rows",
        "wages__firms",
        "wages__values",
    ]


def test_a_changed_seed_that_only_a_test_reads_is_loaded(manifest: Path) -> None:
    there = [*_MODELS, "rules"]
    assert "rules" not in to_comparison(manifest, ["wages"], there)
    assert "rules" in to_comparison(manifest, ["wages"], there, {"seeds/rules.csv"})


def test_published_numbers_that_changed_are_brought_up_to_date_but_no_other_metric(manifest: Path) -> None:
    usual = to_comparison(manifest, ["wages"], _MODELS)
    assert to_comparison(manifest, ["wages"], _MODELS, {"agency__air"}) == usual
    assert to_comparison(manifest, ["wages"], _MODELS, {"agency__air", "urban__files"}) == sorted(
        [*usual, "stg_published"]
    )


def test_a_new_metric_beside_it_is_built_too(manifest: Path) -> None:
    there = _MODELS.keys() - {"air__values", "county"}
    assert to_comparison(manifest, ["wages"], there) == [
        "air__values",
        "comparison_with_published",
        "computed_rows",
        "wages__firms",
        "wages__values",
    ]


@pytest.mark.parametrize(
    ("changed", "older"),
    [
        ({"agency__wages", "agency__air"}, {"stg_wages", "wage_sums"}),
        ({"models/survey/wage_sums.sql"}, {"wage_sums"}),
        ({"stg_wages"}, {"stg_wages", "wage_sums"}),
        ({"agency__air", "models/staging/stg_air.sql", "macros/any.sql"}, set()),
    ],
)
def test_what_the_metric_is_made_of_is_never_older_than_its_inputs(
    manifest: Path, changed: set[str], older: set[str]
) -> None:
    alone = to_comparison(manifest, ["wages"], _MODELS)
    assert set(to_comparison(manifest, ["wages"], _MODELS, changed)) == {*alone, *older}


def test_an_unknown_metric_is_told_with_a_near_one(manifest: Path) -> None:
    with pytest.raises(MobilityError, match="did you mean wages"):
        to_comparison(manifest, ["wage"], _MODELS)


def test_the_numbers_of_a_metric_beside_the_published_ones() -> None:
    with duckdb.connect() as connection:
        connection.execute("""
            create table computed_values as select * from (values
                ('county', '01001', 2020, 'rate', 'all', 'All', '', 2.0, 'wages'),
                ('county', '01003', 2020, 'rate', 'all', 'All', '', 4.0, 'wages'),
                ('county', '01005', 2020, 'rate', 'all', 'All', '', null, 'wages'),
                ('county', '01001', 2021, 'rate', 'all', 'All', '', 1.0, 'wages'),
                ('county', '01001', 2020, 'other', 'all', 'All', '', 1.0, 'air')
            ) as v (geography_type, geoid, year, variable, subgroup_type, subgroup, sample, value, metric);
            create table comparison_with_published as select * from (values
                ('county', '01001', 2020, 'rate', 'all', 'All', '', true, ''),
                ('county', '01003', 2020, 'rate', 'all', 'All', '', false, 'D1'),
                ('county', '01005', 2020, 'rate', 'all', 'All', '', false, '')
            ) as c (
                geography_type, geoid, year, variable, subgroup_type, subgroup, sample, agrees, deviation_ids
            )
        """)
        header, *lines = numbers(connection, ("wages",))
    assert [dict(zip(header, line, strict=True)) for line in lines] == [
        {
            "variable": "rate", "geography": "county", "subgroups": "all", "year": "2020", "sample": "",
            "cells": "3", "values": "2", "median": "3.0", "compared": "3", "equal": "1", "claimed": "1",
            "unexplained": "1",
        },
        {
            "variable": "rate", "geography": "county", "subgroups": "all", "year": "2021", "sample": "",
            "cells": "1", "values": "1", "median": "1.0", "compared": "0", "equal": "0", "claimed": "0",
            "unexplained": "0",
        },
    ]  # fmt: skip
