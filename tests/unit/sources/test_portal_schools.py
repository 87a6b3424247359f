"""The school portal: broken answers and broken bulk files are told, big ones are read in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.ingest import mirror_list, receive, refresh
from orchestration.sample import SEED, twin
from orchestration.sample.world import World, build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile
from orchestration.storage import raw_store
from tests.unit.ingest.bad_server import Handler, serving

SOURCE = SOURCES["portal_schools"]
Pages = list[dict[str, Any]]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SEED)


def file_of(name: str, vintage: str) -> SourceFile:
    return next(file for file in SOURCE.files if (file.name, file.vintage) == (name, vintage))


ANSWER = file_of("enrollment", "2019")
BULK = file_of("bulk_enrollment", "2019")


class Home:
    """A home of the sample that has taken in one file."""

    def __init__(self, root: Path, file: SourceFile, content: bytes) -> None:
        self.root, self.path = root, SOURCE.canonical_path(file)
        self.good = content
        self.take(content)
        self.before = self.lake()
        assert self.before

    def take(self, content: bytes) -> None:
        place = self.root / "mirror" / self.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        mirror_list.write_list(self.root / "mirror", sample=True)
        refresh(self.settings, ["portal_schools"])

    @property
    def settings(self) -> Settings:
        return Settings(home=self.root / "home", channel="sample", mirrors=(self.root / "mirror",))

    def lake(self) -> dict[str, bytes]:
        folder = self.settings.lake_dir
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    def refuses(self, content: bytes) -> str:
        """What is said of a file that is not taken in; the last good one stays."""
        with pytest.raises(MobilityError) as error:
            self.take(content)
        assert self.lake() == self.before
        return str(error.value)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory, world: World) -> Home:
    return Home(tmp_path_factory.mktemp("answer"), ANSWER, twin.content(world, SOURCE, ANSWER))


@pytest.fixture(scope="module")
def bulk(tmp_path_factory: pytest.TempPathFactory, world: World) -> Home:
    return Home(tmp_path_factory.mktemp("bulk"), BULK, twin.content(world, SOURCE, BULK))


def _row(page: int, row: int, **values: Any) -> Callable[[Pages], None]:
    return lambda pages: pages[page]["results"][row].update(values)


def _drop(number: int) -> Callable[[Pages], object]:
    return lambda pages: pages.pop(number)


def _rename(pages: Pages) -> None:
    for row in pages[1]["results"]:
        row["school"] = row.pop("ncessch")


def _double(pages: Pages) -> None:
    pages[0]["results"][5] = dict(pages[0]["results"][4])


Change = Callable[[Pages], object]
BROKEN_ANSWERS: dict[str, tuple[Change, str]] = {
    "a page missing in the middle": (_drop(1), "page 3, of"),
    "the last page missing": (_drop(-1), "the last of which names a next one"),
    "a result missing": (lambda pages: pages[1]["results"].pop(), "does not have all of its results"),
    "a page of another answer": (lambda pages: pages[1].update(count=5), "page 2, of 5"),
    "a limit of requests": (lambda pages: pages[1].clear(), "is an answer of another kind"),
    "a key with another name": (_rename, "column ncessch is missing"),
    "a result with other keys": (lambda pages: pages[1]["results"][3].pop("sex"), "page 2, result 4"),
    "a code without its zero": (_row(0, 2, ncessch="1000010001"), "column ncessch has a malformed code"),
    "a thousands comma": (_row(0, 2, enrollment="1,234"), "a whole number, found '1,234' in data row 3"),
    "text in a number": (_row(1, 0, enrollment="many"), "found 'many'"),
    "a row twice": (_double, "is not unique"),
    "a row of another year": (_row(0, 1, year=2018), "column year has an unknown label"),
    "a grade among all": (_row(0, 1, grade=8), "column grade has an unknown label"),
    "too many students": (_row(0, 1, enrollment=1_000_000), "column enrollment is out of range"),
    "a school of another channel": (_row(0, 1, fips=1), "column fips has a state of the other channel"),
}


@pytest.mark.parametrize("fault", BROKEN_ANSWERS)
def test_a_broken_answer_is_told_and_the_last_good_one_stays(answer: Home, fault: str) -> None:
    change, said = BROKEN_ANSWERS[fault]
    pages = [json.loads(line) for line in answer.good.splitlines()]
    assert len(pages) >= 3
    change(pages)
    message = answer.refuses("".join(json.dumps(page) + "\n" for page in pages).encode())
    for words in (said, ANSWER.official_name, "to do:"):
        assert words in message, message


def test_an_answer_that_is_cut_off_is_told(answer: Home) -> None:
    for cut in (len(answer.good) // 2, len(answer.good) - 3, 40):
        assert "cut off" in answer.refuses(answer.good[:cut])


def test_an_answer_as_one_text_over_many_lines_is_read(answer: Home) -> None:
    pages = [json.loads(line) for line in answer.good.splitlines()]
    one = pages[0] | {"next": None, "results": [row for page in pages for row in page["results"]]}
    answer.take(json.dumps(one, indent=1).encode())
    answer.take(answer.good)
    assert answer.lake().keys() == answer.before.keys()


def _lines(bulk: Home) -> list[str]:
    return bulk.good.decode().splitlines()


def _cell(line: int, at: int, value: str) -> Callable[[list[str]], list[str]]:
    """Another value in a cell."""

    def change(lines: list[str]) -> list[str]:
        cells = lines[line].split(",")
        cells[at] = value
        return [*lines[:line], ",".join(cells), *lines[line:][1:]]

    return change


BROKEN_BULK: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "a renamed column": (_cell(0, 4, "racial"), "column race is missing, racial is new: renamed?"),
    "a header in another row": (lambda lines: ["Schools", "", *lines], "it in row 3"),
    "a field more": (_cell(50, 8, "1,7"), "A line of the file cannot be read."),
    "a year that is no number": (_cell(1, 0, "fall"), "found 'fall' in data row 1"),
    "a grade that is no number": (_cell(-1, 3, "first"), "found 'first' in data row"),
    "a thousands comma": (_cell(1, 6, '"1,234"'), "found '1,234' in data row 1"),
    "a row twice": (lambda lines: [*lines, lines[1]], "is not unique"),
    "another year": (_cell(1, 0, "2018"), "column year has an unknown label"),
    "a code without its zero": (_cell(1, 1, "90000100001"), "column ncessch has a malformed code"),
    "a state of the other channel": (_cell(1, 7, "1"), "column fips has a state of the other channel"),
}


@pytest.mark.parametrize("fault", BROKEN_BULK)
def test_a_broken_bulk_file_is_told_and_the_last_good_one_stays(bulk: Home, fault: str) -> None:
    change, said = BROKEN_BULK[fault]
    message = bulk.refuses(("\n".join(change(_lines(bulk))) + "\n").encode())
    for words in (said, BULK.official_name, "to do:"):
        assert words in message, message


def test_rows_of_a_bulk_file_are_those_of_all_grades_and_know_their_line(bulk: Home, tmp_path: Path) -> None:
    place = tmp_path / "bulk.csv"
    place.write_bytes(bulk.good)
    rows = [row for _, _, table in SOURCE.parse(BULK, place) for row in table.to_pylist()]
    lines = _lines(bulk)
    assert {row["grade"] for row in rows} == {"99"} and len(lines) == 2 * len(rows) + 1
    for row in rows[:: len(rows) // 7]:
        cells = dict(zip(lines[0].split(","), lines[row["file_row"]].split(","), strict=True))
        assert {name: cells[name] for name in row if name != "file_row"} == {
            name: value or "" for name, value in row.items() if name != "file_row"
        }


def test_both_ways_give_the_same_rows(world: World, tmp_path: Path) -> None:
    found = []
    for file in (ANSWER, BULK):
        (tmp_path / file.name).write_bytes(twin.content(world, SOURCE, file))
        tables = [table for _, _, table in SOURCE.parse(file, tmp_path / file.name)]
        rows = [row for table in tables for row in table.drop_columns(["file_row"]).to_pylist()]
        found.append({tuple(row.values()) for row in rows})
    assert found[0] == found[1] and len(found[0]) > 900


LIMITED = """
import resource, sys
from pathlib import Path
from orchestration.sources import SOURCES
from orchestration.base.settings import SEEDS_DIR  # what every command has loaded
import duckdb, pyarrow.csv
source = SOURCES["portal_schools"]
file = next(f for f in source.files if (f.name, f.vintage) == ("bulk_enrollment", "2019"))
def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before, rows = most(), 0
for _, _, table in source.parse(file, Path(sys.argv[1])):
    rows += len(table)
print(rows, most() - before)
"""


def test_memory_does_not_grow_with_the_file(bulk: Home, tmp_path: Path) -> None:
    """Sixteen times the rows of 10 MB take no more than 60 MB more; the file is 160 MB."""
    header, *lines = _lines(bulk)
    body = ("\n".join(lines) + "\n") * (10_000_000 // len(bulk.good) + 1)
    used = []
    for times in (1, 16):
        place = tmp_path / "big.csv"
        with place.open("w", encoding="utf-8", newline="\n") as out:
            out.write(header + "\n")
            for _ in range(times):
                out.write(body)
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, str(place)], cwd=PROJECT_ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        rows, memory = map(int, done.stdout.split())
        assert rows == times * len(lines) // 2 * (10_000_000 // len(bulk.good) + 1)
        used.append(memory)
    assert used[1] < used[0] + 60_000_000, used


def test_a_run_that_may_use_the_network_keeps_the_pages_and_knows_them_again(tmp_path: Path) -> None:
    """From the address to the raw store; the second time only the first and the last page are asked for."""
    following = {1: "/file.csv?p=2", 2: None}
    good = [json.dumps({"count": 2, "next": at, "results": [{"a": n}]}) for n, at in following.items()]
    settings = Settings(home=tmp_path, download=True)

    def answer(handler: Handler) -> None:
        handler.reply(200, good["p=2" in handler.path].encode())

    with serving(answer) as server:
        file = ANSWER.model_copy(update={"url": server.url})
        first = receive.receive(settings, SOURCE, file, [])
        second = receive.receive(settings, SOURCE, file, [])
    assert first is not None and first.fresh and second is not None and not second.fresh
    assert raw_store.local(settings, first.sha256).read_text(encoding="utf-8") == "\n".join(good) + "\n"
    assert len(server.requests) == 4
