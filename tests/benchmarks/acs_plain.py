"""The usual way, for comparison: pandas, record by record, as the published programs go about it.

    python -m tests.benchmarks.acs_plain MIRROR VINTAGE STATE OUT

Records of one state meet every area of their PUMA, all 81 weights are multiplied by the share, and every
area and group is estimated by itself: shares with replicate errors, percentiles with Woodruff's bounds, for
counties and places. The formulas are those of `tests/support/plain_survey.py`.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.base.states import STATES
from orchestration.sources.census_acs_pums.layouts import LETTER, Kind, weights
from tests.support import plain_survey

LEAST = 30
PERCENTILES = (20, 50, 80)
METRICS = (
    "employment",
    "high_school_completion",
    "preschool_enrollment",
    "digital_access",
    "income_percentiles",
)
_DISABILITY = ["DDRS", "DEAR", "DEYE", "DOUT", "DPHY", "DREM"]
_COLUMNS: dict[Kind, list[str]] = {
    "persons": [
        "SERIALNO", "PUMA", "AGEP", "SEX", "HISP", "RAC1P", "ESR", "SCHG", "SCHL", "RELSHIPP", *_DISABILITY,
    ],
    "housing_units": [
        "SERIALNO", "PUMA", "NP", "TYPEHUGQ", "ADJINC", "ADJHSG", "HINCP", "LAPTOP", "TABLET", "HISPEED",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Who is asked, with the answer and the groups as columns."""

    metric: str
    asked: pd.DataFrame
    answer: str
    weight: str
    groups: tuple[str, ...]
    by_rows: bool = False


def main(mirror: Path, vintage: str, postal: str, out: Path) -> None:
    """Estimate every cell of the state and write them as CSV."""
    files = {kind: _records(mirror, vintage, postal, kind) for kind in LETTER}
    questions = list(_questions(files["persons"], files["housing_units"]))
    cells = []
    for geography in ("county", "place"):
        crosswalk = _crosswalk(geography, vintage, STATES[postal])
        for question in questions:
            for row in _estimates(question, crosswalk):
                cells.append((question.metric, geography, *row))
    names = ["metric", "geography_type", "geoid", "subgroup", "variable", "value", "lower", "upper"]
    pd.DataFrame(cells, columns=names).to_csv(out, index=False)
    print(f"{len(cells):,} numbers")


def _records(mirror: Path, vintage: str, postal: str, kind: Kind) -> pd.DataFrame:
    archive = mirror / "census_acs_pums" / vintage / f"csv_{LETTER[kind]}{postal}.zip"
    with zipfile.ZipFile(archive) as opened:
        member = next(name for name in opened.namelist() if name.endswith(".csv"))
        with opened.open(member) as stream:
            texts = {"SERIALNO": "string", "PUMA": "string"}
            wanted = [*_COLUMNS[kind], *weights(kind)]
            return pd.read_csv(stream, usecols=wanted, dtype=texts)


def _crosswalk(geography: str, vintage: str, state: str) -> pd.DataFrame:
    path = next((SHIPPED_MIRROR / "urban_crosswalks").rglob(f"crosswalk_puma_to_{geography}.csv*"))
    table = pd.read_csv(path, dtype={"statefip": str, "puma": str, geography: str}, encoding="latin-1")
    period = "2022" if int(vintage[:4]) >= 2022 else "pre-2022"
    table = table[(table["crosswalk_period"] == period) & (table["statefip"] == state) & (table["afact"] > 0)]
    return pd.DataFrame(
        {"PUMA": table["puma"], "geoid": state + table[geography], "afact": table["afact"].astype(float)}
    )


def _questions(persons: pd.DataFrame, units: pd.DataFrame) -> Iterator[Question]:
    persons["race"] = _race(persons)
    persons["gender"] = np.where(persons["SEX"] == 1, "Male", "Female")
    disabled = (persons[_DISABILITY] == 1).any(axis=1)
    persons["disability"] = np.where(disabled, "With Disability", "Without Disability")
    dollars = (units["HINCP"] * (units["ADJHSG"] / 1e6)).round()
    units["income_group"] = np.where(dollars >= 50_000, "$50,000 or More", "Less than $50,000")
    units.loc[dollars.isna(), "income_group"] = None

    adults = persons[persons["AGEP"].between(25, 54) & ~persons["RELSHIPP"].isin([37, 38])].copy()
    adults["answer"] = adults["ESR"].isin([1, 2, 4, 5])
    yield Question("employment", adults, "answer", "PWGTP", ("race", "gender", "disability"))
    young = persons[persons["AGEP"].isin([19, 20])].copy()
    young["answer"] = young["SCHL"] >= 16
    yield Question("high_school_completion", young, "answer", "PWGTP", ("race", "gender", "disability"))
    children = persons[persons["AGEP"].isin([3, 4]) & (persons["SCHG"].fillna(0) <= 2)]
    children = children.merge(units[["SERIALNO", "income_group"]], on="SERIALNO", how="left")
    children["answer"] = children["SCHG"] == 1
    yield Question("preschool_enrollment", children, "answer", "PWGTP", ("race", "income_group"))

    heads = persons.loc[persons["RELSHIPP"] == 20, ["SERIALNO", "race"]]
    homes = units[(units["TYPEHUGQ"] == 1) & (units["NP"] >= 1)].merge(heads, on="SERIALNO")
    homes["income"] = homes["HINCP"] * homes["ADJINC"] / 1e6
    online = homes[homes["HISPEED"] != 8].copy()
    computer = (online["LAPTOP"] == 1) | (online["TABLET"] == 1)
    online["answer"] = computer & (online["HISPEED"] == 1)
    yield Question("digital_access", online, "answer", "WGTP", ("race", "income_group"), by_rows=True)
    yield Question("income_percentiles", homes, "income", "WGTP", ("race",))


def _race(persons: pd.DataFrame) -> pd.Series[str]:
    race = persons["RAC1P"].map({1: "White, Non-Hispanic", 2: "Black, Non-Hispanic"})
    return race.fillna("Other Races and Ethnicities").where(persons["HISP"] == 1, "Hispanic")


def _estimates(
    question: Question, crosswalk: pd.DataFrame
) -> Iterator[tuple[str, str, str, float, float, float]]:
    all_weights = [question.weight, *(f"{question.weight}{number}" for number in range(1, 81))]
    joined = question.asked.merge(crosswalk, on="PUMA")
    joined[all_weights] = joined[all_weights].multiply(joined["afact"], axis=0)
    for geoid, area in joined.groupby("geoid"):
        groups = [("All", area)]
        groups += [(str(label), rows) for name in question.groups for label, rows in area.groupby(name)]
        for label, rows in groups:
            if (len(rows) if question.by_rows else rows["afact"].sum()) < LEAST:
                continue
            replicates = rows[all_weights].to_numpy(dtype=float)
            answers = rows[question.answer].to_numpy()
            if question.metric != "income_percentiles":
                found = plain_survey.share(answers, replicates)
                yield str(geoid), label, "share", found.value, found.lower, found.upper
                continue
            for percent in PERCENTILES:
                found = plain_survey.percentile(answers, replicates, percent / 100)
                yield str(geoid), label, f"pctl_income_{percent}", found.value, found.lower, found.upper


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
