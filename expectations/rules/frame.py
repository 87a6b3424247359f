"""What rules of a publication share: the rows it must have beside those it has, and its counts of values."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.rules.publication import Publication, number_list
from orchestration.base.sql import literal


def framed_rows(publication: Publication) -> str:
    """SQL of the rows that must exist and those that do, side by side: `rank` and `_row` are their places."""
    labels = ", ".join(f"({at}, {literal(label)})" for at, label in enumerate(publication.labels, start=1))
    population = ", population as found_population" if has_population(publication) else ""
    return f"""
        select *
        from (
            select frame.geoid, frame.year, label.subgroup, frame.name, frame.state_name, frame.population,
                row_number() over (order by frame.frame_row, label.position) as rank
            from candidate.geography_years as frame
            cross join (values {labels}) as label (position, subgroup)
            where frame.geography_type = {literal(publication.geography_type)}
                and frame.year in ({number_list(publication.years)})
        ) as expected
        full join (
            select {publication.geoid} as geoid, year, {publication.label} as subgroup, _row,
                {publication.geography_type}_name as found_name, state_name as found_state_name{population}
            from work.wide
        ) as found using (geoid, year, subgroup)"""


def has_population(publication: Publication) -> bool:
    """Whether the table shows how many people live in its areas."""
    return any(column.role == "population" for column in publication.columns)


def counts_of_values(publication: Publication, source: str, columns: Iterable[str]) -> str:
    """SQL of how many values each value column of the publication has, by year and label."""
    there = set(columns)
    # Both sides of a ratio stand in one column.
    names = dict.fromkeys(one.column for one in publication.measures if one.measure == "value")
    counts = "".join(f", count({name}) as {name}" for name in names if name in there)
    return f"select year, {publication.label} as subgroup{counts} from {source} group by all"
