"""The documents of a release: dictionary, README, citation, changes; the others have modules of their own."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from orchestration.release import catalogues, telling_differences
from orchestration.release.contents import Contents
from orchestration.release.data_package import data_package
from orchestration.release.folders import write_text
from orchestration.release.load_csv import load_csv
from orchestration.release.origins import said


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_all(folder: Path, contents: Contents) -> None:
    """Write every document of the candidate into its folder."""
    columns = _columns(folder)
    write_text(folder / "dictionary.csv", _dictionary(contents, columns))
    write_text(folder / "datapackage.json", data_package(contents, columns))
    write_text(folder / "load_csv.sql", load_csv(contents, columns))
    measured = catalogues.read_measured(folder)
    title = contents.title
    write_text(folder / "schema_org.json", catalogues.schema_org(contents, measured, title))
    write_text(folder / "dcat_us.json", catalogues.dcat_us(contents, measured, title))
    write_text(folder / "README.md", _readme(folder, contents))
    write_text(folder / "CITATION.cff", _citation(contents))
    write_text(folder / "CHANGES.md", _changes(contents))


def _columns(folder: Path) -> list[tuple[str, str, str]]:
    """(table, column, type) of the released database, in order."""
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        return [
            (row[0], row[1], row[2])
            for row in connection.execute(
                "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'main' "
                "and not internal order by table_name, column_index"
            ).fetchall()
        ]


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _dictionary(contents: Contents, columns: list[tuple[str, str, str]]) -> str:
    rows = [
        (
            table,
            column,
            kind,
            contents.dictionary.unit(table, column),
            contents.dictionary.column(table, column),
            contents.dictionary.table(table),
        )
        for table, column, kind in columns
    ]
    return _csv(("table", "column", "type", "unit", "description", "table_description"), rows)


def _readme(folder: Path, contents: Contents) -> str:
    from orchestration.sources import SOURCES

    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        cells, values, variables = connection.execute(
            "select count(*), count(value), count(distinct variable) from metric_values"
        ).fetchall()[0]
        origins = said(connection)
        unmatched = connection.execute(
            "select published_file, count(*), sum(value_count)::bigint from unmatched_rows "
            "group by all order by all"
        ).fetchall()
        example, name = connection.execute(
            "select geoid, name from geographies where geography_type = 'county' and geoid in "
            "(select geoid from metric_values where value is not null) order by geoid = '01003' desc, geoid"
        ).fetchall()[0]
        closed = connection.execute(
            "select publication, count(*) from series where status = 'unavailable' group by all order by all"
        ).fetchall()
    shut = [table for table in contents.tables if table.status != "available"]
    names = sorted({item["source"] for item in contents.inputs})
    lines = [
        f"# {contents.title}",
        "",
        f"Release {contents.version}, channel **{contents.channel}**.",
        f"{values:,} values of {variables} variables in {cells:,} cells: every geography of every series,",
        "with a value or the reason why there is none.",
        "",
        *origins,
        "",
        "## Open it",
        "",
        *_how_to_open(contents, example, name),
        *(
            ["Pages to read, without a server or a network: `site/index.html`.", ""]
            if contents.has_site
            else []
        ),
        "`metric_values` is the long table; the wide tables have the layout of the published database, and",
        "then `geoid` and `geoidfq` (`0500000US01003`: text also where a program makes 1003 of 01003).",
        "`dictionary.csv` explains every column. Missing cells are empty. Long tables are Parquet and DuckDB",
        "only.",
        "",
        "## What is not here",
        "",
        *(
            f"- Publication {table.publication}, {table.title}: unavailable. {table.reason}."
            for table in shut
        ),
        *(
            f"- Publication {number}: {count} series without an input at hand (`status_reason` in `series`)."
            for number, count in closed
            if number not in {table.publication for table in shut}
        ),
        "",
        "## Rows of published files without a place in the frame",
        "",
        "Listed one by one, with the reason, in table `unmatched_rows`:",
        "",
        "| file | rows | values |",
        "|---|---:|---:|",
        *(f"| {file} | {rows} | {count} |" for file, rows, count in unmatched),
        "",
        "## Known errors and what we do about them",
        "",
        "Table `deviations` says where the published numbers are wrong or doubtful; `deviation_ids` of",
        "`metric_values` marks the cells; `released_differences` lists every cell that we release otherwise.",
        "",
        *_waived(contents),
        "## Terms",
        "",
        *(f"- {SOURCES[name].agency}, {SOURCES[name].title}: {SOURCES[name].terms}" for name in names),
        "",
    ]
    return "\n".join(lines)


def _how_to_open(contents: Contents, geoid: str, name: str) -> list[str]:
    """Examples that run as they stand; none reads a whole table of millions of rows into memory."""
    wide = _stem(contents, "county")
    return [
        "SQL, with any DuckDB from 1.2 on:",
        "",
        "    duckdb -readonly mobility.duckdb",
        f"    select * from metric('share_employed') where geoid = '{geoid}';",
        f"    select * from place_profile('{geoid}');",
        "",
        f"pandas, {name} alone (the whole long table takes some 2 GB of memory there):",
        "",
        "    import pandas as pd",
        f"    only = [('geoid', '==', '{geoid}')]",
        "    place = pd.read_parquet('parquet/metric_values.parquet', filters=only)",
        "    codes = {'state': str, 'county': str, 'geoid': str}",
        # In one piece: of a column that begins empty pandas guesses another type for each piece, and warns.
        f"    counties = pd.read_csv('csv/{wide}.csv', dtype=codes, low_memory=False)",
        "",
        "Files in `parquet/` carry their types. For those in `csv/`, `load_csv.sql` makes every table with",
        "the types of `mobility.duckdb` (`duckdb mine.duckdb < load_csv.sql`): a reader that guesses takes",
        "columns that begin empty for text, and codes for numbers. To carry tables into a database of your",
        "own, copy the file, or attach both and `create table mine.t as from m.t`.",
        "`EXPORT DATABASE` loses the comments on tables and columns; `COPY FROM DATABASE` (DuckDB 1.5.6)",
        "may stop at macros that use one another.",
        "",
        f"A spreadsheet of one community: `mobility show {geoid} --xlsx FILE.xlsx`. For the web: `light/`,",
        "numbers of seven digits by area, without reasons and origins: all of them (`values.parquet`), or",
        "the newest (`newest.parquet`).",
        "",
    ]


def _waived(contents: Contents) -> list[str]:
    """Failures of the gate that this release may have; nothing where there is none."""
    from expectations.rules.waivers import waivers_of

    found = waivers_of(contents.version)
    if not found:
        return []
    return [
        "## Waived for this release",
        "",
        "Failures that a person lets through in this release, for the reason given, if the gate finds them;",
        "its report (`gate/report.html`) tells what it found:",
        "",
        *(f"- `{one.rule}`: {one.reason} ({one.owner}, until {one.expires})" for one in found),
        "",
    ]


def _stem(contents: Contents, name: str) -> str:
    return next(table.stem for table in contents.tables if table.name == name)


def _citation(contents: Contents) -> str:
    from orchestration.sources import SOURCES

    lines = [
        "cff-version: 1.2.0",
        "message: If you use these numbers, please cite this release and the agencies below.",
        "type: dataset",
        f"title: {json.dumps(contents.title)}",
        f"version: {json.dumps(contents.version)}",
        f"date-released: {'-'.join(contents.version.split('.')[:3])}",
        f"abstract: {json.dumps(f'Release {contents.version} of the channel {contents.channel}.')}",
        "authors:",
        "  - name: The developers of mobility",
        "references:",
    ]
    for name in sorted({item["source"] for item in contents.inputs}):
        source = SOURCES[name]
        lines += [
            "  - type: data",
            f"    title: {json.dumps(source.title, ensure_ascii=False)}",
            "    authors:",
            f"      - name: {json.dumps(source.agency, ensure_ascii=False)}",
            f"    url: {json.dumps(source.landing_page)}",
            f"    notes: {json.dumps(source.citation, ensure_ascii=False)}",
        ]
    return "\n".join(lines) + "\n"


def _changes(contents: Contents) -> str:
    lines = [f"# Changes in {contents.version}, channel {contents.channel}", ""]
    if contents.previous is None:
        return "\n".join([*lines, "The first release of this channel.", ""])
    lines += [f"Against release {contents.previous['version']}.", ""]
    if contents.diff is not None:
        lines += telling_differences.markdown(contents.diff)
        lines += [
            "Every changed cell, with its cause: `changes/cells.parquet`; as a page: `changes/index.html`."
        ]
    return "\n".join([*lines, ""])
