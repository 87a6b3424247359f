"""Finding the suite of a table in package `expectations`.

`suites.csv` names the module of each publication: its own, where it has something of its own to say, or
`default`. `metric_values`, the frame and the crosswalks have modules of their name; other tables share one.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.rules.publication import Tables

PACKAGE = "expectations"
_LIST = "suites.csv"
_SHARED = "other_tables"


class NoSuite(LookupError):
    """A table that nothing says anything of; it is refused."""


@dataclass(frozen=True)
class SuiteModule:
    """The module that makes the suite of a table."""

    name: str
    make: Callable[[str, Tables], Any]

    @property
    def file(self) -> str:
        """Path of the module in the project."""
        return self.name.replace(".", "/") + ".py"


def find_suite(table: str, kind: str) -> SuiteModule:
    """The module whose `suite(table, tables)` makes the suite of a table.

    Raises:
        NoSuite: there is none.
    """
    name = _listed(table) if kind == "publication" else table
    if importlib.util.find_spec(f"{PACKAGE}.{name}") is None:
        if kind == "publication" or not _is_shared(table, kind):
            raise NoSuite(f"{PACKAGE}/{name}.py is missing")
        name = _SHARED
    module = importlib.import_module(f"{PACKAGE}.{name}")
    return SuiteModule(module.__name__, module.suite)


def _listed(table: str) -> str:
    package = importlib.import_module(PACKAGE)
    with (Path(str(package.__file__)).parent / _LIST).open(encoding="utf-8", newline="") as file:
        listed = {row["table_name"]: row["suite"] for row in csv.DictReader(file)}
    if not listed.get(table):
        raise NoSuite(f"{PACKAGE}/{_LIST} names none for it")
    return listed[table]


def _is_shared(table: str, kind: str) -> bool:
    """Reference tables, and the long tables that the shared suite lists."""
    return kind == "reference" or table in importlib.import_module(f"{PACKAGE}.{_SHARED}").LONG_KEYS


def may_be_empty(table: str, channel: str) -> bool:
    """Whether a table without rows is no fault."""
    return bool(importlib.import_module(f"{PACKAGE}.{_SHARED}").may_be_empty(table, channel))
