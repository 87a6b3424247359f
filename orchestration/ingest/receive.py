"""Getting one file: inbox, mirrors, network; then the raw store and a receipt.

The order is: the inbox (a person brought it on purpose), the mirror folders given, the shipped
mirror, the network if it is allowed. A file that was received before and is nowhere now stays at
hand: the raw store keeps it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, version_of
from orchestration.base.settings import Settings
from orchestration.ingest import inbox, mirror
from orchestration.ingest.content import check_content
from orchestration.sources.model import Source, SourceFile
from orchestration.storage import raw_store
from orchestration.storage.inbox_files import Sent

if TYPE_CHECKING:
    from orchestration.ingest import http

Origin = Literal["inbox", "mirror", "shipped mirror", "download"]
BytesProgress = Callable[[int, int | None], None]

_STABLE = ("official_name", "origin", "url", "mirror_path", "found_in", "bytes", "sha256")


@dataclass(frozen=True)
class Receipt:
    """What is known about the newest content of a file."""

    facts: dict[str, Any]
    changed_from: str | None = None
    fresh: bool = False

    @property
    def sha256(self) -> str:
        """Hash of the official content."""
        return str(self.facts["sha256"])


def receive(
    settings: Settings,
    source: Source,
    file: SourceFile,
    mirrors: list[Path],
    on_bytes: BytesProgress | None = None,
) -> Receipt | None:
    """Bring the newest content of a file into the raw store.

    Returns:
        Its receipt, or None if the file is not at hand.
    """
    book = raw_store.receipt(settings, source.name, file.vintage, file.name) or {"received": [], "seen": {}}
    brought = inbox.find(settings, source, file)
    copy = None if brought else mirror.find(source, file, mirrors)
    place = brought or (copy.place if copy else None)
    sent = None if brought else inbox.find_in_store(settings, source, file)
    if sent is not None:
        return _from_store(settings, source, file, book, sent)
    if place is not None:
        if _seen_before(settings, book, place, copy):
            return Receipt(book["received"][-1])
        with raw_store.landing(settings) as landing:
            facts = _from_copy(landing, copy, file) if copy else _from_inbox(landing, place, source, file)
            return _enter(settings, source, file, book, landing, facts, _sight(place, copy))
    fetched = source.access != "manual" and not file.bulk and (not file.key or key_of(settings, file))
    if settings.download and settings.channel == "national" and file.url and fetched:
        return _from_network(settings, source, file, book, on_bytes)
    good = [facts for facts in book["received"] if not facts.get("refused")]
    held = [facts for facts in good if raw_store.holds(settings, facts)]
    return Receipt(held[-1]) if held else None


def key_of(settings: Settings, file: SourceFile) -> str | None:
    """The key that an address needs, if there is one; asked for when it is used and written nowhere."""
    held = getattr(settings, file.key) if file.key else None
    return held.get_secret_value() if held else None


def came_from(settings: Settings, source: Source, file: SourceFile, receipt: Receipt) -> str:
    """Where a received file came from, for people: which of several places, and what lies there."""
    book = raw_store.receipt(settings, source.name, file.vintage, file.name) or {}
    return _from(receipt.facts, book.get("seen", {}))


def _from(facts: dict[str, Any], seen: dict[str, Any]) -> str:
    if facts["origin"] == "download":
        return f"the network, {facts['url']}"
    return ", ".join(filter(None, (f"the {facts['origin']}", seen.get("place"))))


def note_verdict(
    settings: Settings, source: Source, file: SourceFile, receipt: Receipt, refused: bool
) -> None:
    """Write into the receipt whether the checks refused the content.

    A refused content stays in the raw store, to be looked at, but it is not what a later run falls
    back to when the file is nowhere any more.
    """
    book = raw_store.receipt(settings, source.name, file.vintage, file.name)
    assert book is not None
    entry = next((facts for facts in reversed(book["received"]) if facts["sha256"] == receipt.sha256), None)
    if entry is not None and bool(entry.get("refused")) != refused:
        entry["refused"] = refused
        raw_store.write_receipt(settings, book)


def _from_store(
    settings: Settings, source: Source, file: SourceFile, book: dict[str, Any], sent: Sent
) -> Receipt:
    """Take in what lies in the inbox of the store; fetched only if it was not received last."""
    sight = {"place": sent.where, "version": sent.version}
    if book["received"] and book["seen"] == sight and raw_store.holds(settings, book["received"][-1]):
        return Receipt(book["received"][-1])
    with raw_store.landing(settings) as landing:
        sent.fetch(landing)
        facts = _landed(landing, source, file, sent.where)
        return _enter(settings, source, file, book, landing, facts, sight)


def _seen_before(settings: Settings, book: dict[str, Any], place: Path, copy: mirror.Copy | None) -> bool:
    """Whether exactly this file was received last; by path and version, so that nothing is hashed anew."""
    if not book["received"] or book["seen"] != _sight(place, copy):
        return False
    return raw_store.holds(settings, book["received"][-1])


def _sight(place: Path, copy: mirror.Copy | None) -> dict[str, Any]:
    return {
        "place": str(place),
        "version": version_of(place),  # a tool that copies may set the time of content back
        "listed": copy.sha256 if copy else None,
    }


def _from_copy(landing: Path, copy: mirror.Copy, file: SourceFile) -> dict[str, Any]:
    sha256, size = mirror.unpack(copy, file, landing)
    origin: Origin = "shipped mirror" if copy.shipped else "mirror"
    return {
        "origin": origin,
        "mirror_path": copy.path,
        "found_in": copy.found_in,
        "bytes": size,
        "sha256": sha256,
    }


def _from_inbox(landing: Path, place: Path, source: Source, file: SourceFile) -> dict[str, Any]:
    shutil.copyfile(place, landing)
    return _landed(landing, source, file, str(place))


def _landed(landing: Path, source: Source, file: SourceFile, where: str) -> dict[str, Any]:
    """What is known of a file that a person brought, who alone can bring it again."""
    address = file.url or source.landing_page
    remedy = f"fetch it again, whole, from {address} and put it in its place, or take it out of the inbox"
    check_content(landing, file.official_name, where=where, remedy=remedy)
    return {"origin": "inbox", "bytes": landing.stat().st_size, "sha256": sha256_of(landing)}


def _from_network(
    settings: Settings, source: Source, file: SourceFile, book: dict[str, Any], on_bytes: BytesProgress | None
) -> Receipt:
    last = book["received"][-1] if book["received"] else None
    known = last if last and last["origin"] == "download" and raw_store.holds(settings, last) else None
    try:
        got = _fetched(settings, file, known, on_bytes)
    except MobilityError as error:
        if file.form_settings:
            error.remedy = f"{error.remedy}; {inbox.how_to_fetch(settings, source, file)}"
        raise
    if got is None:
        assert known is not None
        return Receipt(known)
    facts = {"origin": "download", "bytes": got.bytes, "sha256": got.sha256, "headers": got.headers}
    try:
        return _enter(settings, source, file, book, got.path, facts, {})
    finally:
        got.path.unlink(missing_ok=True)


def _fetched(
    settings: Settings, file: SourceFile, known: dict[str, Any] | None, on_bytes: BytesProgress | None
) -> http.Download | None:
    """The file from its address, in one or in pages; None if what is at hand is current."""
    # Most runs ask no network, and what is needed to ask takes long to import.
    from orchestration.ingest import http, pages

    assert file.url is not None
    part = raw_store.partial_path(settings, file.url)
    if file.paged:
        held = raw_store.local(settings, known["sha256"]) if known else None
        return pages.download(file.url, part, held=held, on_bytes=on_bytes)
    return http.download(
        file.url,
        part,
        file.official_name,
        known_headers=known["headers"] if known else None,
        query={"key": key} if (key := key_of(settings, file)) else None,
        on_bytes=on_bytes,
    )


def _enter(
    settings: Settings,
    source: Source,
    file: SourceFile,
    book: dict[str, Any],
    landed: Path,
    facts: dict[str, Any],
    seen: dict[str, Any],
) -> Receipt:
    """Keep the content and write the receipt; a new content under an old name adds a line to it."""
    _check_promised(file, facts, seen)
    facts = {"official_name": file.official_name, "url": file.url, "headers": {}} | facts
    facts["received_at"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    raw_store.keep(settings, landed, facts["sha256"])
    last = book["received"][-1] if book["received"] else None
    same = last is not None and all(last.get(key) == facts.get(key) for key in _STABLE)
    received = book["received"] if same else [*book["received"], facts]
    book = {
        "source": source.name,
        "vintage": file.vintage,
        "file": file.name,
        "received": received,
        "seen": seen,
    }
    raw_store.write_receipt(settings, book)
    changed = last["sha256"] if last and last["sha256"] != facts["sha256"] else None
    return Receipt(received[-1], changed_from=changed, fresh=not same)


def _check_promised(file: SourceFile, facts: dict[str, Any], seen: dict[str, Any]) -> None:
    if file.sha256 and facts["sha256"] != file.sha256:
        raise MobilityError(
            "The file is not the one that the source's record promises.",
            where=f"{file.official_name}; from {_from(facts | {'url': file.url}, seen)}",
            expected=f"SHA-256 {file.sha256}",
            found=f"SHA-256 {facts['sha256']}, {facts['bytes']} bytes",
            remedy="fetch the file again; if the agency replaced it, check it and change the record",
        )
