"""A copy of a release to damage as a faulty pipeline would: hashes and counts agree again afterwards.

Two kinds of damage: `alter` changes one table, as a slip in its own model or export would; `deliver` changes
cells where they come in, so that the long table, the published values and every wide table agree with each
other, and only rules that know how the numbers should look can tell.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.files import sha256_of
from orchestration.base.seeds import read
from orchestration.base.sql import literal

_LONG = ("metric_values", "published_values")


@dataclass
class Workshop:
    """A release, the copy of it that is to be damaged, and what was touched.

    `shown_in` names the wide tables that are filled anew after cells came in damaged; None for all.
    """

    release: Path
    folder: Path
    connection: duckdb.DuckDBPyConnection
    shown_in: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Files are linked, not copied: a damaged table gets a file of its own."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "parquet").mkdir(parents=True)
        for path in (self.release / "parquet").iterdir():
            os.link(path, self.folder / "parquet" / path.name)
        self.manifest: dict[str, Any] = json.loads((self.release / "manifest.json").read_text("utf-8"))
        kept = {name: entry for name, entry in self.manifest["files"].items() if name.startswith("parquet/")}
        self.manifest["files"] = kept
        self.touched: set[str] = set()

    def path(self, table: str) -> Path:
        """A table's Parquet file."""
        return self.folder / "parquet" / f"{self.manifest['tables'][table]['stem']}.parquet"

    @cached_property
    def publications(self) -> list[dict[str, str]]:
        """Publications that the release holds."""
        return [
            row
            for row in read("publication_list")
            if self.manifest["tables"][row["table_name"]]["status"] == "available"
        ]

    def one(self, sql: str) -> Any:
        """The first cell of a query; `{table}` in it names a table of the release as it is now."""
        row = self.connection.execute(self._named(sql)).fetchone()
        return None if row is None else row[0]

    def alter(self, table: str, select: str) -> None:
        """Replace a table by a query over itself: `t`, where `_row` is the position of a row."""
        source = (
            "(select * exclude (file_row_number), file_row_number as _row"
            f" from read_parquet({literal(str(self.path(table)))}, file_row_number = true))"
        )
        with_source = f"with t as {source} {self._named(select)}"
        columns = [row[0] for row in self.connection.execute(f"describe {with_source}").fetchall()]
        drop = " exclude (_row)" if "_row" in columns else ""
        new = self.path(table).with_suffix(".new")
        self.connection.execute(
            f"copy (select *{drop} from ({with_source})) to {literal(str(new))} (format parquet)"
        )
        new.replace(self.path(table))
        self.touched.add(table)

    def deliver(self, select: str, variables: Iterable[str] = (), *, by: str = "source") -> None:
        """Change cells where they come in: in both long tables, then in every wide table that shows them.

        Args:
            select: a query over `t`, the long table; it must name its columns by `*`.
            variables: those that change, for the wide tables; none stands for all.
            by: `source`, and every input counts as a new file, or `code`, and none does.
        """
        for table in _LONG:
            self.alter(table, select if table == "metric_values" else _without_reason(select))
        for publication in self.publications:
            if self.shown_in is not None and publication["table_name"] not in self.shown_in:
                continue
            self._show_again(publication, frozenset(variables))
        if by == "source":
            for item in self.manifest["inputs"]:
                item["sha256"] = item["sha256"][::-1]

    def _show_again(self, publication: dict[str, str], variables: frozenset[str]) -> None:
        """Fill the value columns of a wide table anew from the long table."""
        columns = [
            row
            for row in read("publication_columns")
            if row["publication"] == publication["publication"]
            and row["variable"]
            and (not variables or variables & set(row["variable"].split(":")))
        ]
        if not columns:
            return
        code, kind = publication["geography_type"], publication["subgroup_type"]
        label = "" if kind == "all" else " and wide.subgroup = cell.subgroup"
        path = literal(str(self.path(publication["table_name"])))
        described = self.connection.execute(f"describe from {path}").fetchall()
        types = {row[0]: row[1] for row in described}
        picked = ", ".join(f"{_pick(row)} as {row['column_name']}" for row in columns)
        shown = ", ".join(
            f"cell.{row['column_name']}::{types[row['column_name']]} as {row['column_name']}"
            for row in columns
        )
        self.alter(
            publication["table_name"],
            f"""
            select wide.* replace ({shown}) from t as wide left join (
                select geoid, year, subgroup, {picked} from {{metric_values}}
                where geography_type = {literal(code)} and subgroup_type = {literal(kind)} group by all
            ) as cell on cell.geoid = wide.state || wide.{code} and cell.year = wide.year{label}
            order by wide._row""",
        )

    def seal(self) -> None:
        """Bring counts and hashes of the manifest up to date with what was touched, and write it."""
        for table in self.touched:
            entry = self.manifest["tables"][table]
            entry["rows"] = self.one(f"select count(*) from {{{table}}}")
            path = self.path(table)
            self.manifest["files"][f"parquet/{path.name}"] = {
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
        text = json.dumps(self.manifest, indent=1, sort_keys=True, ensure_ascii=False)
        (self.folder / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")

    def _named(self, sql: str) -> str:
        for table in self.manifest["tables"]:
            sql = sql.replace(f"{{{table}}}", f"read_parquet({literal(str(self.path(table)))})")
        return sql


def _without_reason(select: str) -> str:
    """The published values know no reasons for what is missing: one line a column."""
    lines = [
        line
        for line in select.splitlines()
        if not line.endswith((" as missing_reason", " as missing_reason,"))
    ]
    return "\n".join(lines).replace(",\n)", "\n)")


def _pick(row: dict[str, str]) -> str:
    measure = "max({}) filter (where variable = {})"
    role, variable = row["role"], row["variable"]
    if role == "ratio_text":
        sides = [measure.format("value", literal(side)) for side in variable.split(":")]
        return f"printf('%.3f:%.3f', {sides[0]}, {sides[1]})"
    if role == "quality":
        return f"['Strong', 'Marginal', 'Weak'][{measure.format('quality', literal(variable))}]"
    return measure.format(role, literal(variable))
