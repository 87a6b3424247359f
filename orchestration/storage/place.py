"""A place of files: a folder of this machine, or an address of any store that fsspec knows.

What a store must be able to do is little: list, open, read, write whole, create if nobody else did, send a
file, and say which version of a file it has. Names within a place are relative and have slashes.

    write    a reader sees the old file or the new one, never a part
    create   of several who create one name, one succeeds; the others are told that it is taken
    version  changes whenever the content does, and costs no reading: an ETag, or size and time
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sync_one, version_of

_CHUNK = 1 << 22
_MACHINE = re.sub(r"[^A-Za-z0-9]", "", socket.gethostname())
_GIVEN_UP = 24 * 3600  # seconds after which nobody writes a hidden file any more


class Place:
    """A folder or an address, and what can be done with files there."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.url = _address(url)
        self._is_made = False
        try:
            self._store, self._root = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError, OSError) as problem:
            raise MobilityError(
                "This kind of address cannot be used.",
                where=url,
                expected="a folder, or an address that fsspec knows",
                found=str(problem),
                remedy="give a folder or s3://bucket/folder (`make` installs what s3 needs)",
            ) from problem

    def name(self, name: str) -> str:
        """The address of a file, for people."""
        return f"{self.url}/{name}"

    def told(self, doing: str) -> _Told:
        """Turn whatever a store raises into an error that says what to do."""
        return _Told(doing, self.url)

    def names(self, folder: str) -> list[str]:
        """Last parts of the names in a folder, sorted, as they are now; hidden ones left out."""
        self._store.invalidate_cache()
        try:
            found = [str(name) for name in self._store.ls(self._path(folder), detail=False)]
        except FileNotFoundError:
            return []
        last = (name.rstrip("/").rsplit("/", 1)[-1] for name in found)
        return sorted(name for name in last if not name.startswith("."))

    def versions(self, folder: str) -> dict[str, str]:
        """Names of all files below a folder, and what changes whenever a file does; hidden ones left out."""
        self._store.invalidate_cache()
        root = self._path(folder).rstrip("/")
        found = self._store.find(root, detail=True)
        names = {str(path)[len(root) + 1 :]: _mark(facts) for path, facts in found.items()}
        return {name: mark for name, mark in names.items() if not re.search(r"(^|/)\.", name)}

    def fetch(self, name: str, path: Path) -> None:
        """Copy a file here."""
        self._store.get_file(self._path(name), str(path))

    def open(self, name: str) -> IO[bytes]:
        """A file to read from."""
        opened: IO[bytes] = self._store.open(self._path(name), "rb")
        return opened

    def read(self, name: str) -> bytes | None:
        """Content of a small file, or None if there is none."""
        try:
            return bytes(self._store.cat_file(self._path(name)))
        except FileNotFoundError:
            return None

    def read_json(self, name: str) -> dict[str, Any] | None:
        """A small JSON object, or None if there is none.

        Raises:
            MobilityError: something else is there.
        """
        content = self.read(name)
        if content is None:
            return None
        try:
            found = json.loads(content)
        except ValueError as problem:
            raise self._unreadable(name, str(problem)) from problem
        if not isinstance(found, dict):
            raise self._unreadable(name, f"a {type(found).__name__}")
        return found

    def sha256(self, name: str) -> str | None:
        """Hash of a file as the store gives it back, or None if there is none."""
        digest = hashlib.sha256()
        try:
            with self.open(name) as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return None
        return digest.hexdigest()

    def version(self, name: str) -> str | None:
        """What changes whenever the file does, without reading it, or None if there is none."""
        self._store.invalidate_cache()
        try:
            if self._is_folder:
                return version_of(Path(self._path(name)))
            facts = self._store.info(self._path(name))
        except FileNotFoundError:
            return None
        return _mark(facts)

    def send(self, path: Path, name: str) -> None:
        """Copy a file there; it is there whole or not at all."""
        target = self._made(name)
        if self._is_folder:
            _whole(Path(target), lambda waiting: shutil.copyfile(path, waiting))
        else:
            self._store.put_file(str(path), target)
        self._store.invalidate_cache()

    def write(self, name: str, content: bytes) -> None:
        """Write a small file at once, in the place of another of its name."""
        target = self._made(name)
        if self._is_folder:
            _whole(Path(target), lambda waiting: waiting.write_bytes(content))
        else:
            self._store.pipe_file(target, content)
        self._store.invalidate_cache()

    def create(self, name: str, content: bytes) -> bool:
        """Write a small file if there is none of its name; whether it was this call that did.

        The content of a claim must be like no other's: a store whose answer was lost on the way is asked
        whose the file is. (Object stores do this by `If-None-Match`; of a store of fsspec that cannot, it is
        a look before the write.)
        """
        target = self._made(name)
        try:
            if self._is_folder:
                _whole(Path(target), lambda waiting: waiting.write_bytes(content), put=_link)
            else:
                self._store.pipe_file(target, content, mode="create")
        except FileExistsError:
            return self.read(name) == content
        except OSError:
            if self.read(name) in (None, content):
                raise
            return False  # a store that says "conflict" while another one's write is under way
        finally:
            self._store.invalidate_cache()
        return True

    def _unreadable(self, name: str, found: str) -> MobilityError:
        return MobilityError(
            "A file cannot be read as it was written.",
            where=self.name(name),
            expected="a JSON object, as `mobility` wrote it",
            found=found,
            remedy="correct it, or take it away if you know what it was",
        )

    def _made(self, name: str) -> str:
        """Where a file goes, its folder made."""
        target = self._path(name)
        if self._is_folder:
            self._store.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
        elif not self._is_made:  # object stores have no folders: asked once, for the bucket
            self._store.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
            self._is_made = True
        return target

    @property
    def _is_folder(self) -> bool:
        """Whether it is a folder of this machine: an object store writes whole objects by itself."""
        kinds = self._store.protocol
        return "file" in ((kinds,) if isinstance(kinds, str) else kinds)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def _mark(facts: dict[str, Any]) -> str:
    """What a store says of a file's version, and its size."""
    mark = facts.get("ETag") or facts.get("etag") or facts.get("mtime") or facts.get("created")
    return f"{mark}-{facts.get('size')}"


class _Told:
    def __init__(self, doing: str, url: str) -> None:
        self._doing, self.url = doing, url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: Any) -> None:
        if isinstance(problem, Exception) and not isinstance(problem, MobilityError):
            raise MobilityError(
                f"{self._doing} did not succeed; what readers take is as it was.",
                where=self.url,
                expected="a place that can be written, with room for a release (about 0.5 GB)",
                found=f"{type(problem).__name__}: {problem}",
                remedy="mend the place or your access to it, then give the same command again",
            ) from problem


def _address(url: str) -> str:
    """An address without the slash at its end; a folder in full, so that everybody sees which one it is."""
    given = url.strip().rstrip("/")
    if not given or given.endswith(":"):
        raise MobilityError(
            "Releases cannot be carried there.",
            where=url or "no address",
            expected="a folder, or an address such as s3://bucket/folder",
            found="nothing" if not url.strip() else "the root of everything",
            remedy="give the address with --to",
        )
    return given if "://" in given else str(Path(given).expanduser().absolute())


def _whole(
    target: Path, write: Callable[[Path], object], put: Callable[[Path, Path], object] = os.replace
) -> None:
    """Write a file under a hidden name of its own, bring it to the disk, then give it its name."""
    _forget_leftovers(target)
    writer = f"{_MACHINE}-{os.getpid()}"
    handle, hidden = tempfile.mkstemp(prefix=f".{target.name}.{writer}.", suffix=".new", dir=target.parent)
    os.close(handle)
    waiting = Path(hidden)
    try:
        write(waiting)
        sync_one(waiting)
        waiting.chmod(0o644)
        put(waiting, target)
    finally:
        waiting.unlink(missing_ok=True)
    sync_one(target.parent)


def _forget_leftovers(target: Path) -> None:
    """Remove what writers that were killed left; another writer at work may take its file away meanwhile."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.new"):
        with suppress(FileNotFoundError):
            if _is_dead(left.name.split(".")[-3]) or time.time() - left.stat().st_mtime > _GIVEN_UP:
                left.unlink()


def _is_dead(writer: str) -> bool:
    """Whether a writer, named by machine and process, is one of this machine that has ended."""
    machine, _, process = writer.rpartition("-")
    if machine != _MACHINE or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives, and is somebody else's
        return False
    return False


def _link(waiting: Path, target: Path) -> None:
    """Give a written file its name unless another one has it: one step, with the whole content."""
    try:
        os.link(waiting, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with target.open("xb") as file:
            file.write(waiting.read_bytes())
        sync_one(target)
