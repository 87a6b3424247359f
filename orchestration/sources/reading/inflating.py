"""Members of zip archives and gzip files as streams, inflated by ISA-L where it is installed.

It takes a third of zlib's time. Python's `zipfile` finds the member and gives its packed bytes; what is read
is held against the CRC-32 of the archive's directory on the way, so nobody needs to inflate a member twice to
trust it. Where anything is wrong `zipfile` itself reads the member again, and its error is the one told.
"""

from __future__ import annotations

import copy
import gzip
import io
import zipfile
import zlib
from contextlib import suppress
from typing import IO, Any

_zlib: Any = zlib
_GzipFile: type[gzip.GzipFile] = gzip.GzipFile
with suppress(ImportError):  # no wheel for this machine
    from isal import igzip, isal_zlib

    _zlib, _GzipFile = isal_zlib, igzip.IGzipFile

GZIP_ERRORS: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error, _zlib.error)
"""What reading a gzip file that is cut off or damaged ends with."""

_PACKED = 1 << 17
_BUFFER = 1 << 18
_BLOCK = 1 << 20


def stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """A member from its first byte to its last, forwards only.

    Raises:
        zipfile.BadZipFile, zlib.error, EOFError: from here or from reading, as `zipfile` has them.
    """
    if info.compress_type != zipfile.ZIP_DEFLATED:
        return archive.open(info)
    return io.BufferedReader(_Inflated(archive, info), _BUFFER)


def gunzipped(packed: Any) -> gzip.GzipFile:
    """The content of a gzip file, which is something to read bytes from; held against its sum and length.

    Raises:
        one of GZIP_ERRORS: from reading, if it is cut off or damaged.
    """
    return _GzipFile(fileobj=packed, mode="rb")


def damaged(archive: zipfile.ZipFile) -> str | None:
    """Name of the first member that is not what the directory says, as `ZipFile.testzip` gives it.

    Raises:
        zlib.error, EOFError, NotImplementedError, RuntimeError: as `testzip` does.
    """
    for info in archive.infolist():
        try:
            with stream(archive, info) as member:
                while member.read(_BLOCK):
                    pass
        except zipfile.BadZipFile:
            return info.filename
    return None


class _Inflated(io.RawIOBase):
    """The bytes of a deflated member."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive, self._info = archive, info
        packed = copy.copy(info)
        packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
        del packed.CRC  # that of the inflated bytes: zipfile checks none where there is none
        self._packed = archive.open(packed)
        self._inflate: Any = _zlib.decompressobj(-zlib.MAX_WBITS)
        self._crc, self._left = 0, info.file_size

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """The next bytes; the last ones only if the sum of all is right."""
        if self._left <= 0:
            return 0
        try:
            found = self._next(min(len(buffer), self._left))
        except (zlib.error, _zlib.error):
            return self._as_zipfile_tells()
        self._crc = _zlib.crc32(found, self._crc)
        self._left -= len(found)
        ended = self._left <= 0 or not found  # the packed bytes may end before the size that is told
        if ended and (self._crc != self._info.CRC or not (found or self._inflate.eof)):
            return self._as_zipfile_tells()
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        """Let go of the archive."""
        if not self.closed:
            self._packed.close()
        super().close()

    def _next(self, most: int) -> bytes:
        found = b""
        while not found and not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed.read(_PACKED)
            found = self._inflate.decompress(packed, most)
            if not packed and not found:
                break
        return found

    def _as_zipfile_tells(self) -> int:
        with self._archive.open(self._info) as slow:
            while slow.read(_BLOCK):
                pass
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {self._info.filename!r}")
