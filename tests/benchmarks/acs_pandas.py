"""The usual way, for comparison: pandas, record by record, weights times allocation factors after the join.

Share of people aged 25 to 54 who are employed, per county, with its standard error from 80 replicates,
for the first records of a national archive; the time for all of them is in proportion.
"""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from orchestration.settings import SHIPPED_MIRROR
from tests.benchmarks.measuring import Measured

SLICE = 100_000
_WEIGHTS = ["PWGTP", *(f"PWGTP{number}" for number in range(1, 81))]
_EMPLOYED = (1, 2, 4, 5)


def pandas_slice(mirror: Path, vintage: str) -> Measured:
    """Seconds that one metric, without subgroups, would take for the whole archive."""
    archive = mirror / "census_acs_pums" / vintage / "csv_pus.zip"
    started = time.monotonic()
    estimates = _shares(_records(archive))
    seconds = time.monotonic() - started
    assert estimates["share"].between(0, 1).all() and len(estimates) > 1
    total = 16_000_000 if vintage.endswith("5yr") else 3_300_000
    what = f"one metric without subgroups in pandas, {SLICE:,} persons, in proportion to all"
    print(f"{what}: {seconds:.1f} s for the slice", flush=True)
    return Measured(what, "", seconds * total / SLICE, 0.0)


def _records(archive: Path) -> pd.DataFrame:
    with zipfile.ZipFile(archive) as opened:
        member = sorted(name for name in opened.namelist() if name.endswith(".csv"))[0]
        columns = ["ST", "PUMA", "AGEP", "ESR", *_WEIGHTS]
        kinds = {"ST": "string", "PUMA": "string"}
        with opened.open(member) as stream:
            return pd.read_csv(stream, usecols=columns, dtype=kinds, nrows=SLICE)  # type: ignore[call-overload]


def _shares(records: pd.DataFrame) -> pd.DataFrame:
    path = next((SHIPPED_MIRROR / "urban_crosswalks").rglob("*puma*county*.csv*"))
    crosswalk = pd.read_csv(path, dtype={"statefip": "string", "puma": "string", "county": "string"})
    crosswalk = crosswalk[crosswalk["crosswalk_period"] == "pre-2022"]
    people = records[records["AGEP"].between(25, 54)]
    joined = people.merge(
        crosswalk[["statefip", "puma", "county", "afact"]],
        left_on=["ST", "PUMA"],
        right_on=["statefip", "puma"],
    )
    weighted = joined[_WEIGHTS].multiply(joined["afact"], axis=0)
    employed = weighted.where(joined["ESR"].isin(_EMPLOYED), 0.0)
    area = [joined["statefip"], joined["county"]]
    shares = employed.groupby(area).sum() / weighted.groupby(area).sum()
    spread = shares[_WEIGHTS[1:]].sub(shares["PWGTP"], axis=0)
    return pd.DataFrame({"share": shares["PWGTP"], "error": np.sqrt(4 / 80 * (spread**2).sum(axis=1))})
