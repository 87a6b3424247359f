"""Crosswalks: allocation factors are parts of a whole, and each period has its own."""

from __future__ import annotations

from expectations.other_tables import declare_for
from expectations.rules.expectation import Expectation, Part, expect, query, rows
from expectations.rules.tables import Tables
from orchestration.base.seeds import read
from orchestration.base.sql import literal

_TOLERANCE = 1e-6


def puma_crosswalk(table: str, geography_type: str, tables: Tables) -> list[Expectation]:
    """What `crosswalk_puma_county` and `crosswalk_puma_place` must satisfy."""
    relation = f"candidate.{table}"
    show = ["crosswalk_period", "geoid", "puma", "afact", "afact2", "sum_products"]
    everything = f"select count(*) from {relation}"
    key = "crosswalk_period, first_year, last_year, geoid, state, puma"
    twice = f"select {key}, count(*) as times from {relation} group by all having count(*) > 1"
    return [
        *declare_for(table, tables),
        *expect("pumas_once", "error", "a PUMA meets an area once", [query("key", everything, twice)]),
        *expect("factors_are_parts", "error", "factors are parts of a whole", _factors(relation, show)),
        *expect(
            "quality_of_sum", "error", "quality follows from the sum of products", [_quality(relation, show)]
        ),
        *expect(
            "areas_of_frame",
            "error",
            "areas are those of the frame in the years of their period",
            _areas(relation, geography_type),
        ),
        *expect("periods_differ", "error", "no period holds the rows of another", [_periods(relation)]),
    ]


def _factors(relation: str, show: list[str]) -> list[Part]:
    sums = f"""
        select crosswalk_period, first_year, last_year, geoid, sum(afact2) as sum_of_afact2
        from {relation} group by all having abs(sum(afact2) - 1) > {_TOLERANCE}"""
    off = (
        f"abs(afact - population / puma_population) > {_TOLERANCE}"
        f" or abs(afact2 - population / target_population) > {_TOLERANCE}"
    )
    return [
        rows(
            "within 0 and 1", relation, "not (afact > 0 and afact <= 1 and afact2 > 0 and afact2 <= 1)", show
        ),
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
