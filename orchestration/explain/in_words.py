"""An explanation as sentences, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orchestration.explain.cell import Explanation
from orchestration.release.methods import in_words as in_words_of_method

_SAMPLES = {
    "acs1": "one-year American Community Survey microdata",
    "acs5": "five-year American Community Survey microdata",
}
_SHOWN_PUMAS = 6


def in_words(found: Explanation) -> str:
    """The explanation as text: the number first, then how it came about, then its history."""
    place, cell = found.geography, found.cell
    who = "everybody" if cell["subgroup"] == "All" else f"{cell['subgroup']} (by {cell['subgroup_type']})"
    lines = [
        f"{place['name']}, {place['state_name']} ({cell['geoid']}), {cell['year']}: "
        f"{cell['variable']}, {who}",
        f"{found.variable['label']} ({found.variable['unit']})",
        "",
        *_value(found),
        "",
    ]
    for title, section in _sections(found):
        if section:
            lines += [title, *(f"  {line}" for line in section), ""]
    version, channel = found.release["version"], found.release["channel"]
    rows = any(item.get("rows") for item in found.sources)
    lines.append(
        f"From release {version}{_taken_back(found.release)}, channel {channel}"
        + ("; data rows from this home's copy of its files." if rows else ", alone.")
    )
    return "\n".join(lines)


def number(value: float | None) -> str:
    """A number with as many digits as a reader can use."""
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def _value(found: Explanation) -> list[str]:
    cell = found.cell
    if cell["value"] is None:
        words = cell["missing_label"] or cell["missing_reason"]
        more = f" {cell['missing_description']}" if cell.get("missing_description") else ""
        return [f"There is no value: {words}.{more}"]
    line = f"The value is {number(cell['value'])}"
    if cell["lower"] is not None and cell["upper"] is not None:
        kind = {
            "sampling_95": "with 95 percent confidence between",
            "data_gap_bounds": "given the gaps in the data, between",
        }.get(found.variable.get("interval_kind") or "", "with an interval between")
        if (cell["quality"] or 1) > (found.variable.get("interval_flag") or 3):
            kind = "with an interval that is not the area's own, between"
        line += f", {kind} {number(cell['lower'])} and {number(cell['upper'])}"
    lines = [line + "."]
    if cell["quality"] is not None:
        why = f": {cell['quality_reason']}" if cell["quality_reason"] else ""
        lines.append(f"Its quality is {cell['quality_label'] or cell['quality']}{why}.")
    return lines


def _sections(found: Explanation) -> Iterable[tuple[str, list[str]]]:
    return (
        ("How it came about", _making(found)),
        ("Method", _method(found)),
        ("Made of", _components(found)),
        ("Crosswalk", _crosswalk(found)),
        ("Files", _files(found)),
        ("Known about it", _known(found)),
        ("Other years", [_year(row) for row in found.years if row["year"] != found.cell["year"]]),
        ("Other releases", [_release(row) for row in found.releases]),
    )


def _making(found: Explanation) -> list[str]:
    series, cell = found.series, found.cell
    lines = [f"Metric {found.variable['metric']}, predictor {found.variable['predictor']}."]
    if cell["sample"]:
        lines.append(f"An estimate from {_SAMPLES.get(cell['sample'], cell['sample'])}.")
    if cell["origin"] == "computed":
        lines.append(
            f"Computed from the agencies' files by dbt_project/models/metrics/{found.variable['metric']}/."
        )
    else:
        file = (found.published or {}).get("path") or series.get("published_file")
        lines.append(f"Taken from Urban's published results of 2025, file {file}.")
    if found.variable.get("source_name"):
        lines.append(f"Source of the data: {found.variable['source_name']}.")
    if found.variable.get("notes"):
        lines.append(str(found.variable["notes"]))
    lines.append(f"Series {cell['series_id']}, shown in publication {series.get('publication')}.")
    return lines


def _method(found: Explanation) -> list[str]:
    period = [found.method] if found.method else []
    return [f"{label}: {text}" for label, text in in_words_of_method(period)]


def _components(found: Explanation) -> list[str]:
    names = {
        "numerator": "numerator",
        "denominator": "denominator",
        "sample_size": "cases in the sample",
        "design_effect": "design effect",
        "crosswalk_rows": "crosswalk rows",
    }
    parts = found.components or {}
    return [f"{words}: {number(parts[name])}" for name, words in names.items() if parts.get(name) is not None]


def _crosswalk(found: Explanation) -> list[str]:
    lines = [
        f"PUMA {row['puma']}: {row['afact2']:.1%} of the residents live there, "
        f"{row['afact']:.1%} of the PUMA belongs to the area"
        for row in found.crosswalk[:_SHOWN_PUMAS]
    ]
    more = len(found.crosswalk) - _SHOWN_PUMAS
    return [*lines, f"and {more} more PUMAs"] if more > 0 else lines


def _files(found: Explanation) -> list[str]:
    lines = []
    for item in found.sources:
        lines.append(f"{item['source']}, vintage {item['vintage']}: {item['official_name']}")
        lines.append(f"  {item['url'] or 'no address: a person brought it'}")
        lines.append(f"  SHA-256 {item['sha256']}, {item['bytes']:,} bytes, from the {item['origin']}")
        lines += [f"  {_rows(row)}" for row in item.get("rows") or ()]
    return lines


def _rows(row: dict[str, Any]) -> str:
    named = ", ".join(f"{number:,}" for number in row["first"])
    more = f" and {row['count'] - len(row['first']):,} more" if row["count"] > len(row["first"]) else ""
    return f"Table {row['table']}, data row{'s' if row['count'] > 1 else ''} {named}{more}"


def _known(found: Explanation) -> list[str]:
    lines = []
    for row in found.deviations:
        lines += [
            f"{row['title']} ({row['deviation_id']}): {row['published']}",
            f"  What we do: {row['ours']}",
        ]
    lines += [f"Waived in this release: {row['rule']}: {row['reason']}" for row in found.waivers]
    lines += [
        f"Compare {row['from_scope']} with {row['to_scope']} with care: {row['what_changed']}"
        for row in found.breaks
    ]
    return lines


def _year(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return f"{row['year']}: no value ({row['missing_reason']})"
    interval = f"  ({number(row['lower'])} to {number(row['upper'])})" if row["lower"] is not None else ""
    return f"{row['year']}: {number(row['value'])}{interval}"


def _release(row: dict[str, Any]) -> str:
    value = number(row["value"]) if row.get("value") is not None else "no value"
    return f"{row['version']}: {value}{_taken_back(row)}"


def _taken_back(release: dict[str, Any]) -> str:
    return f" (rolled back by {release['rolled_back']})" if release.get("rolled_back") else ""
