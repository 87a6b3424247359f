"""Listed exceptions: seed `coverage_exceptions`, rows with a rule, the cells and a reason.

An exception never loosens a rule: it takes named cells out of it, and a warning tells when it no
longer excuses exactly the number of cells it lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.rules.expectation import Excuse, Expectation, ExpectRuleToHold, excuses_of, query
from expectations.rules.publication import Publication
from orchestration.base.seeds import read
from orchestration.base.sql import literal


class ExpectListedExceptionsInUse(ExpectRuleToHold):
    """Every listed exception excuses exactly the cells that it lists."""


def listed(publication: Publication, rule: str, variable: str) -> list[dict[str, str]]:
    """Exceptions of a rule for a variable of a publication; only the national channel has any."""
    if publication.tables.channel != "national":
        return []
    return [
        row
        for row in read("coverage_exceptions")
        if (row["publication"], row["rule"], row["variable"]) == (str(publication.number), rule, variable)
    ]


def excuse(
    publication: Publication, rule: str, variable: str, failing: str
) -> tuple[tuple[Excuse, ...], str]:
    """The excuses of a rule for a variable, and SQL that is true in the cells they name."""
    excuses, conditions = [], []
    for row in listed(publication, rule, variable):
        cells = condition(publication, row)
        found = f"select count(*) from work.wide where coalesce(({failing}), false) and {cells}"
        excuses.append(Excuse(row["exception_id"], found, int(row["cells"])))
        conditions.append(cells)
    return tuple(excuses), " or ".join(conditions) or "false"


def condition(publication: Publication, row: dict[str, str]) -> str:
    """SQL of the cells an exception names; a blank column names all."""
    tests = [
        f"{sql} = {row[column] if column == 'year' else literal(row[column])}"
        for column, sql in (("geoid", publication.geoid), ("year", "year"), ("subgroup", publication.label))
        if row[column]
    ]
    return "(" + (" and ".join(tests) or "true") + ")"


def exceptions_in_use(declared: Iterable[Expectation]) -> list[Expectation]:
    """Every listed exception still excuses exactly the cells it lists."""
    parts = [query(one.name, "select 1", _not_as_listed(one)) for one in excuses_of(declared)]
    return ExpectListedExceptionsInUse.declare(
        "exceptions_in_use", "warning", "every listed exception excuses the cells it lists", parts
    )


def _not_as_listed(one: Excuse) -> str:
    found = f"select {literal(one.name)} as exception, {one.cells} as listed, ({one.found}) as found"
    return f"select * from ({found}) where found <> listed"
