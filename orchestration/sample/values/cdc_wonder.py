"""Exports of WONDER for the invented state: counts of deaths and births, and the query below them.

WONDER has the county of the old code in all years, as it has Valdez-Cordova. Counts of one to nine are
suppressed.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.base.seeds import read
from orchestration.sample.areas import RACES, STATE, STATE_LETTERS, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.world import World
from orchestration.sources.cdc_wonder import BIRTHS, query
from orchestration.sources.cdc_wonder.export import DEATH_COLUMNS
from orchestration.sources.model import SourceFile

NAMED_FROM = 100_000
"""The natality file names counties from this size on."""
EDUCATION = ("Less than High School", "GED/High School Degree", "Some College", "College Degree or Higher")
_GROUPS = {
    "nhwhite": RACES[3], "nhblack": RACES[0], "hisp": RACES[1], "nhother": RACES[2],
    **dict(zip(("lths", "hs", "somecol", "baplus"), EDUCATION, strict=True)),
}  # fmt: skip
"""Part of a file's name -> label."""
_WORDS = {"499": "499 grams or less", "500": "500 - 999 grams", "1000": "1000 - 1499 grams"}
_WIDTH = 130


def _cell(world: World, area: Area, year: int, subgroup: str) -> Cell:
    return Cell(world, area, year, subgroup, EDUCATION if subgroup in EDUCATION else RACES)


def deaths(world: World, area: Area, year: int, subgroup: str) -> tuple[int, int]:
    """Deaths and residents of the pool that ends in the year."""
    if subgroup == "All":
        parts = [deaths(world, area, year, race) for race in RACES]
        return sum(part[0] for part in parts), sum(part[1] for part in parts)
    cell = _cell(world, area, year, subgroup)
    people = sum(round(area.population(one) * cell.weight) for one in query.pool(year))
    rate = cell.shifted(88 - 14 * area.wealth + 8 * cell.wobble("injury"), -9.0)
    return round(people * rate / 100_000), people


def births(world: World, area: Area, year: int, subgroup: str) -> tuple[int, int]:
    """Births of known weight, and those below 2,500 g."""
    if subgroup == "All":
        parts = [births(world, area, year, race) for race in RACES]
        return sum(part[0] for part in parts), sum(part[1] for part in parts)
    cell = _cell(world, area, year, subgroup)
    many = round(0.012 * cell.people)
    share = cell.shifted(0.083 - 0.014 * area.wealth + 0.004 * cell.wobble("birth weight"), -0.02)
    return many, round(many * share)


def unnamed(world: World) -> list[Area]:
    """Counties whose births are in the state's row of the unnamed."""
    return [county for county in world.counties if county.people < NAMED_FROM]


def pooled(world: World, year: int, subgroup: str) -> tuple[int, int]:
    """Their births together."""
    parts = [births(world, county, year, subgroup) for county in unnamed(world)]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def content(world: World, file: SourceFile) -> bytes:
    """One export."""
    table, year = file.tables[0], int(file.vintage)
    subgroup = _GROUPS.get(table.rsplit("_", 1)[-1], "All")
    counties = [(STATE + code, area) for code, area in world.areas("county", 2019)]
    if table in BIRTHS:
        low = table.startswith("lbw")
        header = ["Notes", "County of Residence", "County of Residence Code", "Births"]
        named = [(code, area) for code, area in counties if area.people >= NAMED_FROM]
        rows = [
            _row(code, f"{area.name}, {STATE_LETTERS}", [_word(births(world, area, year, subgroup)[low])])
            for code, area in named
        ]
        others = f"Unidentified Counties, {STATE_LETTERS}"
        rows.append(_row(f"{STATE}999", others, [_word(pooled(world, year, subgroup)[low])]))
        everybody = [births(world, area, year, subgroup)[low] for _, area in counties]
        rows.append(f'"Total"\t""\t""\t{sum(everybody)}')
    else:
        header = ["Notes", *DEATH_COLUMNS]
        rows = [
            _row(code, f"{area.name}, {STATE_LETTERS}", _rates(*deaths(world, area, year, subgroup)))
            for code, area in counties
        ]
        whole = [deaths(world, area, year, subgroup) for _, area in counties]
        total = sum(one for one, _ in whole), sum(people for _, people in whole)
        rows.append('"Total"\t""\t""\t' + "\t".join(_rates(*total)))
    quoted = [f'"{name}"' for name in header[:3]] + header[3:]
    return ("\n".join(["\t".join(quoted), *rows, *_footer(table, year)]) + "\n").encode()


def _row(code: str, name: str, numbers: Sequence[str]) -> str:
    return f'\t"{name}"\t"{code}"\t' + "\t".join(numbers)


def _word(count: int) -> str:
    return "Suppressed" if 1 <= count <= 9 else str(count)


def _rates(dead: int, people: int) -> list[str]:
    if 1 <= dead <= 9:
        return ["Suppressed", str(people), *["Suppressed"] * 4]
    if dead < 20:
        return [str(dead), str(people), *["Unreliable"] * 4]
    rate, lower, upper = rate_of(dead, people)
    return [str(dead), str(people), f"{rate:.1f}", f"{lower:.1f}", f"{upper:.1f}", f"{rate / dead**0.5:.1f}"]


def rate_of(dead: int, people: int) -> tuple[float, float, float]:
    """Rate per 100,000 and its bounds, one decimal."""
    rate = dead / people * 100_000
    half = 1.96 * rate / dead**0.5
    factors = {int(row["deaths"]): row for row in read("poisson_limits")}.get(dead)
    low, high = (
        (rate * float(factors["lower_factor"]), rate * float(factors["upper_factor"]))
        if factors
        else (rate - half, rate + half)
    )
    return round(rate, 1), round(low, 1), round(high, 1)


def _footer(table: str, year: int) -> list[str]:
    """The end of a file: its query, with lines cut at blanks as WONDER cuts them."""
    asked = query.wanted(table, year)
    dataset = asked.dataset.replace(r"\d{4}", "2023")
    lines = [f"Dataset: {dataset}", "Query Parameters:"]
    lines += [
        f"{name}: {'; '.join(_WORDS.get(value, value) for value in values)}"
        for name, values in asked.values.items()
    ]
    cut = [piece for line in lines for piece in _cut(line)]
    told = ["Suggested Citation: invented for the sample; no data of the agency"]
    return ['"---"', *[f'"{line}"' for line in cut], '"---"', *[f'"{line}"' for line in told]]


def _cut(line: str) -> list[str]:
    pieces = [""]
    for word in line.split(" "):
        if len(pieces[-1]) + len(word) >= _WIDTH:
            pieces.append(word)
        else:
            pieces[-1] = f"{pieces[-1]} {word}".strip()
    return pieces
