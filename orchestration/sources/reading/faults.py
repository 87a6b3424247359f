"""The one place where what a broken file makes of a reader becomes an error that a person can act on.

Parsers and the libraries below them fail in many ways on a file that is not what it should be. Whatever
comes out of a parser is told as the fault of that file, with its name and what to do; the files after it
are taken in all the same. Errors of the machine (a full disk, no memory) pass.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Source, SourceFile

if TYPE_CHECKING:
    from orchestration.sources.model import Parsed

_FETCH = "fetch the file again"
_REPACK = (
    "unpack it with another program and zip it again in the usual way (deflate, no password), "
    "or bring the member alone under the name of the archive"
)


def parsed(source: Source, file: SourceFile, path: Path) -> Iterator[Parsed]:
    """What the parser of a source makes of a file.

    Raises:
        MobilityError: the file cannot be read, whatever the reason.
    """
    pieces = iter(source.parse(file, path))
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            return
        except (MobilityError, AssertionError, MemoryError, OSError):
            raise
        except Exception as error:
            raise _told(source, file, error) from error
        yield piece


def _told(source: Source, file: SourceFile, error: Exception) -> MobilityError:
    problem, expected, remedy = _kind(error)
    return MobilityError(
        problem,
        where=f"{source.name}, vintage {file.vintage}: {file.official_name}",
        expected=expected,
        found=f"{type(error).__name__}: {error}",
        remedy=remedy,
    )


def _kind(error: Exception) -> tuple[str, str, str]:
    """Problem, what was expected, and what to do."""
    if isinstance(error, NotImplementedError):
        return "A zip archive is packed in a way that cannot be read.", "a zip archive (deflate)", _REPACK
    if isinstance(error, RuntimeError) and "password" in str(error).lower():
        return "A zip archive is protected by a password.", "a zip archive without one", _REPACK
    if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError):
        return "A packed file is damaged or cut off.", "a complete file", _FETCH
    if isinstance(error, UnicodeError):
        return "The text of the file cannot be decoded.", "text in the encoding of the record", _FETCH
    if isinstance(error, csv.Error):
        return "The file is no table of text.", "lines of fields with a separator", _FETCH
    return (
        "The file cannot be read.",
        "a file as its record and layouts say",
        f"{_FETCH}; if it opens elsewhere and is as described, the parser is at fault: report it",
    )
