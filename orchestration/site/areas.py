"""Counties and places with their cells, read state by state, so that memory stays small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import duckdb

PEERS = 5
Cells = list[tuple[Any, ...]]
Key = tuple[str, str]


@dataclass(frozen=True)
class Area:
    """A county or place."""

    geography_type: str
    geoid: str
    name: str
    state: str
    state_name: str
    valid_from: int
    valid_to: int
    population: int | None
    successor: str | None
    peers: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Path of its page below the site."""
        return f"{self.geography_type}/{self.geoid}.html"


@dataclass(frozen=True)
class Trend:
    """A variable of an area over the years.

    `points` are (year, value, lower, upper, quality) of the years with a value, in order; `reason` is why
    the last year has none, if so. `lower_ones` is the share of areas of the same kind that have a lower value
    in the newest year, `middle` the middle value of the peers in it; `has_deviation` says whether a deviation
    touches that value.
    """

    variable: str
    points: list[tuple[Any, ...]]
    reason: str | None
    has_deviation: bool
    lower_ones: float | None
    middle: float | None


def read_areas(connection: duckdb.DuckDBPyConnection) -> dict[Key, Area]:
    """Every geography, with the areas of its kind that are nearest in number of residents."""
    connection.execute(_PEERS)
    peers = {(row[0], row[1]): tuple(row[2]) for row in connection.execute(_LISTED_PEERS).fetchall()}
    areas = (Area(*row) for row in connection.execute(_AREAS).fetchall())
    keyed = {(area.geography_type, area.geoid): area for area in areas}
    return {key: replace(area, peers=peers.get(key, ())) for key, area in keyed.items()}


def with_cells(
    connection: duckdb.DuckDBPyConnection, areas: Mapping[Key, Area]
) -> Iterator[tuple[Area, list[Trend], Cells]]:
    """Each area with its trends and its subgroups; `read_areas` comes before.

    A row of subgroups is (subgroup type, variable, year, cells), each of these cells
    (subgroup, value, lower, upper, quality, missing reason).
    """
    connection.execute(_STANDING)
    by_state: dict[str, list[Area]] = defaultdict(list)
    for area in areas.values():
        by_state[area.state].append(area)
    for state, of_state in by_state.items():
        trends = _trends(connection, state)
        groups: dict[Key, Cells] = defaultdict(list)
        for kind, geoid, *rest in connection.execute(_SUBGROUPS, [state]).fetchall():
            groups[kind, geoid].append(tuple(rest))
        for area in of_state:
            key = area.geography_type, area.geoid
            yield area, trends[key], groups[key]


def _trends(connection: duckdb.DuckDBPyConnection, state: str) -> dict[Key, list[Trend]]:
    """The trends of every area of a state; Python puts rows together faster than DuckDB makes lists."""
    stands = {row[:3]: row[3:] for row in connection.execute(_STANDS, [state]).fetchall()}
    rows = connection.execute(_CELLS, [state]).fetchall()
    found: dict[Key, list[Trend]] = defaultdict(list)
    for key, cells in groupby(rows, key=lambda row: row[:3]):
        listed = list(cells)
        values = [row for row in listed if row[4] is not None]
        lower_ones, middle = stands.get(key, (None, None))
        found[key[0], key[1]].append(
            Trend(
                variable=key[2],
                points=[row[3:8] for row in values],
                reason=listed[-1][8],
                has_deviation=bool(values) and values[-1][9],
                lower_ones=lower_ones,
                middle=middle,
            )
        )
    return found


_AREAS = """
    select geography_type, geoid, any_value(area.name), any_value(area.state), any_value(area.state_name),
        any_value(valid_from), any_value(valid_to), arg_max(population, year), any_value(succeeded_by)
    from geographies as area left join geography_years using (geography_type, geoid)
    group by geography_type, geoid order by any_value(area.state), geography_type, geoid"""

_PEERS = f"""
    create or replace temp table peers as
    with newest as (
        select geography_type, geoid, population from geography_years
        where population is not null qualify year = max(year) over (partition by geography_type)
    ),
    ranked as (
        select *, row_number() over (partition by geography_type order by population, geoid) as place
        from newest
    )
    select area.geography_type, area.geoid, other.geoid as peer,
        row_number() over (
            partition by area.geography_type, area.geoid
            order by abs(other.population - area.population), other.geoid
        ) as nearness
    from ranked as area
    inner join ranked as other
        on area.geography_type = other.geography_type and area.geoid <> other.geoid
        and other.place between area.place - {PEERS} and area.place + {PEERS}
    qualify nearness <= {PEERS}"""

_LISTED_PEERS = "select geography_type, geoid, list(peer order by nearness) from peers group by all"

# Where an area stands among all of its kind: the share of them that have a lower value in that year.
_STANDING = """
    create or replace temp table standing as
    with newest as (
        select geography_type, geoid, variable, max(year) as year from metric_values
        where subgroup_type = 'all' and value is not null group by all
    ),
    ranked as (
        select geography_type, geoid, variable, year, sample,
            percent_rank() over (
                partition by geography_type, variable, year, sample order by value
            ) as lower_ones
        from metric_values where subgroup_type = 'all' and value is not null
    ),
    of_peers as (
        select geography_type, newest.geoid, variable, median(cell.value) as middle
        from newest
        inner join peers using (geography_type, geoid)
        inner join metric_values as cell using (geography_type, variable, year)
        where cell.geoid = peers.peer and cell.subgroup_type = 'all' and cell.value is not null
        group by all
    )
    select left(geoid, 2) as state, geography_type, geoid, variable, any_value(lower_ones) as lower_ones,
        any_value(middle) as middle
    from newest
    inner join ranked using (geography_type, geoid, variable, year)
    left join of_peers using (geography_type, geoid, variable)
    group by all"""

_STANDS = "select geography_type, geoid, variable, lower_ones, middle from standing where state = ?"

_CELLS = """
    select geography_type, geoid, variable, year, value, lower, upper, quality, missing_reason,
        deviation_ids <> '' as has_deviation
    from metric_values where subgroup_type = 'all' and left(geoid, 2) = ?
    order by geography_type, geoid, variable, year, sample"""

_SUBGROUPS = """
    with cells as (
        select * from metric_values where subgroup_type <> 'all' and left(geoid, 2) = ?
        qualify year = max(year) filter (where value is not null)
            over (partition by geography_type, geoid, subgroup_type, variable)
    )
    select geography_type, geoid, subgroup_type, variable, year,
        list((subgroup, value, lower, upper, quality, missing_reason) order by label.position, subgroup)
    from cells
    left join subgroups as label using (subgroup_type, subgroup)
    group by geography_type, geoid, subgroup_type, variable, year
    order by geography_type, geoid, subgroup_type, variable"""
