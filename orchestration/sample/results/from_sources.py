"""Results that Urban takes from files we have as well: debt and economic connectedness.

Their cells agree with what the models compute from the sample's own source files, exactly where the
real ones do.
"""

from __future__ import annotations

from orchestration.sample.areas import County, Place
from orchestration.sample.results.cells import BLANK, Cell, Estimate
from orchestration.sample.values import oi_social_capital as atlas
from orchestration.sample.values import urban_debt_in_america as debt


def debt_in_collections(cell: Cell) -> dict[str, Estimate]:
    """Shares with debt, and with medical debt, in collections; 2018 with a binomial interval."""
    return {
        "share_debt_coll": _debt(cell, medical=False),
        "share_medical_debt_coll": _debt(cell, medical=True) if cell.year == 2023 else BLANK,
    }


def _debt(cell: Cell, *, medical: bool) -> Estimate:
    value = debt.number(cell.world, cell.area, cell.year, cell.subgroup, medical=medical)
    if value is None:
        return BLANK
    if cell.year == 2021:
        value = round(value, 5)
    if cell.year != 2018:
        return Estimate(value, quality=1)
    half = 1.96 * (value * (1 - value) / (debt.records_of_2018(cell.area) * cell.weight)) ** 0.5
    return Estimate(value, round(value - half, 7), round(value + half, 7), 1)


def economic_connectedness(cell: Cell) -> dict[str, Estimate]:
    """Half the connectedness of the Atlas; a county whose code is not the Atlas's stays blank."""
    variable = "share_economic_connectedness"
    if isinstance(cell.area, Place):
        found = atlas.published_place(cell.world, cell.area.code)
        return {variable: Estimate(found[0], quality=found[1]) if found else BLANK}
    assert isinstance(cell.area, County)
    if cell.area.changes <= 2020:
        return {variable: BLANK}
    values = atlas.published_county(cell.world, cell.area)
    return {variable: Estimate(*values, 1) if values else BLANK}
