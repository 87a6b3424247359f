"""Provenance: every series rests on files that the manifest names, each with its hash."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, expect, query

_AVAILABLE = "from candidate.series where status = 'available'"


def provenance() -> list[Expectation]:
    """Every input has a hash; the file of every published series is an input."""
    malformed = """
        select source, vintage, file, sha256, bytes from work.inputs
        where not regexp_full_match(coalesce(sha256, ''), '[0-9a-f]{64}') or coalesce(bytes, 0) <= 0
            or coalesce(source, '') = '' or coalesce(file, '') = ''"""
    unknown = f"""
        select distinct series_id, published_file {_AVAILABLE} and origin = 'published_2025'
            and published_file not in (select file from work.inputs)"""
    twice = """
        select sha256, count(distinct file) as files, min(file) as one, max(file) as other
        from work.inputs where source = 'urban_published_2025' group by sha256
        having count(distinct file) > 1"""
    files = "select count(*) from work.inputs"
    return expect(
        "inputs_known",
        "error",
        "every series rests on files that the manifest names with their hash",
        [
            query("hashes", files, malformed),
            query("files of series", f"select count(*) {_AVAILABLE}", unknown),
            query("one file under two names", files, twice),
        ],
    )
