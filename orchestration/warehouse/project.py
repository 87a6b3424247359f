"""The dbt project: what it consists of, and dbt's manifest of it.

    python -m orchestration.warehouse.project     reads the project once, for all channels and homes to come

What dbt has read is kept in `dbt_project/target/`, under a hash of the project and of dbt's version.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib.metadata import version
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import dbt as dbt_runner

_IGNORED_FOLDERS = {"target", "logs", "__pycache__"}
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")
_KEPT = "read-"


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
    """While the block begins, dbt starts beside it and reads its project, and stays to build what it read.

    Reading takes a core ten seconds, if this checkout has not kept it, and the start three. The block must
    build in its own thread. Nothing happens if the channel has read the project before.
    """
    ahead = _ReadingAhead(settings)
    token = _ahead.set(ahead)
    try:
        yield
    finally:
        _ahead.reset(token)
        ahead.close()


def session(settings: Settings) -> dbt_runner.Session | None:
    """dbt with the project in memory as it is on the disk; None if dbt must read it first."""
    ahead = _ahead.get()
    if ahead is not None and (session := ahead.session()) is not None:
        return session
    if not _is_parsed(settings):
        return None
    session = dbt_runner.Session(settings)
    try:
        session.load(dbt_runner.target_dir(settings) / dbt_runner.READ_PROJECT)
    except MobilityError:  # an unreadable file: dbt reads the project itself
        session.close()
        return None
    return session


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
    """Bring the channel's manifest: as kept by this checkout, or by reading the project."""
    wanted = _mark()
    target = dbt_runner.target_dir(settings)
    _stamp(settings).unlink(missing_ok=True)
    if _copied(_kept(wanted), target):
        with suppress(MobilityError):
            if given is not None:
                given.load(target / dbt_runner.READ_PROJECT)
            _stamp(settings).write_text(wanted, encoding="utf-8", newline="\n")
            return
    dbt_runner.parse(settings, given)
    _stamp(settings).write_text(wanted, encoding="utf-8", newline="\n")
    with suppress(OSError):  # a checkout that cannot be written to: the next home reads again
        _keep(target, _kept(wanted))


def _kept(mark: str) -> Path:
    return DBT_PROJECT_DIR / "target" / f"{_KEPT}{mark[:16]}"


def _copied(kept: Path, target: Path) -> bool:
    """Whether there was something to copy; a folder that another process replaces counts as nothing."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in dbt_runner.PARSED:
            shutil.copyfile(kept / name, target / name)
    except OSError:
        return False
    return True


def _keep(target: Path, kept: Path) -> None:
    """Whole or not at all, and in place of what was read of an older project."""
    kept.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        hidden = Path(scratch) / kept.name
        hidden.mkdir()
        for name in dbt_runner.PARSED:
            shutil.copyfile(target / name, hidden / name)
        with suppress(OSError):  # another process was first
            hidden.rename(kept)
    for other in kept.parent.glob(f"{_KEPT}*"):
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        manifest(Settings(home=Path(home)))
