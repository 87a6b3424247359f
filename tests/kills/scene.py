"""A home to kill commands in: two releases, the judged candidate of the second, and a place to push to.

Everything is put back from a stock before each kill. Files of the stock are linked, not copied: a command
that changed one in place would be found out, because its hash would not be that of the manifest.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.release.store import changed_files


@dataclass(frozen=True)
class Scene:
    """The home, and the names of what lies in it."""

    settings: Settings
    stock: Path
    old: str
    new: str
    candidate: str

    @property
    def place(self) -> Path:
        """Where releases are pushed to."""
        return self.settings.home / "elsewhere"

    @property
    def site(self) -> Path:
        """Where the pages of a release go."""
        return self.settings.channel_dir / "sites" / self.new

    def put_back(self, current: str, *, candidate: bool = True) -> None:
        """Lay everything as it was when `current` was published, or rolled back to never."""
        for folder in (self.settings.releases_dir, self.settings.candidates_dir, self.place):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        shutil.rmtree(self.site.parent, ignore_errors=True)
        (self.settings.runs_dir / "candidate.json").unlink(missing_ok=True)
        versions = [self.old] if current == self.old else [self.old, self.new]
        for version in versions:
            _link(self.stock / version, self.settings.releases_dir / version)
        lines = (self.stock / "journal.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        (self.settings.releases_dir / "journal.jsonl").write_text(
            "".join(lines[: len(versions)]), encoding="utf-8"
        )
        (self.settings.releases_dir / "current").symlink_to(current)
        if candidate:
            _link(self.stock / self.candidate, self.settings.candidates_dir / self.candidate)
        _link(self.stock / "elsewhere", self.place)

    def pushed(self) -> str:
        """The version that the place's pointer names."""
        pointer = json.loads((self.place / "current.json").read_text(encoding="utf-8"))
        return str(pointer["version"])

    def findings(self) -> list[str]:
        """Whatever a reader could see that is not whole."""
        try:
            now = release.current(self.settings)
        except MobilityError as error:
            return [str(error)]
        if now is None or now.name not in (self.old, self.new):
            return [f"current is {now}"]
        found = release.verify(now)
        for one in release.list_releases(self.settings):
            found += changed_files(one.path)
        for candidate in self.settings.candidates_dir.glob("[!.]*"):
            found += changed_files(candidate)
        there = self.place / "releases" / self.pushed()
        return found + [f"pushed: {finding}" for finding in release.verify(there)]

    def leftovers(self) -> list[str]:
        """Hidden folders and files that nobody needs any more."""
        folders = (self.settings.releases_dir, self.settings.candidates_dir, self.place, self.site.parent)
        return [
            str(path.relative_to(self.settings.home)) for folder in folders for path in folder.rglob(".*")
        ]


def set_up(settings: Settings, give: Callable[[Settings, list[str]], str]) -> Scene:
    """Make a scene of a home with a current release; the home is changed from now on.

    Args:
        settings: home and channel.
        give: gives a command, such as `["push", ...]`, and waits for it; empty, or what went wrong.
    """

    def do(*words: str) -> None:
        said = give(settings, list(words))
        assert not said, (words, said)

    old = release.current(settings)
    assert old is not None
    stock = settings.home / "stock"
    stock.mkdir()
    for path in (settings.candidates_dir, settings.runs_dir / "candidate.json"):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    change_a_word(settings)
    do("push", old.name, "--to", str(stock / "elsewhere"))
    do("build")
    (candidate,) = settings.candidates_dir.glob("[!.]*")
    do("gate")
    do("publish", candidate.name, "--approver", "Ann")
    new = release.current(settings)
    assert new is not None and new != old
    for folder in (candidate, old, new):
        shutil.copytree(folder, stock / folder.name)
    lines = (settings.releases_dir / "journal.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(next(line for line in lines if f'"{one.name}"' in line) for one in (old, new))
    (stock / "journal.jsonl").write_text(text, encoding="utf-8", newline="\n")
    return Scene(settings, stock, old.name, new.name, candidate.name)


def change_a_word(settings: Settings) -> None:
    """Make the warehouse's content another one, where no rule of the gate minds."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update pillars set meaning = meaning || ' ' where short_name = 'Education'")


def _link(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)
