"""What the pages share: variables, methods, coverage, what is known to be wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.manifests import read_manifest
from orchestration.release.inputs_and_code import named_inputs
from orchestration.release.methods import in_words, read_methods

Row = dict[str, Any]


@dataclass
class Facts:
    """All that is shared by pages. Dictionaries without a remark are by variable."""

    manifest: Row
    variables: dict[str, Row]
    pillars: list[Row]
    reasons: dict[str, str]
    quality: list[Row]
    coverage: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    missing: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    deviations: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    breaks: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    decisions: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    totals: Row = field(default_factory=dict)


def open_release(release: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads a release; temporary tables are kept in memory."""
    connection = duckdb.connect(str(release / "mobility.duckdb"), read_only=True)
    connection.execute("set enable_progress_bar = false; set memory_limit = '2GB'; set temp_directory = ''")
    return connection


def read_facts(connection: duckdb.DuckDBPyConnection, release: Path) -> Facts:
    """Everything but the cells of single areas."""
    methods = read_methods(connection)
    predictors = {row["predictor"]: row for row in _rows(connection, "from predictors")}
    variables = {}
    for row in _rows(connection, _VARIABLES):
        about = predictors.get(row["predictor"], {})
        shared = {"question": about.get("question"), "dimensions": about.get("dimensions")}
        variables[row["variable"]] = {**row, **shared, "method": in_words(methods.get(row["metric"], []))}
    facts = Facts(
        manifest=read_manifest(release),
        variables=variables,
        pillars=_rows(connection, "from pillars order by position"),
        reasons=dict(connection.execute("select missing_reason, label from missing_reasons").fetchall()),
        quality=_rows(connection, "from quality_labels order by quality"),
        totals=_rows(connection, _TOTALS)[0],
    )
    for kept, sql in (
        (facts.coverage, _COVERAGE),
        (facts.missing, _MISSING),
        (facts.deviations, _DEVIATIONS),
        (facts.closed, _CLOSED),
    ):
        for row in _rows(connection, sql):
            kept[row["variable"]].append(row)
    for row in _rows(connection, "from comparability_breaks order by break_id"):
        for name in (row["variables"] or "").split(";"):
            facts.breaks[name.strip()].append(row)
    for row in _rows(connection, "from method_decisions order by metric, try_cast(quirk as integer), quirk"):
        facts.decisions[row["metric"]].append(row)
    _read_files(connection, facts)
    return facts


def _read_files(connection: duckdb.DuckDBPyConnection, facts: Facts) -> None:
    """The files of agencies that the values of each variable come from, as the manifest names them."""
    inputs = facts.manifest["inputs"]
    for variable, file in connection.execute(_PUBLISHED_FILES).fetchall():
        facts.files[variable] += [item for item in inputs if item["file"] == file]
    for variable, source_files in connection.execute(_COMPUTED_FILES).fetchall():
        found = named_inputs(inputs, source_files)
        facts.files[variable] += [item for item in found if item not in facts.files[variable]]


def has_table(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the release has a table; releases that were made before it came have not."""
    return bool(connection.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchall())


def has_columns(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether a table of the release has a column."""
    sql = "select 1 from duckdb_columns() where table_name = ? and column_name = ?"
    return bool(connection.execute(sql, [table, column]).fetchall())


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_VARIABLES = """
    select v.*, p.position as pillar_position, r.position as predictor_position
    from variables as v left join pillars as p using (pillar) left join predictors as r using (predictor)
    order by pillar_position, predictor_position, v.position"""

_TOTALS = """
    select count(*) as cells, count(value) as "values", count(distinct variable) as variables,
        any_value(frame.counties) as counties, any_value(frame.places) as places,
        min(year) as first_year, max(year) as last_year
    from metric_values, (
        select count(*) filter (where geography_type = 'county') as counties,
            count(*) filter (where geography_type = 'place') as places
        from geography_years where year = (select max(year) from geography_years)
    ) as frame"""

_COVERAGE = """
    select variable, geography_type, subgroup_type, year, sample, count(*) as cells, count(value) as "values",
        count(*) filter (where quality = 1) as strong, count(*) filter (where quality = 2) as marginal,
        count(*) filter (where quality = 3) as weak, any_value(origin) as origin
    from metric_values group by all order by variable, geography_type, subgroup_type, year, sample"""

_MISSING = """
    select variable, missing_reason, count(*) as cells from metric_values where value is null
    group by all order by variable, cells desc, missing_reason"""

_CLOSED = """
    select variable, geography_type, subgroup_type, status_reason, list(year order by year) as years
    from series where status = 'unavailable'
    group by all order by variable, geography_type, subgroup_type, status_reason"""

# A deviation stands with a variable if it names it or touches a cell of it in this release.
_DEVIATIONS = """
    with touched as (
        select variable, deviation_id, sum(cells)::bigint as cells
        from (
            select variable, unnest(string_split(deviation_ids, ';')) as deviation_id, cells
            from (
                select variable, deviation_ids, count(*) as cells
                from metric_values where deviation_ids <> '' group by all
            )
        )
        group by all
    ),
    named as (
        select trim(unnest(string_split(variables, ';'))) as variable, deviation_id from deviations
    ),
    known as (
        select variable, deviation_id from named union select variable, deviation_id from touched
    )
    select known.variable, deviation.*, coalesce(touched.cells, 0) as cells
    from known
    inner join deviations as deviation using (deviation_id)
    left join touched using (variable, deviation_id)
    order by known.variable, cells desc, deviation_id"""

# Where a value comes from: Urban's result file, or the agency's files of what was computed.
_PUBLISHED_FILES = """
    select distinct variable, published_file from series where origin like 'published%' order by all"""

_COMPUTED_FILES = """
    select distinct variable, source_files from value_components
    where source_files is not null and variable in (select variable from series where origin = 'computed')
    order by all"""
