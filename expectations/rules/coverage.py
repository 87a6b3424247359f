"""How much is there: series without values, values where there can be none, losses since the last release."""

from __future__ import annotations

from expectations.rules.exceptions import excuse, listed
from expectations.rules.expectation import Expectation, ExpectRuleToHold, Part, query, rows
from expectations.rules.publication import Measure, Publication, metric_labels, number_list, text_list
from orchestration.base.sql import literal


class ExpectCoverageToBeKept(ExpectRuleToHold):
    """Values are where series are, no fewer than there were, and nowhere else."""


def coverage(publication: Publication) -> list[Expectation]:
    """Every available series has values, no other has, and none lost values since the last release."""
    filled, labelled, empty, kept = [], [], [], []
    for variable in publication.variables:
        value = publication.measure(variable, "value")
        if value is None:
            continue
        years = tuple(series.year for series in publication.series_of(variable) if series.available)
        if years:
            filled.append(_filled(value, years))
            labelled.extend(_labelled(publication, value, years))
        empty.append(_empty(publication, value, years))
        kept.extend(_kept(publication, value))
    return [
        *ExpectCoverageToBeKept.declare(
            "series_has_values", "error", "every available series has values", filled
        ),
        *ExpectCoverageToBeKept.declare(
            "label_has_values", "warning", "every label of a series has values", labelled
        ),
        *ExpectCoverageToBeKept.declare(
            "empty_without_series", "error", "no value outside the available series", empty
        ),
        *ExpectCoverageToBeKept.declare(
            "coverage_kept", "error", "no fewer values than the previous release", kept
        ),
    ]


def _filled(value: Measure, years: tuple[int, ...]) -> Part:
    failing = f"""
        select unnest([{number_list(years)}]) as year
        except select year from work.values_now where {value.column} > 0"""
    return query(value.variable, f"select {len(years)}", failing, minimum=len(years))


def _labelled(publication: Publication, value: Measure, years: tuple[int, ...]) -> list[Part]:
    """Not asked of the sample: twelve counties may well suppress a whole group."""
    if not publication.has_subgroups or publication.tables.channel != "national":
        return []
    labels = metric_labels(publication.series_of(value.variable)[0].metric, publication.subgroup_type)
    excused = [
        f"select {row['year']} as year, {literal(row['subgroup'])} as subgroup"
        for row in listed(publication, "label_has_values", value.variable)
    ]
    wanted = f"""
        select year, subgroup from unnest([{number_list(years)}]) as years (year)
        cross join unnest([{text_list(labels)}]) as labels (subgroup)"""
    failing = f"{wanted} except select year, subgroup from work.values_now where {value.column} > 0"
    if excused:
        failing = f"({failing}) except ({' union all '.join(excused)})"
    return [query(value.variable, f"select {len(years) * len(labels)}", failing)]


def _empty(publication: Publication, value: Measure, years: tuple[int, ...]) -> Part:
    columns = [
        name
        for role in ("value", "ratio_text", "lower", "upper", "quality")
        if (name := publication.column(value.variable, role))
    ]
    some = " or ".join(f"{name} is not null" for name in columns)
    outside = f"year not in ({number_list(years)})" if years else "true"
    if publication.has_subgroups:
        labels = metric_labels(publication.series_of(value.variable)[0].metric, publication.subgroup_type)
        outside = f"({outside} or subgroup not in ({text_list(labels)}))"
    failing = f"{outside} and ({some})"
    excuses, excused = excuse(publication, "empty_without_series", value.variable, failing)
    show = [*publication.key, *columns]
    return rows(value.variable, "work.wide", failing, show, excuses=excuses, excused=excused)


def _kept(publication: Publication, value: Measure) -> list[Part]:
    """Counts of values by year and label, now and in the previous release."""
    if value.column not in publication.tables.previous_columns.get(publication.table, ()):
        return []
    compared = f"""
        select year, subgroup, before.{value.column} as previous, coalesce(now.{value.column}, 0) as found
        from work.values_before as before left join work.values_now as now using (year, subgroup)"""
    drops = listed(publication, "coverage_kept", value.variable)
    allowed = f" - ({_allowed(drops)})" if drops else ""
    failing = f"select * from ({compared}) as compared where found < previous{allowed}"
    return [query(value.variable, "select count(*) from work.values_before", failing)]


def _allowed(drops: list[dict[str, str]]) -> str:
    known = [f"({row['year']}, {literal(row['subgroup'] or 'All')}, {row['cells']})" for row in drops]
    return f"""
        select coalesce(sum(cells), 0) from (values {", ".join(known)}) as allowed (year, subgroup, cells)
        where allowed.year = compared.year and allowed.subgroup = compared.subgroup"""
