"""The dbt project: what it consists of, and dbt's manifest of it.

python -m orchestration.warehouse.project     reads the project once, for all channels and homes to come
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from orchestration.base.files import replacing, sha256_of
from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import dbt_at_hand

_IGNORED_FOLDERS = {"target", "logs", "__pycache__"}
_PARSED = "parsed.msgpack"
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
            found[relative.as_posix()] = sha256_of(path)
    return found


def versions() -> dict[str, str]:
    """Versions of the packages that turn the project into tables."""
    return {package: version(package) for package in _PACKAGES}


def mark_of(files: dict[str, str], versions: dict[str, str]) -> str:
    """One hash of the project."""
    return hashlib.sha256(json.dumps([files, versions], sort_keys=True).encode()).hexdigest()


@contextmanager
def read_ahead(settings: Settings) -> Iterator[None]:
    """While this is open, a process of dbt is at hand, which begins at once to read the project."""
    with dbt_at_hand.started() as process:
        mark = mark_of(files(), versions())
        if _kept_manifest(settings, _name(mark)) is not None:  # else `manifest` has it read
            hand_over(settings)
            dbt_runner.read_ahead(process, settings, mark)
        yield


def manifest(settings: Settings) -> Path:
    """Path of dbt's manifest of the project as it is; dbt reads the project again only if it changed.

    It is kept under the hash of project and versions, beside the project for every home, or in this home
    if the project's folder cannot be written.

    Raises:
        MobilityError: the project cannot be read.
    """
    mark = mark_of(files(), versions())
    name = _name(mark)
    kept = _kept_manifest(settings, name)
    if kept is not None:
        return kept
    with tempfile.TemporaryDirectory() as scratch:
        read = dbt_runner.parse(Path(scratch), _parsed(settings), mark)
        beside, at_home = _folders(settings)
        with suppress(OSError):
            return _kept(read, beside / name)
        return _kept(read, at_home / name)


def hand_over(settings: Settings) -> None:
    """Give a channel's build what dbt remembers of the project, unless it remembers something newer itself.

    dbt then reads only files that changed since. No result depends on it: dbt compares each file's hash.
    """
    last, own = _parsed(settings), dbt_runner.remembered(settings)
    if last is None or (own.exists() and own.stat().st_mtime_ns >= last.stat().st_mtime_ns):
        return
    with replacing(own) as waiting:
        shutil.copyfile(last, waiting)


def _name(mark: str) -> str:
    return f"manifest-{mark[:16]}.json"


def _kept_manifest(settings: Settings, name: str) -> Path | None:
    return next((folder / name for folder in _folders(settings) if (folder / name).exists()), None)


def _folders(settings: Settings) -> tuple[Path, Path]:
    """Where manifests are kept: beside the project, or else in the home."""
    return DBT_PROJECT_DIR / "target", dbt_runner.target_dir(settings)


def _parsed(settings: Settings) -> Path | None:
    """What dbt remembers of each file it read, beside the manifest."""
    kept = (folder / _PARSED for folder in _folders(settings))
    return next((file for file in kept if file.exists()), None)


def _kept(read: Path, place: Path) -> Path:
    """Whole or not at all, and in place of what was read of an older project."""
    with replacing(place) as waiting:
        shutil.copyfile(read, waiting)
    remembered = read.with_name("partial_parse.msgpack")
    if remembered.exists():  # dbt writes none where nothing was new
        with replacing(place.with_name(_PARSED)) as waiting:
            shutil.copyfile(remembered, waiting)
    for other in place.parent.glob("manifest-*.json"):
        if other != place:
            other.unlink(missing_ok=True)
    return place


if __name__ == "__main__":
    manifest(Settings())
