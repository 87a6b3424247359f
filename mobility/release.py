"""A release opened for reading."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, get_args

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Channel, Settings

if TYPE_CHECKING:
    import pandas as pd

PEERS = ("state", "neighbours", "size", "programme")
"""How `Release.peers` chooses: same state, common border, nearest in residents, same programme."""
_MACROS = ("change", "change_of_group", "gap", "rank_among", "peers")


def open(
    release: str | Path = "current", *, home: str | Path | None = None, channel: Channel = "national"
) -> Release:
    """Open a release for reading.

    Args:
        release: `current`, a version (`2026.11.29`), or the folder of a release wherever it lies.
        home: where releases are kept; `$MOBILITY_HOME` or `var/` if None.
        channel: `national`, or `sample` for the invented state.

    Raises:
        MobilityError: there is no such channel or release, or it is from before they held comparisons.
    """
    if channel not in get_args(Channel):
        raise MobilityError(
            "There is no such channel.",
            where="mobility.open",
            expected=f"channel {' or '.join(get_args(Channel))}",
            found=str(channel),
            remedy="name one of them",
        )
    settings = Settings(channel=channel) if home is None else Settings(home=Path(home), channel=channel)
    given = Path(release)
    folder = given if (given / "manifest.json").is_file() else settings.releases_dir / given
    if not (folder / "mobility.duckdb").is_file():
        known = sorted(path.name for path in settings.releases_dir.glob("[0-9]*"))
        raise MobilityError(
            "There is no such release.",
            where=str(folder),
            expected=f"`current`, one of {', '.join(known) or 'no release yet'}, or the folder of a release",
            found=str(release),
            remedy="make one with `mobility run`, or name its folder",
        )
    return Release(folder.resolve())


class Release:
    """An open release; use it as a context, or close it. Nothing in it can be changed.

    `connection` is a DuckDB connection to `mobility.duckdb`: every table and macro is there. `version` and
    `channel` say which release it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.version: str = manifest["version"]
        self.channel: str = manifest["channel"]
        self.connection = duckdb.connect(str(folder / "mobility.duckdb"), read_only=True)
        found = self.connection.execute(
            "select distinct function_name from duckdb_functions() where function_type = 'table_macro'"
        ).fetchall()
        self._lacks = sorted(set(_MACROS) - {name for (name,) in found})

    def __enter__(self) -> Release:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """A table as a relation: `.df()`, `.filter(...)`, `.arrow()`."""
        return self.connection.table(name)

    def sql(self, query: str, parameters: Iterable[Any] = ()) -> duckdb.DuckDBPyRelation:
        """A query as a relation; `?` stands for the parameters in order."""
        return self.connection.sql(query, params=list(parameters))

    def values(self, variable: str, subgroup_type: str = "all") -> duckdb.DuckDBPyRelation:
        """Every cell of a variable that has a value, with names of the communities (macro `metric`).

        Of everybody, or of the groups of one kind (`subgroup_type`): these may be of another sample.
        """
        self._refuse_unknown("variables", "variable", variable, "variable")
        if subgroup_type == "all":  # older releases give all kinds of groups
            return self.sql("from metric(?) where subgroup_type = 'all'", [variable])
        return self.sql("from metric(?, divided_by := ?)", [variable, subgroup_type])

    def profile(self, geoid: str) -> pd.DataFrame:
        """The newest overall value of every variable of a community (macro `place_profile`)."""
        self._refuse_unknown("geographies", "geoid", geoid, "county or city")
        return self.sql("from place_profile(?)", [geoid]).df()

    def change(
        self,
        geoid: str,
        variable: str,
        from_year: int,
        to_year: int,
        *,
        subgroup_type: str = "all",
        subgroup: str = "All",
    ) -> pd.DataFrame:
        """The change of a variable between two years, with its standard error and what is known against it.

        Args:
            geoid: FIPS code of a county (5 digits) or place (7 digits).
            variable: name of the variable.
            from_year: the earlier year.
            to_year: the later year.
            subgroup_type: what the groups divide by; `all` for everybody.
            subgroup: the group; `All` for everybody.

        Returns:
            One row (of each sample): `difference`, `standard_error` (empty without intervals),
            `significant_90`, `significant_95`, `comparable` (`yes`, `with care`, `no`), `verdict` in words,
            `quality` (the worse one), `breaks` between the years, `assumption`.

        Raises:
            MobilityError: the release has no such community or variable, or no cell of it in one year.
        """
        self._refuse_unknown("geographies", "geoid", geoid, "county or city")
        self._refuse_unknown("variables", "variable", variable, "variable")
        found = self._ask(
            "from change_of_group(?, ?, ?, ?, ?, ?)",
            [geoid, variable, subgroup_type, subgroup, from_year, to_year],
        )
        if found.empty:
            years = self._cells(geoid, variable, subgroup_type, subgroup)
            raise MobilityError(
                "The release has no cell of this in both years.",
                where=f"{geoid}, {variable}, {subgroup_type} / {subgroup}",
                expected=f"two of the years {years or '(none)'} of one sample",
                found=f"{from_year} and {to_year}",
                remedy="choose other years; table `series` says why a year is not there, `geography_changes` "
                "which codes follow each other",
            )
        return found

    def gap(self, geoid: str, variable: str, subgroup_a: str, subgroup_b: str) -> pd.DataFrame:
        """The difference of two groups of a community, year by year, as `change` gives that of two years.

        Raises:
            MobilityError: the release has no such community or variable, or not both groups.
        """
        self._refuse_unknown("geographies", "geoid", geoid, "county or city")
        self._refuse_unknown("variables", "variable", variable, "variable")
        found = self._ask("from gap(?, ?, ?, ?)", [geoid, variable, subgroup_a, subgroup_b])
        if found.empty:
            groups = self._column(
                "select distinct subgroup from metric_values where geoid = ? and variable = ? "
                "and subgroup_type <> 'all' order by 1",
                [geoid, variable],
            )
            raise MobilityError(
                "The release has not both groups.",
                where=f"{geoid}, {variable}",
                expected=f"two of: {'; '.join(groups) or 'no groups of this variable'}",
                found=f"{subgroup_a}; {subgroup_b}",
                remedy="choose two groups that divide by the same thing",
            )
        return found

    def rank_among(self, geoid: str, variable: str, peers: Iterable[str] | pd.DataFrame) -> pd.DataFrame:
        """The place of a community among others, 1 the highest value, and the places that chance leaves open.

        Args:
            geoid: the community.
            variable: name of the variable.
            peers: codes of the others, or what `peers` gives.

        Returns:
            One row, or none: where the community has no value, or the variable is not to be ranked (crime).
        """
        self._refuse_unknown("geographies", "geoid", geoid, "county or city")
        self._refuse_unknown("variables", "variable", variable, "variable")
        given = getattr(peers, "geoid", peers)  # a frame has the codes in a column
        among = [str(code) for code in given]
        return self._ask("from rank_among(?, ?, ?::varchar[])", [geoid, variable, among])

    def peers(self, geoid: str, how: str = "size") -> pd.DataFrame:
        """Other communities to compare with: `geoid`, `name`, `state_name`, `population`.

        Args:
            geoid: the community.
            how: one of `PEERS`; places have no neighbours.
        """
        self._refuse_unknown("geographies", "geoid", geoid, "county or city")
        if how not in PEERS:
            raise MobilityError(
                "There is no such way to choose peers.",
                where="peers",
                expected=", ".join(PEERS),
                found=how,
                remedy="choose one of them, or give `rank_among` a list of your own",
            )
        return self._ask("from peers(?, ?)", [geoid, how])

    def _ask(self, query: str, parameters: list[Any]) -> pd.DataFrame:
        if self._lacks:
            raise MobilityError(
                "The release was made before comparisons were part of releases.",
                where=str(self.folder),
                expected=f"the macros {', '.join(_MACROS)}",
                found=f"without {', '.join(self._lacks)}",
                remedy="open a newer release; the tables of this one can be read all the same",
            )
        return self.connection.execute(query, parameters).df()

    def _column(self, query: str, parameters: list[Any]) -> list[str]:
        return [str(row[0]) for row in self.connection.execute(query, parameters).fetchall()]

    def _cells(self, geoid: str, variable: str, subgroup_type: str, subgroup: str) -> str:
        return ", ".join(
            self._column(
                "select year || if(sample = '', '', ' ' || sample) from metric_values where geoid = ? "
                "and variable = ? and subgroup_type = ? and subgroup = ? order by sample, year",
                [geoid, variable, subgroup_type, subgroup],
            )
        )

    def _refuse_unknown(self, table: str, column: str, wanted: str, what: str) -> None:
        known = self.connection.execute(f"select 1 from {table} where {column} = ?", [wanted]).fetchall()
        if known:
            return
        label = "name || ', ' || state_name" if table == "geographies" else "label"
        near = self.connection.execute(
            f"select {column}, {label} from {table} "
            f"order by greatest(jaro_winkler_similarity(lower({column}), lower($1)), "
            f"jaro_winkler_similarity(lower({label}), lower($1))) desc, 1 limit 3",
            [wanted],
        ).fetchall()
        raise MobilityError(
            f"The release has no such {what}.",
            where=f"table {table}",
            expected=f"a {column}, such as {'; '.join(f'{code} ({name})' for code, name in near)}",
            found=wanted,
            remedy=self._elsewhere(wanted) if table == "geographies" else f"see table {table}",
        )

    def _elsewhere(self, geoid: str) -> str:
        """What to use instead of a place outside the frame: its county, if the crosswalk knows it."""
        listed = "places_outside_frame"  # older releases have no such table
        counties = self._column(
            "select 1 from duckdb_tables() where table_name = ?", [listed]
        ) and self._column(
            "select county_geoid from places_outside_frame where ? in (geoid, name) order by 1",
            [geoid],
        )
        if counties:
            return f"the place is none of the cities of the frame; use its county: {', '.join(counties)}"
        return "cities are those of the frame only; use the county that holds the place"
