"""Invented persons and housing units in the agency's columns, drawn from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

STATE = "99"
PUMAS = ("00100", "00200", "00301")


def records(
    seed: int, vintage: str, *, households: int = 160, pumas: tuple[str, ...] = PUMAS
) -> dict[str, pd.DataFrame]:
    """Persons and housing units of a file: households of up to five, vacant homes, group quarters."""
    draw = np.random.default_rng(seed)
    persons, units = [], []
    for puma in pumas:
        for number in range(households):
            serial = f"{vintage[:4]}HU{puma[1:]}{number:04d}"
            weights = _weights(draw)
            size = int(draw.integers(1, 6)) if draw.random() < 0.85 else 0
            units.append(
                _unit(draw, serial, puma, vintage, size) | dict(zip(_names("WGTP"), weights, strict=True))
            )
            for position in range(1, size + 1):
                row = _person(draw, serial, puma, vintage, position)
                persons.append(row | dict(zip(_names("PWGTP"), _weights(draw), strict=True)))
        for number in range(households // 10):
            row = _person(draw, f"{vintage[:4]}GQ{puma[1:]}{number:04d}", puma, vintage, 1) | {"RELP": 17}
            persons.append(row | dict(zip(_names("PWGTP"), _weights(draw), strict=True)))
    return {"persons": pd.DataFrame(persons), "housing_units": pd.DataFrame(units)}


def _names(main: str) -> list[str]:
    return [main, *(f"{main}{number}" for number in range(1, 81))]


def _weights(draw: np.random.Generator) -> list[int]:
    main = int(draw.integers(5, 200))
    return [main, *(int(main * factor) for factor in draw.choice([0.3, 1.0, 1.7], 80))]


def _person(
    draw: np.random.Generator, serial: str, puma: str, vintage: str, position: int
) -> dict[str, object]:
    age = int(draw.choice([3, 4, 19, 20, int(draw.integers(25, 55)), int(draw.integers(25, 90))]))
    if position == 1:
        age = max(age, 19)
    disabled = {
        name: int(draw.choice([1, 2], p=[0.05, 0.95]))
        for name in ("DDRS", "DEAR", "DEYE", "DOUT", "DPHY", "DREM")
    }
    return {
        "SERIALNO": serial, "SPORDER": position, "ST": STATE, "PUMA": puma, "_vintage": vintage,
        "ADJINC": 1_013_097, "RELP": 0 if position == 1 else 2, "AGEP": age, "SEX": int(draw.integers(1, 3)),
        "HISP": int(draw.choice([1, 1, 1, 2])), "RAC1P": int(draw.choice([1, 1, 2, 6])),
        "ESR": int(draw.choice([1, 2, 3, 4, 5, 6])), "SCHG": draw.choice([None, 1, 2, 3]),
        "SCHL": int(draw.integers(10, 22)),
    } | disabled  # fmt: skip


def _unit(draw: np.random.Generator, serial: str, puma: str, vintage: str, size: int) -> dict[str, object]:
    tenure = int(draw.integers(1, 5)) if size else None
    owned, rented = tenure in (1, 2), tenure == 3
    vacancy = None if size else int(draw.integers(1, 8))
    return {
        "SERIALNO": serial, "ST": STATE, "PUMA": puma, "ADJINC": 1_013_097, "ADJHSG": 1_000_000, "NP": size,
        "TYPE": 1, "TEN": tenure, "VACS": vacancy, "_vintage": vintage,
        "HINCP": int(draw.integers(-20, 1500)) * 100 if size else None,
        "VALP": int(draw.integers(2, 90)) * 10_000 if owned or vacancy == 3 else None,
        "RNTP": int(draw.integers(20, 200)) * 10 if rented or vacancy == 1 else None,
        "GRNTP": int(draw.integers(25, 260)) * 10 if rented else None,
        "SMOCP": int(draw.integers(10, 300)) * 10 if owned else None,
        "LAPTOP": draw.choice([1, 2]) if size else None, "TABLET": draw.choice([1, 2]) if size else None,
        "HISPEED": draw.choice([None, 1, 1, 2]) if size else None,
    }  # fmt: skip
