"""What tables and columns mean, in words: from the warehouse's comments and the seeds."""

from __future__ import annotations

import duckdb

from orchestration.release.methods import over_time, read_methods

# Keys and other columns that stand in many tables; one wording for all of them.
_SHARED = {
    "year": "Year of the value",
    "state": "FIPS code of the state, 2 digits",
    "county": "FIPS code of the county within its state, 3 digits",
    "place": "FIPS code of the place within its state, 5 digits",
    "state_name": "Name of the state",
    "county_name": "Name of the county in that year",
    "place_name": "Name of the place in that year",
    "geoid": "FIPS code with leading zeros: county 5 digits, place 7 digits",
    "geoidfq": "Fully qualified Census code, 0500000US and the county or 1600000US and the place: text in "
    "every program",
    "population": "Residents (Census estimate of the year; census count in 2020)",
    "subgroup": "Subgroup label; All for everybody",
    "subgroup_type": "Kind of subgroups; all for the All row",
    "variable": "Name of the variable, see table variables",
    "notes": "Notes",
    "source": "Source of the statement",
    "why": "Reason",
}
_ROLE_WORDS = {
    "value": "{label} ({unit}). Numerator: {numerator}. Denominator: {denominator}",
    "lower": "Lower bound{of_what}: {label}",
    "upper": "Upper bound{of_what}: {label}",
    "quality": "Quality (Strong, Marginal, Weak): {label}. It measures: {flag_measures}. "
    "Not in it: {flag_leaves_out}",
    "ratio_text": "{label}, as text `share of housing value:share of households`",
}
# What bounds are: kind of the interval and of the areas -> words.
_OF_95 = " of the 95 % interval"
_OF_WHAT = {
    ("sampling_95", "county"): _OF_95,
    ("sampling_95", "place"): _OF_95,
    ("model_95", "county"): _OF_95,
    ("model_95", "place"): ", the mean of those of its districts and not of a 95 % interval of its own",
    ("data_gap_bounds", "county"): " that gaps in the data allow, not of a 95 % interval",
    ("data_gap_bounds", "place"): " that gaps in the data allow, not of a 95 % interval",
}
_OF_A_POOL = ", where the flag is Weak not of the county's own"
_OF_METHOD = ("numerator", "denominator", "flag_measures", "flag_leaves_out")


class Dictionary:
    """Descriptions of the released tables and their columns."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection, channel: str) -> None:
        self._channel = channel
        self._tables: dict[str, str] = dict(
            warehouse.execute(
                "select table_name, comment from duckdb_tables() "
                "where comment is not null and schema_name = 'main' "
                "union all select view_name, comment from duckdb_views() "
                "where comment is not null and schema_name = 'main'"
            ).fetchall()
        )
        self._columns: dict[tuple[str, str], str] = {
            (table, column): comment
            for table, column, comment in warehouse.execute(
                "select table_name, column_name, comment from duckdb_columns() "
                "where comment is not null and schema_name = 'main'"
            ).fetchall()
        }
        self._wide, self._units = self._wide_columns(warehouse)

    @staticmethod
    def _wide_columns(
        warehouse: duckdb.DuckDBPyConnection,
    ) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
        """Description and unit of the columns of wide tables that hold a variable."""
        rows = warehouse.execute(
            """
            select publication.table_name, wide.column_name, wide.role, variable.label, variable.unit,
                variable.metric, publication.geography_type, variable.interval_kind, variable.interval_flag
            from publication_columns as wide
            inner join publication_list as publication using (publication)
            inner join variables as variable on split_part(wide.variable, ':', 1) = variable.variable
            """
        ).fetchall()
        methods = read_methods(warehouse)
        words = {
            (table, column): _ROLE_WORDS[role].format(
                label=label,
                unit=unit,
                of_what=_OF_WHAT.get((kind, areas), "") + (_OF_A_POOL if flag else ""),
                **{name: over_time(methods[metric], name) for name in _OF_METHOD},
            )
            for table, column, role, label, unit, metric, areas, kind, flag in rows
        }
        units = {
            (table, column): unit
            for table, column, role, _, unit, *_ in rows
            if role in ("value", "lower", "upper")
        }
        return words, units

    def table(self, name: str) -> str:
        """What a table is, with the channel of its release."""
        if name == "release_info":
            text = "Facts about this release: channel, version, content."
        else:
            text = " ".join(self._tables.get(name, name.replace("_", " ")).split())
        return f"{text} Channel: {self._channel}."

    def column(self, table: str, column: str) -> str:
        """What a column is."""
        for found in (
            self._wide.get((table, column)),
            self._columns.get((table, column)),
            _SHARED.get(column),
        ):
            if found:
                return " ".join(found.split())
        return column.replace("_", " ").capitalize()

    def unit(self, table: str, column: str) -> str:
        """The unit of a column's numbers; empty where they have none or it differs from row to row."""
        return self._units.get((table, column), "")

    def is_described(self, table: str, column: str) -> bool:
        """Whether the column has a description of its own."""
        return any(((table, column) in self._wide, (table, column) in self._columns, column in _SHARED))
