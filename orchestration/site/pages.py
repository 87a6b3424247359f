"""The pages: what stands in `templates/`, filled with facts and cells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.site.areas import Area, Trend
from orchestration.site.facts import Facts, Row
from orchestration.site.metric import metric_page
from orchestration.site.rows import group_tables, metric_rows
from orchestration.site.words import KINDS, ONE

TEMPLATES = Path(__file__).parent / "templates"
DOCUMENTS = {
    "README.md": "what is in the release, how to open it, what is missing, terms",
    "dictionary.csv": "every column: type, unit, meaning",
    "datapackage.json": "the tables as a Frictionless data package",
    "schema_org.json": "metadata for search engines (schema.org)",
    "dcat_us.json": "metadata for catalogues of data (DCAT-US)",
    "CITATION.cff": "how to cite",
    "CHANGES.md": "what differs from the release before",
    "manifest.json": "every input and every file with its hash",
}


@dataclass(frozen=True)
class Placement:
    """Where the site stands: `reports` leads from it to the release's reports and documents."""

    reports: str
    has_changes: bool
    has_dbt: bool
    documents: tuple[str, ...]

    @property
    def inside(self) -> bool:
        """Whether the release's tables can be reached from the pages."""
        return bool(self.reports)


class Pages:
    """Renders the pages of one site."""

    def __init__(self, facts: Facts, areas: Mapping[tuple[str, str], Area], placement: Placement) -> None:
        self.facts, self.areas, self._placement = facts, areas, placement
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )
        self._environment.globals.update(
            version=facts.manifest["version"],
            channel=facts.manifest["channel"],
            waivers=facts.manifest.get("waivers") or [],
            quality=facts.quality,
            reports=placement.reports,
            has_changes=placement.has_changes,
            has_dbt=placement.has_dbt,
            inside=placement.inside,
        )

    def _render(self, template: str, title: str, up: str = "", **values: Any) -> str:
        return self._environment.get_template(template).render(title=title, up=up, **values)

    def style(self) -> str:
        """The style sheet of all pages."""
        return (TEMPLATES / "style.css").read_text(encoding="utf-8")

    def index(self, json_ld: Row | None) -> str:
        """The start: what it is, how sure, metrics by pillar."""
        # "</" must not end the script; the rest of JSON is harmless there.
        script = (
            None if json_ld is None else Markup(json.dumps(json_ld, ensure_ascii=False).replace("</", "<\\/"))
        )
        return self._render(
            "index.html", "Upward Mobility Metrics", totals=self.facts.totals, json_ld=script,
            pillars=self._by_pillar(self.facts.variables.values()),
        )  # fmt: skip

    def areas_list(self) -> str:
        """All counties and cities by state."""
        listed = sorted(
            self.areas.values(), key=lambda area: (area.state, area.geography_type, area.name, area.geoid)
        )
        states = [
            (state, of_state[0].state_name, of_state)
            for state, group in groupby(listed, key=lambda area: area.state)
            if (of_state := list(group))
        ]
        states.sort(key=lambda one: one[1])
        return self._render("areas.html", "Counties and cities", states=states, newest=self._newest)

    @cached_property
    def _newest(self) -> int:
        return max((area.valid_to for area in self.areas.values()), default=0)

    def release(self) -> str:
        """Documents for reuse, tables, inputs, what is not there."""
        manifest = self.facts.manifest
        tables = [
            {
                "name": name,
                "what": entry["title"] or name.replace("_", " "),
                "rows": f"{entry['rows']:,}",
                "files": [
                    f"{form}/{entry['stem']}.{form}"
                    for form in ("parquet", "csv")
                    if form == "parquet" or entry["kind"] != "long"
                ],
            }
            for name, entry in sorted(manifest["tables"].items(), key=_publications_first)
            if entry["status"] == "available"
        ]
        return self._render(
            "release.html", "Release and files", manifest=manifest, tables=tables,
            documents=[(path, DOCUMENTS[path]) for path in self._placement.documents],
            shut=[one for one in manifest["tables"].values() if one["status"] != "available"],
            inputs=sorted(Counter(item["source"] for item in manifest["inputs"]).items()),
        )  # fmt: skip

    def metric(self, variable: str) -> str:
        """One variable: what it is, how it spreads, how complete and sure it is, what is known about it."""
        values = metric_page(self.facts, variable)
        return self._render("metric.html", self.facts.variables[variable]["label"], "../", **values)

    def area(self, area: Area, trends: list[Trend], groups: list[tuple[Any, ...]]) -> str:
        """One county or city: its metrics by pillar, its subgroups, and areas of like size."""
        found = {row.variable: row for row in trends}
        known = [row for name, row in self.facts.variables.items() if name in found]
        pillars = [(pillar, metric_rows(self.facts, rows, found)) for pillar, rows in self._by_pillar(known)]
        return self._render(
            "area.html", f"{area.name}, {area.state_name}", "../", pillars=pillars, about=_about(area),
            groups=group_tables(self.facts, groups), kinds=KINDS[area.geography_type].lower(),
            successors=self._listed(area, (area.successor or "").split(";")),
            peers=self._listed(area, area.peers),
        )  # fmt: skip

    def _listed(self, area: Area, geoids: Iterable[str]) -> list[Area]:
        """Other areas of the same kind, by code."""
        found = (self.areas.get((area.geography_type, geoid.strip())) for geoid in geoids)
        return [other for other in found if other is not None]

    def note(self, title: str, up: str) -> str:
        """A page that says only one thing."""
        return self._render("base.html", title, up)

    def _by_pillar(self, rows: Iterable[Row]) -> list[tuple[Row, list[Row]]]:
        """Variables under their pillars, both in the framework's order."""
        listed = list(rows)
        by_pillar = [
            (pillar, [row for row in listed if row["pillar"] == pillar["pillar"]])
            for pillar in self.facts.pillars
        ]
        return [(pillar, of_pillar) for pillar, of_pillar in by_pillar if of_pillar]


def _publications_first(item: tuple[str, Row]) -> tuple[bool, int, str]:
    name, entry = item
    return entry["publication"] is None, entry["publication"] or 0, name


def _about(area: Area) -> str:
    people = f", {area.population:,} residents" if area.population else ""
    return (
        f"{ONE[area.geography_type]} {area.geoid}{people}; in the data {area.valid_from} to {area.valid_to}."
    )
