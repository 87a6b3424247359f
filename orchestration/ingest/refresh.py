"""Bringing the lake up to date: every file of every source, one after the other."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from orchestration import progress as progress_of_run
from orchestration.errors import MobilityError
from orchestration.ingest import inbox, lake, mirror, storage
from orchestration.ingest.receive import BytesProgress, Receipt, note_verdict, receive
from orchestration.settings import Settings
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile

Status = Literal["new", "changed", "unchanged", "absent", "failed"]


@dataclass(frozen=True)
class IngestReport:
    """What happened to one file."""

    source: str
    vintage: str
    file: str
    partition: str | None
    status: Status
    reason: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    origin: str = ""
    sha256: str = ""
    bytes: int = 0
    changed_from: str | None = None


Progress = Callable[[IngestReport], None]


def chosen_files(names: Iterable[str] | None = None) -> list[tuple[Source, SourceFile]]:
    """The files of the named sources, or of all, in the order in which they are worked through."""
    wanted = list(SOURCES) if names is None else list(names)
    for name in wanted:
        if name not in SOURCES:
            near = difflib.get_close_matches(name, SOURCES, n=1)
            raise MobilityError(
                "There is no such source.",
                where=name,
                expected=f"one of {', '.join(sorted(SOURCES))}",
                remedy=f"did you mean {near[0]}?" if near else "choose one of them",
            )
    return [(SOURCES[name], file) for name in SOURCES if name in wanted for file in SOURCES[name].files]


def refresh(
    settings: Settings,
    names: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> list[IngestReport]:
    """Receive what is new and bring the lake up to date.

    Args:
        settings: channel, folders, mirrors, whether the network is allowed.
        names: sources; all if None.
        progress: called with each file's report. Downloads show themselves as a step of their own.

    Returns:
        One report a file. Files that are not at hand are reported as `absent`.

    Raises:
        MobilityError: after all files were tried, with everything that went wrong.
    """
    mirrors = mirror.folders(settings)
    reports = []
    errors: list[MobilityError] = []
    for source, file in chosen_files(names):
        try:
            report = _one(settings, source, file, mirrors)
        except MobilityError as error:
            errors.append(error)
            report = _report(source, file, "failed", reason=str(error))
        reports.append(report)
        if progress is not None:
            progress(report)
    if errors:
        raise _recap(errors, len(reports))
    return reports


def _one(settings: Settings, source: Source, file: SourceFile, mirrors: list[Path]) -> IngestReport:
    receipt = receive(settings, source, file, mirrors, _megabytes(file))
    if receipt is None:
        return _absent(settings, source, file)
    rows = lake.is_current(settings, source, file, receipt.sha256)
    if rows is not None:
        return _report(source, file, "unchanged", receipt, rows=rows)
    known = any(piece.receipt(settings) for piece in lake.pieces(source, file))
    try:
        rows = lake.write(settings, source, file, receipt.sha256)
    except MobilityError:
        note_verdict(settings, source, file, receipt, refused=True)
        raise
    note_verdict(settings, source, file, receipt, refused=False)
    reason = f"the content changed from {receipt.changed_from}" if receipt.changed_from else ""
    return _report(source, file, "changed" if known else "new", receipt, rows=rows, reason=reason)


def _megabytes(file: SourceFile) -> BytesProgress:
    """Tell the display of a run how far a download is, once a megabyte."""
    tell = progress_of_run.of("download")
    last = -1

    def heard(received: int, expected: int | None) -> None:
        nonlocal last
        if received >> 20 != last:
            last = received >> 20
            tell(last, (expected or received) >> 20, f"{file.basename} (MiB)")

    return heard


def _absent(settings: Settings, source: Source, file: SourceFile) -> IngestReport:
    known = next((item.reason for item in source.not_at_hand if item.name == file.name), "")
    how = inbox.how_to_fetch(settings, source, file)
    if file.required and settings.channel == "national":
        raise MobilityError(
            "A file that every run needs is not at hand.",
            where=f"{source.name}, vintage {file.vintage}: {file.official_name}",
            expected="it in the inbox, in a mirror folder or from the network",
            found="none of them has it",
            remedy=how,
        )
    return _report(
        source, file, "absent", reason=f"{known}; to bring it: {how}" if known else f"to bring it: {how}"
    )


def _report(
    source: Source,
    file: SourceFile,
    status: Status,
    receipt: Receipt | None = None,
    *,
    reason: str = "",
    rows: dict[str, int] | None = None,
) -> IngestReport:
    facts: dict[str, Any] = receipt.facts if receipt else {"origin": "", "sha256": "", "bytes": 0}
    return IngestReport(
        source=source.name,
        vintage=file.vintage,
        file=file.name,
        partition=file.partition,
        status=status,
        reason=reason,
        rows=rows or {},
        origin=facts["origin"],
        sha256=facts["sha256"],
        bytes=facts["bytes"],
        changed_from=receipt.changed_from if receipt else None,
    )


def _recap(errors: list[MobilityError], count: int) -> MobilityError:
    if len(errors) == 1:
        return errors[0]
    return MobilityError(
        f"{len(errors)} of {count} files could not be taken in; the others were.",
        found="\n\n" + "\n\n".join(str(error) for error in errors),
        remedy="mend them one by one; what was good in the lake is still there",
    )


def inputs(settings: Settings) -> list[dict[str, Any]]:
    """The files that the lake was made of, for a release's manifest: stable facts, no times.

    Returns:
        Dictionaries with source, vintage, partition, file, official_name, access, origin, url,
        mirror_path, found_in, sha256, bytes; sorted by source, vintage and file.
    """
    found = []
    for source, file in chosen_files():
        receipts = [
            piece.receipt(settings) for piece in lake.pieces(source, file) if piece.place(settings).exists()
        ]
        used = {receipt["raw_sha256"] for receipt in receipts if receipt}
        book = storage.read_json(storage.receipt_path(settings, source, file)) or {"received": []}
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
                }
                | {"access": source.access, "sha256": facts["sha256"], "bytes": facts["bytes"]}
                | stable
            )
    return sorted(found, key=lambda item: (item["source"], item["vintage"], item["file"], item["sha256"]))
