"""Half the connectedness of the Atlas, with its normal interval; counties of the frame of 2022."""

from __future__ import annotations

from statistics import NormalDist

import pandas as pd

from tests.independent.files import Files, county_row, table


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
    return table(rows)
