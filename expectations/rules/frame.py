"""What rules of a publication share: the rows it must have beside those it has, and its counts of values."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.rules.publication import Publication, number_list
from orchestration.base.sql import literal


def framed_rows(publication: Publication) -> str:
    """SQL of the rows that must exist and those that do, side by side: `rank` and `_row` are their places.

    What they say stands where something differs; of the others, mostly all, the places are enough.
    """
    labels = ", ".join(f"({at}, {literal(label)})" for at, label in enumerate(publication.labels, start=1))
    said = ["name", "state_name", *(["population"] if has_population(publication) else [])]
    found = {"name": f"{publication.geography_type}_name", "state_name": "state_name"}
    differs = " or ".join(f"found_{name} is distinct from {name}" for name in said)
    columns = ["geoid", "year", "subgroup", *said, *(f"found_{name}" for name in said)]
    shown = ", ".join(f"case when differs then {column} end as {column}" for column in columns)
    return f"""
        select rank, _row, {shown}
        from (
            select *, _row is null or rank is null or _row + 1 <> rank or {differs} as differs
            from (
                select frame.geoid, frame.year, label.subgroup, frame.name, frame.state_name,
                    frame.population,
                    (frame.area_rank - 1) * {len(publication.labels)} + label.position as rank
                from (
                    select *, row_number() over (order by frame_row) as area_rank
                    from candidate.geography_years
                    where geography_type = {literal(publication.geography_type)}
                        and year in ({number_list(publication.years)})
                ) as frame
                cross join (values {labels}) as label (position, subgroup)
            ) as expected
            full join (
                select {publication.geoid} as geoid, year, {publication.label} as subgroup, _row,
                    {", ".join(f"{found.get(name, name)} as found_{name}" for name in said)}
                from work.wide
            ) as found using (geoid, year, subgroup)
        )"""


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
