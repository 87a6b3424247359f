"""The steps of a run, each doing nothing if nothing changed since it last ended well.

Dagster's assets and the command call these functions; a Python session may too. What was done last
stands in small files below `<channel>/runs/`: they only save work. A missing or wrong one costs time,
never correctness, because the publish step judges the candidate's bytes and not these notes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base import progress
from orchestration.base.code import below, fingerprint
from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, write_json
from orchestration.base.locks import only_one
from orchestration.base.manifests import NAME as MANIFEST
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import PROJECT_ROOT, Channel, Settings
from orchestration.storage import home

if TYPE_CHECKING:
    from orchestration.ingest import IngestReport
    from orchestration.ingest.refresh import Part
    from orchestration.warehouse.build import WarehouseReport
    from orchestration.warehouse.sums import Summed


@dataclass(frozen=True)
class Candidate:
    """A candidate's folder, and whether this step made it or found it as it was."""

    path: Path
    built: bool


def refresh_source(
    settings: Settings,
    name: str,
    part: Part | None = None,
    each: Callable[[IngestReport], None] | None = None,
) -> list[IngestReport]:
    """Bring one source, or a part of it, up to date; `each` hears of each file, also in a run that fails."""
    from orchestration.ingest import refresh

    total = _files_to_tell_of(settings.channel)
    told = set()

    def heard(report: IngestReport) -> None:
        if each is not None:
            each(report)
        work = (report.vintage, None if report.partition else report.file)
        if work not in told:
            told.add(work)
            what = f"{report.source} {report.vintage} {report.file}: {report.status}"
            progress.one_more("sources", total, what)

    with only_one(settings.channel_dir, f"refresh of {name}"):
        return refresh(_with_invented_files(settings), [name], progress=heard, part=part)


@cache
def _files_to_tell_of(channel: Channel) -> int:
    """Files of states count once a vintage: nobody knows before how many of them are at hand."""
    from orchestration.sources import SOURCES

    return len(
        {
            (source.name, file.vintage, None if file.partition or file.partitions else file.name)
            for source in SOURCES.values()
            for file in source.files
            if file.channel in (None, channel)
        }
    )


def _with_invented_files(settings: Settings) -> Settings:
    """The sample has no shipped mirror: without a folder of its own the invented state's is written."""
    if settings.channel != "sample" or settings.mirrors:
        return settings
    from orchestration.sample import ensure_sample

    return settings.model_copy(update={"mirrors": (ensure_sample(settings.channel_dir / "mirror"),)})


def build_warehouse(
    settings: Settings, only: Sequence[str] | None = None, *, anew: bool = True
) -> WarehouseReport:
    """Bring the warehouse up to date, or build `only` some seeds, models and tests in it."""
    from orchestration.warehouse import build as warehouse

    return warehouse.build(settings, progress.of("warehouse"), only, anew=anew)


def sum_records(settings: Settings, vintage: str, state: str | None = None) -> Summed:
    """Sums of survey records of a state of a vintage, or those of all its states in one file.

    Raises:
        MobilityError: the lake has no such records.
    """
    from orchestration.warehouse import sums

    with only_one(settings.channel_dir, "sums of survey records"):
        found = sums.partial(settings, vintage, state) if state else sums.compacted(settings, vintage)
    if found is None:
        raise MobilityError(
            "There are no survey records to sum.",
            where=", ".join(filter(None, (sums.SOURCE, f"vintage {vintage}", state))),
            expected="persons and housing units of it in the lake",
            found="none",
            remedy=f"take them in first: the partition of files/{sums.SOURCE}",
        )
    return found


def make_candidate(settings: Settings) -> Candidate:
    """A candidate of the warehouse as it stands; the one at hand if nothing it depends on changed.

    A site that is there stays, asked for or not: to take it out would cost a build and a verdict.

    Raises:
        MobilityError: models of the warehouse are older than what they are made of.
    """
    from orchestration.warehouse import build as warehouse

    with only_one(settings.channel_dir, "candidate"):
        warehouse.refuse_unfinished(settings)
        return _made(settings, progress.of("candidate"))


def _made(settings: Settings, tell: progress.Progress) -> Candidate:
    from orchestration import release
    from orchestration.warehouse import build as warehouse

    depends_on = {"warehouse": warehouse.fingerprint(settings), "code": _code()}
    known = _candidate_at_hand(settings, depends_on)
    if known is not None:
        tell(1, 1, f"{known.name}: unchanged")
        return Candidate(known, built=False)
    tell(0, 1, "tables, files, dictionary" + (", pages" if settings.site else ""))
    path = release.build_candidate(settings, write_pages=_write_pages)
    note = {"depends_on": depends_on, "candidate": path.name, "manifest": _manifest_hash(path)}
    _write_note(settings, "candidate", note)
    tell(1, 1, path.name)
    return Candidate(path, built=True)


def _candidate_at_hand(settings: Settings, depends_on: dict[str, str]) -> Path | None:
    """The candidate that was made last, if it would be made the same again."""
    from orchestration import release

    note = _read_note(settings, "candidate")
    known = home.candidates(settings) / str(note.get("candidate", "-"))
    has_site = (known / "site" / "index.html").is_file()
    unchanged = note.get("depends_on") == depends_on and _manifest_hash(known) == note.get("manifest")
    if not unchanged or (settings.site and not has_site):
        return None
    return known if release.follows_current(settings, known) else None


def stands_published(settings: Settings) -> bool:
    """Whether candidate, verdict and release are what the steps after the sources would find and leave.

    Every hash that they would look at is computed; a `mobility run` for which nothing is left to do then need
    not launch them.

    Raises:
        MobilityError: the current release was changed by hand.
    """
    from orchestration import release
    from orchestration.warehouse import build as warehouse

    if not warehouse.is_current(settings):
        return False
    depends_on = {"warehouse": warehouse.fingerprint(settings), "code": _code()}
    candidate = _candidate_at_hand(settings, depends_on)
    if candidate is None or not _verdict_stands(candidate, release.current(settings)):
        return False
    return release.stands_published(settings, candidate)


def _write_pages(candidate: Path, settings: Settings) -> None:
    from orchestration.site import write_into

    write_into(candidate, settings)


def newest_candidate(settings: Settings) -> Path:
    """The candidate that was made last.

    Raises:
        MobilityError: none was made, or it is gone.
    """
    name = _read_note(settings, "candidate").get("candidate")
    path = home.candidates(settings) / str(name)
    if not name or not path.is_dir():
        raise MobilityError(
            "There is no candidate.",
            where=str(home.candidates(settings)),
            expected="a folder that `mobility release build` made",
            found=str(name or "none"),
            remedy="run `mobility release build`, then `mobility release gate`",
        )
    return path


def judge_candidate(settings: Settings, candidate: Path) -> dict[str, Any]:
    """The gate's verdict on a candidate, as `gate/verdict.json` holds it.

    A passing verdict of today's gate on exactly these bytes, against today's current release, stands.
    """
    from orchestration import gate, release
    from orchestration.gate.verdict import read_verdict

    tell = progress.of("gate")
    with only_one(settings.channel_dir, "gate"):
        previous = release.current(settings)
        if _verdict_stands(candidate, previous):
            tell(1, 1, "unchanged")
            return read_verdict(candidate)
        tell(0, 1, "suites of expectations")
        gate.judge(candidate, previous)
        verdict = read_verdict(candidate)
        tell(1, 1, verdict["outcome"])
        return verdict


def _verdict_stands(candidate: Path, previous: Path | None) -> bool:
    from orchestration import gate
    from orchestration.gate.verdict import read_verdict

    try:
        gate.check_verdict(candidate)
    except MobilityError:
        return False
    if previous is None or _content_id(previous) == _content_id(candidate):
        return True
    return read_verdict(candidate)["previous_manifest_sha256"] == _manifest_hash(previous)


def publish_candidate(settings: Settings, candidate: Path, approver: str) -> Path:
    """Publish a candidate; the release step itself refuses what the gate did not pass."""
    from orchestration import release

    tell = progress.of("release")
    tell(0, 1, candidate.name)
    before = _pointed_and_noted(settings)
    path = release.publish(settings, candidate, approver=approver)
    tell(1, 1, "unchanged" if _pointed_and_noted(settings) == before else path.name)
    return path


def _pointed_and_noted(settings: Settings) -> tuple[str, int]:
    """What a publication changes: the pointer or the journal, of which a killed publisher left one undone."""
    from orchestration.release import journal

    return home.releases(settings).pointed(), len(journal.read(settings))


def _content_id(folder: Path) -> str:
    return str(read_manifest(folder)["content_id"])


def _manifest_hash(folder: Path) -> str | None:
    manifest = folder / MANIFEST
    return sha256_of(manifest) if manifest.is_file() else None


def _code() -> str:
    """Hash of the code that makes a candidate; waivers too: manifest and README name those of its version."""
    files = below(PROJECT_ROOT, PROJECT_ROOT / "orchestration", ".py", ".csv", ".sql", ".html", ".css", ".js")
    more = ("requirements.lock", "expectations/waivers.csv")
    return fingerprint(files + [(name, PROJECT_ROOT / name) for name in more])


def _note_file(settings: Settings, name: str) -> Path:
    return settings.runs_dir / f"{name}.json"


def _read_note(settings: Settings, name: str) -> dict[str, Any]:
    try:
        note = json.loads(_note_file(settings, name).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _write_note(settings: Settings, name: str, note: dict[str, Any]) -> None:
    write_json(_note_file(settings, name), note)
