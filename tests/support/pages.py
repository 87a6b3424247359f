"""Looks at the pages of a site as files: where their links lead."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path


class _Reader(HTMLParser):
    """What a page links to or loads, and the names that can be linked to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, bool]] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        external = tag == "a" and facts.get("rel") == "external"
        self.links += [(facts[name], external) for name in ("href", "src") if name in facts]
        if "id" in facts:
            self.ids.add(facts["id"])


def broken_links(site: Path) -> list[str]:
    """Every relative link below a site that leads nowhere, and every address that is not a source's."""

    @cache
    def read(path: Path) -> _Reader:
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        return reader

    broken = []
    for path in sorted(site.rglob("*.html")):
        if path.parent.name == "dbt":  # an application of one page, looked at in a browser
            continue
        for link, external in read(path).links:
            if external or link == "data:,":
                continue
            place, _, name = link.partition("#")
            place, _, community = place.partition("?")
            target = (path.parent / place).resolve() if place else path.resolve()
            is_page = target.suffix == ".html" and target.parent.name != "dbt"
            if (
                re.match(r"\w+:|//", link)
                or not target.is_file()
                or (community and not (target.parent / "data" / "community" / f"{community}.js").is_file())
                or (name and is_page and name not in read(target).ids)
            ):
                broken.append(f"{path.relative_to(site)}: {link}")
    return broken
