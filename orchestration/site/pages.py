"""The pages: what stands in `templates/`, filled with facts and cells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.release.released_tables import WITHOUT_CSV
from orchestration.site.facts import Facts, Row
from orchestration.site.metric import metric_page

TEMPLATES = Path(__file__).parent / "templates"
APP = Path(__file__).parent / "app"
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

    def __init__(self, facts: Facts, placement: Placement) -> None:
        self.facts, self._placement = facts, placement
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

    def index(self, json_ld: Row | None, states: list[tuple[str, str]]) -> str:
        """The start: search, the country, how sure numbers are, metrics by pillar, states as plain tables."""
        # "</" must not end the script; the rest of JSON is harmless there.
        script = (
            None if json_ld is None else Markup(json.dumps(json_ld, ensure_ascii=False).replace("</", "<\\/"))
        )
        return self._render(
            "index.html", "Upward Mobility Metrics", totals=self.facts.totals, json_ld=script, states=states,
            pillars=self._by_pillar(self.facts.variables.values()), made=self._made,
        )  # fmt: skip

    def community(self, states: list[tuple[str, str]]) -> str:
        """The page that shows any community; its address names which."""
        return self._render("community.html", "Community", states=states, made=self._made)

    def tables(self, state: str, links: str, tables: str) -> str:
        """The communities of a state as plain tables."""
        title = f"{state}: all communities"
        return self._render("tables.html", title, "../", links=Markup(links), tables=Markup(tables))

    @property
    def _made(self) -> str:
        """The day of the release, from its version."""
        return "-".join(str(self.facts.manifest["version"]).split(".")[:3])

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
                    if form == "parquet" or (entry["kind"] != "long" and name not in WITHOUT_CSV)
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
