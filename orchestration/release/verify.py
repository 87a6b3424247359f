"""Proves that a release is what was published: every hash, every table, every count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.manifests import read_manifest
from orchestration.base.sql import literal
from orchestration.release.store import changed_files


def verify(release: Path) -> list[str]:
    """Check a release or candidate against its manifest and verdict, and its formats against each other.

    Args:
        release: folder of the release.

    Returns:
        One sentence per finding, naming the file or table; empty if all is well.
    """
    from orchestration.gate.verified import check_verdict

    try:
        manifest = read_manifest(release)
        findings = _manifest_findings(release) + changed_files(release)
    except MobilityError as error:
        return [str(error)]
    if not findings:
        try:
            check_verdict(release, by_todays_gate=False)
        except MobilityError as error:
            findings.append(f"gate/verdict.json: {error}")
    return findings + _table_findings(release, manifest, {finding.split(":")[0] for finding in findings})


def _manifest_findings(release: Path) -> list[str]:
    """Whether the manifest is the one that was judged; another one may accuse files that are whole."""
    from orchestration.gate.verdict import read_verdict

    try:
        judged = read_verdict(release).get("manifest_sha256")
    except MobilityError as error:
        return [f"gate/verdict.json: {error}"]
    found = sha256_of(release / "manifest.json")
    return [] if found == judged else [f"manifest.json: has SHA-256 {found}, the verdict says {judged}"]


def _table_findings(release: Path, manifest: dict[str, Any], damaged: set[str]) -> list[str]:
    """What the tables say of each other. Files that are damaged are not read: their hash has said all."""
    findings: list[str] = []
    if "mobility.duckdb" in damaged:
        return findings
    try:
        with duckdb.connect(str(release / "mobility.duckdb"), read_only=True) as connection:
            for name, entry in sorted(manifest["tables"].items()):
                try:
                    if entry["status"] == "available":
                        findings += _one_table(connection, release, name, entry, damaged)
                except KeyError as lost:
                    findings.append(f"manifest.json: table {name} has no {lost}")
    except duckdb.Error as problem:
        findings.append(f"mobility.duckdb: cannot be read: {problem}")
    return findings


def _one_table(
    connection: duckdb.DuckDBPyConnection,
    release: Path,
    name: str,
    entry: dict[str, Any],
    damaged: set[str],
) -> list[str]:
    parquet = release / "parquet" / f"{entry['stem']}.parquet"
    try:
        in_database = _summary(connection, name)
        is_damaged = f"parquet/{parquet.name}" in damaged
        in_parquet = (
            in_database if is_damaged else _summary(connection, f"read_parquet({literal(str(parquet))})")
        )
    except duckdb.Error as problem:
        return [f"{name}: cannot be read: {problem}"]
    findings = []
    if in_database != in_parquet:
        findings.append(
            f"{name}: mobility.duckdb and {parquet.name} differ (rows and hash {in_database}, {in_parquet})"
        )
    if in_database[0] != entry["rows"]:
        findings.append(f"{name}: {in_database[0]} rows, the manifest says {entry['rows']}")
    csv = release / "csv" / f"{entry['stem']}.csv"
    if f"csv/{csv.name}" in damaged:
        return findings
    return findings + _csv_findings(connection, csv, name, entry["rows"])


def _csv_findings(connection: duckdb.DuckDBPyConnection, csv: Path, table: str, expected: int) -> list[str]:
    """Whether the CSV, where there is one, has the columns of its table and as many rows as it should."""
    if not csv.exists():
        return []
    columns = [row[0] for row in connection.execute(f"describe main.{table}").fetchall()]
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    try:
        # Nothing is guessed: guessing what a file looks like takes longer than counting its rows.
        count = connection.execute(
            f"select count(*) from read_csv(?, columns = {{{types}}}, auto_detect = false, header = true, "
            "delim = ',', quote = '\"', escape = '\"', new_line = '\\n', strict_mode = true)",
            [str(csv)],
        ).fetchall()[0][0]
    except duckdb.Error as problem:
        return [f"csv/{csv.name}: cannot be read: {problem}"]
    return [] if count == expected else [f"csv/{csv.name}: {count} rows, the manifest says {expected}"]


def _summary(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, int]:
    """Number of rows and a hash of them that does not depend on their order."""
    row = connection.execute(
        f"select count(*), coalesce(sum(hash(t)), 0) from (from {relation}) as t"
    ).fetchall()[0]
    return int(row[0]), int(row[1])
