"""Single cells: flags, ranges, intervals, the form of ratio texts, what is missing together."""

from __future__ import annotations

from expectations.rules.exceptions import excuse
from expectations.rules.expectation import (
    Expectation,
    ExpectRowsToSatisfy,
    ExpectRuleToHold,
    Part,
    Severity,
    rows,
)
from expectations.rules.publication import Measure, Publication, number_list
from expectations.rules.ranges import Range, ranges_of

_WIDE = "work.wide"


class ExpectFlagsBesideValues(ExpectRuleToHold):
    """Flags are known words and stand exactly where values stand."""


class ExpectValuesWithinRange(ExpectRuleToHold):
    """Values and bounds lie within the range that the seeds give."""


class ExpectIntervalsAroundValues(ExpectRuleToHold):
    """Bounds stand around the value, and only where there is one."""


def flags(publication: Publication) -> list[Expectation]:
    """Flags are Strong, Marginal or Weak, and stand exactly where a value stands."""
    words, paired = [], []
    for column in publication.columns:
        if column.role != "quality":
            continue
        variable = column.variable
        value = publication.measure(variable, "value")
        if value is None:
            continue
        least = int(publication.is_available(variable))
        show = [*publication.key, value.column, column.name]
        wrong = f"{column.name} not in ('Strong', 'Marginal', 'Weak')"
        present = f"{column.name} is not null"
        words.append(rows(column.name, _WIDE, wrong, show, where=present, minimum=least))
        excuses, excused = excuse(publication, "flag_with_value", variable, _unpaired(value, column.name))
        paired.append(
            rows(column.name, _WIDE, _unpaired(value, column.name), show, excuses=excuses, excused=excused)
        )
    return [
        *ExpectFlagsBesideValues.declare("flag_words", "error", "flags are Strong, Marginal or Weak", words),
        *ExpectFlagsBesideValues.declare(
            "flag_with_value", "error", "a flag stands exactly where a value stands", paired
        ),
    ]


def _unpaired(value: Measure, flag: str) -> str:
    return f"({value.column} is null) <> ({flag} is null)"


def value_ranges(publication: Publication) -> list[Expectation]:
    """Values and bounds within their possible range (error) and their plausible range (warning)."""
    return [
        *ExpectValuesWithinRange.declare(
            "range", "error", "values and bounds are possible", _range_parts(publication, "error")
        ),
        *ExpectValuesWithinRange.declare(
            "plausible_range", "warning", "values are plausible", _range_parts(publication, "warning")
        ),
    ]


def _range_parts(publication: Publication, severity: Severity) -> list[Part]:
    parts = []
    for measure in publication.measures:
        for span in ranges_of(measure.variable, measure.measure, publication.number, severity):
            parts.append(_range_part(publication, measure, span))
    return parts


def _range_part(publication: Publication, measure: Measure, span: Range) -> Part:
    bounded = measure.measure == "value" or publication.interval_years(measure.variable)
    return rows(
        f"{measure.variable}.{measure.measure}",
        _WIDE,
        f"not ({span.holds(measure.sql)})",
        [*publication.key, measure.column],
        where=f"{measure.column} is not null",
        minimum=int(bool(bounded) and publication.is_available(measure.variable)),
    )


def intervals(publication: Publication) -> list[Expectation]:
    """Lower <= value <= upper; bounds exactly where there is an interval and a value; no false certainty."""
    order, complete, certain = [], [], []
    for variable in publication.variables:
        measures = [publication.measure(variable, measure) for measure in ("value", "lower", "upper")]
        value, lower, upper = measures
        if value is None or lower is None or upper is None:
            continue
        years = publication.interval_years(variable)
        show = [*publication.key, lower.column, value.column, upper.column]
        least = int(bool(years))
        both = f"{lower.column} is not null and {value.column} is not null and {upper.column} is not null"
        crossed = f"{lower.column} > {value.column} or {value.column} > {upper.column}"
        order.append(rows(variable, _WIDE, crossed, show, where=both, minimum=least))
        missing = _incomplete(value, lower, upper, years)
        if variable.startswith("share_"):  # deviation degenerate-interval blanks bounds of width zero
            missing = f"({missing}) and not {_unanimous(value, lower, upper)}"
        excuses, excused = excuse(publication, "interval_complete", variable, missing)
        complete.append(rows(variable, _WIDE, missing, show, excuses=excuses, excused=excused))
        if not variable.startswith("count_"):
            certain.append(
                rows(variable, _WIDE, f"{lower.column} = {upper.column}", show, where=both, minimum=least)
            )
    return [
        *ExpectIntervalsAroundValues.declare("interval_order", "error", "lower <= value <= upper", order),
        *ExpectIntervalsAroundValues.declare(
            "interval_complete",
            "error",
            "both bounds stand where the series has an interval and a value, but at shares of 0 or 1",
            complete,
        ),
        *ExpectIntervalsAroundValues.declare(
            "interval_has_width", "warning", "no estimate is printed as certainty", certain
        ),
    ]


def _incomplete(value: Measure, lower: Measure, upper: Measure, years: tuple[int, ...]) -> str:
    expected = f"({value.column} is not null and year in ({number_list(years)}))" if years else "false"
    return " or ".join(f"({bound.column} is not null) <> {expected}" for bound in (lower, upper))


def _unanimous(value: Measure, lower: Measure, upper: Measure) -> str:
    return f"({value.column} in (0, 1) and {lower.column} is null and {upper.column} is null)"


def ratio_texts(publication: Publication) -> list[Expectation]:
    """A ratio text is two shares with three decimals, such as `0.119:0.246`."""
    parts = [
        rows(
            column.name,
            _WIDE,
            rf"not regexp_full_match({column.name}, '[01]\.[0-9]{{3}}:[01]\.[0-9]{{3}}')",
            [*publication.key, column.name],
            where=f"{column.name} is not null",
            minimum=int(publication.is_available(column.variable.split(":")[0])),
        )
        for column in publication.columns
        if column.role == "ratio_text"
    ]
    return ExpectRowsToSatisfy.declare(
        "ratio_form", "error", "ratio texts are two shares with three decimals", parts
    )
