"""Low birth weight: shares of named counties, and of all unnamed counties of a state together."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import pandas as pd

from tests.independent.files import Files, Row, county_row, table
from tests.independent.wonder import number, read

GROUPS = {
    "": ("all", "All"),
    "race_nhwhite_": ("race-ethnicity", "White, Non-Hispanic"),
    "race_nhblack_": ("race-ethnicity", "Black, Non-Hispanic"),
    "race_hisp_": ("race-ethnicity", "Hispanic"),
    "race_nhother_": ("race-ethnicity", "Other Races and Ethnicities"),
    "momed_lths_": ("mothers-education", "Less than High School"),
    "momed_hs_": ("mothers-education", "GED/High School Degree"),
    "momed_somecol_": ("mothers-education", "Some College"),
    "momed_baplus_": ("mothers-education", "College Degree or Higher"),
}


class Counts(NamedTuple):
    """Births and those of low weight; missing where either is suppressed."""

    births: int | None
    low: int | None


def cells(files: Files) -> pd.DataFrame:
    """Section 3 and 4 of the method, with the flag of states without unnamed counties as it should be."""
    rows: list[Row] = []
    for path in files.years("cdc_wonder/*/all_births_[0-9]*.txt"):
        year = int(path.stem[-4:])
        for infix, (kind, group) in GROUPS.items():
            counts = _counts(files, year, infix)
            named = {code: one for code, one in counts.items() if not code.endswith("999")}
            for geoid in files.frame(year):
                state = [other for other in files.frame(year) if other[:2] == geoid[:2]]
                unnamed = [other for other in state if other not in named]
                own = counts.get(geoid, counts.get(f"{geoid[:2]}999"))
                if own is None or own.births is None or own.low is None or own.births < 30:
                    continue
                share = own.low / own.births
                width = 1.96 * sqrt(share * (1 - share) / own.births)
                bounds = (share - width, share + width) if 0 < share < 1 else (None, None)
                flag = _flag(own.births, geoid in unnamed, len(unnamed), len(state))
                kinds = ["all", "race-ethnicity", "mothers-education"] if kind == "all" else [kind]
                rows += [
                    county_row(
                        geoid, year, "share_low_birth_weight", share, subgroup_type=of, subgroup=group,
                        lower=bounds[0], upper=bounds[1], quality=flag,
                    )
                    for of in kinds
                ]  # fmt: skip
    return table(rows)


def _counts(files: Files, year: int, infix: str) -> dict[str, Counts]:
    folder = files.mirror / "cdc_wonder" / str(year)
    births, low = (read(folder / f"{kind}_births_{infix}{year}.txt") for kind in ("all", "lbw"))
    return {
        code: Counts(number(births[code]["Births"]), number(low[code]["Births"]) if code in low else None)
        for code in births
    }


def _flag(births: int, is_unnamed: bool, unnamed: int, counties: int) -> int:
    if is_unnamed or births < 100:
        return 3
    if births < 200 or 0 < unnamed < 5 or (counties <= 15 and 0 < unnamed < counties / 2):
        return 2
    return 1
