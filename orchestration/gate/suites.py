"""Finding the suite of a table: the module of its name in package `expectations`."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from expectations.rules.expectation import Expectation
from expectations.rules.tables import Tables

PACKAGE = "expectations"
_SHARED = "other_tables"


@dataclass(frozen=True)
class Suite:
    """A suite by the name of its module, and the function that declares its expectations."""

    module: str
    declare: Callable[[Tables], list[Expectation]]

    @property
    def file(self) -> str:
        """Path of the module in the project."""
        return self.module.replace(".", "/") + ".py"


def find_suite(table: str, kind: str) -> Suite | None:
    """The suite of a table, or None.

    Publications and `metric_values` need a module of their own. Reference tables, and the long tables
    listed in `other_tables`, share one.
    """
    module = f"{PACKAGE}.{table}"
    if importlib.util.find_spec(module) is not None:
        return Suite(module, importlib.import_module(module).declare)
    if kind == "publication":
        return None
    shared = importlib.import_module(f"{PACKAGE}.{_SHARED}")
    if kind != "reference" and table not in shared.LONG_KEYS:
        return None
    return Suite(shared.__name__, lambda tables: shared.declare_for(table, tables))


def may_be_empty(table: str, channel: str) -> bool:
    """Whether a table without rows is no fault."""
    return bool(importlib.import_module(f"{PACKAGE}.{_SHARED}").may_be_empty(table, channel))
