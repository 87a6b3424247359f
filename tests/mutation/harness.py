"""Damages a release in one way after another and asks the gate which rules catch it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import read_manifest
from orchestration.gate.suites import find_suite
from orchestration.gate.table_verdicts import lay_out, lay_out_for
from orchestration.gate.workbench import Workbench
from tests.mutation.damages import DAMAGES, Damage
from tests.mutation.workshop import Workshop

_NOT_MEASURABLE = " (not measurable)"


@dataclass(frozen=True)
class Caught:
    """What the gate said of one damage: the errors among the rules that do not hold."""

    damage: Damage
    errors: tuple[str, ...]
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether the expected rule is among them."""
        return self.damage.rule in self.errors


def damages_for(channel: str) -> list[Damage]:
    """The damages that a release of this channel can suffer."""
    return [one for one in DAMAGES if channel == "national" or not one.nation]


def try_all(
    release: Path, scratch: Path, damages: Iterable[Damage], *, whole: bool = False
) -> Iterator[Caught]:
    """Each damage on a fresh copy of the release, judged against the release itself as the one before.

    Args:
        release: a good release; it is only read.
        scratch: a folder on the same file system.
        damages: the kinds to try.
        whole: look at every table that the damage shows in; else at that of the expected rule, which takes
            half the time.
    """
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("set preserve_insertion_order = true; set enable_progress_bar = false")
        for damage in damages:
            began = time.monotonic()
            table = damage.rule.split(".")[0]
            shown_in = None if whole else frozenset({table})
            shop = Workshop(release, scratch / "damaged", connection, shown_in)
            damage.do(shop)
            shop.seal()
            errors = errors_of(shop.folder, release, {table} | (shop.touched if whole else set()))
            yield Caught(damage, tuple(sorted(errors)), time.monotonic() - began)


def errors_of_undamaged(release: Path) -> set[str]:
    """Rules of the good release that do not hold, judged as every damaged copy is.

    Raises:
        MobilityError: a rule cannot be measured in it. It would count as caught in every damaged copy,
            whatever the damage, so nothing can be tried.
    """
    available = [name for name, entry in read_manifest(release).tables.items() if entry.status == "available"]
    errors = errors_of(release, release, available)
    unmeasurable = sorted(rule for rule in errors if rule.endswith(_NOT_MEASURABLE))
    if unmeasurable:
        raise MobilityError(
            "The gate cannot measure a rule in the undamaged release.",
            where=str(release),
            expected="every declared rule measured",
            found=", ".join(unmeasurable),
            remedy="mend the rule, or what the harness opens and lays out for it",
        )
    return errors


def errors_of(folder: Path, previous: Path, tables: Iterable[str]) -> set[str]:
    """Rules of these tables, of severity error, that do not hold or cannot be measured.

    Other tables are as they were; a look at them would find what it found in the good release. All are
    opened: any rule may read any table.
    """
    manifest = read_manifest(folder)
    found = set()
    with Workbench() as workbench:
        known = lay_out(workbench, manifest, read_manifest(previous))
        evaluator = Evaluator(workbench)
        for table in sorted(tables):
            entry = manifest.tables[table]
            lay_out_for(entry, manifest, known, workbench)
            for one in evaluator.judge(table, find_suite(table, entry.kind).make(table, known)):
                if one.severity == "error" and one.outcome != "passed":
                    found.add(f"{table}.{one.rule}" + (_NOT_MEASURABLE if one.outcome != "failed" else ""))
    return found
