"""How much of a release is computed and how much is copied, and where an interval is, said in words."""

from __future__ import annotations

import duckdb

_WORDS = {
    "computed": "computed by this project from the agencies' files",
    "published_2025": "copied from Urban's result files of 2025",
    "published_earlier": "copied from earlier versions of Urban's result files",
}
"""Origin of a series -> what it means, what we compute first."""
# Earlier releases have no column interval_flag.
_ABOUT = (
    "select variable, interval_kind, (to_json(given) ->> 'interval_flag')::integer as worst_flag "
    "from variables as given"
)


def said(connection: duckdb.DuckDBPyConnection, geoid: str = "") -> list[str]:
    """Sentences with the counts of values by origin, and of those with a 95 % interval.

    Args:
        connection: a released database.
        geoid: of one community; of all if empty.
    """
    where = "where geoid = ?" if geoid else ""
    # Bounds of homelessness say what is not known of suppressed districts, those of learning in cities are
    # means of districts', those of most low birth weights are a pool's: none says how sure a number is. Nor
    # does one bound without the other.
    cells = (
        "from (select variable, origin, value, upper - lower is not null and (interval_kind = 'sampling_95' "
        "or (interval_kind = 'model_95' and geography_type = 'county')) "
        "and coalesce(quality <= worst_flag, true) as is_sure "
        f"from metric_values inner join ({_ABOUT}) using (variable) {where})"
    )
    rows = connection.execute(
        f"select origin, count(value), count(value) filter (is_sure) {cells} group by origin order by 1",
        [geoid] if geoid else [],
    ).fetchall()
    counts = {origin: values for origin, values, _ in rows if values}
    total, bounded = sum(counts.values()), sum(bounds for _, _, bounds in rows)
    if not total:
        return ["No cell has a value."]
    order = sorted(counts, key=lambda origin: (origin not in _WORDS, list(_WORDS).index(origin)))
    parts = [f"{counts[origin]:,} ({_share(counts[origin], total)}) are {_WORDS[origin]}" for origin in order]
    measured, variables = connection.execute(
        "select count(distinct variable) filter (is_sure), count(distinct variable) "
        f"{cells} where value is not null",
        [geoid] if geoid else [],
    ).fetchall()[0]
    return [
        f"Of {total:,} values {', '.join(parts)}.",
        f"{bounded:,} ({_share(bounded, total)}) have a 95 % interval: "
        f"those of {measured} of {variables} variables.",
    ]


def _share(part: int, whole: int) -> str:
    """A percentage that does not round a few to none, or most to all."""
    percent = 100 * part / whole
    digits = 2 if 0 < percent < 1 or 99 < percent < 100 else 0
    return f"{percent:.{digits}f} %"
