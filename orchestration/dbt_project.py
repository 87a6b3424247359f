"""The dbt project: what it consists of, and dbt's manifest of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib.metadata import version
from pathlib import Path

from orchestration import dbt_runner
from orchestration.errors import MobilityError
from orchestration.settings import DBT_PROJECT_DIR, Settings

_IGNORED_FOLDERS = {"target", "logs", "__pycache__"}
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


def files() -> dict[str, str]:
    """Hash per file of the dbt project; what dbt itself writes is left out."""
    found = {}
    for path in sorted(DBT_PROJECT_DIR.rglob("*")):
        relative = path.relative_to(DBT_PROJECT_DIR)
        if (
            path.is_file()
            and not _IGNORED_FOLDERS & set(relative.parts)
            and not relative.name.startswith(".")
        ):
            found[relative.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def versions() -> dict[str, str]:
    """Versions of the packages that turn the project into tables."""
    return {package: version(package) for package in _PACKAGES}


def manifest(settings: Settings) -> Path:
    """Path of dbt's manifest, parsed again only if the dbt project or dbt itself changed.

    Raises:
        MobilityError: the project cannot be read.
    """
    if (ahead := _ahead.get()) is not None:
        ahead.wait()
    if not _is_parsed(settings):
        _parse(settings, None)
    return _manifest_file(settings)


@contextmanager
def reading_ahead(settings: Settings) -> Iterator[None]:
    """While the block begins, dbt reads its project beside it, and stays to build what it read.

    Reading takes a core ten seconds, and a dbt that starts anew to build takes six. The block must build
    in its own thread. Nothing happens if the project was read before.
    """
    ahead = _ReadingAhead(settings)
    token = _ahead.set(ahead)
    try:
        yield
    finally:
        _ahead.reset(token)
        ahead.close()


def session() -> dbt_runner.Session | None:
    """dbt with the project in memory as it is on the disk, if it was read ahead."""
    ahead = _ahead.get()
    return None if ahead is None else ahead.session()


class _ReadingAhead:
    def __init__(self, settings: Settings) -> None:
        self._project = _mark()
        self._session = None if _is_parsed(settings) else dbt_runner.Session(settings)
        self._thread = threading.Thread(target=self._read, args=(settings,), daemon=True)
        self._thread.start()

    def _read(self, settings: Settings) -> None:
        if self._session is not None:
            with suppress(MobilityError):  # whoever needs the manifest parses again, and is told
                _parse(settings, self._session)

    def wait(self) -> None:
        self._thread.join()

    def session(self) -> dbt_runner.Session | None:
        self.wait()
        return self._session if self._project == _mark() else None

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


_ahead: ContextVar[_ReadingAhead | None] = ContextVar("ahead", default=None)


def _manifest_file(settings: Settings) -> Path:
    return dbt_runner.target_dir(settings) / "manifest.json"


def _stamp(settings: Settings) -> Path:
    return _manifest_file(settings).with_name("parsed.sha256")


def _mark() -> str:
    """One hash of project and versions."""
    return hashlib.sha256(json.dumps([files(), versions()], sort_keys=True).encode()).hexdigest()


def _is_parsed(settings: Settings) -> bool:
    stamp = _stamp(settings)
    known = stamp.read_text(encoding="utf-8") if stamp.exists() else None
    return _manifest_file(settings).exists() and known == _mark()


def _parse(settings: Settings, given: dbt_runner.Session | None) -> None:
    wanted = _mark()
    _stamp(settings).unlink(missing_ok=True)
    dbt_runner.parse(settings, given)
    _stamp(settings).write_text(wanted, encoding="utf-8", newline="\n")
