"""Bringing the lake up to date: every file of every source."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from orchestration.base import progress as progress_of_run
from orchestration.base.errors import MobilityError
from orchestration.base.files import folders_synced_at_the_end
from orchestration.base.locks import only_one
from orchestration.base.settings import Channel, Settings
from orchestration.base.states import NATION
from orchestration.ingest import drafts, inbox, lake, mirror
from orchestration.ingest.receive import BytesProgress, Receipt, came_from, note_verdict, receive
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile
from orchestration.storage import lake_files, raw_store

BY_STATE = "by_state"
"""Name under which the states' files of a vintage that are not at hand are reported."""

_READ_ANEW = "the same content, read anew: what its record demands, or its parser, is another one now"

Status = Literal["new", "changed", "unchanged", "absent", "failed"]


@dataclass(frozen=True)
class IngestReport:
    """What happened to one file; `partition` is that of the file, `us` for several states."""

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


WHOLE = "whole"
"""What a file without a state of its own is called where others of its source have one."""


@dataclass(frozen=True)
class Part:
    """Files of a source that come in together wherever they are worked on: of a vintage, and of a state."""

    vintage: str
    state: str | None = None

    def has(self, file: SourceFile) -> bool:
        """Whether a file belongs to it."""
        return file.vintage == self.vintage and self.state in (None, state_of(file))


def state_of(file: SourceFile) -> str:
    """The state of a file as parts are named by it: of a collective file `us`, of one without `whole`."""
    return file.partition or (NATION if file.partitions else WHOLE)


@dataclass
class _Outcome:
    """What became of files that enter the lake together; `absent` are those of states not at hand."""

    reports: list[IngestReport]
    absent: list[SourceFile]
    errors: list[MobilityError]


Progress = Callable[[IngestReport], None]


def chosen_files(
    names: Iterable[str] | None = None, channel: Channel | None = None
) -> list[tuple[Source, SourceFile]]:
    """The files of the named sources, or of all, in the order in which they are worked through.

    Args:
        names: sources; all if None.
        channel: leave out files of the other channel.
    """
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
    return [
        (SOURCES[name], file)
        for name in SOURCES
        if name in wanted
        for file in SOURCES[name].files
        if channel is None or file.channel in (None, channel)
    ]


def refresh(
    settings: Settings,
    names: Iterable[str] | None = None,
    progress: Progress | None = None,
    part: Part | None = None,
) -> list[IngestReport]:
    """Receive what is new and bring the lake up to date.

    Args:
        settings: channel, folders, mirrors, whether the network is allowed.
        names: sources; all if None.
        progress: called with each file's report. Downloads show themselves as a step of their own.
        part: only these files of the sources; all if None.

    Returns:
        One report a file. Files that are not at hand are reported as `absent`, those of states in one
        report a vintage.

    Raises:
        MobilityError: after all files were tried, with everything that went wrong.
    """
    with (
        only_one(settings.channel_dir, "refresh of the sources"),
        folders_synced_at_the_end(),
        lake_files.noted_at_the_end(settings),
    ):
        return _refreshed(settings, names, progress, part)


def _refreshed(
    settings: Settings, names: Iterable[str] | None, progress: Progress | None, part: Part | None
) -> list[IngestReport]:
    wanted = None if names is None else list(names)
    one = wanted[0] if wanted and len(wanted) == 1 else ""
    raw_store.look(settings, one)
    lake_files.look(settings, one)
    inbox.look(settings)
    mirrors = mirror.folders(settings)
    reports = []
    errors: list[MobilityError] = []
    chosen = [pair for pair in chosen_files(wanted, settings.channel) if part is None or part.has(pair[1])]
    for _, group in groupby(chosen, key=lambda pair: (pair[0].name, pair[1].vintage)):
        source, files = _unzipped(group)
        for report in _vintage(settings, source, files, mirrors, errors):
            reports.append(report)
            if progress is not None:
                progress(report)
    if errors:
        raise _recap(errors, len(reports))
    return reports


def _unzipped(group: Iterable[tuple[Source, SourceFile]]) -> tuple[Source, list[SourceFile]]:
    pairs = list(group)
    return pairs[0][0], [file for _, file in pairs]


def _vintage(
    settings: Settings,
    source: Source,
    files: list[SourceFile],
    mirrors: list[Path],
    errors: list[MobilityError],
) -> Iterator[IngestReport]:
    """Reports of all files of one vintage; those of states that are not at hand share one."""
    absent = []
    for outcome in _outcomes(settings, source, files, mirrors):
        yield from outcome.reports
        absent += outcome.absent
        errors += outcome.errors
    if absent:
        how = inbox.how_to_fetch(settings, source, absent[0])
        reason = f"{len(absent)} files are not at hand; to bring the first, {absent[0].basename}: {how}"
        yield replace(_report(source, absent[0], "absent", reason=reason), file=BY_STATE)


def _outcomes(
    settings: Settings, source: Source, files: list[SourceFile], mirrors: list[Path]
) -> Iterator[_Outcome]:
    """Take in the files of a vintage, in their order.

    Two at a time, but for collective files, which wait for those of single states: they yield to them. An
    agency's server is asked for one file after the other.
    """
    take_in = partial(_bundle, settings, source, mirrors=mirrors)
    bundles = _bundles(source, files)
    if settings.download:
        yield from map(take_in, bundles)
        return
    alone = [bundle for bundle in bundles if not bundle[0].partitions]
    waiting = [_hands().submit(copy_context().run, take_in, bundle) for bundle in alone]
    try:
        for one in waiting:
            yield one.result()
    finally:
        for one in waiting:
            one.cancel()
    yield from map(take_in, (bundle for bundle in bundles if bundle[0].partitions))


@cache
def _hands() -> ThreadPoolExecutor:
    """Two threads that stay, each with its connection for checks (drift.connection_of_thread)."""
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="ingest")


def _bundles(source: Source, files: list[SourceFile]) -> list[list[SourceFile]]:
    """Files that enter the lake together: all of a partition where tables belong to each other."""
    if not any(table.belongs_to for table in source.tables):
        return [[file] for file in files]
    bundles: dict[tuple[str | None, tuple[str, ...]], list[SourceFile]] = {}
    for file in files:
        bundles.setdefault((file.partition, file.partitions), []).append(file)
    return list(bundles.values())


def _bundle(settings: Settings, source: Source, files: list[SourceFile], mirrors: list[Path]) -> _Outcome:
    """Take in files together."""
    reports: dict[str, IngestReport] = {}
    stale: list[tuple[SourceFile, Receipt]] = []
    absent: list[SourceFile] = []
    errors: list[MobilityError] = []
    for file in files:
        try:
            receipt = receive(settings, source, file, mirrors, _megabytes(file))
            if receipt is None and (file.partition or file.partitions):
                absent.append(file)
            elif receipt is None:
                reports[file.name] = _absent(settings, source, file)
            elif (rows := lake.is_current(settings, source, file, receipt.sha256)) is not None:
                reports[file.name] = _report(source, file, "unchanged", receipt, rows=rows)
            else:
                stale.append((file, receipt))
        except MobilityError as error:
            errors.append(error)
            reports[file.name] = _report(source, file, "failed", reason=str(error))
    if any(report.status == "failed" for report in reports.values()):
        for file, receipt in stale:
            reason = "held back, because a file that belongs to it could not be received"
            reports[file.name] = _report(source, file, "failed", receipt, reason=reason)
    elif stale:
        reports |= _written(settings, source, stale, errors)
    return _Outcome([reports[file.name] for file in files if file.name in reports], absent, errors)


def _written(
    settings: Settings,
    source: Source,
    files: list[tuple[SourceFile, Receipt]],
    errors: list[MobilityError],
) -> dict[str, IngestReport]:
    known = {
        file.name: any(piece.receipt(settings) for piece in lake.wanted_pieces(settings, source, file))
        for file, _ in files
    }
    written = drafts.write(settings, source, [(file, receipt.sha256) for file, receipt in files])
    reports = {}
    for file, receipt in files:
        error, rows = written.refused.get(file.name), written.rows[file.name]
        status: Status = "changed" if known[file.name] else "new"
        reason = _why(status, receipt)
        if error is not None:
            error.where = f"{error.where}; from {came_from(settings, source, file, receipt)}"
            errors.append(error)
            status, reason = "failed", str(error)
        elif file.name in written.held_back:
            status, reason = "failed", written.held_back[file.name]
        if status != "failed" or error is not None:
            note_verdict(settings, source, file, receipt, refused=error is not None)
        reports[file.name] = _report(source, file, status, receipt, rows=rows, reason=reason)
    return reports


def _why(status: Status, receipt: Receipt) -> str:
    """Why a file that the lake has is read again: other content, or, as in a home of before, other rules."""
    if receipt.changed_from:
        return f"the content changed from {receipt.changed_from}"
    return _READ_ANEW if status == "changed" else ""


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
        partition=file.partition or (NATION if file.partitions else None),
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
