"""Where one number comes from, answered from the release alone.

Everything is read from `mobility.duckdb` and `manifest.json` of a release: the cell, how sure it is, what it
was made of, from which files, what is known to be wrong about it, and how it was in other years and releases.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.explain.community import unknown_geography, whole_code
from orchestration.release.inputs_and_code import named_inputs
from orchestration.release.methods import of_year, read_methods

_CELL = ("geography_type", "geoid", "year", "variable", "subgroup_type", "subgroup", "sample")


@dataclass(frozen=True)
class Explanation:
    """One cell and all that the release says of it."""

    release: dict[str, str]
    geography: dict[str, Any]
    variable: dict[str, Any]
    cell: dict[str, Any]
    series: dict[str, Any]
    components: dict[str, Any] | None
    published: dict[str, Any] | None
    crosswalk: list[dict[str, Any]]
    method: dict[str, Any]
    sources: list[dict[str, Any]]
    deviations: list[dict[str, Any]]
    waivers: list[dict[str, Any]]
    breaks: list[dict[str, Any]]
    years: list[dict[str, Any]]
    releases: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self, *, only_ascii: bool = False) -> str:
        """The same facts for programs."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=only_ascii, default=str) + "\n"


def explain(
    release: Path,
    geoid: str,
    variable: str,
    year: int,
    *,
    subgroup: str = "",
    by: str = "",
    sample: str = "",
    others: Sequence[Path] = (),
    rolled_back: Mapping[str, str] | None = None,
) -> Explanation:
    """Explain one cell of a release.

    Args:
        release: folder of a release.
        geoid: 5 digits of a county or 7 of a city; a lost zero in front is understood.
        variable: name of the variable.
        year: year of the value.
        subgroup: label of a subgroup; everybody if empty.
        by: kind of subgroups, where a label is in several.
        sample: acs1 or acs5, where both have the value.
        others: folders of other releases, to tell what the cell was there.
        rolled_back: versions that somebody took back, with who and why.

    Raises:
        MobilityError: there is no such cell; the error names the nearest ones, or why it is not there.
    """
    manifest, geoid = read_manifest(release), whole_code(geoid)
    with duckdb.connect(str(release / "mobility.duckdb"), read_only=True) as connection:
        found = connection.execute("from geographies where geoid = ?", [geoid]).fetchone()
        if found is None:
            raise unknown_geography(connection, release, geoid)
        geography = _row(connection, "from geographies where geoid = ?", geoid)
        named = _variable(connection, release, variable)
        cell = _cell(connection, release, geoid, variable, year, subgroup, by, sample)
        series = _row(connection, "from series where series_id = ?", cell["series_id"])
        components = _components(connection, cell)
        return Explanation(
            release={
                **{name: str(manifest[name]) for name in ("version", "channel", "content_id")},
                **_taken_back(release, rolled_back or {}),
            },
            geography=geography,
            variable=named,
            cell={**cell, **_words(connection, cell)},
            series=series,
            components=components,
            published=_published(connection, cell, series),
            crosswalk=_crosswalk(connection, cell, geography),
            method=of_year(read_methods(connection).get(named["metric"], []), cell["year"]),
            sources=_sources(manifest, series, components, cell["geoid"]),
            deviations=_deviations(connection, cell),
            waivers=_waivers(connection, manifest, cell),
            breaks=_breaks(connection, cell),
            years=_years(connection, cell),
            releases=[_elsewhere(other, cell) | _taken_back(other, rolled_back or {}) for other in others],
        )


def _taken_back(release: Path, rolled_back: Mapping[str, str]) -> dict[str, str]:
    """That a release was rolled back, by whom and why; nothing if it was not."""
    why = rolled_back.get(release.name)
    return {"rolled_back": why} if why else {}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _row(connection: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> dict[str, Any]:
    rows = _rows(connection, sql, *values)
    return rows[0] if rows else {}


def _variable(connection: duckdb.DuckDBPyConnection, release: Path, variable: str) -> dict[str, Any]:
    found = _row(connection, "from variables where variable = ?", variable)
    if found:
        return found
    names = [row[0] for row in connection.execute("select variable from variables order by 1").fetchall()]
    near = difflib.get_close_matches(variable, names, n=3, cutoff=0.4)
    raise MobilityError(
        "The release has no such variable.",
        where=str(release),
        expected=f"one of the {len(names)} names in table variables",
        found=variable,
        remedy=f"did you mean {', '.join(near)}?" if near else "look into dictionary.csv",
    )


def _cell(
    connection: duckdb.DuckDBPyConnection,
    release: Path,
    geoid: str,
    variable: str,
    year: int,
    subgroup: str,
    by: str,
    sample: str,
) -> dict[str, Any]:
    """The one cell that is meant, or an error that says which there are."""
    rows = _rows(
        connection,
        "from metric_values where geoid = ? and variable = ? and year = ? "
        "order by subgroup_type <> 'all', subgroup_type, subgroup, sample",
        geoid, variable, year,
    )  # fmt: skip
    if not rows:
        raise _no_cell(connection, release, geoid, variable, year)
    wanted = subgroup or "All"
    fitting = [
        row
        for row in rows
        if row["subgroup"].lower() == wanted.lower()
        and (not by or row["subgroup_type"] == by)
        and (not sample or row["sample"] == sample)
    ]
    if not subgroup and not by and any(row["subgroup_type"] == "all" for row in fitting):
        fitting = [row for row in fitting if row["subgroup_type"] == "all"]
    if len(fitting) == 1:
        return fitting[0]
    there = sorted({_named(row) for row in (fitting or rows)})
    problem = "There is no such subgroup here."
    if fitting:
        problem = "Several cells fit."
    elif sample and sample not in {row["sample"] for row in rows}:
        problem = "There is no value from such a sample here."
    raise MobilityError(
        problem,
        where=f"{geoid}, {variable}, {year}",
        expected="one of: " + "; ".join(there),
        found=", ".join(part for part in (subgroup, by and f"by {by}", sample and f"sample {sample}") if part)
        or "no subgroup",
        remedy="name it with --subgroup, --by and --sample-of",
    )


def _named(row: dict[str, Any]) -> str:
    sample = f", sample {row['sample']}" if row["sample"] else ""
    return f"{row['subgroup']} (by {row['subgroup_type']}{sample})"


def _no_cell(
    connection: duckdb.DuckDBPyConnection, release: Path, geoid: str, variable: str, year: int
) -> MobilityError:
    """Why there is no row: another year, a geography that was not there then, a series without input."""
    years = [
        row[0]
        for row in connection.execute(
            "select distinct year from metric_values where geoid = ? and variable = ? order by 1",
            [geoid, variable],
        ).fetchall()
    ]
    shut = connection.execute(
        "select distinct status_reason from series where variable = ? and year = ? and status <> 'available'",
        [variable, year],
    ).fetchall()
    frame = _row(connection, "from geographies where geoid = ?", geoid)
    if not frame["valid_from"] <= year <= frame["valid_to"]:
        reason = f"{frame['name']} is in the frame from {frame['valid_from']} to {frame['valid_to']} only"
        if frame.get("succeeded_by"):
            reason += f"; it was followed by {frame['succeeded_by']}"
    elif shut:
        reason = "; ".join(str(row[0]) for row in shut)
    else:
        reason = "no series of this variable has that year for this kind of geography"
    return MobilityError(
        "The release has no such cell.",
        where=str(release),
        expected="one of the years " + ", ".join(map(str, years))
        if years
        else "a variable of this geography",
        found=f"{geoid}, {variable}, {year}: {reason}",
        remedy="choose another year" if years else "see `mobility show` for what there is",
    )


def _components(connection: duckdb.DuckDBPyConnection, cell: dict[str, Any]) -> dict[str, Any] | None:
    same = " and ".join(f"{name} = ?" for name in _CELL)
    found = _row(connection, f"from value_components where {same}", *(cell[name] for name in _CELL))
    return {name: value for name, value in found.items() if name not in _CELL and value is not None} or None


def _words(connection: duckdb.DuckDBPyConnection, cell: dict[str, Any]) -> dict[str, Any]:
    quality = _row(connection, "from quality_labels where quality = ?", cell["quality"])
    reason = _row(connection, "from missing_reasons where missing_reason = ?", cell["missing_reason"])
    return {
        "quality_label": quality.get("label"),
        "missing_label": reason.get("label"),
        "missing_description": reason.get("description"),
    }


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(_rows(connection, "select 1 from duckdb_tables() where table_name = ?", table))


def _published(
    connection: duckdb.DuckDBPyConnection, cell: dict[str, Any], series: dict[str, Any]
) -> dict[str, Any] | None:
    """What Urban's file has in this place, and which file it is."""
    same = " and ".join(f"{name} = ?" for name in _CELL)
    found = _row(
        connection,
        f"select value, lower, upper, quality from published_values where {same}",
        *(cell[name] for name in _CELL),
    )
    listed = "select published_file, repo_path from published_files"
    if _has(connection, "earlier_files"):  # releases of before 2026-11-29 have none
        listed += " union all select earlier_file, repo_path from earlier_files"
    file = _row(connection, f"from ({listed}) where published_file = ?", series.get("published_file"))
    if not found and not cell["origin"].startswith("published"):
        return None
    return {
        **found,
        "published_file": series.get("published_file"),
        "path": file.get("repo_path"),
        "publication": series.get("publication"),
    }


def _crosswalk(
    connection: duckdb.DuckDBPyConnection, cell: dict[str, Any], geography: dict[str, Any]
) -> list[dict[str, Any]]:
    """The PUMAs that an estimate from ACS microdata is put together of."""
    if not cell["sample"]:
        return []
    return _rows(
        connection,
        "select state || puma as puma, afact, afact2, population"
        f" from crosswalk_puma_{geography['geography_type']}"
        " where geoid = ? and ? between first_year and last_year order by afact2 desc, puma",
        cell["geoid"], cell["year"],
    )  # fmt: skip


def _sources(
    manifest: dict[str, Any], series: dict[str, Any], components: dict[str, Any] | None, geoid: str
) -> list[dict[str, Any]]:
    """The input files, with URL and hash: those of a computed cell, or the published file."""
    if series.get("origin") == "computed":
        fits = named_inputs(manifest["inputs"], (components or {}).get("source_files"), geoid)
    else:
        fits = [item for item in manifest["inputs"] if item["file"] == series.get("published_file")]
    kept = ("source", "vintage", "file", "official_name", "url", "origin", "mirror_path", "sha256", "bytes")
    return [{name: item.get(name) for name in kept} for item in fits]


def _deviations(connection: duckdb.DuckDBPyConnection, cell: dict[str, Any]) -> list[dict[str, Any]]:
    ids = [part for part in cell["deviation_ids"].split(";") if part]
    return _rows(
        connection,
        "select deviation_id, title, kind, published, ours, why from deviations "
        "where list_contains(?, deviation_id) order by 1",
        ids,
    ) if ids else []  # fmt: skip


def _waivers(
    connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], cell: dict[str, Any]
) -> list[dict[str, Any]]:
    """Waivers of the release that may concern the cell; one whose part names no variable may concern any."""
    known = {row[0] for row in connection.execute("select variable from variables").fetchall()}
    found = []
    for waiver in manifest.get("waivers") or ():
        table = str(waiver["rule"]).split(".")[0].split("_")[0]
        words = {word.removesuffix("_quality") for word in re.findall(r"\w+", str(waiver["part"]))} & known
        elsewhere = table in ("county", "place") and table != cell["geography_type"]
        if not elsewhere and (not words or cell["variable"] in words):
            found.append(waiver)
    return found


def _breaks(connection: duckdb.DuckDBPyConnection, cell: dict[str, Any]) -> list[dict[str, Any]]:
    return _rows(
        connection,
        "select from_scope, to_scope, what_changed, consequence from comparability_breaks "
        "where list_contains(string_split(variables, ';'), ?)"
        " and (geography_types is null or list_contains(string_split(geography_types, ';'), ?))"
        " and (geoids is null or list_contains(string_split(geoids, ';'), ?)) order by break_id",
        cell["variable"], cell["geography_type"], cell["geoid"],
    )  # fmt: skip


def _years(connection: duckdb.DuckDBPyConnection, cell: dict[str, Any]) -> list[dict[str, Any]]:
    same = [name for name in _CELL if name != "year"]
    return _rows(
        connection,
        "select year, value, lower, upper, quality, missing_reason from metric_values where "
        + " and ".join(f"{name} = ?" for name in same)
        + " order by year",
        *(cell[name] for name in same),
    )


def _elsewhere(release: Path, cell: dict[str, Any]) -> dict[str, Any]:
    """The same cell in another release; from its Parquet file, whose statistics skip most of it."""
    same = " and ".join(f"{name} = ?" for name in _CELL)
    with duckdb.connect() as connection:
        found = _row(
            connection,
            f"select value, lower, upper, quality, origin from read_parquet(?) where {same}",
            str(release / "parquet" / "metric_values.parquet"),
            *(cell[name] for name in _CELL),
        )
    return {"version": release.name, **found}
