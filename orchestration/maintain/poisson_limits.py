"""The factors of exact Poisson limits, as rows: `python -m orchestration.maintain.poisson_limits`.

A rate of few deaths has the exact 95 % limits of its count, by chi-square (Garwood 1936; NCHS, technical
notes of "Deaths: Final data", table of limit factors). NCHS prints the factors with five decimals and
WONDER multiplies with what is printed: with factors of full length 19 of 20,118 published bounds come out
otherwise, with these none. DuckDB has no such quantile, and the numbers never change: so they are a seed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from orchestration.base.settings import SEEDS_DIR

SEED = SEEDS_DIR / "poisson_limits.csv"
MOST = 99
"""From 100 deaths on the limits are those of the normal distribution."""


def rows() -> Iterator[tuple[int, str, str]]:
    """Deaths, lower factor, upper factor: the limits of the count divided by the count."""
    from scipy.stats import chi2

    for deaths in range(1, MOST + 1):
        lower = chi2.ppf(0.025, 2 * deaths) / 2 / deaths
        upper = chi2.ppf(0.975, 2 * deaths + 2) / 2 / deaths
        yield deaths, f"{lower:.5f}", f"{upper:.5f}"


def content() -> str:
    """The seed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("deaths", "lower_factor", "upper_factor"))
    writer.writerows(rows())
    return out.getvalue()


if __name__ == "__main__":
    SEED.write_text(content(), encoding="utf-8")
    print(f"wrote {SEED}")
