"""How a rule is declared: one of Great Expectations' own expectations, or one of ours with SQL of its own.

A *rule* is what must hold of a table, and its name stands in the gate's report. Mostly it is one expectation;
one that says several things is several expectations with the same rule. Ours have *parts*, mostly one a
column. A part counts what it looked at and what fails; looking at fewer than its `minimum` fails too, so
that nothing holds because nothing was there. Great Expectations' own have one part, of which the gate asks
the same.

Imports Great Expectations, which takes seconds: import suites and rules only where a verdict is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.expectations.expectation import BatchExpectation, Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

from expectations.rules import rule_counts

Severity = Literal["error", "warning"]
# What an expectation says about itself; the rest are its arguments.
_ABOUT = ("meta", "notes", "description", "severity", "id", "rendered_content")
_SEVERITY = {"error": FailureSeverity.CRITICAL, "warning": FailureSeverity.WARNING}


@dataclass(frozen=True)
class Excuse:
    """A listed exception that keeps failing cells out of a part.

    `found` is SQL that counts the failing cells it excuses; the list says there are `cells`.
    """

    name: str
    found: str
    cells: int


@dataclass(frozen=True)
class Part:
    """One piece of an expectation, usually one column, as its configuration holds it.

    Args:
        name: the piece, such as the column.
        sql: of rows `table`, `where`, `fails`, `show`; of a query `looked_at`, `failing`.
        minimum: fewest cells that must have been looked at.
        excuses: the listed exceptions left out of what fails.
    """

    name: str
    sql: dict[str, str]
    minimum: int = 1
    excuses: tuple[Excuse, ...] = ()

    @property
    def configuration(self) -> dict[str, Any]:
        """The part as JSON has it."""
        return {"name": self.name, **self.sql, "minimum": self.minimum}


def rows(
    name: str,
    table: str,
    failing: str,
    show: Sequence[str],
    *,
    where: str = "true",
    excuses: tuple[Excuse, ...] = (),
    excused: str = "false",
    minimum: int = 1,
) -> Part:
    """A part that looks at each row of a table where `where` holds and fails it where `failing` holds.

    `excused` is the condition under which a failing row is a listed exception.
    """
    # A condition that is null counts as false; `true and` and `not (false)` would be weighed for each row.
    said = [] if where == "true" else [f"({where})"]
    said += [f"({failing})"] if excused == "false" else [f"({failing})", f"not ({excused})"]
    fails = " and ".join(said)
    return Part(
        name, {"table": table, "where": where, "fails": fails, "show": ", ".join(show)}, minimum, excuses
    )


def query(name: str, looked_at: str, failing: str, minimum: int = 1) -> Part:
    """A part with its own SQL: `looked_at` returns one number, `failing` the failing rows."""
    return Part(name, {"looked_at": looked_at, "failing": failing}, minimum)


class ExpectRuleToHold(BatchExpectation):
    """Nothing that the parts of a rule look at fails, and each looks at enough.

    One scan counts all parts that are conditions on rows of the same table. `details` of the result lists
    every part with its counts, and rows that fail. Rules of one kind have a subclass, which names the kind.
    """

    rule: str
    parts: list[Any]  # of objects; not said, or each evaluation looks through them some ten times

    metric_dependencies: ClassVar[tuple[str, ...]] = (rule_counts.METRIC,)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "parts")
    args_keys: ClassVar[tuple[str, ...]] = ("rule",)

    _written_down: ExpectationConfiguration | None = PrivateAttr(default=None)
    _excuses: tuple[Excuse, ...] = PrivateAttr(default=())

    @classmethod
    def declare(
        cls, rule: str, severity: Severity, statement: str, parts: Iterable[Part]
    ) -> list[Expectation]:
        """The expectation as a list; empty if the table has nothing that the rule speaks of."""
        found = list(parts)
        if not found:
            return []
        declared = cls(
            rule=rule,
            parts=[part.configuration for part in found],
            description=statement,
            severity=_SEVERITY[severity],
            meta={"rule": rule},
        )
        declared._excuses = tuple(one for part in found for one in part.excuses)
        return [declared]

    @property
    def excuses(self) -> tuple[Excuse, ...]:
        """Listed exceptions of all parts."""
        return self._excuses

    @property
    def configuration(self) -> ExpectationConfiguration:
        """As Great Expectations passes it around: written down once, where its own does so some 120 times."""
        if self._written_down is None:
            said = self.dict(exclude={"parts"}, exclude_defaults=True)
            about = {name: said.pop(name) for name in _ABOUT if name in said}
            self._written_down = ExpectationConfiguration(
                type=self.expectation_type, kwargs={**said, "parts": self.parts}, **about
            )
        return self._written_down

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        counted = metrics[rule_counts.METRIC]
        return {
            "success": bool(counted) and all(rule_counts.holds(part) for part in counted),
            "result": {
                "observed_value": sum(part["failing"] or 0 for part in counted),
                "details": {"parts": counted},
            },
        }

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        configuration = renderer_configuration.configuration
        says = (configuration and configuration.description) or cls.__doc__ or cls.__name__
        names = ", ".join(part["name"] for part in renderer_configuration.kwargs.get("parts", ()))
        renderer_configuration.add_param("says", RendererValueType.STRING, value=says)
        renderer_configuration.add_param("names", RendererValueType.STRING, value=names)
        renderer_configuration.template_str = "$says. Looks at: $names."
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> list[RenderedStringTemplateContent]:
        filled = cls._prescriptive_template(
            RendererConfiguration(
                configuration=configuration, result=result, runtime_configuration=runtime_configuration
            )
        )
        params = {name: one["value"] for name, one in filled.params.dict().items()}
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": filled.template_str, "params": params},
            )
        ]


class ExpectRowsToSatisfy(ExpectRuleToHold):
    """Each row meets a condition."""


def native(
    kind: type[Expectation],
    rule: str,
    severity: Severity,
    statement: str,
    part: str,
    *,
    failing: str,
    minimum: int = 1,
    **arguments: Any,
) -> Expectation:
    """One of Great Expectations' own, as a part of a rule.

    Args:
        kind: its class.
        rule: the rule.
        severity: error or warning.
        statement: what must hold.
        part: the part of the rule, such as the column.
        failing: SQL of the failing rows with their keys, for examples: its results have bare values.
        minimum: fewest values that must have been looked at; its own class passes without any.
        arguments: its own.
    """
    return kind(
        description=statement,
        severity=_SEVERITY[severity],
        meta={"rule": rule, "part": part, "minimum": minimum, "failing": failing},
        **arguments,
    )


def part_names(one: Expectation) -> list[str]:
    """Names of the parts of an expectation, mostly columns."""
    if isinstance(one, ExpectRuleToHold):
        return [part["name"] for part in one.parts]
    return [one.meta["part"]] if one.meta else []


def excuses_of(declared: Iterable[Expectation]) -> Iterator[Excuse]:
    """Every listed exception that expectations make use of."""
    for one in declared:
        if isinstance(one, ExpectRuleToHold):
            yield from one.excuses
