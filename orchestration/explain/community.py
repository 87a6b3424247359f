"""A community's metrics from a release alone, for `mobility show`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.release.origins import said


@dataclass(frozen=True)
class Metric:
    """The newest value of one variable; `value` is None with the reason in `missing_reason`."""

    predictor: str
    variable: str
    label: str
    unit: str
    year: int
    value: float | None
    lower: float | None
    upper: float | None
    quality: str | None
    missing_reason: str | None
    origin: str
    deviation_ids: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """A county or place with its metrics by pillar."""

    geoid: str
    name: str
    state_name: str
    geography_type: str
    valid_from: int
    valid_to: int
    channel: str
    version: str
    pillars: dict[str, list[Metric]]
    origins: tuple[str, ...] = ()


def profile(release: Path, geoid: str) -> Profile:
    """The newest overall value of every variable of a community.

    Args:
        release: folder of a release.
        geoid: code of a county (5 digits) or place (7 digits); a lost zero in front is understood.

    Raises:
        MobilityError: no county or place has this code.
    """
    geoid = whole_code(geoid)
    with duckdb.connect(str(release / "mobility.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select geography_type, name, state_name, valid_from, valid_to from geographies where geoid = ?",
            [geoid],
        ).fetchall()
        if not found:
            raise unknown_geography(connection, release, geoid)
        rows = connection.execute(
            """
            select p.pillar, p.predictor, p.variable, p.label, p.unit, p.year, p.value, p.lower, p.upper,
                q.label, coalesce(reason.label, p.missing_reason), p.origin, p.deviation_ids
            from place_profile(?) as p
            left join quality_labels as q on q.quality = p.quality
            left join missing_reasons as reason using (missing_reason)
            order by p.pillar, p.predictor, p.variable
            """,
            [geoid],
        ).fetchall()
        origins = tuple(said(connection, geoid))
        facts = dict(connection.execute("select fact, value from release_info").fetchall())
    geography_type, name, state_name, valid_from, valid_to = found[0]
    pillars: dict[str, list[Metric]] = {}
    for pillar, *fields, deviations in rows:
        metric = Metric(*fields, tuple(filter(None, deviations.split(";"))))  # type: ignore[call-arg]
        pillars.setdefault(pillar, []).append(metric)
    return Profile(
        geoid,
        name,
        state_name,
        geography_type,
        valid_from,
        valid_to,
        facts["channel"],
        facts["version"],
        pillars,
        origins,
    )


def whole_code(geoid: str) -> str:
    """A code as it is written here: spreadsheets take the zero in front away, so that 1003 is 01003."""
    return f"0{geoid}" if geoid.isdigit() and len(geoid) in (4, 6) else geoid


def unknown_geography(connection: duckdb.DuckDBPyConnection, release: Path, geoid: str) -> MobilityError:
    """The error for a code that no geography has, with the nearest ones."""
    near = connection.execute(
        "select geoid, name, state_name from geographies "
        "order by levenshtein(geoid, ?) + 0.01 * levenshtein(lower(name), lower(?)), geoid limit 3",
        [geoid, geoid],
    ).fetchall()
    return MobilityError(
        "No county or city of the release has this code.",
        where=str(release),
        expected="5 digits for a county or 7 for a city, with leading zeros",
        found=geoid,
        remedy="near codes: " + ", ".join(f"{code} ({name}, {state})" for code, name, state in near),
    )
