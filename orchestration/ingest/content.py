"""Whether a received file is what its name says, before anything tries to parse it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from orchestration.base.errors import MobilityError
from orchestration.sources.reading import inflating

_ZIP_LIKE = {".zip", ".xlsx"}
_BY_ADDRESS = "open the address in a browser: it may ask for a form or have moved; then correct the record"
_PAGE_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<error")


def check_content(
    path: Path, official_name: str, where: str, content_type: str = "", remedy: str = _BY_ADDRESS
) -> None:
    """Stop if a file is empty, an error page, or a damaged archive.

    Args:
        path: the file.
        official_name: its name, whose ending says what it is.
        where: address or place it came from, for the message.
        content_type: what the server calls it.
        remedy: what helps where the file came from.

    Raises:
        MobilityError: it is not what its name says.
    """
    ending = PurePosixPath(official_name).suffix.lower()
    with path.open("rb") as handle:
        start = handle.read(512)
    if not start.strip():
        raise _wrong(where, remedy, f"a {ending} file", f"an empty one ({path.stat().st_size} bytes)")
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if ending not in (".html", ".htm", ".xml") and (
        plain.startswith(_PAGE_STARTS) or "text/html" in content_type
    ):
        shown = start.decode("utf-8", "replace").strip().splitlines()[0][:80]
        raise _wrong(where, remedy, f"a {ending} file", f"a web page, which begins with {shown!r}")
    if ending in _ZIP_LIKE:
        _check_zip(path, where, remedy, ending)
    elif ending == ".gz":
        _check_gzip(path, where, remedy)


def _check_zip(path: Path, where: str, remedy: str, ending: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            broken = inflating.damaged(archive)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise _wrong(where, remedy, f"a complete {ending} archive", str(error)) from error
    if broken:
        raise _wrong(where, remedy, f"a complete {ending} archive", f"a damaged member, {broken}")


def _check_gzip(path: Path, where: str, remedy: str) -> None:
    try:
        with path.open("rb") as packed, inflating.gunzipped(packed) as unzipped:
            while unzipped.read(1 << 20):
                pass
    except inflating.GZIP_ERRORS as error:
        raise _wrong(where, remedy, "a complete gzip file", str(error)) from error


def _wrong(where: str, remedy: str, expected: str, found: str) -> MobilityError:
    return MobilityError(
        "What was received is not the file.",
        where=where,
        expected=expected,
        found=found,
        remedy=remedy,
    )
