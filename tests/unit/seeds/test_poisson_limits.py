"""The factors of Poisson limits are what they say they are."""

from __future__ import annotations

import math

from orchestration.base.seeds import read
from orchestration.maintain import poisson_limits


def test_the_seed_is_what_its_maker_writes() -> None:
    assert poisson_limits.SEED.read_text(encoding="utf-8") == poisson_limits.content()


def _at_most(count: int, mean: float) -> float:
    """Probability of at most so many events, summed term by term."""
    return math.fsum(math.exp(-mean + n * math.log(mean) - math.lgamma(n + 1)) for n in range(count + 1))


def test_each_limit_leaves_a_fortieth_of_the_probability() -> None:
    """By the definition, without the quantile: at the upper limit so few deaths, at the lower so many, are
    rare.
    """
    rows = read("poisson_limits")
    assert [int(row["deaths"]) for row in rows] == list(range(1, 100))
    for row in rows:
        deaths = int(row["deaths"])
        lower, upper = (deaths * float(row[name]) for name in ("lower_factor", "upper_factor"))
        # Five decimals of a factor move the probability a little.
        assert abs(_at_most(deaths, upper) - 0.025) < 1e-4, deaths
        assert abs(1 - _at_most(deaths - 1, lower) - 0.025) < 1e-4, deaths
