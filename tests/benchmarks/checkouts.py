"""The two sides of the benchmark: an earlier commit and the tree, each a folder with its environment.

The earlier commit is cloned from this repository and set up by its own Makefile, once; the tree is copied
as it lies, with what is not committed, so that a row may change a file of it, and runs in the environment
that `make bench` set up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT
from tests.benchmarks.measuring import Measured, measure

BASE = "1052200"
"""The commit that ratios were asked against."""


@dataclass(frozen=True)
class Side:
    """A checkout with an interpreter, and a folder for its homes."""

    name: str
    commit: str
    root: Path
    python: Path
    homes: Path

    def run(self, *arguments: str | Path, output: Path | None = None) -> Measured:
        """Run a module of this side with Python: `run("orchestration.cli", "run")`."""
        return self.execute([str(self.python), "-m", *map(str, arguments)], output)

    def mobility(self, *arguments: str | Path) -> Measured:
        """Run the command of this side."""
        return self.run("orchestration.cli", *arguments)

    def execute(self, command: Sequence[str], output: Path | None = None) -> Measured:
        """Run any command in this side's folder."""
        own = {
            "PYTHONPATH": str(self.root),
            "MOBILITY_HOME": str(self.homes / "default"),
            "DO_NOT_TRACK": "1",
        }
        return measure(command, self.root, {**os.environ, **own}, output)


def base(kept: Path, scratch: Path, commit: str) -> Side:
    """The earlier commit; its checkout and environment stay in `kept`."""
    root = kept / f"checkout-{commit}"
    if not (root / ".venv" / ".ready").exists():
        print(f"setting up {commit} ...", flush=True)
        shutil.rmtree(root, ignore_errors=True)
        _git("clone", "--quiet", "--shared", "--no-checkout", str(PROJECT_ROOT), str(root))
        _git("-C", str(root), "checkout", "--quiet", "--detach", commit)
        subprocess.run(["make", "--silent", "-C", str(root), ".venv/.ready"], check=True)
    _git("-C", str(root), "checkout", "--quiet", "--force", "--detach", commit)
    return Side("base", commit, root, root / ".venv" / "bin" / "python", scratch / "base")


def tree(scratch: Path) -> Side:
    """The tree as it lies."""
    root = scratch / "checkout-tree"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (PROJECT_ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT_ROOT / name, root / name)
    commit = _git("-C", str(PROJECT_ROOT), "rev-parse", "--short", "HEAD").strip()
    dirty = _git("-C", str(PROJECT_ROOT), "status", "--porcelain").strip()
    side = Side(
        "tree", commit + (" and changes" if dirty else ""), root, Path(sys.executable), scratch / "tree"
    )
    side.run("orchestration.warehouse.project")  # what `make` does at set-up
    return side


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout
