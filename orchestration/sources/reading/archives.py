"""Opening zip archives of agencies, without trusting the paths inside them.

Members are read where they are, never unpacked by their own names; still, an archive whose members
climb out of their folder is refused whole, because no agency would make one.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from orchestration.base.errors import MobilityError
from orchestration.sources.model import SourceFile
from orchestration.sources.reading import inflating

_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_OTHER_METHODS = {1: "shrink", 6: "implode", 9: "deflate64", 93: "zstandard", 95: "xz", 98: "ppmd", 99: "AES"}


@contextmanager
def opened(file: SourceFile, path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, after checking that it is whole, safe, and has the members that the record names.

    Raises:
        MobilityError: it is damaged, a declared member is missing, or a path leads out of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_escapes(file, archive)
            _refuse_gaps(file, archive)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise MobilityError(
            "A zip archive is damaged or cut off.",
            where=file.official_name,
            expected="a complete zip archive",
            found=str(error),
            remedy="fetch the file again",
        ) from error


@contextmanager
def member(file: SourceFile, archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """One member as a stream, found by its name without folders and without regard to case."""
    found = next(info for info in archive.infolist() if _basename(info.filename) == name.lower())
    refuse_unreadable(file, found)
    with inflating.stream(archive, found) as stream:
        yield stream


def refuse_unreadable(file: SourceFile, info: zipfile.ZipInfo) -> None:
    """Refuse a member that Python cannot unpack, before anything of it is read."""
    if info.flag_bits & _ENCRYPTED:
        found, wanted = "it is protected by a password", "a member without a password"
    elif info.compress_type not in _METHODS:
        name = _OTHER_METHODS.get(info.compress_type, "unknown here")
        found = f"it is packed by method {info.compress_type} ({name})"
        wanted = "a member packed by deflate, as zip programs do by default"
    else:
        return
    raise MobilityError(
        "A member of a zip archive cannot be unpacked.",
        where=f"{file.official_name}, vintage {file.vintage}, member {info.filename}",
        expected=wanted,
        found=found,
        remedy="unpack it with another program and zip it again in the usual way, or bring the member alone "
        "under the name of the archive",
    )


def _basename(path: str) -> str:
    return PurePosixPath(path).name.lower()


def _refuse_escapes(file: SourceFile, archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        parts = {*PurePosixPath(name).parts, *PureWindowsPath(name).parts}
        if ".." in parts or name.startswith("/") or PureWindowsPath(name).drive or PureWindowsPath(name).root:
            raise MobilityError(
                "A path inside a zip archive leads out of it.",
                where=f"{file.official_name}, member {name!r}",
                expected="members inside the archive's own folders",
                found=name,
                remedy="do not unpack it; fetch the file again from the agency",
            )


def _refuse_gaps(file: SourceFile, archive: zipfile.ZipFile) -> None:
    present = {_basename(name) for name in archive.namelist()}
    missing = [name for name in file.members if name.lower() not in present]
    if missing:
        raise MobilityError(
            "A zip archive lacks a member.",
            where=file.official_name,
            expected=", ".join(file.members),
            found=f"without {', '.join(missing)}; it holds {', '.join(sorted(present)) or 'nothing'}",
            remedy="fetch the file again; if the agency renamed the member, change the record",
        )
