"""Every cell of the survey models against the plain implementation, on invented records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.support import plain_survey, survey_draws, survey_models
from tests.support.plain_survey import Estimate
from tests.support.survey_models import Areas

YEAR = 2018
AREAS = Areas(
    year=YEAR,
    shares={
        ("county", "99001"): {("99", "00100"): 1.0},
        ("county", "99003"): {("99", "00200"): 0.3456},
        ("county", "99005"): {("99", "00200"): 0.6544, ("99", "00301"): 0.25},
        ("county", "99007"): {("99", "00301"): 0.7499},
        ("county", "99009"): {("99", "00301"): 0.0001},
        ("place", "9900100"): {("99", "00100"): 0.5, ("99", "00301"): 0.0333},
    },
    quality={
        ("county", "99001"): 1, ("county", "99003"): 3, ("county", "99005"): 2, ("county", "99007"): 1,
        ("county", "99009"): 3, ("place", "9900100"): 2,
    },
)  # fmt: skip
METRICS = (
    "employment", "high_school_completion", "preschool_enrollment", "income_percentiles", "home_value_ratio",
    "digital_access", "housing_affordability",
)  # fmt: skip
LIMITS = {
    ("county", "99001"): (20_000, 34_000, 54_000), ("county", "99003"): (18_500, 31_000, 49_500),
    ("county", "99005"): (18_500, 31_000, 49_500), ("county", "99007"): (22_000, 36_000, 57_000),
    ("place", "9900100"): (20_100.5, 34_050.25, 54_100.75),
}  # fmt: skip
GROUPS = ("Black, Non-Hispanic", "Hispanic", "Other Races and Ethnicities", "White, Non-Hispanic")
CODES = dict(zip(("black_nh", "hispanic", "other_nh", "white_nh"), GROUPS, strict=True))


@pytest.fixture(scope="module")
def records() -> dict[str, pd.DataFrame]:
    drawn = [survey_draws.records(seed, f"{YEAR}-{kind}") for seed, kind in ((1, "1yr"), (2, "5yr"))]
    return {kind: pd.concat([part[kind] for part in drawn], ignore_index=True) for kind in drawn[0]}


@pytest.fixture(scope="module")
def computed(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, pd.DataFrame]
) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("survey")
    sql = survey_models.rendered(folder)
    with survey_models.warehouse(folder / "warehouse.duckdb", AREAS, records) as connection:
        limits = [
            {"geography_type": area[0], "geoid": area[1], "year": YEAR}
            | dict(zip(("limit_30", "limit_50", "limit_80"), map(float, levels), strict=True))
            for area, levels in LIMITS.items()
        ]
        connection.register("given", pd.DataFrame(limits))
        connection.execute("create table area_income_limits as from given")
        survey_models.run(connection, sql, "survey_person_sums", *(f"{metric}__values" for metric in METRICS))
        yield connection


def _race(row: pd.DataFrame) -> pd.Series[str]:
    race = row["RAC1P"].map({1: GROUPS[3], 2: GROUPS[0]}).fillna(GROUPS[2])
    return race.where(row["HISP"] == 1, GROUPS[1])


def _weights(frame: pd.DataFrame, main: str) -> plain_survey.Floats:
    return frame[[main, *(f"{main}{number}" for number in range(1, 81))]].to_numpy(dtype=float)


def _households(records: dict[str, pd.DataFrame], vintage: str) -> pd.DataFrame:
    units = records["housing_units"].query("_vintage == @vintage and NP >= 1")
    heads = records["persons"].query("_vintage == @vintage and RELP == 0")
    return units.merge(heads[["SERIALNO", "AGEP", "HISP", "RAC1P"]], on="SERIALNO")


def _in_group(frame: pd.DataFrame, label: str) -> plain_survey.Flags:
    """The records of a label, whatever kind of group it is."""
    if label == "All":
        return np.ones(len(frame), dtype=bool)
    if label in GROUPS:
        return (_race(frame) == label).to_numpy()
    if label in {"Male", "Female"}:
        return (frame["SEX"] == (1 if label == "Male" else 2)).to_numpy()
    if "Disability" in label:
        disabled = (frame[["DDRS", "DEAR", "DEYE", "DOUT", "DPHY", "DREM"]] == 1).any(axis=1).to_numpy()
        return disabled if label == "With Disability" else ~disabled
    if "$" in label:
        income = frame["HINCP"].to_numpy(dtype=float)
        return income >= 50_000 if label == "$50,000 or More" else income < 50_000
    older = (frame["AGEP"] >= 45).to_numpy()
    return older if label == "Age 45 and Over" else ~older


def _cells(computed: duckdb.DuckDBPyConnection, metric: str) -> list[dict[str, Any]]:
    rows = computed.execute(f"select * from {metric}__values").df()
    assert len(rows) > 0
    return rows.to_dict("records")


def _same(found: dict[str, Any], wanted: Estimate | None) -> None:
    where = {name: found[name] for name in ("geoid", "variable", "subgroup", "sample")}
    ours = [found["value"], found["lower"], found["upper"]]
    theirs = [np.nan] * 3 if wanted is None else [wanted.value, wanted.lower, wanted.upper]
    assert np.allclose(np.array(ours, dtype=float), theirs, rtol=1e-9, atol=1e-9, equal_nan=True), (
        where,
        ours,
        theirs,
    )
    assert (found["missing_reason"] == "sample_too_small") == (wanted is None), where


def _shares_of(cell: dict[str, Any]) -> dict[str, float]:
    shares = AREAS.shares[cell["geography_type"], cell["geoid"]]
    return {puma: share for (_, puma), share in shares.items()}


def _check_shares(
    cells: list[dict[str, Any]],
    frame_of: Callable[[str], pd.DataFrame],
    counted: Callable[[pd.DataFrame], plain_survey.Flags],
    main: str,
    *,
    by_rows: bool = False,
) -> int:
    estimated = 0
    for cell in cells:
        asked = frame_of(f"{YEAR}-{'1yr' if cell['sample'] == 'acs1' else '5yr'}")
        asked = asked[_in_group(asked, cell["subgroup"])]
        shares = _shares_of(cell)
        positions, weights = plain_survey.joined(list(asked["PUMA"]), shares, _weights(asked, main))
        everybody = np.ones(len(asked), dtype=bool)
        effective = plain_survey.effective_sample(list(asked["PUMA"]), shares, everybody)
        enough = (len(positions) if by_rows else effective) >= 30
        _same(cell, plain_survey.share(counted(asked)[positions], weights) if enough else None)
        estimated += enough
    return estimated


def test_employment(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    def asked(vintage: str) -> pd.DataFrame:
        return records["persons"].query("_vintage == @vintage and 25 <= AGEP <= 54 and RELP < 16")

    cells = _cells(computed, "employment")
    assert _check_shares(cells, asked, lambda frame: frame["ESR"].isin([1, 2, 4, 5]).to_numpy(), "PWGTP") > 25


def test_high_school(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    def asked(vintage: str) -> pd.DataFrame:
        return records["persons"].query("_vintage == @vintage and AGEP in (19, 20)")

    cells = _cells(computed, "high_school_completion")
    assert _check_shares(cells, asked, lambda frame: (frame["SCHL"] >= 16).to_numpy(), "PWGTP") > 20


def test_preschool(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    def asked(vintage: str) -> pd.DataFrame:
        children = records["persons"].query("_vintage == @vintage and AGEP in (3, 4)")
        children = children[children["SCHG"].fillna(0).astype(int) <= 2]
        incomes = records["housing_units"].query("_vintage == @vintage")[["SERIALNO", "HINCP"]]
        return children.merge(incomes, on="SERIALNO", how="left")

    cells = _cells(computed, "preschool_enrollment")
    assert _check_shares(cells, asked, lambda frame: (frame["SCHG"] == 1).to_numpy(), "PWGTP") > 10


def test_digital_access(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    def online(frame: pd.DataFrame) -> plain_survey.Flags:
        return (((frame["LAPTOP"] == 1) | (frame["TABLET"] == 1)) & (frame["HISPEED"] == 1)).to_numpy()

    cells = _cells(computed, "digital_access")
    assert (
        _check_shares(cells, lambda vintage: _households(records, vintage), online, "WGTP", by_rows=True) > 40
    )


def test_income(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    estimated = 0
    for cell in _cells(computed, "income_percentiles"):
        vintage = f"{YEAR}-{'1yr' if cell['sample'] == 'acs1' else '5yr'}"
        asked = _households(records, vintage)
        asked = asked[_in_group(asked, cell["subgroup"])]
        shares = _shares_of(cell)
        positions, weights = plain_survey.joined(list(asked["PUMA"]), shares, _weights(asked, "WGTP"))
        effective = plain_survey.effective_sample(
            list(asked["PUMA"]), shares, np.ones(len(asked), dtype=bool)
        )
        wanted = None
        if effective >= 30:
            incomes = asked["HINCP"].to_numpy(dtype=float)[positions]
            found = plain_survey.percentile(incomes, weights, int(cell["variable"][-2:]) / 100)
            wanted = Estimate(*(number * 1.013097 for number in (found.value, found.lower, found.upper)))
            estimated += 1
        _same(cell, wanted)
    assert estimated > 40


def test_home_values(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    estimated = 0
    for cell in _cells(computed, "home_value_ratio"):
        asked = _households(records, f"{YEAR}-1yr")
        asked = asked[_in_group(asked, cell["subgroup"])]
        positions, weights = plain_survey.joined(
            list(asked["PUMA"]), _shares_of(cell), _weights(asked, "WGTP")
        )
        asked = asked.iloc[positions]
        group = (
            _race(asked)
            == CODES["_".join(cell["variable"].split("_")[3 if "value" in cell["variable"] else 2 :])]
        ).to_numpy()
        owned = asked["VALP"].where(asked["TEN"].isin([1, 2])).to_numpy(dtype=float)
        wanted = None
        if (owned[group] > 0).any():
            each = np.nan_to_num(owned)[:, None] * weights if "value" in cell["variable"] else weights
            wanted = plain_survey.ratio(each[group].sum(axis=0), each.sum(axis=0), most=1.0)
            estimated += 1
        _same(cell, wanted)
    assert estimated > 80


def _homes(
    records: dict[str, pd.DataFrame], shares: dict[str, float], limits: tuple[float, float, float]
) -> pd.DataFrame:
    """The homes of an area with their weights there, income level, cost and tenure."""
    units = records["housing_units"].query("_vintage == '2018-1yr'").reset_index(drop=True)
    positions, weights = plain_survey.joined(list(units["PUMA"]), shares, _weights(units, "WGTP"))
    homes, factor = units.iloc[positions].reset_index(drop=True), 1.013097
    renters = (
        (homes["NP"] >= 1) & (homes["TEN"] == 3) & (homes["GRNTP"] > 0) & (homes["RNTP"] > 0)
    ).to_numpy()
    gross = homes["GRNTP"][renters] / homes["RNTP"][renters]
    of_rent = float(np.average(gross, weights=weights[renters, 0]))
    monthly = 0.005 * 1.005**360 / (1.005**360 - 1)
    loan = 0.9 * homes["VALP"] * factor
    vacant = homes["NP"] == 0
    cost = homes["GRNTP"].where(homes["TEN"] == 3, homes["SMOCP"].where(homes["TEN"] < 3, 0)) * factor
    mortgage = loan * monthly * 1.25 + 0.007 * loan / 12
    cost = cost.where(~vacant, (homes["RNTP"] * of_rent * factor).where(homes["RNTP"] > 0, mortgage))
    rented = (homes["TEN"] >= 3).where(~vacant, homes["RNTP"] > 0)
    return pd.DataFrame({
        "weights": list(weights), "vacant": vacant, "income": homes["HINCP"] * factor, "cost": cost,
        "rented": rented,
        "share": [shares[puma] for puma in homes["PUMA"]],
        "counts": ~vacant
        | (homes["VACS"].isin([1, 2, 3, 4]) & ((homes["RNTP"] > 0) | homes["VALP"].notna())),
    })  # fmt: skip


def test_housing_affordability(computed: duckdb.DuckDBPyConnection, records: dict[str, pd.DataFrame]) -> None:
    estimated = 0
    for cell in _cells(computed, "housing_affordability"):
        limits = LIMITS.get((cell["geography_type"], cell["geoid"]))
        if limits is None:
            assert cell["missing_reason"] == "no_source_data"
            continue
        homes = _homes(records, _shares_of(cell), limits).query("counts")
        if cell["subgroup"] != "All":
            homes = homes[homes["rented"] == (cell["subgroup"] == "Renter")]
        limit = limits[("30", "50", "80").index(cell["variable"].split("_")[-2])]
        below = ~homes["vacant"] & (homes["income"] <= limit)
        cheap = 12 * homes["cost"] <= 0.3 * limit
        counted = cheap & (homes["vacant"] | below) if "available" in cell["variable"] else cheap
        wanted = None
        if homes["share"][below].sum() >= 30:
            weights = np.vstack(homes["weights"].to_list())
            wanted = plain_survey.ratio(weights[counted].sum(axis=0), weights[below].sum(axis=0))
            estimated += 1
        _same(cell, wanted)
    assert estimated > 10
