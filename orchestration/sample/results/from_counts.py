"""Results that Urban computes from counts: wages, births, deaths, doctors, associations.

Computed here from the counts of the sample's own agency files, as the published programs do it, so that
computed and published cells meet as the real ones do: equal, or with the difference that a deviation names.
"""

from __future__ import annotations

from orchestration.base.seeds import read
from orchestration.sample.areas import County, Place
from orchestration.sample.results import neighborhoods
from orchestration.sample.results.cells import BLANK, Cell, Estimate
from orchestration.sample.values import ahrf, bls_qcew, cbp, cdc_wonder, mit_living_wage

HALF_YEAR_INDEX = 288.347
"""What the published program takes for the price index of 2022 (deviation
living-wage-2021-half-year-index).
"""
OTHER_PEOPLE = 1.01
"""The published ratios of 2021 rest on other populations (deviation physicians-2021-population)."""


def living_wage(cell: Cell) -> dict[str, Estimate]:
    """Mean weekly pay of the rows of a class against 40 hours of the living wage."""
    variable, area = "ratio_living_wage", cell.area
    assert isinstance(area, County)
    if area.changes <= cell.year < 2023:
        return {variable: BLANK}
    members = bls_qcew.CLASSES.get(cell.subgroup, (bls_qcew.TOTAL,))
    found = [bls_qcew.pay(cell.world, area, cell.year, row) for row in members]
    disclosed = [figures for figures in found if figures]
    if len(disclosed) < len(found):
        return {variable: BLANK}
    pay = sum(wage for wage, _ in disclosed) / len(disclosed)
    establishments = sum(count for _, count in disclosed)
    vintage = next(row["vintage"] for row in read("living_wage_vintages") if row["year"] == str(cell.year))
    prices = {row["year"]: float(row["cpi_u"]) for row in read("consumer_prices")}
    if cell.year == 2021 and not cell.groups:
        prices["2022"] = HALF_YEAR_INDEX
    wage = mit_living_wage.hourly(cell.world, area, vintage) * prices[str(cell.year)] / prices[vintage]
    return {variable: Estimate(pay / (40 * wage), quality=1 if establishments >= 30 else 3)}


def low_birth_weight(cell: Cell) -> dict[str, Estimate]:
    """A named county has its own share; all others have that of them together, with its bounds."""
    variable, is_pooled = "share_low_birth_weight", cell.area.people < cdc_wonder.NAMED_FROM
    births, low = (
        cdc_wonder.pooled(cell.world, cell.year, cell.subgroup)
        if is_pooled
        else cdc_wonder.births(cell.world, cell.area, cell.year, cell.subgroup)
    )
    if births < 30 or 1 <= low <= 9:
        return {variable: BLANK}
    share = low / births
    half = 1.96 * (share * (1 - share) / births) ** 0.5
    flag = 3 if is_pooled or births < 100 else 2 if births < 200 else 1
    return {variable: Estimate(share, share - half, share + half, flag)}


def injury_deaths(cell: Cell) -> dict[str, Estimate]:
    """Deaths per 100,000 people; fewer than twenty give no rate, a divided county has the old one with flag
    3.
    """
    deaths, people = cdc_wonder.deaths(cell.world, cell.area, cell.year, cell.subgroup)
    if deaths < 20:
        return {"rate_injury_death": BLANK}
    rate, lower, upper = cdc_wonder.rate_of(deaths, people)
    error = round(deaths / people * 100_000 / deaths**0.5, 1)
    assert isinstance(cell.area, County)
    is_divided = cell.area.changes <= cell.year
    flag = 3 if is_divided else 1 if error / rate < 0.2 else 2 if error / rate < 0.4 else 3
    return {"rate_injury_death": Estimate(rate, lower, upper, flag)}


def primary_care_access(cell: Cell) -> dict[str, Estimate]:
    """People per physician; 0 where a small county has none."""
    variable, area = "ratio_population_pc_physician", cell.area
    assert isinstance(area, County)
    if area.changes <= cell.year:
        return {variable: BLANK}
    physicians = ahrf.physicians(cell.world, area, cell.year)
    people = round(cell.area.population(cell.year) * (OTHER_PEOPLE if cell.year == 2021 else 1))
    if physicians == 0:
        return {variable: Estimate(0, quality=3) if people <= 2_000 else BLANK}
    ratio = round(people / physicians)
    change = abs(people / (physicians + 1) - ratio) / ratio
    return {variable: Estimate(ratio, quality=1 if change < 0.2 else 2 if change < 0.4 else 3)}


def membership_associations(cell: Cell) -> dict[str, Estimate]:
    """Associations per 10,000 people, one decimal; of places no agency file is invented."""
    if isinstance(cell.area, Place):
        return neighborhoods.membership_associations(cell)
    counted = sum(cbp.establishments(cell.world, cell.area, cell.year).values())
    rate = round(counted / (cell.area.population(cell.year) / 10_000), 1)
    return {"count_membership_associations_per_10k": Estimate(rate, quality=1) if counted else BLANK}
