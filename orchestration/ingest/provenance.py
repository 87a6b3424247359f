"""What the lake was made of: the files behind it, for people and for a release's manifest."""

from __future__ import annotations

from typing import Any

from orchestration.base.settings import Settings
from orchestration.ingest import lake
from orchestration.ingest.refresh import chosen_files
from orchestration.sources import SOURCES
from orchestration.storage import lake_files, raw_store


def inputs(settings: Settings) -> list[dict[str, Any]]:
    """The files that the lake was made of, for a release's manifest: stable facts, no times.

    Returns:
        Dictionaries with source, vintage, partition, file, tables, official_name, access, origin, url,
        mirror_path, found_in, sha256, bytes; sorted by source, vintage and file.
    """
    found = []
    held = {name: set(lake_files.vintages(settings, name)) for name in SOURCES}
    for source, file in chosen_files(channel=settings.channel):
        if file.vintage not in held[source.name]:
            continue
        receipts = [
            piece.receipt(settings)
            for piece in lake.pieces(source, file)
            if lake_files.is_there(settings, piece.name)
        ]
        used = {receipt["raw_sha256"] for receipt in receipts if receipt}
        book = raw_store.receipt(settings, source.name, file.vintage, file.name) or {"received": []}
        for facts in book["received"]:
            if facts["sha256"] not in used:
                continue
            used.discard(facts["sha256"])
            stable = {
                key: facts.get(key) for key in ("official_name", "origin", "url", "mirror_path", "found_in")
            }
            found.append(
                {
                    "source": source.name,
                    "vintage": file.vintage,
                    "partition": file.partition,
                    "file": file.name,
                    "tables": list(file.tables),
                }
                | {"access": source.access, "sha256": facts["sha256"], "bytes": facts["bytes"]}
                | stable
            )
    return sorted(found, key=lambda item: (item["source"], item["vintage"], item["file"], item["sha256"]))
