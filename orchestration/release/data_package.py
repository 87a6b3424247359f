"""The Frictionless data package of a release: every CSV with its schema, every long table as Parquet."""

from __future__ import annotations

import json

from orchestration.release.contents import Contents

_TYPES = {
    "VARCHAR": "string", "TINYINT": "integer", "SMALLINT": "integer", "INTEGER": "integer",
    "BIGINT": "integer", "HUGEINT": "integer", "DOUBLE": "number", "FLOAT": "number", "BOOLEAN": "boolean",
    "DATE": "date",
}  # fmt: skip
_NEVER_MISSING = frozenset({"year"})


def data_package(contents: Contents, columns: list[tuple[str, str, str]]) -> str:
    """A Frictionless data package: every CSV with its schema, every long table as Parquet."""
    described: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in columns:
        described.setdefault(table, []).append((column, kind))
    resources = []
    for released in sorted(contents.tables, key=lambda one: one.name):
        if released.status != "available":
            continue
        form = "csv" if released.has_csv else "parquet"
        resources.append(
            {
                "name": released.name,
                "title": released.title or released.name.replace("_", " "),
                "description": contents.dictionary.table(released.name),
                "path": f"{form}/{released.stem}.{form}",
                "format": form,
                "mediatype": "text/csv" if form == "csv" else "application/vnd.apache.parquet",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {
                            "name": column,
                            "type": _type(column, kind, form),
                            "description": contents.dictionary.column(released.name, column),
                        }
                        for column, kind in described[released.name]
                    ],
                    "missingValues": [""],
                },
            }
        )
    package = {
        "name": f"mobility-{contents.channel}",
        "title": contents.title,
        "version": contents.version,
        "description": f"Release {contents.version}, channel {contents.channel}.",
        "sources": _sources(contents),
        "resources": resources,
    }
    return json.dumps(package, indent=1, ensure_ascii=False) + "\n"


def _type(column: str, kind: str, form: str) -> str:
    """The type of a column in the words of the standard.

    frictionless reads Parquet through pandas, where a whole number that may be missing is a float: in
    Parquet only what is never missing is declared an integer.
    """
    name = _TYPES.get(kind.split("(")[0], "any")
    return "number" if (form, name) == ("parquet", "integer") and column not in _NEVER_MISSING else name


def _sources(contents: Contents) -> list[dict[str, str]]:
    from orchestration.sources import SOURCES

    names = sorted({item["source"] for item in contents.inputs})
    return [
        {"title": f"{SOURCES[name].agency}: {SOURCES[name].title}", "path": SOURCES[name].landing_page}
        for name in names
    ]
