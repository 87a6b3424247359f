"""Listed exceptions: seed `coverage_exceptions`, rows with a rule, the cells and a reason.

An exception never loosens a rule: it takes named cells out of it, and a warning tells when it no
longer excuses exactly the number of cells it lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.rules.expectation import Excuse, Expectation, Part, expect
from expectations.rules.tables import Publication
from orchestration.base.seeds import read
from orchestration.base.sql import literal


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


def exceptions_in_use(expectations: Iterable[Expectation]) -> list[Expectation]:
    """Every listed exception still excuses exactly the cells it lists."""
    parts = [
        Part(
            one.name,
            counts=f"select 1, (({one.found}) <> {one.cells})::integer",
            examples=f"select {literal(one.name)} as exception, {one.cells} as listed, "
            f"({one.found}) as found",
        )
        for expectation in expectations
        for part in expectation.parts
        for one in part.excuses
    ]
    return expect("exceptions_in_use", "warning", "every listed exception excuses the cells it lists", parts)
