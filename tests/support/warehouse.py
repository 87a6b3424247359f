"""A small warehouse of the contract's shape, made from the real seeds and invented numbers.

`make_warehouse` writes in about a second what `dbt build` would write: the frame, the series,
the long table, the wide tables with their published columns, and the reference tables. The
numbers come from hashes of their keys, so that they are the same on every machine. With a few
thousand counties it is as large as the national warehouse (`python -m tests.support.warehouse`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from orchestration.base.seeds import read
from orchestration.base.settings import SEEDS_DIR

SEEDS = (
    "communities", "comparability_breaks", "coverage_exceptions", "crosswalk_defects", "deviations",
    "dimensions", "earlier_files", "framework", "geography_changes", "geography_vintages",
    "method_decisions", "metric_methods", "metric_subgroups", "missing_reasons", "missing_rules", "pillars",
    "place_points", "predictors",
    "publication_columns", "publication_list", "published_files", "published_flag_totals_by_year",
    "quality_labels", "series", "subgroups", "variable_renames", "variables",
)  # fmt: skip
UNAVAILABLE = ("17", "19", "20")
YEARS = [int(row["year"]) for row in read("geography_vintages")]


def make_warehouse(
    path: Path, *, channel: str = "sample", counties: int = 3, places: int = 2, seed: int = 0
) -> Path:
    """Write a warehouse of invented numbers to `path` and return it.

    Args:
        path: the DuckDB file; its folder is made.
        channel: `sample` puts every geography into state 99, `national` into states 01 to 50.
        counties: how many counties in each year.
        places: how many places in each year.
        seed: another seed, other numbers.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("CREATE SCHEMA lake")
        connection.execute(f"CREATE TABLE lake.run_context AS SELECT '{channel}' AS channel")
        for name in SEEDS:
            _read_seed(connection, name)
        _frame(connection, channel, counties, places)
        _series(connection)
        _long_table(connection, seed)
        for row in connection.execute("SELECT publication, table_name FROM publications").fetchall():
            if row[0] not in UNAVAILABLE:
                _wide_table(connection, *row)
        _reference_tables(connection)
        _crosswalks(connection)
        _boundaries(connection)
    return path


def _boundaries(connection: duckdb.DuckDBPyConnection) -> None:
    """Tables without a row: what a release has where no boundaries are at hand."""
    for name, columns in (
        (
            "geography_shapes",
            "geography_type varchar, geoid varchar, valid_from integer, valid_to integer, edition integer, "
            "boundary_geoid varchar, west double, south double, east double, north double, is_mark boolean, "
            "arcs varchar, shape blob",
        ),
        ("geography_arcs", "edition integer, arc integer, points varchar"),
        (
            "geography_neighbours",
            "geography_type varchar, geoid varchar, neighbour_geoid varchar, valid_from integer, "
            "valid_to integer",
        ),
        (
            "places_outside_frame",
            "geoid varchar, name varchar, state varchar, county_geoid varchar, population bigint",
        ),
    ):
        connection.execute(f"CREATE TABLE {name} ({columns})")


def _crosswalks(connection: duckdb.DuckDBPyConnection) -> None:
    """The crosswalks with their keys and one row each: releases only carry them."""
    for name, columns in (
        ("crosswalk_puma_county", ("crosswalk_period", "geoid", "puma")),
        ("crosswalk_puma_place", ("crosswalk_period", "geoid", "puma")),
        ("crosswalk_county_place", ("census_year", "place_geoid", "county_geoid")),
        ("crosswalk_comparison", ("geography_type", "crosswalk_period", "geoid", "puma", "measure")),
    ):
        values = ", ".join(f"'99001' AS {column}" for column in columns)
        connection.execute(f"CREATE TABLE {name} AS SELECT {values}")


def _read_seed(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    file = SEEDS_DIR / f"{name}.csv"
    connection.execute(f"CREATE TABLE {name} AS FROM read_csv('{file}', all_varchar = true, header = true)")
    if name == "metric_methods":
        for column in ("first_year", "last_year"):
            connection.execute(f"ALTER TABLE {name} ALTER {column} TYPE INTEGER")


def _frame(connection: duckdb.DuckDBPyConnection, channel: str, counties: int, places: int) -> None:
    state = "'99'" if channel == "sample" else "lpad((1 + i % 50)::VARCHAR, 2, '0')"
    connection.execute(f"""
        CREATE TABLE geography_years AS
        WITH counties AS (
            SELECT 'county' AS geography_type, {state} AS state,
                   lpad((1 + 2 * (i // 50))::VARCHAR, 3, '0') AS county, NULL::VARCHAR AS place,
                   'Étienne "Big" County, ' || i AS name
            FROM range({50 if channel == "sample" else 1} * {counties}) AS numbers (i)
            WHERE {state} <> '99' OR i % 50 = 0
        ), places AS (
            SELECT 'place', {state}, NULL, lpad((100 + i)::VARCHAR, 5, '0'), 'City ' || i
            FROM range({places}) AS numbers (i)
        )
        SELECT geography_type, state || coalesce(county, place) AS geoid, year::INTEGER AS year,
               state, county, place, 'State ' || state AS state_name, name,
               (1000 + hash(state, name, year) % 90000)::BIGINT AS population,
               row_number() OVER (
                   PARTITION BY geography_type ORDER BY year, state, coalesce(county, place)
               ) AS frame_row
        FROM (FROM counties UNION ALL FROM places), unnest({YEARS}) AS years (year)
        ORDER BY geography_type, frame_row
    """)
    connection.execute("""
        CREATE TABLE geographies AS
        SELECT geography_type, geoid, arg_max(name, year) AS name, any_value(state_name) AS state_name,
               any_value(state) AS state, min(year) AS valid_from, max(year) AS valid_to,
               NULL::VARCHAR AS succeeded_by
        FROM geography_years GROUP BY ALL ORDER BY geography_type, geoid
    """)


def _series(connection: duckdb.DuckDBPyConnection) -> None:
    unavailable = ", ".join(f"'{publication}'" for publication in UNAVAILABLE)
    connection.execute(f"""
        CREATE OR REPLACE TABLE series AS
        SELECT * REPLACE (year::INTEGER AS year, coalesce(sample, '') AS sample),
               if(publication IN ({unavailable}), 'unavailable', 'available') AS status,
               if(publication IN ({unavailable}), 'its only input is not at hand', NULL) AS status_reason,
               CASE WHEN publication IN ({unavailable}) THEN 'unavailable'
                    WHEN variable = 'share_economic_connectedness' THEN 'computed'
                    ELSE 'published_2025' END AS origin
        FROM series ORDER BY series_id
    """)
    connection.execute(f"""
        CREATE TABLE publications AS
        SELECT *, if(publication IN ({unavailable}), 'unavailable', 'available') AS status,
               if(publication IN ({unavailable}), 'its only input is not at hand', NULL) AS status_reason
        FROM publication_list ORDER BY publication
    """)


def _long_table(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    connection.execute(f"""
        CREATE TABLE metric_values AS
        WITH cells AS (
            SELECT g.geography_type, g.geoid, s.year, s.variable, s.subgroup_type, l.subgroup, s.sample,
                   s.origin, s.series_id, v.value_type = 'integer' AS whole,
                   hash(s.series_id, g.geoid, l.subgroup, {seed}) % 100003 AS draw
            FROM series AS s
            JOIN geography_years AS g USING (geography_type, year)
            JOIN (FROM metric_subgroups UNION SELECT DISTINCT metric, 'all', 'All' FROM metric_subgroups)
                AS l ON l.metric = s.metric AND l.subgroup_type = s.subgroup_type
            LEFT JOIN variables AS v USING (variable)
            WHERE s.status = 'available'
        ), numbers AS (
            SELECT *, CASE WHEN draw % 10 = 0 THEN NULL
                           WHEN whole THEN (draw // 10)::DOUBLE ELSE draw / 100003.0 END AS value
            FROM cells
        )
        SELECT geography_type, geoid, year, variable, subgroup_type, subgroup, sample, value,
               value * 0.9 AS lower, value * 1.1 AS upper,
               if(value IS NULL, NULL, 1 + draw % 3)::TINYINT AS quality,
               if(value IS NULL, NULL, 'sample of ' || draw % 7) AS quality_reason,
               if(value IS NULL, 'suppressed_by_source', NULL) AS missing_reason,
               origin, '' AS deviation_ids, series_id
        FROM numbers
    """)
    connection.execute("""
        CREATE TABLE value_components AS
        SELECT geography_type, geoid, year, variable, subgroup_type, subgroup, sample,
               value AS numerator, 1.0::DOUBLE AS denominator, 12::BIGINT AS sample_size,
               NULL::DOUBLE AS design_effect, 1::BIGINT AS crosswalk_rows, 'a.csv' AS source_files
        FROM metric_values WHERE origin = 'computed' AND value IS NOT NULL
    """)
    connection.execute("""
        CREATE TABLE comparison_with_published AS
        SELECT geography_type, geoid, year, variable, subgroup_type, subgroup, sample, 'value' AS measure,
               value AS computed, value AS published, 0.0::DOUBLE AS difference, true AS agrees,
               '' AS deviation_ids
        FROM metric_values WHERE origin = 'computed' AND value IS NOT NULL
    """)
    connection.execute("""
        CREATE TABLE gap_errors AS
        SELECT geography_type, geoid, year, variable, subgroup_type, 'Female' AS group_a, 'Male' AS group_b,
               sample, 0.01::DOUBLE AS standard_error
        FROM metric_values WHERE origin = 'computed' AND value IS NOT NULL LIMIT 0
    """)


def _wide_table(connection: duckdb.DuckDBPyConnection, publication: str, table: str) -> None:
    """Pivot the long table as the publication's columns say, in the order of the published file."""
    geography, subgroup_type, published_type = connection.execute(
        "SELECT geography_type, subgroup_type, published_subgroup_type FROM publications "
        "WHERE publication = ?",
        [publication],
    ).fetchall()[0]
    columns = connection.execute(
        "SELECT column_name, role, variable FROM publication_columns WHERE publication = ? "
        "ORDER BY position::INTEGER",
        [publication],
    ).fetchall()
    expressions = ", ".join(f'{_expression(*column, published_type)} AS "{column[0]}"' for column in columns)
    connection.execute(f"""
        CREATE TABLE {table} AS
        WITH cells AS (
            FROM metric_values
            WHERE geography_type = '{geography}' AND subgroup_type = '{subgroup_type}'
        )
        SELECT {expressions}
        FROM geography_years AS g
        JOIN subgroups AS l ON l.subgroup_type = '{subgroup_type}'
        LEFT JOIN cells AS c ON c.geoid = g.geoid AND c.year = g.year AND c.subgroup = l.subgroup
        WHERE g.geography_type = '{geography}'
          AND g.year IN (SELECT year FROM series WHERE publication = '{publication}')
        GROUP BY g.frame_row, g.year, g.geography_type, g.geoid, g.state, g.{geography}, g.state_name,
                 g.name, g.population, l.subgroup, l.position
        ORDER BY g.frame_row, l.position::INTEGER
    """)


def _expression(column: str, role: str, variable: str | None, published_type: str) -> str:
    cell = f"FILTER (variable = '{variable}')"
    if role == "ratio_text":
        sides = [f"max(round(value, 2)) FILTER (variable = '{side}')" for side in str(variable).split(":")]
        return " || ':' || ".join(sides)
    return {
        "key": f"g.{column}",
        "name": "g.state_name" if column == "state_name" else "g.name",
        "population": "g.population",
        "code": "g.geoid"
        if column == "geoid"
        else "if(g.geography_type = 'county', '0500000US', '1600000US') || g.geoid",
        "label": "l.subgroup"
        if column == "subgroup"
        else f"if(l.subgroup = 'All', 'all', '{published_type}')",
        "value": f"max(c.value) {cell}",
        "lower": f"max(c.lower) {cell}",
        "upper": f"max(c.upper) {cell}",
        "quality": f"max(list_extract(['Strong', 'Marginal', 'Weak'], c.quality)) {cell}",
    }[role]


def _reference_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE metric_values AS "
        "SELECT *, row_number() OVER () AS cell_id FROM (FROM metric_values ORDER BY ALL)"
    )
    connection.execute("COMMENT ON TABLE metric_values IS 'The long table: one row per cell.'")
    connection.execute(
        "COMMENT ON COLUMN metric_values.value IS 'The estimate, in the unit of its variable.'"
    )
    connection.execute("""
        CREATE TABLE published_values AS
        SELECT geography_type, geoid, year, variable, subgroup_type, subgroup, sample, value, lower, upper,
               quality, 'a_file' AS published_file, cell_id
        FROM metric_values;
        CREATE TABLE computed_values AS
        SELECT geography_type, geoid, year, variable, subgroup_type, subgroup, sample, value, lower, upper,
               quality, quality_reason, missing_reason, 'economic_connectedness' AS metric
        FROM metric_values WHERE origin = 'computed';
        CREATE TABLE released_differences AS
        SELECT geography_type, geoid, year, variable, subgroup_type, subgroup, sample, 'value' AS measure,
               value AS published, value + 1 AS released, 'invented' AS deviation_ids
        FROM metric_values WHERE origin = 'computed' AND value IS NOT NULL;
        CREATE TABLE unmatched_rows AS
        SELECT 'employment_county_all' AS published_file, 'county' AS geography_type, '99999' AS geoid,
               2018 AS year, 'all' AS subgroup_type, 'All' AS subgroup, 4::BIGINT AS value_count,
               'no such county in the frame' AS reason;
        CREATE TABLE flag_totals AS
        SELECT 11 AS publication, 'share_employed_quality' AS column_name, 3 AS released_strong;
    """)


if __name__ == "__main__":
    make_warehouse(Path(sys.argv[1]), channel="national", counties=3144, places=486)
