"""Revisions: what differs from the last release has a cause, and no value moved to another cell."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, ExpectRuleToHold, query
from expectations.rules.publication import Tables

_LAST = "select count(*) from work.last_all"
# One pair of areas may share a value by chance; so many do not.
_CHANCE = 5


class ExpectRevisionsToHaveACause(ExpectRuleToHold):
    """What differs from the last release differs for a reason that can be named."""


class ExpectValuesToStayInPlace(ExpectRuleToHold):
    """No value moved to another area, year, variable or label."""


def revisions(tables: Tables) -> list[Expectation]:
    """Rules that need a release before this one."""
    if "metric_values" not in tables.previous_columns:
        return []
    return [*_caused(), *_in_place()]


def _caused() -> list[Expectation]:
    """A published cell changes only with its file or its deviation, a computed one also with the code."""
    failing = """
        select series.series_id, changed.geoid, named.subgroup, changed.last_value, changed.value,
            changed.last_quality, changed.quality
        from work.changed as changed
        inner join work.groups as named using (g)
        inner join candidate.series as series on series.series_id = named.series_id::text
        inner join previous.series as last on last.series_id = series.series_id
        where series.origin = last.origin
            and changed.deviation_ids is not distinct from changed.last_deviation_ids
            and not (series.origin = 'computed' and (select code_changed from work.sources_of_change))
            and series.published_file not in (select file from work.changed_inputs)
            and not (series.origin = 'computed' and exists (from work.changed_inputs))"""
    return ExpectRevisionsToHaveACause.declare(
        "revisions_have_a_cause",
        "error",
        "a cell differs from the last release only where its file, its deviation or the code does",
        [query("cells", _LAST, failing)],
    )


def _in_place() -> list[Expectation]:
    """What changed is not what another area, year, variable or label had in the last release."""
    moved = """
        from work.changed as changed
        inner join work.groups as named using (g)
        inner join work.last_all as last
            on last.series_id = named.series_id and last.subgroup = named.subgroup
            and last.value = changed.value and last.geoid <> changed.geoid
        where changed.value is distinct from changed.last_value and changed.value not in (0, 1)"""
    areas = f"""
        with moved as (
            select changed.geoid, last.geoid as was_of, count(*) as cells {moved} group by all
        ),
        altered as (
            select geoid, count(*) as cells from work.changed
            where value is distinct from last_value and value is not null group by geoid
        )
        select moved.geoid, moved.was_of, moved.cells, altered.cells as changed_cells
        from moved inner join altered using (geoid)
        left join moved as back on back.geoid = moved.was_of and back.was_of = moved.geoid
        where moved.cells > 0.5 * altered.cells and (moved.cells >= {_CHANCE} or back.cells = moved.cells)"""
    series = f"""
        with moved as (
            select changed.g, was.g as was_of, count(*) as cells
            from work.changed as changed
            inner join work.last_all as last on last.geoid = changed.geoid and last.value = changed.value
            inner join work.groups as was on was.series_id = last.series_id and was.subgroup = last.subgroup
            inner join work.groups as own on own.g = changed.g
            where changed.value is distinct from changed.last_value and changed.value not in (0, 1)
                and was.g <> changed.g
                and (was.variable <> own.variable or was.year <> own.year or was.subgroup <> own.subgroup)
            group by all
        ),
        altered as (
            select g, count(*) as cells from work.changed
            where value is distinct from last_value and value is not null group by g
        )
        select own.series_id, own.subgroup, was.series_id as was_of_series, was.subgroup as was_of_subgroup,
            moved.cells, altered.cells as changed_cells
        from moved inner join altered using (g)
        inner join work.groups as own using (g)
        inner join work.groups as was on was.g = moved.was_of
        where moved.cells > 0.5 * altered.cells and moved.cells >= {_CHANCE}"""
    return ExpectValuesToStayInPlace.declare(
        "values_in_place",
        "error",
        "no area, year, variable or label has the values that another one had in the last release",
        [query("areas", _LAST, areas), query("series", _LAST, series)],
    )
