"""What a suite knows when it declares: the seeds, and what this candidate says it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from orchestration.base.seeds import read
from orchestration.base.sql import literal


@dataclass(frozen=True)
class Column:
    """One column of a publication: its role and the variable it carries."""

    name: str
    role: str
    variable: str


@dataclass(frozen=True)
class Measure:
    """One number of a wide table: SQL that reads it, and the column it stands in."""

    variable: str
    measure: str
    column: str
    sql: str


@dataclass(frozen=True)
class Series:
    """One series of a publication; `available` is the candidate's word, `has_interval` its source's."""

    series_id: str
    variable: str
    metric: str
    year: int
    available: bool
    has_interval: bool
    is_published: bool
    """Whether Urban has published the year."""


@dataclass(frozen=True)
class Publication:
    """One wide table as the seeds describe it. Rules read it as `work.wide`, its cells as `work.long`."""

    number: int
    table: str
    geography_type: str
    subgroup_type: str
    published_subgroup_type: str
    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    tables: Tables

    @property
    def has_subgroups(self) -> bool:
        """Whether rows are split by subgroup."""
        return self.subgroup_type != "all"

    @property
    def years(self) -> tuple[int, ...]:
        """Years of its series, in order; one that Urban has not published if a series of it is available."""
        return tuple(sorted({one.year for one in self.series if one.is_published or one.available}))

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that name a row."""
        keys = tuple(column.name for column in self.columns if column.role == "key")
        return (*keys, "subgroup") if self.has_subgroups else keys

    @property
    def geoid(self) -> str:
        """SQL of the row's geoid."""
        return f"(state || {self.geography_type})"

    @property
    def label(self) -> str:
        """SQL of the row's label in the long table."""
        return "subgroup" if self.has_subgroups else "'All'"

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables in column order, each once."""
        found = [part for column in self.columns if column.variable for part in column.variable.split(":")]
        return tuple(dict.fromkeys(found))

    def column(self, variable: str, role: str) -> str | None:
        """Name of the column that carries this measure of the variable."""
        for column in self.columns:
            if column.role == role and variable in column.variable.split(":"):
                return column.name
        return None

    def has_columns(self, *names: str) -> bool:
        """Whether the table has all of these columns."""
        return set(names) <= {column.name for column in self.columns}

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Every number of the table: values, bounds, and both sides of the ratio texts."""
        found = []
        for column in self.columns:
            if column.role in ("value", "lower", "upper"):
                found.append(Measure(column.variable, column.role, column.name, column.name))
            elif column.role == "ratio_text":
                for side, variable in enumerate(column.variable.split(":"), start=1):
                    sql = f"try_cast(split_part({column.name}, ':', {side}) as double)"
                    found.append(Measure(variable, "value", column.name, sql))
        return tuple(found)

    def measure(self, variable: str, measure: str) -> Measure | None:
        """The measure of a variable, if the table has it."""
        return next(
            (one for one in self.measures if (one.variable, one.measure) == (variable, measure)), None
        )

    def series_of(self, variable: str) -> tuple[Series, ...]:
        """The variable's series, one a year."""
        return tuple(series for series in self.series if series.variable == variable)

    def is_available(self, variable: str) -> bool:
        """Whether any series of the variable has values in this candidate."""
        return any(series.available for series in self.series_of(variable))

    def interval_years(self, variable: str) -> tuple[int, ...]:
        """Years whose available series come with an interval."""
        return tuple(one.year for one in self.series_of(variable) if one.available and one.has_interval)


@dataclass(frozen=True)
class Tables:
    """The tables of a candidate as far as suites must know them before they declare.

    Args:
        channel: national or sample.
        columns: table name -> column names in order, from the Parquet files.
        available_series: ids of the series that the candidate calls available.
        previous_columns: the same as `columns` for the previous release; empty if there is none.
        rows: table name -> rows that the manifest says it has.
    """

    channel: str
    columns: Mapping[str, tuple[str, ...]]
    available_series: frozenset[str]
    previous_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    def publication(self, table: str) -> Publication:
        """The publication with this table name."""
        (row,) = (row for row in read("publication_list") if row["table_name"] == table)
        number = row["publication"]
        labels = [
            label["subgroup"]
            for label in sorted(read("subgroups"), key=lambda label: int(label["position"]))
            if label["subgroup_type"] == row["subgroup_type"]
        ]
        return Publication(
            number=int(number),
            table=table,
            geography_type=row["geography_type"],
            subgroup_type=row["subgroup_type"],
            published_subgroup_type=row["published_subgroup_type"],
            columns=tuple(
                Column(column["column_name"], column["role"], column["variable"])
                for column in sorted(read("publication_columns"), key=lambda column: int(column["position"]))
                if column["publication"] == number
            ),
            labels=tuple(labels),
            series=tuple(self._series(row) for row in read("series") if row["publication"] == number),
            tables=self,
        )

    def _series(self, row: dict[str, str]) -> Series:
        return Series(
            series_id=row["series_id"],
            variable=row["variable"],
            metric=row["metric"],
            year=int(row["year"]),
            available=row["series_id"] in self.available_series,
            has_interval=_has_interval(row),
            is_published=bool(row["published_file"]),
        )


def _has_interval(series: dict[str, str]) -> bool:
    """As in the file that Urban published; of a year that it has not published, as in the newest file alike.

    A variable may have bounds in some years and tables only; a new one has them as seed `variables` says.
    """
    file = series["published_file"] or _newest_file_alike(series)
    if not file:
        return any(
            row["has_interval"] == "true"
            for row in read("variables")
            if row["variable"] == series["variable"]
        )
    return (file, series["variable"]) in _with_interval()


def _newest_file_alike(series: dict[str, str]) -> str:
    """The file of the last published year of the same variable, areas and kind of subgroups, if any."""
    alike = [
        (row["year"], row["published_file"])
        for row in read("series")
        if row["published_file"]
        and all(row[name] == series[name] for name in ("variable", "geography_type", "subgroup_type"))
    ]
    return max(alike)[1] if alike else ""


@cache
def _with_interval() -> frozenset[tuple[str, str]]:
    return frozenset(
        (row["published_file"], row["variable"])
        for row in read("published_file_columns")
        if row["lower_column"]
    )


def metric_labels(metric: str, subgroup_type: str) -> tuple[str, ...]:
    """Labels that a metric fills in tables of this subgroup type."""
    return tuple(
        row["subgroup"]
        for row in read("metric_subgroups")
        if row["metric"] == metric and row["subgroup_type"] == subgroup_type
    )


def text_list(values: tuple[str, ...]) -> str:
    """Texts as an SQL list for `in (...)`."""
    return ", ".join(literal(value) for value in values)


def number_list(values: tuple[int, ...]) -> str:
    """Numbers as an SQL list for `in (...)`; never empty."""
    return ", ".join(str(value) for value in values) or "null"
