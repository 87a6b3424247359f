from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.base.seeds import read
from orchestration.gate import Verdict, judge, judging, suites
from tests.support.candidate import Bench, write_candidate

_SUITE = """
from expectations.rules.expectation import ExpectRowsToSatisfy, query
from expectations.rules.suite import suite_of


def suite(table, tables):
    everything = "select count(*) from candidate.{table}"
    nothing = "select * from candidate.{table} where false"
    parts = [query("rows", everything, nothing)]
    return suite_of(table, ExpectRowsToSatisfy.declare("has_rows", "error", "the table has rows", parts))
"""
_OTHER = """
from expectations.rules.expectation import ExpectRowsToSatisfy, query
from expectations.rules.suite import suite_of

LONG_KEYS = {
    "computed_values", "value_components", "comparison_with_published", "gap_errors", "published_values"
}


def suite(table, tables):
    parts = [query("rows", "select 1", "select 1 where false")]
    return suite_of(table, ExpectRowsToSatisfy.declare("readable", "error", "it can be read", parts))


def may_be_empty(table, channel):
    return table in LONG_KEYS
"""


FEW = ("county", "county_tenure", "place_age")


@dataclass(frozen=True)
class Suites:
    """A package of suites with one expectation each, in place of the real ones, which take longer."""

    folder: Path

    def write(self, table: str, text: str) -> None:
        (self.folder / f"{table}.py").write_text(text, encoding="utf-8")

    def change(self, table: str, old: str, new: str) -> None:
        text = (self.folder / f"{table}.py").read_text(encoding="utf-8")
        assert old in text
        self.write(table, text.replace(old, new))

    def forget(self) -> None:
        """Take the modules out of Python's memory."""
        for name in [name for name in sys.modules if name.split(".")[0] == self.folder.name]:
            del sys.modules[name]

    def list(self, *tables: str) -> None:
        """Name each publication's own module in `suites.csv`."""
        lines = ["table_name,suite", *(f"{table},{table}" for table in tables)]
        (self.folder / "suites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def delete(self, table: str) -> None:
        (self.folder / f"{table}.py").unlink()


def write_suites(folder: Path, patch: pytest.MonkeyPatch) -> Suites:
    """Write a package of small suites and let the gate use it; only few publications are asked for."""
    folder.mkdir()
    written = Suites(folder)
    written.write("__init__", "")
    written.write("other_tables", _OTHER)
    for table in (*FEW, "metric_values"):
        written.write(table, _SUITE.format(table=table))
    written.list(*(row["table_name"] for row in read("publication_list")))
    listed = tuple(row for row in read("publication_list") if row["table_name"] in FEW)
    patch.setattr(judging, "read", {"publication_list": listed}.__getitem__)
    patch.syspath_prepend(str(folder.parent))
    patch.setattr(suites, "PACKAGE", folder.name)
    return written


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Suites]:
    written = write_suites(tmp_path / "tiny_suites", monkeypatch)
    yield written
    written.forget()


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A candidate that passes, with publications 17, 19 and 20 unavailable; do not change it."""
    folder = tmp_path_factory.mktemp("candidate") / "clean"
    return write_candidate(folder, unavailable=(17, 19, 20)).folder


@pytest.fixture(scope="session")
def passed(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Verdict]:
    """A copy that was judged by the real suites, and its verdict; do not change it."""
    folder = Path(shutil.copytree(clean, tmp_path_factory.mktemp("judged") / "candidate"))
    return folder, judge(folder, clean)


@pytest.fixture(scope="session")
def few(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with three publications, one of them unavailable: judged in a second."""
    bench = Bench(Path(shutil.copytree(clean, tmp_path_factory.mktemp("few") / "candidate")))
    for row in read("publication_list"):
        if row["table_name"] not in FEW:
            bench.drop(row["table_name"])
    return bench.folder


@pytest.fixture
def bench(few: Path, tmp_path: Path) -> Bench:
    """A copy of the few to damage."""
    return Bench(Path(shutil.copytree(few, tmp_path / "candidate")))
