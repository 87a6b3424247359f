"""Members as streams: the bytes of `zipfile`, and of a damaged archive its errors, word for word."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

import pytest

from orchestration.sources.reading import inflating

MEMBER = "psam_p50.csv"
TEXT = "".join(f"P,2018,{n % 83},{n * 7919 % 1009}\n" for n in range(40_000)).encode()
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def packed(content: bytes = TEXT, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("first.txt", b"of another member")
        archive.writestr(MEMBER, content)
    return out.getvalue()


def read(archive: bytes, opened: Callable[[zipfile.ZipFile, zipfile.ZipInfo], IO[bytes]]) -> bytes | str:
    """What a member holds, in blocks of odd sizes, or the error that reading it ends with."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as whole, opened(whole, whole.getinfo(MEMBER)) as stream:
            sizes = random.Random(1)
            found = stream.readline()
            while block := stream.read(sizes.randint(1, 100_000)):
                found += block
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("content", [b"", b"a", TEXT, bytes(range(256)) * 5000], ids=len)
def test_a_member_is_what_was_packed(content: bytes, method: int) -> None:
    assert read(packed(content, method), inflating.stream) == content


def test_of_an_archive_with_a_wrong_byte_anywhere_zipfiles_error_is_told() -> None:
    whole = packed()
    told = set()
    for place in range(0, len(whole), len(whole) // 400):
        broken = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        expected = read(broken, zipfile.ZipFile.open)
        assert read(broken, inflating.stream) == expected
        told.add(expected if isinstance(expected, str) else "")
    assert f"BadZipFile: Bad CRC-32 for file {MEMBER!r}" in told
    assert any(one.startswith("error: Error -3 while decompressing data") for one in told)


@pytest.mark.parametrize("field", [14, 18, 22], ids=["checksum", "packed size", "size"])
def test_a_directory_that_does_not_fit_its_member_is_told_as_zipfile_does(field: int) -> None:
    whole = packed()
    entry = whole.rindex(b"PK\x01\x02") + 2 + field
    refused = 0
    for bit in range(8):
        wrong = whole[:entry] + bytes([whole[entry] ^ 1 << bit]) + whole[entry + 1 :]
        expected = read(wrong, zipfile.ZipFile.open)
        assert read(wrong, inflating.stream) == expected
        refused += isinstance(expected, str)
    assert refused


def test_the_first_damaged_member_is_named_as_testzip_does() -> None:
    whole = bytearray(packed())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert inflating.damaged(archive) is archive.testzip() is None
    entry = whole.rindex(b"PK\x01\x02") + 16
    whole[entry] ^= 0x10
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert inflating.damaged(archive) == archive.testzip() == MEMBER
