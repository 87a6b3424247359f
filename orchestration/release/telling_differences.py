"""The differences of two releases for people: text, Markdown, and one HTML page without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any

from orchestration.release.diff import KINDS, Diff
from orchestration.release.folders import write_text

_BLOCKS = 40
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f23}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border-bottom:1px solid #d8dee4;padding:.3rem .5rem;text-align:left;vertical-align:top}
tbody th{font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff}li{overflow-wrap:anywhere}
@media print{body{margin:0;max-width:none;font-size:11px}.wide{overflow:visible}tr{break-inside:avoid}}
"""
_COLUMNS: dict[str, Sequence[tuple[str, str]]] = {
    "blocks": (
        ("publication", "publication"),
        ("variable", "variable"),
        ("geography_type", "geography"),
        ("subgroup_type", "by"),
        ("year", "year"),
        ("cells", "cells"),
        ("median_change", "median change"),
        ("cause", "cause"),
        ("detail", "detail"),
    ),
    "states": (
        ("state", "state"),
        ("geography_type", "geography"),
        ("geographies", "areas"),
        ("cells", "cells"),
    ),
    "largest": (
        ("geoid", "code"),
        ("name", "name"),
        ("state_name", "state"),
        ("variable", "variable"),
        ("subgroup", "group"),
        ("year", "year"),
        ("old_value", "before"),
        ("new_value", "now"),
        ("in_intervals", "half intervals"),
        ("in_usual_steps", "usual yearly steps"),
        ("cause", "cause"),
    ),
}
_WIDEST = 40
"""Letters of a column in a terminal."""
_SURPRISE = (
    "Ranked by surprise: the change in half widths of the old interval, or in usual changes from year to "
    "year of the same area, whichever is less."
)


def write(diff: Diff, folder: Path) -> None:
    """Write `cells.parquet`, `index.html` and `changes.txt` into a folder."""
    diff.write_cells(folder / "cells.parquet")
    write_text(folder / "index.html", html(diff))
    write_text(folder / "changes.txt", text(diff))


def text(diff: Diff) -> str:
    """The differences as plain text for a terminal."""
    lines = [f"{diff.channel}: {diff.old} -> {diff.new}", ""]
    if diff.is_empty:
        return "\n".join([*lines, "Nothing differs.", ""])
    for title, found in _lists(diff):
        lines += [title, *(f"  {line}" for line in found), ""]
    for title, name, rows in _tables(diff):
        if rows:
            lines += [title, *_aligned(name, rows), ""]
    return "\n".join(lines)


def markdown(diff: Diff) -> list[str]:
    """Sections of `CHANGES.md`."""
    if diff.is_empty:
        return ["Nothing differs."]
    lines: list[str] = []
    for title, found in _lists(diff):
        lines += [f"## {title}", "", *(f"- {line}" for line in found), ""]
    for title, name, rows in _tables(diff):
        if rows:
            heads = [label for _, label in _COLUMNS[name]]
            lines += [f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
            lines += [f"| {' | '.join(_cells(name, row))} |" for row in rows]
            lines.append("")
    return lines


def html(diff: Diff) -> str:
    """The differences as a page that needs nothing else."""
    parts = []
    for title, found in _lists(diff):
        items = "".join(f"<li>{escape(line)}</li>" for line in found)
        parts.append(f"<h2>{escape(title)}</h2>\n<ul>{items}</ul>")
    parts += [_html_table(title, name, rows) for title, name, rows in _tables(diff) if rows]
    body = "\n".join(parts) or "<p>Nothing differs.</p>"
    title = f"Changes from {diff.old} to {diff.new}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        '<a class="skip" href="#main">Skip to content</a><main id="main" tabindex="-1">\n'
        f"<h1>{escape(title)}</h1>\n<p>Channel: <b>{escape(diff.channel)}</b>. Every cell that differs, "
        'with its cause, is a row of <a href="cells.parquet">cells.parquet</a>.</p>\n'
        f"{body}\n</main></body></html>\n"
    )


def _html_table(title: str, name: str, rows: list[dict[str, Any]]) -> str:
    """A section with a table: what a sentence of its title explains stands in the caption."""
    heading, _, explained = title.partition(". ")
    numbers = [isinstance(rows[0][column], int | float) and column != "year" for column, _ in _COLUMNS[name]]
    classes = [" class=n" if is_number else "" for is_number in numbers]
    heads = "".join(
        f'<th scope="col"{kind}>{escape(label)}</th>'
        for (_, label), kind in zip(_COLUMNS[name], classes, strict=True)
    )
    lines = []
    for row in rows:
        first, *others = _cells(name, row)
        cells = "".join(
            f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(others, classes[1:], strict=True)
        )
        lines.append(f'<tr><th scope="row"{classes[0]}>{escape(first)}</th>{cells}</tr>')
    body = "\n".join(lines)
    return (
        f"<h2>{escape(heading)}</h2>\n"
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(heading)}"><table>'
        f"<caption>{escape(explained or heading)}</caption><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>{body}</tbody></table></div>"
    )


def _lists(diff: Diff) -> Iterable[tuple[str, list[str]]]:
    cells = [f"{diff.counts[kind]:,} {words}" for kind, words in KINDS.items() if kind in diff.counts]
    lists = (("Inputs", diff.inputs), ("Tables", diff.tables), ("Columns", diff.columns), ("Cells", cells))
    return [(title, lines) for title, lines in lists if lines]


def _tables(diff: Diff) -> Iterable[tuple[str, str, list[dict[str, Any]]]]:
    more = f" (the largest {_BLOCKS} of {len(diff.blocks)})" if len(diff.blocks) > _BLOCKS else ""
    return (
        (f"Blocks of changes and their causes{more}", "blocks", diff.blocks[:_BLOCKS]),
        ("Where", "states", diff.states),
        (f"The most surprising changes. {_SURPRISE}", "largest", diff.largest),
    )


def _cells(name: str, row: dict[str, Any]) -> list[str]:
    texts = {column: _plain(row[column]) for column, _ in _COLUMNS[name]}
    if name == "largest" and isinstance(row["old_value"], float) and isinstance(row["new_value"], float):
        texts["old_value"], texts["new_value"] = _told_apart(row["old_value"], row["new_value"])
    return list(texts.values())


def _told_apart(old: float, new: float) -> tuple[str, str]:
    """Both with as many digits as show the change: rounded, 4e-12 may look like 0.0001 or none."""
    change = new - old
    shown = _plain(old), _plain(new)
    if not isfinite(change):
        return shown
    whole = len(f"{max(abs(old), abs(new)):.0f}")
    for digits in range(max(4, whole), 18):
        before, after = (float(text.replace(",", "")) for text in shown)
        if abs(after - before - change) <= abs(change) / 2:
            break
        shown = f"{old:,.{digits}g}", f"{new:,.{digits}g}"
    return shown


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _aligned(name: str, rows: list[dict[str, Any]]) -> list[str]:
    table = [[label for _, label in _COLUMNS[name]], *(_cells(name, row) for row in rows)]
    # What is last disturbs no column: a cause is told to its end.
    widths = [min(_WIDEST, max(len(line[at]) for line in table)) for at in range(len(table[0]) - 1)]
    return [_line(line, widths) for line in table]


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = [_cut(cell).ljust(width) for cell, width in zip(line[:-1], widths, strict=True)]
    return "  ".join(["", *cells, line[-1]]).rstrip()


def _cut(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 3]}..."
