"""The figures: kept as `docs/benchmarks.csv`, a line a row and side, and written as `docs/benchmarks.md`."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median

import psutil

from orchestration.base.settings import PROJECT_ROOT
from tests.benchmarks import microdata
from tests.benchmarks.measuring import Measured
from tests.benchmarks.rows import STATES, YEARS, Row

FIGURES = PROJECT_ROOT / "docs" / "benchmarks.csv"
PAGE = FIGURES.with_suffix(".md")
_BASE, _TREE = "base", "tree"


@dataclass(frozen=True)
class Figure:
    """The median of a row's turns on one side; seconds by the wall clock, memory is the peak."""

    row: str
    side: str
    commit: str
    what: str
    turns: int
    seconds: float
    fastest: float
    slowest: float
    processor: float
    gigabytes: float


def figure(row: Row, side: str, commit: str, turns: Sequence[Measured]) -> Figure:
    """What the turns come to."""
    seconds = [one.seconds for one in turns]
    return Figure(
        row.key, side, commit, row.what, len(turns),
        round(median(seconds), 2), round(min(seconds), 2), round(max(seconds), 2),
        round(median(one.processor for one in turns), 2), round(max(one.gigabytes for one in turns), 2),
    )  # fmt: skip


def read(place: Path = FIGURES) -> dict[tuple[str, str], Figure]:
    """The figures of earlier times, by row and side."""
    if not place.exists():
        return {}
    with place.open(encoding="utf-8", newline="") as handle:
        found = [_typed(line) for line in csv.DictReader(handle)]
    return {(one.row, one.side): one for one in found}


def write(figures: dict[tuple[str, str], Figure], rows: Iterable[Row], base: str) -> None:
    """Figures and page; rows that were not measured keep their figures of before."""
    known = [figures[row.key, side] for row in rows for side in row.sides if (row.key, side) in figures]
    with FIGURES.open("w", encoding="utf-8", newline="") as out:
        lines = csv.DictWriter(out, [one.name for one in fields(Figure)], lineterminator="\n")
        lines.writeheader()
        lines.writerows(asdict(one) for one in known)
    PAGE.write_text(text(figures, tuple(rows), base), encoding="utf-8", newline="\n")


def text(figures: dict[tuple[str, str], Figure], rows: Sequence[Row], base: str) -> str:
    """The page."""
    memory = psutil.virtual_memory().total / 1e9
    parts = [
        "# Benchmarks",
        f"Written by `make bench` on a machine with {os.cpu_count()} cores and {memory:.0f} GB, from"
        " [benchmarks.csv](benchmarks.csv), where the fastest and slowest turn stand too. Two checkouts run"
        f" in turns (A B A B): commit {base} and the tree. Seconds are medians by the wall clock, processor"
        " seconds those of all processes, memory (GB) the highest sum over the command and its children."
        ' "Of" is what the ratio is taken of: the same work at the earlier commit, or a fresh run of it. How'
        " to choose rows and turns: `make bench ARGS=--help`.",
        _ratios(figures, [row for row in rows if row.group == "runs"], base),
        "## Other ways to the same numbers",
        "Measured beside the tree; the numbers of pandas and R must equal ours to 1e-9, or the benchmark"
        " stops. The script of polars has no checks and no release; `plain` only joins the result files.",
        _beside(figures, [row for row in rows if row.group == "beside"]),
        "## Cost by states and years",
        "One-year files with 80 replicate weights, zip to the long table. The first column of costs is the"
        " whole, the second without what a build costs that has no records (row `no-state`).",
        _curve(figures, "states", STATES),
        _curve(figures, "years", YEARS),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _ratios(figures: dict[tuple[str, str], Figure], rows: Sequence[Row], base: str) -> str:
    lines = [
        f"| row | work | {base} | tree | ratio | at most | of | processor, {base} | tree"
        f" | ratio | GB, {base} | tree | turns | commit |",
        "|---|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        now = figures.get((row.key, _TREE))
        was, of = (figures.get((key, _BASE)) for key in (row.key, row.of or row.key))
        if now is None:
            continue
        cells: list[str] = [row.key, now.what, _number(was.seconds if was else None), _number(now.seconds)]
        cells += [_ratio(now.seconds, of.seconds if of else None), _bound(row), row.of or "itself"]
        cells += [_number(was.processor if was else None), _number(now.processor)]
        cells += [_ratio(now.processor, of.processor if of else None)]
        cells += [_number(was.gigabytes if was else None), _number(now.gigabytes), str(now.turns), now.commit]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) if len(lines) > 2 else "Not measured yet."


def _beside(figures: dict[tuple[str, str], Figure], rows: Sequence[Row]) -> str:
    ours = {"polars": "five-states", "pandas": "one-state", "r-survey": "one-state", "plain": "fresh"}
    lines = ["| row | work | seconds | GB | our seconds | ours to theirs |", "|---|---|---:|---:|---:|---:|"]
    for row in rows:
        theirs, own = figures.get((row.key, _TREE)), figures.get((ours[row.key], _TREE))
        if theirs is not None:
            seconds = own.seconds if own else None
            share = f"{seconds / theirs.seconds:.2f}" if seconds else ""
            lines.append(
                f"| {row.key} | {theirs.what} | {theirs.seconds:.1f} | {theirs.gigabytes:.2f}"
                f" | {_number(seconds)} | {share} |"
            )
    return "\n".join(lines) if len(lines) > 2 else "Not measured yet."


def _curve(figures: dict[tuple[str, str], Figure], kind: str, counts: Sequence[int]) -> str:
    idle = figures.get(("no-state", _TREE))
    lines = [
        f"| {kind} | seconds | a million people | without the idle build | GB |",
        "|---:|---:|---:|---:|---:|",
    ]
    for count in counts:
        found = figures.get((f"{kind}-{count}", _TREE))
        if found is None:
            continue
        one = microdata.people((microdata.SLICE_STATE,))
        people = microdata.people(microdata.some_states(count)) if kind == "states" else one * count
        net = f"{(found.seconds - idle.seconds) / people:.2f}" if idle else ""
        lines.append(
            f"| {count} | {found.seconds:.1f} | {found.seconds / people:.2f} | {net}"
            f" | {found.gigabytes:.2f} |"
        )
    return "\n".join(lines) if len(lines) > 2 else f"By {kind}: not measured yet."


def _bound(row: Row) -> str:
    bound = "" if row.at_most is None else f"{row.at_most:.2f}"
    return bound if row.memory_at_most is None else f"{bound}, memory {row.memory_at_most:.2f}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _ratio(now: float, was: float | None) -> str:
    return f"{now / was:.2f}" if was else ""


def _typed(line: dict[str, str]) -> Figure:
    return Figure(
        line["row"], line["side"], line["commit"], line["what"], int(line["turns"]), float(line["seconds"]),
        float(line["fastest"]), float(line["slowest"]), float(line["processor"]), float(line["gigabytes"]),
    )  # fmt: skip
