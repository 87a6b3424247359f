"""Provenance: every series rests on files that the manifest names, each with its hash."""

from __future__ import annotations

from expectations.rules.expectation import Expectation, ExpectRuleToHold, query

_SERIES = "variable, geography_type, subgroup_type, year, sample"
_AVAILABLE = "from candidate.series where status = 'available'"


class ExpectInputsToBeKnown(ExpectRuleToHold):
    """Every number rests on files that the manifest names with their hash."""


def provenance() -> list[Expectation]:
    """Every input has a hash; published series and computed cells rest on inputs alone."""
    malformed = """
        select source, vintage, file, sha256, bytes from work.inputs
        where not regexp_full_match(coalesce(sha256, ''), '[0-9a-f]{64}') or coalesce(bytes, 0) <= 0
            or coalesce(source, '') = '' or coalesce(file, '') = ''"""
    unknown = f"""
        select distinct series_id, published_file {_AVAILABLE}
            and origin in ('published_2025', 'published_earlier')
            and published_file not in (select file from work.inputs)"""
    computed = f"""
        select distinct unnest(string_split(used.source_files, ';')) as input
        from candidate.value_components as used
        inner join (from candidate.series where origin = 'computed') as series
            using ({_SERIES})
        where used.source_files is not null"""
    unnamed = f"""
        select input from ({computed}) as used
        where not exists (
            from work.inputs as named
            where named.source = split_part(trim(input), '/', 1)
                and named.vintage = split_part(trim(input), '/', 2)
                and list_contains(named.tables, split_part(trim(input), '/', 3))
        )"""
    without = f"""
        select series_id {_AVAILABLE} and origin = 'computed' and ({_SERIES}) not in (
            select ({_SERIES}) from candidate.value_components where source_files is not null
        )"""
    twice = """
        select sha256, count(distinct file) as files, min(file) as one, max(file) as other
        from work.inputs where source in ('urban_published_2025', 'urban_published_earlier') group by sha256
        having count(distinct file) > 1"""
    files = "select count(*) from work.inputs"
    return ExpectInputsToBeKnown.declare(
        "inputs_known",
        "error",
        "every series rests on files that the manifest names with their hash",
        [
            query("hashes", files, malformed),
            query("files of series", f"select count(*) {_AVAILABLE}", unknown),
            query("inputs of computed cells", f"select count(*) from ({computed})", unnamed, minimum=0),
            query("computed series without inputs", f"select count(*) {_AVAILABLE}", without),
            query("one file under two names", files, twice),
        ],
    )
