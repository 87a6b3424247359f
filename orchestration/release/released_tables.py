"""Which tables a release holds, of which kind, and in which order their rows stand.

The only list of its kind. Everything else in the warehouse steers the build and stays there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import duckdb

from orchestration.base.errors import MobilityError

Kind = Literal["publication", "long", "reference"]
LONG_KEY = "geography_type, geoid, year, variable, subgroup_type, subgroup, sample"

# Long tables are Parquet and DuckDB only: as CSV they would be many hundred megabytes. Sorted by area, so
# that a reader of one place reads one row group of twenty (docs/decisions/0048-files-that-people-open.md).
BY_AREA = "geography_type, geoid, variable, subgroup_type, subgroup, year, sample"
_LONG = {
    "metric_values": ("metric_values", BY_AREA),
    "published_values": ("published_values", BY_AREA),
    "computed_values": ("computed_values", LONG_KEY),
    "value_components": ("value_components", LONG_KEY),
    "comparison_with_published": ("comparison_with_published", f"{LONG_KEY}, measure"),
    "gap_errors": (
        "gap_errors",
        "geography_type, geoid, variable, subgroup_type, group_a, group_b, year, sample",
    ),
}
_REFERENCE = {
    "series": "series_id",
    "publications": "publication",
    "publication_list": "publication",
    "publication_columns": "publication, position",
    "published_files": "published_file",
    "earlier_files": "earlier_file",
    "variables": "variable",
    "subgroups": "subgroup_type, position",
    "quality_labels": "quality",
    "missing_reasons": "missing_reason",
    "missing_rules": "position",
    "geographies": "geography_type, geoid",
    "geography_years": "geography_type, frame_row",
    "geography_shapes": "geography_type, geoid, valid_from",
    "geography_arcs": "edition, arc",
    "geography_neighbours": "geography_type, geoid, neighbour_geoid",
    "places_outside_frame": "geoid",
    "place_points": "geoid",
    "geography_changes": "geography_type, first_year, old_geoid, new_geoid",
    "geography_vintages": "all",
    "crosswalk_puma_county": "crosswalk_period, geoid, puma",
    "crosswalk_puma_place": "crosswalk_period, geoid, puma",
    "crosswalk_county_place": "census_year, place_geoid, county_geoid",
    "crosswalk_comparison": "geography_type, crosswalk_period, geoid, puma, measure",
    "crosswalk_defects": "all",
    "deviations": "deviation_id",
    "method_decisions": "all",
    "metric_methods": "metric, first_year",
    "released_differences": f"{LONG_KEY}, measure",
    "unmatched_rows": "published_file, geography_type, geoid, year, subgroup_type, subgroup",
    "flag_totals": "publication, column_name",
    "published_flag_totals_by_year": "publication, year",
    "coverage_exceptions": "all",
    "comparability_breaks": "all",
    "variable_renames": "all",
    "framework": "all",
    "dimensions": "all",
    "pillars": "all",
    "predictors": "all",
    "communities": "all",
}

# Shapes are nothing for a CSV; `boundaries/` has them for programs of maps.
WITHOUT_CSV = frozenset({"geography_shapes", "geography_arcs"})

# Seeds that serve both channels: column whose state must be one of the frame, or blank. The state of the
# sample stays out of a national release, and real communities out of a sample.
_OF_AREAS = {
    "communities": "geoid",
    "place_points": "geoid",
    "coverage_exceptions": "geoid",
    "geography_changes": "new_geoid",
}


@dataclass(frozen=True)
class ReleasedTable:
    """A table of the release and where its rows come from.

    `relation` and `order` are SQL over the warehouse; `columns` is the column list that is released.
    """

    name: str
    kind: Kind
    relation: str
    order: str
    stem: str
    publication: int | None = None
    title: str = ""
    status: str = "available"
    reason: str | None = None

    @property
    def parquet(self) -> str:
        """Path of its Parquet file in the release."""
        return f"parquet/{self.stem}.parquet"

    @property
    def csv(self) -> str:
        """Path of its CSV in the release, where it has one."""
        return f"csv/{self.stem}.csv"

    @property
    def has_csv(self) -> bool:
        """Whether the table is released as CSV too."""
        return self.kind != "long" and self.name not in WITHOUT_CSV


def released_tables(warehouse: duckdb.DuckDBPyConnection) -> list[ReleasedTable]:
    """Every table of the release, publications first.

    Raises:
        MobilityError: a listed table is not in the warehouse.
    """
    present = {
        row[0] for row in warehouse.execute("select table_name from information_schema.tables").fetchall()
    }
    wanted = {"publications", *_REFERENCE, *_LONG, *(relation for relation, _ in _LONG.values())}
    missing = sorted(wanted - present)
    if missing:
        raise MobilityError(
            "The warehouse lacks tables that a release must hold.",
            where="warehouse.duckdb",
            expected="every table of orchestration/release/released_tables.py",
            found=f"not there: {', '.join(missing)}",
            remedy="build it with `mobility build`",
        )
    return [
        *_publications(warehouse),
        *(
            ReleasedTable(name, "long", relation, order, stem=name)
            for name, (relation, order) in _LONG.items()
        ),
        *(
            ReleasedTable(name, "reference", _relation(name), order, stem=name)
            for name, order in _REFERENCE.items()
        ),
    ]


def _relation(name: str) -> str:
    """The table, or the part of it that is about areas of the release's frame."""
    code = _OF_AREAS.get(name)
    if code is None:
        return name
    of_frame = f"left({code}, 2) in (select state from geography_years)"
    return f"(select * from {name} where {code} is null or {of_frame})"


def _publications(warehouse: duckdb.DuckDBPyConnection) -> list[ReleasedTable]:
    rows = warehouse.execute(
        """
        select publication, table_name, stem, title, status, status_reason, geography_type, subgroup_type
        from publications order by publication
        """
    ).fetchall()
    tables = []
    for number, name, stem, title, status, reason, geography_type, subgroup_type in rows:
        # Rows stand as in the published files: order of the frame, then of the labels.
        code = "county" if geography_type == "county" else "place"
        order = (
            "(select frame_row from geography_years as frame "
            f"where frame.geography_type = '{geography_type}' and frame.year = released.year "
            f"and frame.state = released.state and frame.{code} = released.{code})"
        )
        if subgroup_type != "all":
            order += (
                ", (select position from subgroups as label "
                f"where label.subgroup_type = '{subgroup_type}' and label.subgroup = released.subgroup)"
            )
        tables.append(
            ReleasedTable(name, "publication", name, order, stem, int(number), title, status, reason)
        )
    return tables
