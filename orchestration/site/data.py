"""What the pages show, read from a release with few large queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.release.store import read_manifest

_STEPS = 24
_PEERS = 5


@dataclass(frozen=True)
class Area:
    """A county or place."""

    geography_type: str
    geoid: str
    name: str
    state_name: str
    valid_from: int
    valid_to: int
    population: int | None
    peers: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Path of its page below the site."""
        return f"{self.geography_type}/{self.geoid}.html"


@dataclass
class Facts:
    """All that is shared by pages: variables, areas, coverage, deviations."""

    manifest: dict[str, Any]
    variables: dict[str, dict[str, Any]]
    areas: dict[tuple[str, str], Area]
    reasons: dict[str, str]
    coverage: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    distributions: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    deviations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    breaks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def open_release(release: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads a release; temporary tables are kept in memory."""
    connection = duckdb.connect(str(release / "mobility.duckdb"), read_only=True)
    connection.execute("set enable_progress_bar = false; set memory_limit = '2GB'")
    return connection


def read_facts(connection: duckdb.DuckDBPyConnection, release: Path) -> Facts:
    """Everything but the cells of single areas."""
    manifest = read_manifest(release)
    facts = Facts(
        manifest=manifest,
        variables={row["variable"]: row for row in _rows(connection, "from variables order by position")},
        areas=_areas(connection),
        reasons=dict(connection.execute("select missing_reason, label from missing_reasons").fetchall()),
    )
    for row in _rows(connection, _COVERAGE):
        facts.coverage.setdefault(row["variable"], []).append(row)
    for row in _rows(connection, _DISTRIBUTIONS.format(steps=_STEPS)):
        facts.distributions[row["variable"], row["geography_type"]] = row
    for table, kept in (("deviations", facts.deviations), ("comparability_breaks", facts.breaks)):
        for row in _rows(connection, f"from {table} order by 1"):
            for name in (row["variables"] or "").split(";"):
                kept.setdefault(name.strip(), []).append(row)
    by_file = {item["file"]: item for item in manifest["inputs"]}
    for variable, file in connection.execute(
        "select distinct variable, published_file from series where status = 'available' order by all"
    ).fetchall():
        if file in by_file:
            facts.files.setdefault(variable, []).append(by_file[file])
    return facts


def areas_with_cells(
    connection: duckdb.DuckDBPyConnection, facts: Facts
) -> Iterator[tuple[Area, list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
    """Each area with its trends and its subgroups, state by state, so that memory stays small."""
    connection.execute(_STANDING)
    for (state,) in connection.execute(
        "select distinct left(geoid, 2) from geographies order by 1"
    ).fetchall():
        trends: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
        for kind, geoid, *rest in connection.execute(_TRENDS, [state]).fetchall():
            trends[kind, geoid].append(tuple(rest))
        groups: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
        for kind, geoid, *rest in connection.execute(_SUBGROUPS, [state]).fetchall():
            groups[kind, geoid].append(tuple(rest))
        for key, area in facts.areas.items():
            if key[1][:2] == state:
                yield area, trends[key], groups[key]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _areas(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Area]:
    """Every geography, with the areas of its kind that are nearest in number of residents."""
    rows = connection.execute("""
        select geography_type, geoid, any_value(g.name), any_value(g.state_name), any_value(valid_from),
            any_value(valid_to), arg_max(population, year)
        from geographies as g left join geography_years using (geography_type, geoid)
        group by all order by geography_type, geoid""").fetchall()
    areas = {(row[0], row[1]): Area(*row) for row in rows}
    for kind in ("county", "place"):
        newest = max((area.valid_to for area in areas.values() if area.geography_type == kind), default=0)
        ranked = sorted(
            (area for area in areas.values() if area.geography_type == kind and area.valid_to == newest),
            key=lambda area: (area.population or 0, area.geoid),
        )
        for at, area in enumerate(ranked):
            near = ranked[max(0, at - _PEERS) : at] + ranked[at + 1 : at + 1 + _PEERS]
            near.sort(key=lambda other: abs((other.population or 0) - (area.population or 0)))
            peers = tuple(other.geoid for other in near[:_PEERS])
            fields = {**area.__dict__, "peers": peers}
            areas[kind, area.geoid] = Area(**fields)
    return areas


_COVERAGE = """
    select variable, geography_type, subgroup_type, year, sample, count(*) as cells, count(value) as values,
        count(*) filter (where quality = 1) as strong, count(*) filter (where quality = 2) as marginal,
        count(*) filter (where quality = 3) as weak, any_value(origin) as origin
    from metric_values group by all order by all"""

_DISTRIBUTIONS = """
    with newest as (
        select variable, geography_type, value, year from metric_values
        where subgroup_type = 'all' and value is not null
        qualify year = max(year) over (partition by variable, geography_type)
    ),
    ends as (
        select variable, geography_type, any_value(year) as year, count(*) as areas,
            quantile_cont(value, [0.01, 0.25, 0.5, 0.75, 0.99]) as marks
        from newest group by all
    ),
    placed as (
        select variable, geography_type, least({steps} - 1, greatest(0, floor(
            (value - marks[1]) / greatest(marks[5] - marks[1], 1e-12) * {steps})))::integer as step
        from newest inner join ends using (variable, geography_type)
    ),
    counted as (select variable, geography_type, step, count(*) as areas from placed group by all)
    select ends.*,
        [coalesce(map_from_entries(list((step, counted.areas)))[i], 0) for i in range({steps})] as bars
    from ends inner join counted using (variable, geography_type)
    group by all order by all"""

# Where an area stands among all of its kind: the share of them that have a lower value in that year.
_STANDING = """
    create or replace temp table standing as
    select geography_type, geoid, variable, year, sample,
        percent_rank() over (partition by geography_type, variable, year, sample order by value) as rank
    from metric_values
    where subgroup_type = 'all' and value is not null
    qualify year = max(year) over (partition by geography_type, geoid, variable)"""

_TRENDS = """
    select geography_type, geoid, variable,
        list((year, value, lower, upper) order by year, sample) as points,
        arg_max((year, value, lower, upper, quality), year) filter (where value is not null) as newest,
        arg_max(missing_reason, year) filter (where value is null) as reason,
        any_value(rank) as rank, max(deviation_ids) <> '' as has_deviation
    from metric_values left join standing using (geography_type, geoid, variable, year, sample)
    where subgroup_type = 'all' and left(geoid, 2) = ?
    group by all"""

_SUBGROUPS = """
    select geography_type, geoid, subgroup_type, variable, year,
        list((subgroup, value, lower, upper, quality) order by label.position) as groups
    from metric_values as cell
    inner join (select subgroup_type, subgroup, position from subgroups) as label
        using (subgroup_type, subgroup)
    where subgroup_type <> 'all' and left(geoid, 2) = ? and value is not null
    group by geography_type, geoid, subgroup_type, variable, year
    qualify year = max(year) over (partition by geography_type, geoid, subgroup_type, variable)
    order by subgroup_type, variable"""
