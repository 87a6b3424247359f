"""Relations between columns of one row: order of percentiles, parts of a whole, subsets."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations.core import ExpectColumnPairValuesAToBeGreaterThanB

from expectations.rules.expectation import Expectation, ExpectRuleToHold, Part, native, rows
from expectations.rules.publication import Publication

_INCOME_LEVELS = (30, 50, 80)
GROUPS = ("black_nh", "hispanic", "other_nh", "white_nh")
REPRESENTED = ("other", "black_nonhispanic", "hispanic", "white_nonhispanic")
_FLOAT_TOLERANCE = "1e-9"
# Four shares rounded to three decimals each miss their whole by at most 4 x 0.0005.
_ROUNDING_TOLERANCE = "0.00200001"


class ExpectPartsToMakeAWhole(ExpectRuleToHold):
    """Parts of a whole add up to it."""


def percentiles_rise(publication: Publication) -> list[Expectation]:
    """The 20th percentile of income is at most the median, the median at most the 80th."""
    return [
        _ordered(
            publication,
            "percentiles_rise",
            "20th <= 50th <= 80th percentile",
            f"pctl_income_{low}",
            f"pctl_income_{high}",
        )
        for low, high in ((20, 50), (50, 80))
        if publication.has_columns(f"pctl_income_{low}", f"pctl_income_{high}")
    ]


def available_within_affordable(publication: Publication) -> list[Expectation]:
    """Units that are affordable and available are a part of the affordable ones."""
    return [
        _ordered(
            publication,
            "available_within_affordable",
            "available <= affordable",
            f"share_affordable_available_{level}_ami",
            f"share_affordable_{level}_ami",
        )
        for level in _INCOME_LEVELS
        if publication.has_columns(f"share_affordable_available_{level}_ami", f"share_affordable_{level}_ami")
    ]


def _ordered(publication: Publication, rule: str, statement: str, low: str, high: str) -> Expectation:
    show = ", ".join((*publication.key, low, high))
    return native(
        ExpectColumnPairValuesAToBeGreaterThanB,
        rule,
        "error",
        statement,
        f"{low}<={high}",
        failing=f"select {show} from work.wide where {low} > {high}",
        minimum=int(publication.is_available(low)),
        column_A=high,
        column_B=low,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
    )


def residents_are_a_whole(publication: Publication) -> list[Expectation]:
    """The four shares of residents behind descriptive representation sum to one, and are missing together."""
    columns = [f"share_desc_rep_{group}" for group in REPRESENTED]
    if not publication.has_columns(*columns):
        return []
    return ExpectPartsToMakeAWhole.declare(
        "residents_are_a_whole",
        "error",
        "the shares of residents sum to 1",
        [_whole(publication, "share_desc_rep", columns, columns, _FLOAT_TOLERANCE)],
    )


def _whole(
    publication: Publication, name: str, numbers: Sequence[str], show: Sequence[str], tolerance: str
) -> Part:
    some = " or ".join(f"{number} is not null" for number in numbers)
    return rows(
        name,
        "work.wide",
        f"coalesce(abs({' + '.join(numbers)} - 1) > {tolerance}, true)",
        [*publication.key, *show],
        where=f"({some})",
        minimum=int(publication.is_available(show[0].split(":")[0])),
    )


def home_value_sides_are_wholes(publication: Publication) -> list[Expectation]:
    """Sides of the home value ratios over the four groups.

    Housing value sums to one over the groups that have a ratio. Households sum to one only where all
    four have one: a group without owners has households but no ratio.
    """
    texts = [f"ratio_{group}_house_value_households" for group in GROUPS]
    if not publication.has_columns(*texts):
        return []
    values = " + ".join(f"coalesce({_side(text, 1)}, 0)" for text in texts)
    households = " + ".join(f"coalesce({_side(text, 2)}, 0)" for text in texts)
    some = "(" + " or ".join(f"{text} is not null" for text in texts) + ")"
    every = "(" + " and ".join(f"{text} is not null" for text in texts) + ")"
    show = [*publication.key, *texts]
    least = int(publication.is_available("share_house_value_white_nh"))
    off = f"abs({{}} - 1) > {_ROUNDING_TOLERANCE}"
    parts = [
        rows("housing value", "work.wide", off.format(f"({values})"), show, where=some, minimum=least),
        rows("households", "work.wide", off.format(f"({households})"), show, where=every, minimum=least),
        rows(
            "households of some groups",
            "work.wide",
            f"({households}) > 1 + {_ROUNDING_TOLERANCE}",
            show,
            where=some,
            minimum=least,
        ),
    ]
    return ExpectPartsToMakeAWhole.declare(
        "home_value_sides_are_wholes", "error", "each side sums to 1 within rounding", parts
    )


def _side(column: str, side: int) -> str:
    return f"try_cast(split_part({column}, ':', {side}) as double)"
