"""The seven survey metrics the plain way: who is asked, what counts, cell by cell.

Rules of docs/survey-estimates.md on the agency's columns, with the estimators of `plain_survey`; knows
nothing of the models. `slips` of the published programs can be asked for, to see what they do to a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from tests.support import plain_survey
from tests.support.plain_survey import Estimate, Flags, Floats

METRICS = (
    "employment", "high_school_completion", "preschool_enrollment", "income_percentiles", "home_value_ratio",
    "digital_access", "housing_affordability",
)  # fmt: skip
GROUPS = ("Black, Non-Hispanic", "Hispanic", "Other Races and Ethnicities", "White, Non-Hispanic")
CODES = dict(zip(("black_nh", "hispanic", "other_nh", "white_nh"), GROUPS, strict=True))
LEAST = 30

Limits = tuple[float, float, float]
Slip = Literal["vacant homes not allocated", "no cash rent not counted", "vacant rents not adjusted"]


@dataclass
class Records:
    """Persons and homes of one file, read once: `of` makes them from the agency's columns."""

    persons: pd.DataFrame
    units: pd.DataFrame
    asked: dict[str, _Asked] = field(default_factory=dict)
    last: tuple[object, _Area] | None = None

    @staticmethod
    def of(persons: pd.DataFrame, units: pd.DataFrame, *, mixed_pumas: bool = False) -> Records:
        """Records in the year's PUMAs; with `mixed_pumas` also those of 2000, by their number."""
        persons, units = (_in_pumas(frame, mixed_pumas).reset_index(drop=True) for frame in (persons, units))
        relation = _one_of(persons, "RELP", "RELSHIPP")
        old = "RELP" in persons and persons["RELP"].notna().all()
        persons["is_head"] = relation == (0 if old else 20)
        persons["at_home"] = ~relation.isin([16, 17] if old else [37, 38])
        persons["race"] = _race(persons)
        persons["gender"] = persons["SEX"].map({1: "Male", 2: "Female"})
        disabled = (persons[["DDRS", "DEAR", "DEYE", "DOUT", "DPHY", "DREM"]] == 1).any(axis=1)
        persons["disability"] = disabled.map({True: "With Disability", False: "Without Disability"})
        homes = _one_of(units, "TYPE", "TYPEHUGQ") == 1
        units["is_household"], units["is_vacant"] = homes & (units["NP"] >= 1), homes & (units["NP"] == 0)
        units["dollars"] = units["HINCP"] * units["ADJINC"] / 1e6
        line = (units["HINCP"].astype(float) * (units["ADJHSG"] / 1e6)).round()
        units["income"] = np.where(line >= 50_000, "$50,000 or More", "Less than $50,000")
        units["income"] = units["income"].where(line.notna())
        heads = persons.loc[persons["is_head"], ["SERIALNO", "race", "AGEP"]]
        units = units.merge(heads, on="SERIALNO", how="left")
        units["age"] = np.where(units["AGEP"] >= 45, "Age 45 and Over", "Under Age 45")
        persons = persons.merge(units[["SERIALNO", "income"]], on="SERIALNO", how="left")
        return Records(persons, units)


@dataclass(frozen=True)
class _Asked:
    """Who is asked: their rows and weights, the survey weight first."""

    rows: pd.DataFrame
    weights: Floats
    pumas: list[str]

    @staticmethod
    def of(rows: pd.DataFrame, main: str) -> _Asked:
        names = [main, *(f"{main}{number}" for number in range(1, 81))]
        answers = rows.drop(columns=names).reset_index(drop=True)
        return _Asked(answers, rows[names].to_numpy(dtype=float), list(rows["puma"]))


@dataclass(frozen=True)
class _Area:
    """Those of them who live in an area, with the shares of their PUMAs and their weights there."""

    rows: pd.DataFrame
    share: Floats
    weights: Floats


def _in_area(metric: str, records: Records, shares: dict[str, float]) -> _Area:
    """The last one is kept: cells of one metric and area mostly follow each other."""
    key = metric, tuple(shares.items())
    if records.last is None or records.last[0] != key:
        asked = _asked(metric, records)
        positions, weights = plain_survey.joined(asked.pumas, shares, asked.weights)
        share = np.array([shares[asked.pumas[position]] for position in positions])
        records.last = key, _Area(asked.rows.iloc[positions], share, weights)
    return records.last[1]


def _in_pumas(frame: pd.DataFrame, mixed: bool) -> pd.DataFrame:
    puma = frame["PUMA"] if "PUMA" in frame else pd.Series(None, index=frame.index, dtype=object)
    for name in ("PUMA20", "PUMA10", *(["PUMA00"] if mixed else [])):
        if name in frame:
            puma = puma.fillna(frame[name])
    numbers = frame.select_dtypes("number").columns
    return frame.astype(dict.fromkeys(numbers, float)).copy().assign(puma=puma)[puma.notna()]


def _one_of(frame: pd.DataFrame, old: str, new: str) -> pd.Series[float]:
    if old in frame and new in frame:
        return frame[old].fillna(frame[new])
    return frame[old if old in frame else new]


def _race(persons: pd.DataFrame) -> pd.Series[str]:
    race = persons["RAC1P"].map({1: GROUPS[3], 2: GROUPS[0]}).fillna(GROUPS[2])
    return race.where(persons["HISP"] == 1, GROUPS[1])


def _asked(metric: str, records: Records) -> _Asked:
    """Those whom the metric asks, with the answer as column `counts` where it is a share."""
    if metric not in records.asked:
        persons, units = records.persons, records.units
        if metric == "employment":
            rows = persons[persons["AGEP"].between(25, 54) & persons["at_home"]]
            found = rows.assign(counts=rows["ESR"].isin([1, 2, 4, 5]))
        elif metric == "high_school_completion":
            rows = persons[persons["AGEP"].isin([19, 20])]
            found = rows.assign(counts=rows["SCHL"] >= 16)
        elif metric == "preschool_enrollment":
            rows = persons[persons["AGEP"].isin([3, 4]) & (persons["SCHG"].fillna(0).astype(int) <= 2)]
            found = rows.assign(counts=rows["SCHG"] == 1)
        elif metric == "digital_access":
            rows = _without_suppressed(units[units["is_household"] & units["race"].notna()])
            computer = (rows["LAPTOP"] == 1) | (rows["TABLET"] == 1)
            found = rows.assign(counts=computer & (rows["HISPEED"] == 1))
        elif metric == "housing_affordability":
            found = units[units["is_household"] | units["is_vacant"]]
        else:
            found = units[units["is_household"]]
        records.asked[metric] = _Asked.of(found, "PWGTP" if "ESR" in found else "WGTP")
    return records.asked[metric]


def _without_suppressed(units: pd.DataFrame) -> pd.DataFrame:
    """Without the PUMAs and interview years of which an internet answer is suppressed (8)."""
    year = units["SERIALNO"].str[:4]
    hidden = units["HISPEED"] == 8
    for name in ("ACCESS", "ACCESSINET"):
        if name in units:
            hidden |= units[name] == 8
    return units[~hidden.groupby([units["puma"], year]).transform("any")]


def same(cell: Mapping[str, Any], wanted: Estimate | None) -> bool:
    """Whether value and bounds of a computed cell are those of the plain implementation, to 1e-9."""
    ours = np.array([cell["value"], cell["lower"], cell["upper"]], dtype=float)
    theirs = [np.nan] * 3 if wanted is None else [wanted.value, wanted.lower, wanted.upper]
    return bool(np.allclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True))


def estimate(
    cell: Mapping[str, Any],
    records: Records,
    shares: dict[str, float],
    limits: Limits | None = None,
    slips: frozenset[Slip] = frozenset(),
) -> Estimate | None:
    """The number of a cell (`metric`, `variable`, `subgroup`) from the PUMA shares of its area.

    Returns:
        None where the sample is too small.
    """
    metric, variable, label = (str(cell[name]) for name in ("metric", "variable", "subgroup"))
    area = _in_area(metric, records, shares)
    rows, weights = area.rows, area.weights
    if metric == "housing_affordability":
        assert limits is not None
        limit = limits[("30", "50", "80").index(variable.split("_")[-2])]
        available = "available" in variable
        return _affordability(area, limit, label, available=available, slips=slips)
    inside = _in_group(rows, label)
    rows, weights = rows[inside], weights[inside]
    if metric == "home_value_ratio":
        return _home_values(rows, weights, variable)
    if (len(rows) if metric == "digital_access" else area.share[inside].sum()) < LEAST - 1e-9:
        return None
    if metric == "income_percentiles":
        return plain_survey.percentile(rows["dollars"].to_numpy(float), weights, int(variable[-2:]) / 100)
    return plain_survey.share(rows["counts"].to_numpy(bool), weights)


def _in_group(rows: pd.DataFrame, label: str) -> Flags:
    if label == "All":
        return np.ones(len(rows), dtype=bool)
    for name in ("race", "gender", "disability", "income", "age"):
        if name in rows and (found := (rows[name] == label).to_numpy(bool)).any():
            return found
    return np.zeros(len(rows), dtype=bool)


def _home_values(rows: pd.DataFrame, weights: Floats, variable: str) -> Estimate | None:
    of_value = "value" in variable
    group = (rows["race"] == CODES["_".join(variable.split("_")[3 if of_value else 2 :])]).to_numpy(bool)
    owned = rows["VALP"].where(rows["TEN"].isin([1, 2])).to_numpy(dtype=float)
    if not (owned[group] > 0).any():
        return None
    each = np.nan_to_num(owned)[:, None] * weights if of_value else weights
    return plain_survey.ratio(each[group].sum(axis=0), each.sum(axis=0), most=1.0)


def _affordability(
    area: _Area,
    limit: float,
    label: str,
    *,
    available: bool,
    slips: frozenset[Slip],
) -> Estimate | None:
    share, weights = area.share, area.weights
    vacant = area.rows["is_vacant"].to_numpy(bool)
    tenure, rent, gross, owner_cost, value, vacancy, adjustment, income = (
        area.rows[name].to_numpy(dtype=float)
        for name in ("TEN", "RNTP", "GRNTP", "SMOCP", "VALP", "VACS", "ADJINC", "dollars")
    )
    if "vacant homes not allocated" in slips:
        weights = np.where(vacant[:, None], weights / share[:, None], weights)
    factor = adjustment / 1e6
    rented_now = ~vacant & (tenure == 3) & (gross > 0) & (rent > 0)
    gross_to_rent = (
        np.average(gross[rented_now] / rent[rented_now], weights=weights[rented_now, 0])
        if rented_now.any()
        else np.nan
    )
    monthly = 0.005 * 1.005**360 / (1.005**360 - 1)
    loan = 0.9 * value * factor
    mortgage = loan * monthly * 1.25 + 0.007 * loan / 12
    nothing = np.nan if "no cash rent not counted" in slips else 0.0
    lived_in = np.where(tenure == 3, gross, np.where(tenure < 3, owner_cost, nothing)) * factor
    asked_rent = rent * gross_to_rent * (1.0 if "vacant rents not adjusted" in slips else factor)
    cost = np.where(vacant, np.where(rent > 0, asked_rent, mortgage), lived_in)
    rented = np.where(vacant, rent > 0, tenure >= 3)
    inside = ~vacant | (np.isin(vacancy, [1, 2, 3, 4]) & ((rent > 0) | ~np.isnan(value)))
    if label != "All":
        inside &= rented == (label == "Renter")
    below = ~vacant & (income <= limit) & inside
    cheap = (12 * cost <= 0.3 * limit) & inside
    if share[below].sum() < LEAST - 1e-9:
        return None
    counted = cheap & (vacant | below) if available else cheap
    return plain_survey.ratio(weights[counted].sum(axis=0), weights[below].sum(axis=0))
