"""Urban's result files of the invented state, each in the layout of the real one.

What a file looks like stands in three tables beside this module: `layouts.csv` (columns, program
that wrote it, order, which rows), `labels.csv` (its own words for the groups) and `groups.csv` (how
groups differ). Which years it has stands in the project's `series.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from orchestration.base import seeds
from orchestration.sample.areas import STATE, Area, Place
from orchestration.sample.results import (
    from_counts,
    from_sources,
    from_tracts,
    learning,
    neighborhoods,
    safety_and_work,
    schools,
    survey,
    tract_means,
)
from orchestration.sample.results.cells import BLANK, Cell, Estimate, Maker
from orchestration.sample.values import urban_debt_in_america as debt
from orchestration.sample.world import World
from orchestration.sample.writing import Value, table

MAKERS: dict[str, Maker] = {
    "air_quality": tract_means.air_quality,
    "debt_in_collections": from_sources.debt_in_collections,
    "descriptive_representation": from_tracts.descriptive_representation,
    "digital_access": survey.digital_access,
    "economic_connectedness": from_sources.economic_connectedness,
    "election_turnout": neighborhoods.election_turnout,
    "employment": survey.employment,
    "high_school_completion": survey.high_school_completion,
    "home_value_ratio": survey.home_value_ratio,
    "housing_affordability": survey.housing_affordability,
    "income_percentiles": survey.income_percentiles,
    "injury_deaths": from_counts.injury_deaths,
    "juvenile_arrests": safety_and_work.juvenile_arrests,
    "learning_rate": learning.learning_rate,
    "living_wage": from_counts.living_wage,
    "low_birth_weight": from_counts.low_birth_weight,
    "membership_associations": from_counts.membership_associations,
    "poverty_exposure": from_tracts.poverty_exposure,
    "preschool_enrollment": survey.preschool_enrollment,
    "primary_care_access": from_counts.primary_care_access,
    "racial_exposure": from_tracts.racial_exposure,
    "reported_crime": safety_and_work.reported_crime,
    "school_economic_diversity": schools.school_economic_diversity,
    "student_homelessness": schools.student_homelessness,
    "transportation": tract_means.transportation,
}

# First survey year whose crosswalk knows a place that is new in 2018.
FIRST_KNOWN = {"puma": 2022, "tract": 2020}
# Names that a file has for a variable, where they differ from the database's.
OLD_NAMES = {
    "rate_low_birth_weight": "share_low_birth_weight",
    "learning_rate": "rate_learning",
    "election_turnout": "share_election_turnout",
}
WEAK_WHEN_MISSING = ("debt_county_2018_race_share", "debt_county_2022", "debt_place_2021")


@dataclass(frozen=True)
class Layout:
    """How one result file looks."""

    published_file: str
    metric: str
    repo_path: str
    geography_type: str
    style: str
    missing: str
    line_end: str
    padded: bool
    years: tuple[int, ...]
    order: str
    rows: str
    columns: tuple[str, ...]
    labels: tuple[tuple[str, str, str], ...]
    """The file's subgroup_type and label, and what the label means in the database."""
    sample: str

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Meanings of the labels of each subgroup_type, without All."""
        found: dict[str, tuple[str, ...]] = {}
        for kind, _, means in self.labels:
            if means != "All":
                found[kind] = (*found.get(kind, ()), means)
        return found

    def groups_for(self, kind: str, means: str) -> tuple[str, ...]:
        """The groups that a cell's value is shared out among."""
        if means != "All":
            return self.groups[kind]
        return next(iter(self.groups.values()), ())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """The layouts of all result files, in the order of the project's list."""
    here = Path(__file__).parent
    words: dict[str, list[tuple[str, str, str]]] = {}
    for row in _rows(here / "labels.csv"):
        words.setdefault(row["published_file"], []).append(
            (row["subgroup_type"], row["subgroup"], row["means"])
        )
    years: dict[str, set[int]] = {}
    samples: dict[str, str] = {}
    for row in seeds.read("series"):
        years.setdefault(row["published_file"], set()).add(int(row["year"]))
        samples[row["published_file"]] = row["sample"]
    listed = {row["published_file"]: row for row in seeds.read("published_files")}
    found = []
    for row in _rows(here / "layouts.csv"):
        name = row["published_file"]
        of_file = years[name.removesuffix("_stale")]
        found.append(
            Layout(
                published_file=name,
                metric=listed[name]["metric"],
                repo_path=listed[name]["repo_path"],
                geography_type=listed[name]["geography_type"],
                style=row["style"],
                missing="" if row["missing"] == "empty" else "NA",
                line_end="\r\n" if row["line_end"] == "crlf" else "\n",
                padded=row["padded"] == "yes",
                years=tuple(sorted(of_file, reverse=row["years"] == "desc")),
                order=row["order"],
                rows=row["rows"],
                columns=tuple(row["columns"].split()),
                labels=tuple(words.get(name, [("all", "All", "All")])),
                sample=samples.get(name, ""),
            )
        )
    return tuple(found)


def result_file(world: World, layout: Layout) -> bytes:
    """The bytes of one result file."""
    rows = list(_records(world, layout))
    rows.sort(key=lambda row: _position(layout, row))
    body = [[row.get(column) for column in layout.columns] for row in rows]
    return table(layout.columns, body, layout.style, layout.missing, layout.line_end).encode("utf-8")


def _position(layout: Layout, row: dict[str, Value]) -> tuple[object, ...]:
    year, area, label = row["_year"], row["_area"], row["_label"]
    return {
        "geography": (year, area, label),
        "geography_year": (area, year),
        "label_geography_year": (label, area, year),
        "all_last": (year, row["_is_all"], area, label),
    }[layout.order]


def _records(world: World, layout: Layout) -> Iterator[dict[str, Value]]:
    for number, year in enumerate(layout.years):
        for code, area, known in _areas(world, layout, year):
            labels = layout.labels
            if not known and layout.rows == "puma_label_na":
                labels = ((layout.labels[0][0], "", ""),)
            for position, (kind, label, means) in enumerate(labels):
                row: dict[str, Value] = {
                    "_year": number,
                    "_area": code,
                    "_label": position,
                    "_is_all": int(means == "All"),
                    "year": year,
                    "state": STATE,
                    layout.geography_type: code if layout.padded else str(int(code)),
                    "place_fips": code,
                    "state_place": STATE + code,
                    "subgroup_type": kind,
                    "subgroup": label or None,
                    "county_name": area.name,
                    "city": debt.label(area) if isinstance(area, Place) else None,
                }
                if known:
                    cell = Cell(world, area, year, means, layout.groups_for(kind, means), layout.sample)
                    row |= _columns(layout, MAKERS[layout.metric](cell))
                yield row


def _areas(world: World, layout: Layout, year: int) -> Iterator[tuple[str, Area, bool]]:
    """Code, area, and whether the file's crosswalk knows it, of every row of a year."""
    crosswalk, _, absent = layout.rows.partition("_")
    first = FIRST_KNOWN.get(crosswalk, 2014)
    if layout.geography_type == "county":
        codes = {"old": 2019, "code": 2020}.get(crosswalk, 2020 if crosswalk in FIRST_KNOWN else year)
        yield from ((code, area, True) for code, area in world.areas("county", codes))
        return
    frame_year = 2023 if absent == "blank" else year
    if layout.published_file == "debt_place_2021":
        yield from ((place.code, place, True) for place in debt.dashboard(world))
        return
    for code, area in world.areas("place", frame_year):
        assert isinstance(area, Place)
        known = area.since == 2014 or year >= first
        if known or absent != "omit":
            yield code, area, known


def _columns(layout: Layout, estimates: dict[str, Estimate]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for variable, estimate in estimates.items():
        old = next((name for name, new in OLD_NAMES.items() if new == variable), variable)
        stem = old if old in layout.columns else variable
        quality = estimate.quality
        if estimate is BLANK and layout.published_file in WEAK_WHEN_MISSING:
            quality = 3
        values |= {
            stem: estimate.value,
            f"{stem}_lb": estimate.lower,
            f"{stem}_ub": estimate.upper,
            f"{stem}_quality": quality,
        }
    return values
