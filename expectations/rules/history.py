"""What continuity is judged by: every group of cells beside itself a year before and in the last release.

A *group* is one series and one label: the values of all counties, or all cities, of one year. The tables
made here are shared by the rules of `continuity.py` and `revisions.py`; they stand in schema `work`:

- `groups`: one row a group; `earlier` is the same group in the year before it (its last one with values);
- `cells`: the values of the candidate by group, `place` is their rank in it, and one of
  those that are equal `is_first`;
- `last_cells`: those of the last release, for groups that the candidate has too;
- `changed`: cells that differ between the two, with the value before and now;
- `compared`: one row per group and `against` (year before, last release): how alike the two are.
"""

from __future__ import annotations

from expectations.rules.publication import Tables
from orchestration.base.seeds import read
from orchestration.base.sql import literal

# Fewer areas than this say nothing about ranks and quartiles.
FEWEST_AREAS = 30
_FEWEST_OF_A_STATE = 10
YEAR_BEFORE, LAST_RELEASE = "year before", "last release"
NUMBERS = (
    "rank_correlation_least",
    "quartile_shift_most",
    "state_shift_most",
    "width_ratio_most",
    "quality_shift_most",
    "coverage_least",
    "distinct_least",
    "zeros_most",
    "rounded_most",
    "edge_most",
)


def history_tables(tables: Tables) -> list[tuple[str, str]]:
    """The shared tables in the order they are made: name and SQL."""
    made = [
        ("work.limits", _limits()),
        ("work.groups", _GROUPS),
        ("work.cells", _CELLS),
    ]
    against = [_pairs(YEAR_BEFORE, "earlier", "work.cells", "earlier is not null")]
    if "metric_values" in tables.previous_columns:
        made += [
            ("work.last_all", _LAST_ALL),
            ("work.changed", _CHANGED),
            ("work.last_cells", _LAST_CELLS),
        ]
        touched = "g in (select g from work.changed)"
        against.append(_pairs(LAST_RELEASE, "g", "work.last_cells", touched))
    return [
        *made,
        ("work.shapes", _shapes("work.cells")),
        *([("work.last_shapes", _shapes("work.last_cells"))] if len(against) > 1 else []),
        ("work.compared", " union all by name ".join(against)),
    ]


def _limits() -> str:
    columns = ("against", "geography_type", "subgroup_type", "variable")
    rows = ", ".join(
        "("
        + ", ".join(
            [*(literal(row[name]) for name in columns), *(row[name] or "null::double" for name in NUMBERS)]
        )
        + ")"
        for row in read("continuity_limits")
    )
    return f"select * from (values {rows}) as limits ({', '.join((*columns, *NUMBERS))})"


_GROUPS = """
    select *,
        lag(g) over (
            partition by geography_type, subgroup_type, subgroup, variable, sample order by year
        ) as earlier
    from (
        select (row_number() over ())::smallint as g, *
        from (
            select series_id, subgroup, any_value(geography_type) as geography_type,
                any_value(subgroup_type) as subgroup_type, any_value(variable) as variable,
                any_value(sample) as sample, any_value(year)::smallint as year
            from candidate.metric_values where value is not null group by series_id, subgroup
        )
    )"""

_PLACE = """rank() over (partition by g order by value) as place,
        row_number() over (partition by g order by value) = place as is_first"""
_CELLS = f"""
    select g, geoid, value, lower, upper, quality,
        {_PLACE}
    from candidate.metric_values inner join work.groups using (series_id, subgroup)
    where value is not null and isfinite(value)"""

_LAST_ALL = """
    select try_cast(series_id as of_series_id) as series_id, try_cast(subgroup as of_subgroup) as subgroup,
        try_cast(geoid as of_geoid) as geoid, value, lower, upper, quality, deviation_ids
    from previous.metric_values"""

# Groups whose cells have the same sum of hashes in both releases are left out: there nothing differs.
_TOTAL = "select series_id, subgroup, sum(hash(geoid, value, lower, upper, quality)) as total"
_CHANGED = f"""
    with touched as materialized (
        ({_TOTAL} from candidate.metric_values group by all) except ({_TOTAL} from work.last_all group by all)
    ),
    now as (from candidate.metric_values as cell semi join touched using (series_id, subgroup)),
    last as (from work.last_all as cell semi join touched using (series_id, subgroup))
    select g, geoid, now.value, now.lower, now.upper, now.quality, now.deviation_ids,
        last.value as last_value, last.lower as last_lower, last.upper as last_upper,
        last.quality as last_quality, last.deviation_ids as last_deviation_ids
    from now
    inner join last using (series_id, subgroup, geoid)
    inner join work.groups using (series_id, subgroup)
    where now.value is distinct from last.value or now.lower is distinct from last.lower
        or now.upper is distinct from last.upper or now.quality is distinct from last.quality"""

# Only what changed is compared: ranks of two million equal cells would say nothing.
_LAST_PLACE = """rank() over (partition by g order by value) as place,
        row_number() over (partition by g order by value) = place as is_first"""
_LAST_CELLS = f"""
    select g, geoid, value, lower, upper, quality,
        {_PLACE}
    from work.last_all inner join work.groups using (series_id, subgroup)
    where value is not null and g in (select g from work.changed)"""


def _shapes(cells: str) -> str:
    """One row per group: how many, where quarters and ends lie, how wide intervals and round numbers are."""
    return f"""
        select g, count(*) as areas, quantile_cont(value, [0.05, 0.25, 0.5, 0.75, 0.95]) as marks,
            count(*) filter (where is_first) / count(*) as distinct_share,
            count(*) filter (where value = 0) / count(*) as zeros,
            count(*) filter (where value = round(value, 2) or value = value::float::double)
                / count(*) as rounded,
            avg(quality) as quality,
            median(upper - lower) filter (where upper > lower) as width,
            coalesce(count(*) filter (where value in (lower, upper) and lower < upper)
                / nullif(count(*) filter (where lower < upper), 0), 0) as edge
        from {cells} group by g"""


def _pairs(against: str, other: str, cells: str, where: str) -> str:
    """SQL: each group beside another one of the same areas."""
    shapes = "work.shapes" if cells == "work.cells" else "work.last_shapes"
    beside = f"""
        from (select g, {other} as then_g from work.groups where {where}) as pair
        inner join work.cells as now on now.g = pair.g
        inner join {cells} as past on past.g = pair.then_g and past.geoid = now.geoid"""
    # Where most areas have one and the same value, quartiles coincide: a part of the median stands in.
    spread = (
        "greatest(past.marks[4] - past.marks[2], (past.marks[5] - past.marks[1]) / 4,"
        " 0.05 * abs(past.marks[3]), 1e-6)"
    )
    # The states of a group add up to the group: all is counted in one join of all cells with themselves.
    states = f"""
        select pair.g, left(now.geoid::text, 2) as state, count(*) as areas,
            count(*) filter (where now.value = past.value and now.value not in (0, 1)) as same,
            abs(median(now.value) - median(past.value)) as shift,
            sum(now.place::double) as x, sum(past.place::double) as y,
            sum(now.place::double * now.place) as xx, sum(past.place::double * past.place) as yy,
            sum(now.place::double * past.place) as xy
        {beside} group by all"""
    # Places are whole numbers, and so are their sums: they are exact in any order.
    n, x, y, xx, yy, xy = ("sum(areas)", *(f"sum({name})::hugeint" for name in ("x", "y", "xx", "yy", "xy")))
    correlation = f"""({n} * {xy} - {x} * {y})::double
        / nullif(sqrt(({n} * {xx} - {x} * {x})::double) * sqrt(({n} * {yy} - {y} * {y})::double), 0)"""
    enough = f"filter (where areas >= {_FEWEST_OF_A_STATE})"
    return f"""
        select {literal(against)} as against, named.g, named.geography_type, named.subgroup_type,
            named.subgroup, named.variable, named.year, named.series_id,
            now.areas, past.areas as areas_then, shared.areas as areas_both, shared.rank_correlation,
            shared.same, shared.shift / {spread} as state_shift, shared.state,
            list_max([abs(now.marks[i] - past.marks[i]) / {spread} for i in [1, 2, 3, 4, 5]])
                as quartile_shift,
            greatest(now.width / past.width, past.width / now.width) as width_ratio,
            abs(now.quality - past.quality) as quality_shift,
            now.areas / past.areas as coverage,
            now.distinct_share / past.distinct_share as distinct_ratio,
            now.zeros - past.zeros as more_zeros,
            now.rounded - past.rounded as more_rounded,
            now.edge - past.edge as more_edge
        from (select *, {other} as then_g from work.groups where {where}) as named
        inner join work.shapes as now on now.g = named.g
        inner join {shapes} as past on past.g = named.then_g
        left join (
            select g, sum(areas)::bigint as areas, sum(same)::bigint as same,
                {correlation} as rank_correlation,
                max(shift) {enough} as shift, arg_max(state, shift) {enough} as state
            from ({states}) group by g
        ) as shared on shared.g = named.g"""
