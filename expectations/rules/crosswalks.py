"""Crosswalks: allocation factors are parts of a whole, and each period has its own."""

from __future__ import annotations

from great_expectations.expectations.core import ExpectColumnValuesToBeBetween

from expectations.other_tables import every_table
from expectations.rules.expectation import Expectation, ExpectRuleToHold, Part, native, query, rows
from expectations.rules.layout import key_unique
from expectations.rules.publication import Tables
from orchestration.base.seeds import read
from orchestration.base.sql import literal

_TOLERANCE = 1e-6
_KEY = ("crosswalk_period", "first_year", "last_year", "geoid", "state", "puma")


class ExpectAllocationToAddUp(ExpectRuleToHold):
    """Areas and factors of a crosswalk are parts of the whole that it allocates."""


def puma_crosswalk(table: str, geography_type: str, tables: Tables) -> list[Expectation]:
    """What `crosswalk_puma_county` and `crosswalk_puma_place` must satisfy."""
    relation = f"candidate.{table}"
    show = ["crosswalk_period", "geoid", "puma", "afact", "afact2", "sum_products"]
    return [
        *every_table(table, tables),
        key_unique(table, _KEY, "pumas_once", "a PUMA meets an area once"),
        *(_factor(table, factor, show) for factor in ("afact", "afact2")),
        *ExpectAllocationToAddUp.declare(
            "factors_are_parts", "error", "factors are parts of a whole", _factors(relation, show)
        ),
        *ExpectAllocationToAddUp.declare(
            "quality_of_sum", "error", "quality follows from the sum of products", [_quality(relation, show)]
        ),
        *ExpectAllocationToAddUp.declare(
            "areas_of_frame",
            "error",
            "areas are those of the frame in the years of their period",
            _areas(relation, geography_type),
        ),
        *ExpectAllocationToAddUp.declare(
            "periods_differ", "error", "no period holds the rows of another", [_periods(relation)]
        ),
    ]


def _factor(table: str, column: str, show: list[str]) -> Expectation:
    return native(
        ExpectColumnValuesToBeBetween,
        "factors_are_parts",
        "error",
        "factors are parts of a whole",
        column,
        failing=f"select {', '.join(show)} from candidate.{table} where {column} <= 0 or {column} > 1",
        column=column,
        min_value=0,
        strict_min=True,
        max_value=1,
    )


def _factors(relation: str, show: list[str]) -> list[Part]:
    sums = f"""
        select crosswalk_period, first_year, last_year, geoid, sum(afact2) as sum_of_afact2
        from {relation} group by all having abs(sum(afact2) - 1) > {_TOLERANCE}"""
    off = (
        f"abs(afact - population / puma_population) > {_TOLERANCE}"
        f" or abs(afact2 - population / target_population) > {_TOLERANCE}"
    )
    return [
        rows("of residents", relation, off, show),
        query("sum", f"select count(distinct geoid) from {relation}", sums),
    ]


def _quality(relation: str, show: list[str]) -> Part:
    """The thresholds of macro `geographic_allocation_quality`."""
    expected = "case when sum_products >= 0.75 then 1 when sum_products >= 0.35 then 2 else 3 end"
    return rows(
        "geographic_allocation_quality",
        relation,
        f"geographic_allocation_quality is distinct from {expected}",
        [*show, "geographic_allocation_quality"],
    )


def _areas(relation: str, geography_type: str) -> list[Part]:
    frame = f"candidate.geography_years where geography_type = '{geography_type}'"
    looked_at = f"select count(*) from {relation}"
    stray = f"""
        select distinct crosswalk_period, first_year, last_year, geoid, year
        from (
            select *, unnest(range(first_year, last_year + 1)) as year from {relation}
        )
        where (geoid, year) not in (select (geoid, year) from {frame})
            and year in (select year from {frame})"""
    new = [row["new_geoid"] for row in read("geography_changes") if row["change"] == "new"]
    founded = ", ".join(map(literal, new)) or "null"
    uncovered = f"""
        select frame.geoid, frame.year
        from (select geoid, year from {frame}) as frame
        -- A city that was founded after its period's boundaries were drawn is in no crosswalk of it.
        where frame.geoid not in ({founded}) and not exists (from {relation} as crosswalk
            where crosswalk.geoid = frame.geoid
                and frame.year between crosswalk.first_year and crosswalk.last_year)"""
    return [query("in the frame", looked_at, stray), query("all of the frame", looked_at, uncovered)]


def _periods(relation: str) -> Part:
    """Half of the rows may be the same: an area that is one PUMA stays one."""
    failing = f"""
        with same as (
            select one.crosswalk_period, other.crosswalk_period as other_period, count(*) as rows_alike
            from {relation} as one inner join {relation} as other
                on one.geoid = other.geoid and one.state = other.state and one.puma = other.puma
                and one.population = other.population and one.crosswalk_period < other.crosswalk_period
            group by all
        ),
        size as (select crosswalk_period, count(*) as all_rows from {relation} group by all)
        select same.* from same inner join size using (crosswalk_period) where rows_alike > 0.5 * all_rows"""
    return query("periods", f"select count(distinct crosswalk_period) from {relation}", failing)
