"""The verdict for people: `gate/report.md` and `gate/report.html`, readable without a network.

Both are made of the verdict alone and are the same bytes for the same verdict. The HTML page is
the Markdown page's content with colours and folded details.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from html import escape
from pathlib import Path

from orchestration.gate.verdict import Checked, Judged, TableVerdict, Verdict, to_json

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f23}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border-bottom:1px solid #d8dee4;padding:.3rem .5rem;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.passed{color:#116329}.refused,.failed,.raised,.not_evaluated{color:#a40e26;font-weight:600}
.unavailable,.warning{color:#7d4e00}code{background:#f3f4f6;padding:0 .2rem}summary{cursor:pointer}
caption{text-align:left;font-weight:600;padding:.3rem 0}tbody th{font-weight:400}td,li{overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff}.wide{overflow-x:auto}
@media print{body{max-width:none;margin:0;font-size:9.5pt}tr{break-inside:avoid}.wide{overflow:visible}}
"""


def write(folder: Path, verdict: Verdict) -> Verdict:
    """Write report and verdict; the verdict, which is returned, names the hashes of the reports."""
    folder.mkdir(exist_ok=True)
    hashes = {}
    for name, text in (("report.md", markdown(verdict)), ("report.html", html(verdict))):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        hashes[f"gate/{name}"] = hashlib.sha256(text.encode()).hexdigest()
    complete = replace(verdict, reports=hashes)
    (folder / "verdict.json").write_text(to_json(complete), encoding="utf-8", newline="\n")
    return complete


def headline(verdict: Verdict) -> str:
    """One sentence that says it all."""
    judged = [table for table in verdict.tables if table.outcome != "unavailable"]
    if not judged:
        return f"Refused before any table was judged: {len(verdict.reasons)} findings about its files."
    evaluated = sum(table.evaluated for table in judged)
    parts = sum(len(one.parts) for table in judged for one in table.expectations)
    warnings = sum(len(table.warnings) for table in judged)
    waived = sum(len(table.waived) for table in judged)
    refused = sum(table.outcome == "refused" for table in judged)
    outcome = "Passed" if verdict.passed else f"Refused: {refused} of {len(judged)} tables fail"
    return (
        f"{outcome}. {len(judged)} tables, {evaluated:,} expectations in {parts:,} parts evaluated, "
        f"{warnings} with warnings{f', {waived} failures waived' if waived else ''}."
    )


def markdown(verdict: Verdict) -> str:
    """The report as Markdown."""
    lines = [f"# Gate: {verdict.outcome}", "", f"Channel: **{verdict.channel}**. {headline(verdict)}", ""]
    if verdict.refusals:
        lines += ["## Why it was refused", "", *(f"- {reason}" for reason in verdict.refusals), ""]
        lines += [
            f"Suite of {table.table}: `{table.suite}`."
            for table in verdict.tables
            if table.outcome == "refused" and table.suite
        ]
        lines += [""]
    lines += [
        "## Tables",
        "",
        "| no. | table | outcome | rows | expectations | errors | warnings |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    lines += [_table_line(table) for table in verdict.tables]
    lines += [
        "",
        *_waived(verdict),
        *_unused(verdict),
        *_warnings(verdict),
        *_details(verdict),
        *_bytes(verdict),
    ]
    return "\n".join(lines) + "\n"


def _errors(table: TableVerdict) -> int:
    return sum(
        one.severity == "error" and one.outcome != "passed" and not one.waiver for one in table.expectations
    )


def _table_line(table: TableVerdict) -> str:
    number = "" if table.publication is None else str(table.publication)
    return (
        f"| {number} | {table.table} | {table.outcome} | {table.rows:,} "
        f"| {table.evaluated} of {table.declared} | {_errors(table)} | {len(table.warnings)} |"
    )


def _waived(verdict: Verdict) -> list[str]:
    """Failures that were let through, each with its reason; nothing where there is none."""
    lines = [
        f"- `{table.table}.{one.rule}`, {one.unexpected:,} cells: {one.waiver['reason']} "
        f"({one.waiver['owner']}, until {one.waiver['expires']}; {one.waiver['waiver_id']})"
        for table in verdict.tables
        for one in table.waived
        if one.waiver
    ]
    return ["## Waived for this release", "", *lines, ""] if lines else []


def _unused(verdict: Verdict) -> list[str]:
    """Waivers that excuse nothing; nothing where there is none."""
    lines = [f"- {line}" for line in verdict.unused_waivers]
    return ["## Waivers that excuse nothing", "", *lines, ""] if lines else []


def _warnings(verdict: Verdict) -> list[str]:
    found = [(table, one) for table in verdict.tables for one in table.warnings]
    lines = ["## Warnings", ""]
    if not found:
        return [*lines, "None.", ""]
    for table, one in found:
        lines += [f"### {table.table}: {one.rule}", "", f"Expected: {one.statement}.", "", *_parts(one), ""]
    return lines


def _details(verdict: Verdict) -> list[str]:
    lines = []
    for table in verdict.tables:
        failed = [
            one
            for one in table.expectations
            if one.severity == "error" and one.outcome != "passed" and not one.waiver
        ]
        for one in failed:
            lines += [f"### {table.table}: {one.rule} ({one.outcome})", "", f"Expected: {one.statement}.", ""]
            lines += [*([f"Problem: {one.problem}", ""] if one.problem else []), *_parts(one), ""]
    return ["## Errors", "", *lines] if lines else []


def _parts(one: Judged) -> list[str]:
    lines = []
    for part in one.parts:
        if part.raised or not part.holds:
            lines.append(f"- `{part.name}`: {_counts(part)}")
            lines += [f"    - {_row(row)}" for row in part.examples]
    return lines


def _counts(part: Checked) -> str:
    if part.raised:
        return f"could not be measured: {part.raised}"
    if part.failing:
        return f"{part.failing:,} of {part.looked_at:,} fail"
    return f"looked at {part.looked_at:,}, at least {part.minimum:,} expected"


def _row(row: dict[str, object]) -> str:
    return ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in row.items())


def _bytes(verdict: Verdict) -> list[str]:
    before = verdict.previous_manifest_sha256 or "none"
    versions = ", ".join(f"{name} {version}" for name, version in sorted(verdict.versions.items()))
    return [
        "## What was judged, and by what",
        "",
        f"- manifest: `{verdict.manifest_sha256}`",
        f"- compared with: `{before}`",
        f"- gate: `{verdict.gate_sha256}` ({versions})",
        *_carried(verdict),
    ]


def _carried(verdict: Verdict) -> list[str]:
    """How many findings were not looked for again, by the release whose verdict has them."""
    origins = Counter(one.carried_from for table in verdict.tables for one in table.expectations)
    return [
        f"- carried over from the verdict on release {origin}, the same rule over the same content: "
        f"{count:,} expectations"
        for origin, count in sorted((name, count) for name, count in origins.items() if name)
    ]


def html(verdict: Verdict) -> str:
    """The report as one HTML page without anything from elsewhere."""
    rows = "\n".join(_html_table(table) for table in verdict.tables)
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in verdict.refusals)
    why = f"<h2>Why it was refused</h2><ul>{reasons}</ul>" if reasons else ""
    waived = "".join(f"<li>{escape(line[2:]).replace('`', '')}</li>" for line in _waived(verdict)[2:-1])
    why += f"<h2>Waived for this release</h2><ul>{waived}</ul>" if waived else ""
    unused = "".join(f"<li>{escape(line)}</li>" for line in verdict.unused_waivers)
    why += f"<h2>Waivers that excuse nothing</h2><ul>{unused}</ul>" if unused else ""
    details = "\n".join(_html_details(table) for table in verdict.tables if table.expectations)
    made = "".join(f"<li>{escape(line[2:]).replace('`', '')}</li>" for line in _bytes(verdict)[2:])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>Gate: {verdict.outcome}</title><style>{_STYLE}</style></head><body>\n"
        '<a class="skip" href="#main">Skip to content</a><main id="main" tabindex="-1">\n'
        f'<h1>Gate: <span class="{verdict.outcome}">{verdict.outcome}</span></h1>\n'
        f"<p>Channel: <b>{escape(verdict.channel)}</b>. {escape(headline(verdict))}</p>\n{why}\n"
        f"<h2>Tables</h2>{_table('The verdict on each table', _TABLE_HEADS, rows)}\n"
        f"<h2>Expectations</h2>\n{details}\n"
        f"<h2>What was judged, and by what</h2><ul>{made}</ul>\n</main></body></html>\n"
    )


_TABLE_HEADS = ("table", "no.", "outcome", "rows", "expectations", "errors", "warnings")
_RULE_HEADS = ("rule", "severity", "outcome", "looked at", "fail", "expected")
_NUMBERS = frozenset({"rows", "expectations", "errors", "warnings", "looked at", "fail"})


def _table(caption: str, heads: tuple[str, ...], rows: str) -> str:
    cells = "".join(f'<th scope="col"{" class=n" * (head in _NUMBERS)}>{head}</th>' for head in heads)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{cells}</tr></thead>\n<tbody>{rows}</tbody></table></div>"
    )


def _html_table(table: TableVerdict) -> str:
    number = "" if table.publication is None else str(table.publication)
    why = f"<br><small>{escape('; '.join(table.reasons))}</small>" if table.reasons else ""
    name = escape(table.table)
    link = f'<a href="#{name}">{name}</a>' if table.expectations else name
    return (
        f'<tr><th scope="row">{link}<br><small>{escape(table.title)}</small></th><td>{number}</td>'
        f'<td class="{table.outcome}">{table.outcome}{why}</td>'
        f'<td class="n">{table.rows:,}</td><td class="n">{table.evaluated} of {table.declared}</td>'
        f'<td class="n">{_errors(table)}</td><td class="n">{len(table.warnings)}</td></tr>'
    )


def _html_details(table: TableVerdict) -> str:
    rows = "".join(_html_expectation(one) for one in table.expectations)
    opened = " open" if table.outcome == "refused" else ""
    return (
        f'<details id="{escape(table.table)}"{opened}><summary>{escape(table.table)}: '
        f'<span class="{table.outcome}">{table.outcome}</span></summary>\n'
        f"<p>Suite: <code>{escape(table.suite or 'none')}</code></p>\n"
        f"{_table(f'Expectations of {table.table}', _RULE_HEADS, rows)}</details>"
    )


def _said(one: Judged) -> list[str]:
    carried = f"carried over from release {one.carried_from}" if one.carried_from else None
    return [said for said in (one.statement, one.problem, carried) if said]


def _html_expectation(one: Judged) -> str:
    tolerated = one.severity == "warning" or one.waiver
    kind = "warning" if one.outcome == "failed" and tolerated else one.outcome
    lines = "".join(f"<li>{escape(line.strip(' -')).replace('`', '')}</li>" for line in _parts(one))
    more = f"<ul>{lines}</ul>" if lines else ""
    return (
        f"<tr><th scope=row><code>{escape(one.rule)}</code></th><td>{one.severity}</td>"
        f'<td class="{kind}">{one.outcome}</td>'
        f'<td class="n">{one.looked_at:,}</td><td class="n">{one.unexpected:,}</td>'
        f"<td>{escape('; '.join(_said(one)))}{more}</td></tr>\n"
    )
