"""The pages as HTML: tables for numbers, drawings only beside them; readable without style, and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Any

from orchestration.site.charts import distribution, trend
from orchestration.site.data import Area, Facts

_FLAGS = {1: "Strong", 2: "Marginal", 3: "Weak"}
_KINDS = {"county": "Counties", "place": "Cities"}


def _heads(names: Iterable[str], numbers: Iterable[str]) -> str:
    """The head of a table; columns of numbers are set to the right."""
    cells = "".join(f'<th scope="col"{" class=n" * (name in set(numbers))}>{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


_METRIC_HEADS = _heads(
    ("Metric", "Year", "Value", "95 % interval", "Quality", "Trend", "Higher than"),
    ("Value", "95 % interval", "Higher than"),
)
_COVERAGE_HEADS = _heads(
    ("Areas", "By", "Year", "Origin", "Values", "Strong", "Marginal", "Weak"),
    ("Values", "Strong", "Marginal", "Weak"),
)
STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;max-width:68rem;margin:0 auto;padding:1rem;color:#1b1f23}
header{border-bottom:3px solid #0b5c8a;margin-bottom:1rem}h1{margin:.5rem 0;font-size:1.6rem}
h2{font-size:1.2rem;margin:1.6rem 0 .3rem}h3{font-size:1rem;margin:1rem 0 .2rem}a{color:#0b5c8a}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;background:#fff;padding:.3rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{border-bottom:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top}
th[scope=row]{font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.m{color:#57606a}.Weak{color:#a40e26}.Marginal{color:#7d4e00}.Strong{color:#116329}
svg.t{width:132px;height:30px}svg.t path{fill:none;stroke:#0b5c8a;stroke-width:1.5}
svg.t path.i{stroke:#9cc3d9;stroke-width:4}svg.t circle{fill:#0b5c8a}
svg.d{max-width:30rem;width:100%}svg.d rect{fill:#0b5c8a}svg.d text{font-size:12px;fill:#1b1f23}
.sample{background:#fff3cd;padding:.4rem .6rem;border:1px solid #7d4e00}
ul.cols{columns:3 14rem;padding-left:1.2rem}
.wide{overflow-x:auto}
@media print{body{max-width:none;font-size:10pt}nav,.skip{display:none}a{color:inherit}tr{break-inside:avoid}}
"""


def page(facts: Facts, title: str, body: str, up: str = "") -> str:
    """A whole page; `up` leads from its folder to the site's."""
    version, channel = facts.manifest["version"], facts.manifest["channel"]
    warning = '<p class="sample">Invented state, not real data.</p>' if channel == "sample" else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{up}style.css"></head><body>'
        '<a class="skip" href="#main">Skip to content</a>'
        f'<header><nav aria-label="Site"><a href="{up}index.html">Upward Mobility Metrics</a> · '
        f'<a href="{up}index.html#metrics">metrics</a> · <a href="{up}index.html#places">places</a> · '
        f'<a href="{up}gate.html">gate</a> · <a href="{up}changes.html">changes</a></nav>'
        f'<h1>{escape(title)}</h1></header>{warning}<main id="main">{body}</main>'
        f"<footer><p class=m>Release {escape(version)}, channel {escape(channel)}.</p></footer>"
        "</body></html>\n"
    )


def index(facts: Facts) -> str:
    """The start: metrics by pillar, areas by state."""
    parts = ['<h2 id="metrics">Metrics</h2>']
    ordered = sorted(
        facts.variables.values(), key=lambda row: (row["pillar"], row["predictor"], row["position"])
    )
    for pillar, rows in groupby(ordered, key=lambda row: row["pillar"]):
        items = "".join(
            f'<li><a href="metric/{row["variable"]}.html">{escape(row["label"])}</a></li>' for row in rows
        )
        parts.append(f"<h3>{escape(pillar)}</h3><ul>{items}</ul>")
    parts.append('<h2 id="places">Counties and cities</h2>')
    areas = sorted(facts.areas.values(), key=lambda area: (area.state_name, area.geography_type, area.name))
    for state, of_state in groupby(areas, key=lambda area: area.state_name):
        items = "".join(f'<li><a href="{area.page}">{escape(area.name)}</a></li>' for area in of_state)
        parts.append(f'<details><summary>{escape(state)}</summary><ul class="cols">{items}</ul></details>')
    return page(facts, "Upward Mobility Metrics", "".join(parts))


def area_page(facts: Facts, area: Area, trends: list[tuple[Any, ...]], groups: list[tuple[Any, ...]]) -> str:
    """One county or city: all metrics by pillar, its subgroups, and areas of like size."""
    found = {row[0]: row for row in trends}
    parts = [f"<p>{_about(area)}</p>"]
    known = [row for name, row in facts.variables.items() if name in found]
    known.sort(key=lambda row: (row["pillar"], row["predictor"], row["position"]))
    for pillar, rows in groupby(known, key=lambda row: row["pillar"]):
        body = "".join(_metric_row(facts, row, found[row["variable"]], area) for row in rows)
        parts.append(
            f'<h2>{escape(pillar)}</h2><div class="wide"><table>'
            f"<caption>Newest values; the last column says how many {_KINDS[area.geography_type].lower()}"
            f" have a lower one</caption>{_METRIC_HEADS}{body}</table></div>"
        )
    parts.append(_groups(facts, groups))
    parts.append(_peers(facts, area))
    return page(facts, f"{area.name}, {area.state_name}", "".join(parts), "../")


def _about(area: Area) -> str:
    kind = "County" if area.geography_type == "county" else "City"
    people = f", {area.population:,} residents" if area.population else ""
    return f"{kind} {area.geoid}{people}; in the data {area.valid_from} to {area.valid_to}."


def _metric_row(facts: Facts, row: dict[str, Any], found: tuple[Any, ...], area: Area) -> str:
    variable, points, newest, reason, rank, has_deviation = found
    mark = ' <abbr title="something is known about it: see the metric">*</abbr>' if has_deviation else ""
    head = f'<th scope="row"><a href="../metric/{variable}.html">{escape(row["label"])}</a>{mark}</th>'
    if newest is None or newest[1] is None:
        why = escape(facts.reasons.get(reason, reason or "no value"))
        return f'<tr>{head}<td></td><td colspan="5" class="m">{why}</td></tr>\n'
    year, value, lower, upper, quality = newest
    interval = f"{number(lower)} to {number(upper)}" if lower is not None and upper is not None else ""
    flag = _FLAGS.get(quality, "")
    first = next((point for point in points if point[1] is not None), None)
    words = f"from {number(first[1])} in {first[0]} to {number(value)} in {year}" if first else number(value)
    standing = f"{rank * 100:.0f} %" if rank is not None else ""
    return (
        f'<tr>{head}<td>{year}</td><td class="n">{number(value)}</td><td class="n">{interval}</td>'
        f'<td class="{flag}">{flag}</td><td>{trend(points, words)}</td><td class="n">{standing}</td></tr>\n'
    )


def _groups(facts: Facts, groups: list[tuple[Any, ...]]) -> str:
    parts = []
    for kind, rows in groupby(groups, key=lambda row: row[0]):
        body = "".join(_group_row(facts, row) for row in rows)
        parts.append(
            f'<div class="wide"><table><caption>By {escape(kind.replace("-", " "))}</caption>{body}'
            "</table></div>"
        )
    return "<h2>Groups</h2>" + "".join(parts) if parts else ""


def _group_row(facts: Facts, row: tuple[Any, ...]) -> str:
    _, variable, year, groups = row
    label = facts.variables[variable]["label"]
    cells = "; ".join(
        f"{escape(name)} <b>{number(value)}</b>"
        + (f' <span class="m">({number(lower)} to {number(upper)})</span>' if lower is not None else "")
        for name, value, lower, upper, _ in groups
    )
    return f'<tr><th scope="row">{escape(label)}, {year}</th><td>{cells}</td></tr>\n'


def _peers(facts: Facts, area: Area) -> str:
    links = "".join(
        f'<li><a href="{other.geoid}.html">{escape(other.name)}, {escape(other.state_name)}</a></li>'
        for geoid in area.peers
        if (other := facts.areas.get((area.geography_type, geoid)))
    )
    return f"<h2>Of like size</h2><ul>{links}</ul>" if links else ""


def metric_page(facts: Facts, variable: str) -> str:
    """One variable: what it is, how it spreads, how complete and sure it is, what is known about it."""
    row = facts.variables[variable]
    parts = [
        f"<p>{escape(row['label'])}. Unit: {escape(row['unit'])}. Variable <code>{variable}</code>.</p>",
        f"<p>{escape(row['pillar'])}: {escape(row['predictor'])}. "
        f"{escape((row['direction'] or '').replace('_', ' '))}.</p>",
        f"<p>Source: {escape(row['source_name'] or '')}</p>",
        f"<p>{escape(row['notes'] or '')}</p>",
        *_spread(facts, variable),
        _coverage(facts.coverage.get(variable, [])),
        _list("Known deviations", (
            f"<b>{escape(one['title'])}</b>: {escape(one['published'])} "
            f"<i>What we do:</i> {escape(one['ours'])}"
            for one in facts.deviations.get(variable, [])
        )),
        _list("Compare with care", (
            f"{escape(one['from_scope'])} with {escape(one['to_scope'])}: {escape(one['what_changed'])}"
            for one in facts.breaks.get(variable, [])
        )),
        _list("Files", (
            f"{escape(one['official_name'])} <span class=m>SHA-256 <code>{one['sha256'][:16]}</code></span>"
            for one in facts.files.get(variable, [])
        )),
    ]  # fmt: skip
    return page(facts, row["label"], "".join(parts), "../")


def _spread(facts: Facts, variable: str) -> Iterable[str]:
    for kind, word in _KINDS.items():
        found = facts.distributions.get((variable, kind))
        if found is None:
            continue
        low, first, middle, third, high = (number(mark) for mark in found["marks"])
        words = (
            f"{word}, {found['year']}: half of {found['areas']:,} lie between {first} and {third}, "
            f"the middle one at {middle}"
        )
        drawing = distribution(found["bars"], low, high, words)
        yield f"<h2>{word}, {found['year']}</h2><p>{words}.</p>{drawing}"


def _coverage(rows: list[dict[str, Any]]) -> str:
    body = "".join(
        f'<tr><th scope="row">{row["geography_type"]}</th><td>{escape(row["subgroup_type"])}</td>'
        f"<td>{row['year']} {row['sample']}</td><td>{escape(row['origin'])}</td>"
        f'<td class="n">{row["values"]:,} of {row["cells"]:,}</td><td class="n">{row["strong"]:,}</td>'
        f'<td class="n">{row["marginal"]:,}</td><td class="n">{row["weak"]:,}</td></tr>\n'
        for row in rows
    )
    return (
        '<h2>Coverage and quality</h2><div class="wide"><table>'
        f"<caption>Values, and their flags</caption>{_COVERAGE_HEADS}{body}</table></div>"
    )


def _list(title: str, items: Iterable[str]) -> str:
    lines = "".join(f"<li>{item}</li>" for item in items)
    return f"<h2>{title}</h2><ul>{lines}</ul>" if lines else ""


def number(value: float | None) -> str:
    """A number with as many digits as a reader can use."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
