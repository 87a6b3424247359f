"""The scripts that the pages read: communities, metrics by year, maps, and what all pages share.

Scripts, not JSON: a page that is opened from a folder may load scripts, and may not fetch. SQL puts them
together (`sql/`), from the release's own tables; `app/core.js` takes them apart.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestration.site.drawing import SQL, degrees, logarithms, maps, states
from orchestration.site.facts import Facts, Row, has_columns, has_table
from orchestration.site.words import GROUPS, ORIGINS, short_labels

Progress = Callable[[int, int, str], None]
Divided = dict[str, dict[str, dict[str, list[int]]]]
"""Variable -> division by groups -> kind of area -> years."""
_TOLD_EVERY = 500
# Officials beside residents: the framework asks for both, no source of this release has the officials.
SLOTS = {"Descriptive representation": "Share of local officials by race"}
_FILES_SHOWN = 12


def write(
    connection: duckdb.DuckDBPyConnection, facts: Facts, folder: Path, progress: Progress | None = None
) -> None:
    """Write `data/` below a site; places are told of as they are written."""
    for name in ("community", "metric", "gaps", "map", "about"):
        (folder / name).mkdir(parents=True)
    _prepare(connection)
    years = _maps(connection, folder) if has_table(connection, "geography_shapes") else []
    bounded = _metrics(connection, folder / "metric")
    divided = _gaps(connection, folder / "gaps")
    elsewhere = _elsewhere(connection)
    if elsewhere:
        put(folder / "elsewhere.js", _call("elsewhere", elsewhere))
    put(folder / "breaks.js", _call("breaks", _breaks(connection)))
    put(
        folder / "start.js",
        _call("start", _start(connection, facts, years, bounded, divided, bool(elsewhere))),
    )
    for variable in facts.variables:
        put(folder / "about" / f"{variable}.js", _call("about", variable, _about(facts, variable)))
    _communities(connection, folder / "community", progress)


def _maps(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[list[int]]:
    """The country in each run of years, each state by itself, and what is near; returns the runs."""
    years = []
    for first, last, script in maps(connection):
        put(folder / "map" / f"{first}.js", script)
        years.append([first, last])
    if years:
        found = connection.execute("select geoid, x, y from placed_places order by geoid").fetchall()
        put(folder / "map" / "points.js", _call("points_of", {geoid: [x, y] for geoid, x, y in found}))
        for state, script in states(connection):
            put(folder / "map" / f"state_{state}.js", script)
        put(folder / "near.js", _call("near_of", degrees(connection.execute(_sql("near")).fetchall())))
    return years


def put(path: Path, text: str) -> None:
    """Write a text with the line ends that all machines give it."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _call(function: str, *arguments: Any) -> str:
    texts = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in arguments)
    return f"M.{function}({','.join(texts)});\n"


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary tables that the scripts are made of; what an older release lacks is empty."""
    connection.execute(_sql("prepare"))
    connection.execute(
        "create temp view points_of_pages as "
        + (
            "select geoid, longitude::double as longitude, latitude::double as latitude from place_points"
            if has_table(connection, "place_points")
            else "select geoid, 0.0 as longitude, 0.0 as latitude from geographies limit 0"
        )
    )
    connection.execute(
        "create temp view neighbours_of_pages as "
        + (
            "select one.geoid, one.neighbour_geoid from geography_neighbours as one "
            "inner join geographies as area using (geography_type, geoid) "
            "where area.valid_to between one.valid_from and one.valid_to"
            if has_table(connection, "geography_neighbours")
            else "select geoid, geoid as neighbour_geoid from geographies limit 0"
        )
    )
    connection.execute(
        "create temp view gap_errors_of_pages as "
        + (
            "from gap_errors"
            if has_table(connection, "gap_errors")
            else "select geography_type, geoid, year, variable, subgroup_type, subgroup as group_a, "
            "subgroup as group_b, sample, value as standard_error from metric_values limit 0"
        )
    )


def _communities(connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress | None) -> None:
    rows = connection.execute(_sql("places")).fetchall()
    for done, (_, geoid, script) in enumerate(rows, 1):
        put(folder / f"{geoid}.js", script)
        if progress is not None and (done % _TOLD_EVERY == 0 or done == len(rows)):
            progress(done, len(rows), "communities")


def _metrics(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, list[int]]:
    """A script a variable and year, its bounds beside it; returns the years that have bounds, by variable."""
    bounded: dict[str, list[int]] = {}
    for variable, year, values, bounds in connection.execute(_sql("metrics")).fetchall():
        put(folder / f"{variable}_{year}.js", values)
        if bounds is not None:
            put(folder / f"{variable}_{year}_bounds.js", bounds)
            bounded.setdefault(variable, []).append(year)
    return bounded


def _gaps(connection: duckdb.DuckDBPyConnection, folder: Path) -> Divided:
    """A script a variable, division by groups and year; returns the years by variable, division and kind."""
    exact: dict[tuple[Any, ...], list[Any]] = {}
    for *key, one, other, errors in connection.execute(_sql("gap_errors")).fetchall():
        exact.setdefault(tuple(key), []).append([one, other, logarithms(errors)])
    divided: Divided = {}
    rows = connection.execute(_sql("gaps")).fetchall()
    for (variable, division, year), of_year in groupby(rows, key=lambda row: (row[0], row[1], row[3])):
        kinds: dict[str, Row] = {}
        for _, _, kind, _, sample, position, values, qualities, errors in of_year:
            found = kinds.setdefault(kind, {"year": year, "sample": sample, "groups": []})
            found["groups"].append([position, values, qualities, logarithms(errors) if errors else ""])
            found["pairs"] = exact.get((variable, division, kind, year), [])
        kinds = {kind: found for kind, found in kinds.items() if len(found["groups"]) > 1}
        if kinds:
            put(
                folder / f"{variable}_{division}_{year}.js",
                _call("divided", variable, division, year, packed(kinds)),
            )
            for kind in kinds:
                divided.setdefault(variable, {}).setdefault(division, {}).setdefault(kind, []).append(year)
    return divided


def packed(facts: Row) -> str:
    """Facts as text of a third of their size: JSON, deflated, in base 64; `M.unfold` takes it apart."""
    squeezing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    return b64encode(squeezing.compress(text) + squeezing.flush()).decode()


def _start(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    map_years: list[list[int]],
    bounded: dict[str, list[int]],
    divided: Divided,
    elsewhere: bool,
) -> Row:
    """What every page needs: variables, areas, words."""
    years: dict[str, dict[str, list[int]]] = {}
    for variable, kind, listed in connection.execute(_YEARS).fetchall():
        years.setdefault(variable, {})[kind] = listed
    closed: dict[str, dict[str, str]] = {}
    for variable, kind, reason in connection.execute(_CLOSED).fetchall():
        closed.setdefault(variable, {})[kind] = reason or "its input is not at hand"
    unranked = unranked_variables(connection)
    pillars = [row["pillar"] for row in facts.pillars]
    predictors: dict[str, Row] = {}
    variables = []
    for number, (name, row) in enumerate(facts.variables.items()):
        pillar = pillars.index(row["pillar"])
        slot = SLOTS.get(row["predictor"])
        predictors.setdefault(row["predictor"], {"name": row["predictor"], "pillar": pillar, "slot": slot})
        variables.append(
            {
                "id": name, "number": number, "label": row["label"],
                "short": short_labels().get(name, row["label"]),
                "unit": row["unit"], "predictor": row["predictor"], "pillar": pillar,
                "interval": row["interval_kind"], "flag": row.get("interval_flag"),
                "question": row["question"], "rank": name not in unranked,
                "bounded": bounded.get(name, []), "divided": divided.get(name, {}),
                "years": years.get(name, {}),
                "closed": closed.get(name, {}),
            }
        )  # fmt: skip
    groups: dict[str, dict[int, str]] = {}
    for kind, position, label in connection.execute(
        "select subgroup_type, position::integer, subgroup from subgroups order by all"
    ).fetchall():
        groups.setdefault(kind, {})[position] = label
    first, last = connection.execute("select min(valid_from), max(valid_to) from geographies").fetchall()[0]
    return {
        "version": facts.manifest["version"],
        "channel": facts.manifest["channel"],
        "years": [first, last],
        "pillars": [{"name": row["pillar"], "short": row["short_name"]} for row in facts.pillars],
        "predictors": list(predictors.values()),
        "variables": variables,
        "quality": [row["label"] for row in facts.quality],
        "meanings": [f"{row['meaning']} {row['advice']}" for row in facts.quality],
        "reasons": dict(
            connection.execute(
                "select letter, label from reason_letters inner join missing_reasons using (missing_reason)"
            ).fetchall()
        ),
        "divisions": {kind: GROUPS.get(kind, kind.replace("-", " ")) for kind in groups},
        "groups": groups,
        "states": dict(connection.execute("select distinct state, state_name from geographies").fetchall()),
        "counties": _areas(connection, "county", first, last),
        "places": _areas(connection, "place", first, last),
        "formerly": [
            [geoid, name, successors.split(";")]
            for geoid, name, successors in connection.execute(
                "select geoid, name, succeeded_by from geographies where succeeded_by is not null order by 1"
            ).fetchall()
        ],
        "maps": map_years,
        "elsewhere": elsewhere,
    }


def _areas(connection: duckdb.DuckDBPyConnection, kind: str, first: int, last: int) -> list[list[str]]:
    """By state, areas as `codeName;size`, with their years where these are not all; `~` stands for County."""
    rows = connection.execute(_AREAS, [kind]).fetchall()
    found = []
    for state, listed in groupby(rows, key=lambda row: row[0]):
        texts = []
        for _, code, name, size, valid_from, valid_to in listed:
            years = "" if (valid_from, valid_to) == (first, last) else f";{valid_from}-{valid_to}"
            short = name.removesuffix(" County") + "~" if name.endswith(" County") else name
            texts.append(f"{code}{short};{size}{years}")
        found.append([state, "|".join(texts)])
    return found


def unranked_variables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Variables whose communities are not to be put into an order."""
    effect = "effect = 'no_ranking' or" if has_columns(connection, "comparability_breaks", "effect") else ""
    rows = connection.execute(
        f"select variables from comparability_breaks where {effect} consequence ilike '%no ranking%'"
    ).fetchall()
    return {name for (listed,) in rows for name in listed.split(";")}


def _breaks(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Breaks between years. Older releases have them in words only: those that name years, with care."""
    known = has_columns(connection, "comparability_breaks", "effect")
    has_shorter = has_columns(connection, "comparability_breaks", "shorter_period")
    shorter = (
        "shorter_period as shorter, shorter_years"
        if has_shorter
        else "null as shorter, null as shorter_years"
    )
    cursor = connection.execute((_BREAKS if known else _OLD_BREAKS).format(shorter=shorter))
    names, rows = [column[0] for column in cursor.description or []], cursor.fetchall()
    numbers = dict(connection.execute("select variable, number from variable_numbers").fetchall())
    found = []
    for row in rows:
        one = dict(zip(names, row, strict=True))
        one["variables"] = [numbers[name] for name in one["variables"].split(";") if name in numbers]
        for name in ("kinds", "divided", "geoids"):
            one[name] = one[name].split(";") if one[name] else None
        found.append(one)
    return found


def _elsewhere(connection: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """By state, places outside the frame as five digits, three of the county, name."""
    if not has_table(connection, "places_outside_frame"):
        return []
    rows = connection.execute(
        "select state, right(geoid, 5) || right(county_geoid, 3) || replace(name, '|', ' ') "
        "from places_outside_frame order by geoid"
    ).fetchall()
    return [
        [state, "|".join(one for _, one in listed)] for state, listed in groupby(rows, key=lambda row: row[0])
    ]


def _about(facts: Facts, variable: str) -> Row:
    """What `why this number` shows of a variable."""
    row = facts.variables[variable]
    origins: dict[str, list[str]] = {}
    for one in facts.coverage.get(variable, []):
        words = ORIGINS.get(one["origin"]) or str(one["origin"])
        if words not in origins.setdefault(one["geography_type"], []):
            origins[one["geography_type"]].append(words)
    return {
        "definition": " ".join(part for part in (f"{row['label']} ({row['unit']}).", row["notes"]) if part),
        "method": row["method"],
        "source": row["source_name"],
        "origins": origins,
        "files": [
            [one["official_name"], one["source"], one["sha256"][:16]]
            for one in facts.files.get(variable, [])[:_FILES_SHOWN]
        ],
    }


_YEARS = """
    select variable, geography_type, list(distinct year order by year) from metric_values
    where subgroup_type = 'all' and value is not null group by all order by all"""

_CLOSED = """
    select variable, geography_type, any_value(status_reason) from series
    where status = 'unavailable' and subgroup_type = 'all' group by all order by all"""

_AREAS = """
    select area.state, substr(area.geoid, 3), area.name,
        -- What a search needs to know of its residents: a digit more is three times as many.
        least(9, greatest(0, floor(2 * log10(coalesce(arg_max(population, year), 1)) - 4)))::integer,
        valid_from, valid_to
    from geographies as area left join geography_years as frame using (geography_type, geoid)
    where geography_type = ?
    group by area.state, area.geoid, area.name, valid_from, valid_to order by area.geoid"""

_BREAKS = """
    select break_id as id, variables, effect, geography_types as kinds, subgroup_types as divided, geoids,
        year_before as before, year_after as after, sample, overlap_years as overlap, {shorter},
        concat_ws(' ', what_changed, consequence) as text
    from comparability_breaks where effect in ('blocks', 'care', 'dependent', 'gap') order by break_id"""

_OLD_BREAKS = """
    select break_id as id, variables, 'care' as effect, geography_types as kinds, subgroup_types as divided,
        geoids, try_cast(from_scope as integer) as before, try_cast(to_scope as integer) as after,
        null::varchar as sample, null::integer as overlap, {shorter},
        concat_ws(' ', what_changed, consequence) as text
    from comparability_breaks
    where kind = 'time'
        and (try_cast(from_scope as integer) is null) = (try_cast(to_scope as integer) is null)
    order by break_id"""
