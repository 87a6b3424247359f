"""Metadata for catalogues of data: schema.org (search engines) and DCAT-US 1.1 (data.gov and its like).

No licence and no contact are named: the data are the agencies', each under its own terms (README.md), and
whoever registers a release in a catalogue writes in who answers questions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.release.contents import Contents

_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_KEYWORDS = ["upward mobility", "county", "city", "United States", "indicators"]
_PUBLISHER = "The developers of mobility"


@dataclass(frozen=True)
class Measured:
    """What is measured, and for which years."""

    variables: list[tuple[str, str, str]]
    first_year: int
    last_year: int


def read_measured(folder: Path) -> Measured:
    """Variables with values (name, label, unit) and years of a candidate."""
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        variables = connection.execute(
            "select variable, label, unit from variables where variable in (select variable from series"
            " where status = 'available') order by variable"
        ).fetchall()
        years = connection.execute("select min(year), max(year) from geography_years").fetchall()[0]
    return Measured([(row[0], row[1], row[2]) for row in variables], int(years[0]), int(years[1]))


def schema_org(contents: Contents, measured: Measured, title: str) -> str:
    """The release as a `Dataset` of schema.org, JSON-LD."""
    dataset: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": title,
        "description": description(contents, measured, title),
        "version": contents.version,
        "datePublished": _day(contents),
        "temporalCoverage": f"{measured.first_year}/{measured.last_year}",
        "spatialCoverage": _place(contents),
        "isAccessibleForFree": True,
        "keywords": _KEYWORDS,
        "creator": {"@type": "Organization", "name": _PUBLISHER},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": name, "description": label, "unitText": unit}
            for name, label, unit in measured.variables
        ],
        "distribution": [
            {"@type": "DataDownload", "name": name, "contentUrl": path, "encodingFormat": _MEDIA[form]}
            for name, path, form in _files(contents)
        ],
        "isBasedOn": [
            {"@type": "CreativeWork", "name": f"{agency}: {source}", "url": page}
            for agency, source, page in _sources(contents)
        ],
    }
    return _text(dataset)


def dcat_us(contents: Contents, measured: Measured, title: str) -> str:
    """The release as a catalogue of one dataset, Project Open Data Metadata Schema 1.1."""
    dataset = {
        "@type": "dcat:Dataset",
        "title": title,
        "description": description(contents, measured, title),
        "keyword": _KEYWORDS,
        "modified": _day(contents),
        "publisher": {"@type": "org:Organization", "name": _PUBLISHER},
        "identifier": f"mobility-{contents.channel}-{contents.version}",
        "accessLevel": "public",
        "temporal": f"{measured.first_year}-01-01/{measured.last_year}-12-31",
        "spatial": _place(contents),
        "references": [page for _, _, page in _sources(contents)],
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": name,
                "downloadURL": path,
                "mediaType": _MEDIA[form],
                "format": form.upper(),
            }
            for name, path, form in _files(contents)
        ],
    }
    return _text(
        {
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@type": "dcat:Catalog",
            "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
            "dataset": [dataset],
        }
    )


def description(contents: Contents, measured: Measured, title: str) -> str:
    """One paragraph that says what it is and how it may not be used."""
    warning = " Invented numbers for trying things; no real data." if contents.channel == "sample" else ""
    return (
        f"{title}, {measured.first_year} to {measured.last_year}: one long table and the wide tables of "
        "the published database, each value with interval, quality flag, origin, and the reason where it "
        f"is missing.{warning}"
    )


def _day(contents: Contents) -> str:
    return "-".join(contents.version.split(".")[:3])


def _place(contents: Contents) -> str:
    return "United States" if contents.channel == "national" else "An invented state"


def _files(contents: Contents) -> list[tuple[str, str, str]]:
    return [
        (table.name, f"{form}/{table.stem}.{form}", form)
        for table in sorted(contents.tables, key=lambda one: one.name)
        if table.status == "available"
        for form in (("csv", "parquet") if table.has_csv else ("parquet",))
    ]


def _sources(contents: Contents) -> list[tuple[str, str, str]]:
    from orchestration.sources import SOURCES

    names = sorted({item["source"] for item in contents.inputs})
    return [(SOURCES[name].agency, SOURCES[name].title, SOURCES[name].landing_page) for name in names]


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
