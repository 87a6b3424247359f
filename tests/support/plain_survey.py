"""Survey estimates the plain way: record by record, from the formulas of docs/survey-estimates.md.

Knows nothing of the models: every record meets the crosswalk one by one, in floating point numbers,
as the published programs do it. Slow and short, to be read beside the formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; `nan` stands for a missing bound."""

    value: float
    lower: float
    upper: float


def joined(
    pumas: Sequence[str], shares: dict[str, float], weights: Floats
) -> tuple[npt.NDArray[np.int_], Floats]:
    """The records of an area and their weights there.

    Args:
        pumas: PUMA of every record.
        shares: PUMA -> share of its people in the area.
        weights: records x 81, the survey weight first.

    Returns:
        Positions of the records, and their weights times the share.
    """
    share = np.array([shares.get(puma, 0.0) for puma in pumas])
    positions = np.flatnonzero(share > 0)
    return positions, weights[positions] * share[positions, None]


def effective_sample(pumas: Sequence[str], shares: dict[str, float], asked: Flags) -> float:
    """Sum of the shares over the records that are asked."""
    return float(sum(shares.get(puma, 0.0) for puma, is_asked in zip(pumas, asked, strict=True) if is_asked))


def standard_error(ratios: Floats) -> float:
    """Successive differences: four times the mean square distance of 80 replicates from the first."""
    return float(np.sqrt(4 / 80 * np.sum((ratios[1:] - ratios[0]) ** 2)))


def ratio(numerator: Floats, denominator: Floats, *, most: float = np.inf) -> Estimate:
    """A ratio of two rows of 81 sums with a t interval of 79 degrees of freedom, cut to 0 and `most`."""
    ratios = numerator / denominator
    half = stats.t.ppf(0.975, 79) * standard_error(ratios)
    if half < 1e-12:  # all replicates agree, but for the last digits
        return Estimate(float(ratios[0]), np.nan, np.nan)
    return Estimate(float(ratios[0]), max(float(ratios[0] - half), 0.0), min(float(ratios[0] + half), most))


def share(counted: Flags, weights: Floats) -> Estimate:
    """Share of the records (already of one area and group) that are counted."""
    return ratio(weights[counted].sum(axis=0), weights.sum(axis=0), most=1.0)


def quantile(values: Floats, weights: Floats, probability: float) -> float:
    """The rule hf3: the weighted quantile of R's survey package, ties by the evenness of the rank."""
    kept = weights > 0
    distinct, position = np.unique(values[kept], return_inverse=True)
    cumulative = np.cumsum(np.bincount(position, weights=weights[kept]))
    total = cumulative[-1]
    sought = probability * total
    tolerance = 1e-12 * total
    at_most = np.flatnonzero(cumulative <= sought + tolerance)
    k = int(at_most[-1]) if len(at_most) else 0  # k - 1 of the formula: arrays begin at 0
    if abs(cumulative[k] - sought) <= tolerance and (k + 1) % 2 == 0:
        return float(distinct[k])
    return float(distinct[min(k + 1, len(distinct) - 1)])


def percentile(values: Floats, weights: Floats, probability: float) -> Estimate:
    """A percentile of the records of one area and group, with Woodruff's interval."""
    main = weights[:, 0]
    estimate = quantile(values, main, probability)
    below = weights[values <= estimate].sum(axis=0) / weights.sum(axis=0)
    freedom = min(len(values) - 1, 79)
    half = float(stats.t.ppf(0.975, freedom)) * standard_error(below)
    low, high = float(below[0]) - half, float(below[0]) + half
    return Estimate(
        estimate,
        quantile(values, main, low) if low >= 0 else np.nan,
        quantile(values, main, high) if high <= 1 else np.nan,
    )
