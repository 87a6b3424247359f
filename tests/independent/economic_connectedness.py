"""Half the connectedness of the Atlas: counties with its normal interval, places by their ZIP areas."""

from __future__ import annotations

from statistics import NormalDist

import pandas as pd

from tests.independent.files import Files, Row, county_row, table


def cells(files: Files) -> pd.DataFrame:
    """Labelled 2022, the year in which the Atlas was published."""
    z = NormalDist().inv_cdf(0.975)
    rows = []
    for one in files.csv("oi_social_capital/2022/social_capital_county.csv").to_dict("records"):
        geoid = one["county"].zfill(5)
        if one["ec_county"] and (geoid, 2022) in files.people:
            value, width = 0.5 * float(one["ec_county"]), 0.5 * z * float(one["ec_se_county"])
            rows.append(
                county_row(
                    geoid,
                    2022,
                    "share_economic_connectedness",
                    value,
                    lower=value - width,
                    upper=value + width,
                    quality=1,
                )
            )
    return table(rows + _places(files))


def _places(files: Files) -> list[Row]:
    """Means of the ZIP areas, weighted by low-income people times the share of people in the place."""
    atlas = {
        one["zip"].zfill(5): one
        for one in files.csv("oi_social_capital/2022/social_capital_zip.csv").to_dict("records")
        if one["ec_zip"]
    }
    parts: dict[str, list[tuple[float, float, float]]] = {}
    crosswalk = files.csv("geocorr/2018/geocorr2018_zcta_to_place.csv", encoding="latin-1")
    for part in crosswalk.iloc[1:].to_dict("records"):
        one = atlas.get(part["zcta5"])
        if one and part["state"] == one["county"].zfill(5)[:2]:
            share = float(part["afact"])
            weight = float(one["num_below_p50"]) * share
            parts.setdefault(part["state"] + part["placefp14"], []).append(
                (float(one["ec_zip"]), weight, share)
            )
    rows = []
    for geoid, found in parts.items():
        if (geoid, 2022) in files.people:
            total = sum(weight for _, weight, _ in found)
            value = 0.5 * sum(ec * weight for ec, weight, _ in found) / total
            inside = sum(share >= 0.5 for *_, share in found) / len(found)
            rows.append(
                county_row(
                    geoid, 2022, "share_economic_connectedness", value, geography_type="place",
                    quality=1 if inside >= 0.5 else 2 if inside >= 0.15 else 3,
                )
            )  # fmt: skip
    return rows
