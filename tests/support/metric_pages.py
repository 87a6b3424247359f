"""What the page of a metric says, held to the tables of its release: method, flags, deviations, decisions."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.settings import SEEDS_DIR
from orchestration.release.methods import LABELS
from orchestration.site.words import KINDS, group


def plain(text: str) -> str:
    """Text without marks, as a reader sees it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def problems(page: Path, connection: duckdb.DuckDBPyConnection, variable: str) -> list[str]:
    """What the page of a variable lacks, or says otherwise than seeds and release."""
    html = page.read_text(encoding="utf-8")
    (metric,) = connection.execute("select metric from variables where variable = ?", [variable]).fetchall()[
        0
    ]
    return [
        *_method(plain(html), metric),
        *_flags(html, connection, variable),
        *_deviations(html, connection, variable),
        *_decisions(plain(html), metric),
    ]


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _method(text: str, metric: str) -> list[str]:
    """Every wording of every period stands there under its label; no period is missing."""
    periods = [row for row in _seed("metric_methods") if row["metric"] == metric]
    lacking = [] if periods else [f"{metric} has no method"]
    for row in periods:
        for column, label in LABELS.items():
            wanted = plain(row[column]).rstrip(".")
            if not wanted:
                lacking.append(f"{metric}, {row['first_year']}: no {column}")
            elif wanted not in text or label not in text:
                lacking.append(f"{metric}, {row['first_year']}: {column} is not on the page")
    return lacking


def _flags(html: str, connection: duckdb.DuckDBPyConnection, variable: str) -> list[str]:
    """The table of coverage has every series of the release, with the flags that its cells have."""
    rows = connection.execute(
        """select geography_type, subgroup_type, year, sample, any_value(origin), count(value), count(*),
            count(*) filter (where quality = 1), count(*) filter (where quality = 2),
            count(*) filter (where quality = 3)
        from metric_values where variable = ? group by all""",
        [variable],
    ).fetchall()
    wanted = sorted(
        (
            KINDS[kind], group(by), f"{year} {sample}".strip(), origin, f"{values:,}",
            f"{values / cells * 100:.1f} %", *(f"{flags:,}" for flags in found),
        )
        for kind, by, year, sample, origin, values, cells, *found in rows
    )  # fmt: skip
    table = re.search(r'aria-label="Coverage".*?</table>', html, re.S)
    lines = re.findall(r"<tr><th scope=\"row\">.*?</tr>", table[0], re.S) if table else []
    shown = sorted(
        tuple(plain(one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)) for line in lines
    )
    return [f"coverage: {set(wanted) ^ set(shown)}"] if wanted != shown else []


def _deviations(html: str, connection: duckdb.DuckDBPyConnection, variable: str) -> list[str]:
    """Those that name the variable, and those that mark a cell of it; with words and number of cells."""
    marked: dict[str, int] = dict(
        connection.execute(
            """select deviation_id, count(*) from (
                select unnest(string_split(deviation_ids, ';')) as deviation_id
                from metric_values where variable = ? and deviation_ids <> '')
            group by all""",
            [variable],
        ).fetchall()
    )
    seeds: dict[str, dict[str, Any]] = {row["deviation_id"]: row for row in _seed("deviations")}
    wanted = {name for name, row in seeds.items() if variable in re.split(r";\s*", row["variables"])} | set(
        marked
    )
    parts = dict(re.findall(r'<h3 id="d-([^"]+)">(.*?)(?=<h3 |<h2 )', html, re.S))
    found = [f"deviations: {wanted ^ set(parts)}"] if wanted != set(parts) else []
    for name in wanted & set(parts):
        text, row = plain(parts[name]), seeds[name]
        said = [row["title"], row["published"], row["ours"], row["why"], f"{marked.get(name, 0):,} cells"]
        found += [f"deviation {name}: not said: {one}" for one in map(plain, said) if one not in text]
    return found


def _decisions(text: str, metric: str) -> list[str]:
    rows = [row for row in _seed("method_decisions") if row["metric"] == metric]
    return [
        f"decision {row['quirk']} of {metric} is not on the page"
        for row in rows
        if plain(row["title"]) not in text or plain(row["why"]) not in text
    ]
