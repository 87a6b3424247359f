"""A small candidate of the contract's shape, all series and publications, a few invented areas.

`write_candidate` makes one that passes the gate; `Bench.alter` damages a table and seals the manifest
again, as a faulty pipeline would; `Bench.tamper` changes bytes behind the manifest's back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.base.seeds import read
from orchestration.base.sql import literal
from orchestration.base.states import GEOIDFQ_PREFIX

YEARS = [int(row["year"]) for row in read("geography_vintages")]
_EMPTY = {  # table -> what it has besides the columns of the long table
    "computed_values": "",
    "value_components": ", null::varchar as source_files",
    "comparison_with_published": ", 'value' as measure",
}
_FIXED = {
    "pctl_income_20": 20000,
    "pctl_income_50": 50000,
    "pctl_income_80": 90000,
    "rate_learning": 1,
    "index_air_hazard": 50,
    "ratio_population_pc_physician": 1500,
    "rate_crime_violent": 400,
    "rate_crime_property": 2000,
    "rate_juv_arrest": 900,
    "rate_injury_death": 80,
    "count_homeless": 200,
    "count_membership_associations_per_10k": 9,
    "ratio_living_wage": 0.8,
    "share_election_turnout": 0.6,
    "share_employed": 0.7,
    **{f"share_affordable_{level}_ami": 1.2 for level in (30, 50, 80)},
    **{f"share_affordable_available_{level}_ami": 0.8 for level in (30, 50, 80)},
}
_WHOLE = {
    **dict(
        zip(
            ("other", "black_nonhispanic", "hispanic", "white_nonhispanic"), (0.1, 0.2, 0.3, 0.4), strict=True
        )
    ),
    **dict(zip(("black_nh", "hispanic", "other_nh", "white_nh"), (0.2, 0.3, 0.1, 0.4), strict=True)),
}


@dataclass(frozen=True)
class Bench:
    """A candidate folder and the means to damage it."""

    folder: Path

    def alter(self, table: str, select: str) -> None:
        """Replace a table by a query over itself (`t`; `_row` is the position of a row), and seal."""
        path = self.parquet(table)
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(
                "create table t as select * exclude (file_row_number), file_row_number as _row"
                f" from read_parquet('{path}', file_row_number = true)"
            )
            connection.execute(f"create table changed as {select}")
            columns = [row[0] for row in connection.execute("describe changed").fetchall()]
            drop = " exclude (_row)" if "_row" in columns else ""
            connection.execute(f"copy (select *{drop} from changed) to '{path}' (format parquet)")
        self.seal()

    def parquet(self, table: str) -> Path:
        """Path of a table's Parquet file."""
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return self.folder / "parquet" / f"{manifest['tables'][table]['stem']}.parquet"

    def edit(self, table: str, **changes: object) -> None:
        """Change a table's entry in the manifest."""
        path = self.folder / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["tables"][table].update(changes)
        path.write_text(json.dumps(manifest, indent=1), encoding="utf-8")

    def drop(self, table: str) -> None:
        """Take a table out of the candidate, its file and its entry."""
        self.parquet(table).unlink(missing_ok=True)
        path = self.folder / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        del manifest["tables"][table]
        path.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        self.seal()

    def seal(self) -> None:
        """Bring rows and hashes of the manifest up to date."""
        path = self.folder / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        with duckdb.connect() as connection:
            for entry in manifest["tables"].values():
                file = self.folder / "parquet" / f"{entry['stem']}.parquet"
                if file.exists() and file.read_bytes()[:4] == b"PAR1":
                    (entry["rows"],) = connection.execute(f"select count(*) from '{file}'").fetchone() or (0,)
        manifest["files"] = {
            file.relative_to(self.folder).as_posix(): {
                "bytes": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and file != path and file.parent.name != "gate"
        }
        path.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")

    def tamper(self, name: str) -> None:
        """Change one byte of a file, in its middle."""
        file = self.folder / name
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))


def write_candidate(
    folder: Path,
    channel: str = "sample",
    counties: int = 3,
    places: int = 2,
    unavailable: tuple[int, ...] = (),
) -> Bench:
    """Write a candidate that keeps every rule; publications in `unavailable` have no series and no file."""
    state = "99" if channel == "sample" else "01"
    (folder / "parquet").mkdir(parents=True)
    with duckdb.connect(config={"threads": 1}) as connection:
        _frame(connection, state, counties, places)
        _series(connection, unavailable)
        _long(connection)
        tables = _reference(connection)
        for publication in read("publication_list"):
            tables[publication["table_name"]] = _publication(connection, publication, unavailable)
        for name, entry in tables.items():
            if entry["status"] == "available":
                file = folder / "parquet" / f"{entry['stem']}.parquet"
                connection.execute(f"copy (from {name}) to '{file}' (format parquet)")
    (folder / "README.md").write_text(f"Channel {channel}\n", encoding="utf-8")
    manifest: dict[str, object] = {
        "channel": channel,
        "version": None,
        "tables": tables,
        "files": {},
        "inputs": [
            {
                "source": "urban_published_2025",
                "vintage": "2025",
                "file": file,
                "sha256": hashlib.sha256(file.encode()).hexdigest(),
                "bytes": 1,
            }
            for file in sorted({row["published_file"] for row in read("series")} - {""})
        ],
        "code": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    bench = Bench(folder)
    bench.seal()
    return bench


def _frame(connection: duckdb.DuckDBPyConnection, state: str, counties: int, places: int) -> None:
    connection.execute(f"""
        create table geography_years as
        with area as (
            select 'county' as geography_type, lpad((2 * i - 1)::text, 3, '0') as code
            from range(1, {counties} + 1) as numbers (i)
            union all
            select 'place', lpad((100 * i)::text, 5, '0') from range(1, {places} + 1) as numbers (i)
        )
        select geography_type, '{state}' || code as geoid, year::integer as year, '{state}' as state,
            case when geography_type = 'county' then code end as county,
            case when geography_type = 'place' then code end as place,
            'Invented' as state_name, 'Area ' || code as name, 1000 + year::bigint as population,
            row_number() over (partition by geography_type order by year, code) as frame_row
        from area cross join unnest({YEARS}) as years (year)
        order by geography_type, frame_row""")


def _series(connection: duckdb.DuckDBPyConnection, unavailable: tuple[int, ...]) -> None:
    for name in ("series", "metric_subgroups", "published_file_columns", "subgroups"):
        columns = list(read(name)[0])
        rows = ", ".join(
            "(" + ", ".join(literal(row[column]) for column in columns) + ")" for row in read(name)
        )
        connection.execute(f"create table seed_{name} as from (values {rows}) as seed ({', '.join(columns)})")
    closed = f"publication::integer in ({', '.join(map(str, unavailable)) or 'null'}) or published_file = ''"
    connection.execute(f"""
        create table series as
        select series_id, variable, geography_type, subgroup_type, year::integer as year, sample,
            publication::integer as publication, published_file, metric,
            if({closed}, 'unavailable', 'available') as status,
            if({closed}, 'file not at hand', null) as status_reason,
            if({closed}, 'unavailable', 'published_2025') as origin
        from seed_series""")


def _long(connection: duckdb.DuckDBPyConnection) -> None:
    base = {**_FIXED}
    for row in read("variables"):
        group = next((g for g in _WHOLE if row["variable"].endswith("_" + g)), None)
        if row["metric"] in ("descriptive_representation", "home_value_ratio") and group:
            base[row["variable"]] = _WHOLE[group]
    known = ", ".join(f"({literal(name)}, {number})" for name, number in base.items())
    connection.execute(f"""
        create table metric_values as
        with cell as (
            select frame.geography_type, frame.geoid, series.year, series.variable, series.subgroup_type,
                label.subgroup, series.sample, series.origin, series.series_id, series.metric,
                coalesce(known.base, 0.4) as base,
                columns.lower_column is not null and columns.lower_column <> '' as has_interval,
                label.subgroup <> 'All' and series.year % 2 = 0
                    and frame.geoid = max(frame.geoid) over (partition by frame.geography_type) as is_hidden,
                not is_hidden as has_value
            from series
            inner join geography_years as frame using (geography_type, year)
            inner join seed_metric_subgroups as label using (metric, subgroup_type)
            left join (values {known}) as known (variable, base) using (variable)
            left join seed_published_file_columns as columns using (published_file, variable)
            where series.status = 'available'
        )
        select geography_type, geoid, year, variable, subgroup_type, subgroup, sample,
            case when has_value then base end::double as value,
            case when has_value and has_interval then floor(base * 900) / 1000 end::double as lower,
            case when has_value and has_interval then ceil(base * 1100) / 1000 end::double as upper,
            case when has_value then 1 + year % 3 end::smallint as quality,
            null::varchar as quality_reason,
            case when is_hidden then 'suppressed_by_source' end as missing_reason,
            origin, '' as deviation_ids, series_id
        from cell
        order by all""")
    connection.execute("""
        create table published_values as
        select geography_type, geoid, year, variable, subgroup_type, subgroup, sample,
            value, lower, upper, quality, 'a_file' as published_file, series_id
        from metric_values""")


def _reference(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, object]]:
    connection.execute(
        "create table deviations as select 'flag-without-value' as deviation_id, 'corrected' as kind"
    )
    for name, more in _EMPTY.items():
        connection.execute(f"create table {name} as select *{more} from published_values limit 0")
    kinds = {"metric_values": "long", "published_values": "long", **dict.fromkeys(_EMPTY, "long")}
    names = ("geography_years", "series", "deviations", *kinds)
    return {name: _entry(name, name, kinds.get(name, "reference"), None, "available") for name in names}


def _entry(name: str, stem: str, kind: str, publication: int | None, status: str) -> dict[str, object]:
    return {
        "stem": stem,
        "kind": kind,
        "publication": publication,
        "title": name.replace("_", " ").capitalize(),
        "status": status,
        "reason": "file not at hand" if status == "unavailable" else None,
        "rows": 0,
    }


def _publication(
    connection: duckdb.DuckDBPyConnection, publication: dict[str, str], unavailable: tuple[int, ...]
) -> dict[str, object]:
    number = int(publication["publication"])
    status = "unavailable" if number in unavailable else "available"
    if status == "available":
        connection.execute(f"create table {publication['table_name']} as {_wide(publication)}")
    return _entry(publication["title"], publication["stem"], "publication", number, status)


def _wide(publication: dict[str, str]) -> str:
    kind, types = publication["subgroup_type"], publication["geography_type"]
    columns = [row for row in read("publication_columns") if row["publication"] == publication["publication"]]
    years = {row["year"] for row in read("series") if row["publication"] == publication["publication"]}
    selected = ", ".join(_column(row, publication) for row in columns)
    return f"""
        select {selected}
        from geography_years as frame
        inner join seed_subgroups as label on label.subgroup_type = {literal(kind)}
        left join metric_values as cell
            on cell.geography_type = frame.geography_type and cell.geoid = frame.geoid
            and cell.year = frame.year
            and cell.subgroup_type = label.subgroup_type and cell.subgroup = label.subgroup
        where frame.geography_type = {literal(types)} and frame.year in ({", ".join(sorted(years))})
        group by frame.frame_row, label.position, label.subgroup
        order by frame.frame_row, label.position::integer"""


def _column(row: dict[str, str], publication: dict[str, str]) -> str:
    name, role = row["column_name"], row["role"]
    pick = "max(cell.{}) filter (where cell.variable = {})"
    whole = {one["variable"] for one in read("variables") if one["value_type"] == "integer"}
    if role in ("value", "lower", "upper"):
        kind = "bigint" if row["variable"] in whole else "double"
        return f"{pick.format(role, literal(row['variable']))}::{kind} as {name}"
    if role == "quality":
        flag = pick.format("quality", literal(row["variable"]))
        return f"case {flag} when 1 then 'Strong' when 2 then 'Marginal' when 3 then 'Weak' end as {name}"
    if role == "ratio_text":
        sides = [pick.format("value", literal(side)) for side in row["variable"].split(":")]
        return f"printf('%.3f:%.3f', {sides[0]}, {sides[1]}) as {name}"
    special = {
        "county_name": "any_value(frame.name) as county_name",
        "place_name": "any_value(frame.name) as place_name",
        "subgroup": "label.subgroup as subgroup",
        "subgroup_type": "case when label.subgroup = 'All' then 'all' else "
        f"{literal(publication['published_subgroup_type'])} end as subgroup_type",
        "geoidfq": f"{literal(GEOIDFQ_PREFIX[publication['geography_type']])} || any_value(frame.geoid)"
        " as geoidfq",
    }
    return special.get(name, f"any_value(frame.{name}) as {name}")
