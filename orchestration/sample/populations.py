"""Population files: Urban's two frames, the Census Bureau's estimates, the tract list of a change of codes.

The frames have the faults of the real ones: a blank before the county names of 2014, one name that
was not split from the state's in that year, and the same name in Latin-1 in some years and UTF-8 in
others.
"""

from __future__ import annotations

from orchestration.sample.areas import STATE, STATE_LETTERS, STATE_NAME, YEARS, Area, County
from orchestration.sample.world import World
from orchestration.sample.writing import Value, header, readr, table
from orchestration.sources.census_population_estimates import SOURCE

LATIN_YEARS = (2014, 2021, 2023)
CROSSWALK_COLUMNS = header("2022tractcrosswalk.csv")


def frame(world: World, geography_type: str) -> bytes:
    """`county-populations.csv` or `place-populations.csv`."""
    first = f"year,state,{geography_type},state_name,{geography_type}_name,population\n"
    lines = [first.encode("ascii")]
    for year in YEARS:
        for code, area in world.areas(geography_type, year):
            name = area.name_in(year) if isinstance(area, County) else area.name
            cells = [str(year), STATE, code, *_names(geography_type, year, name), str(area.population(year))]
            latin = geography_type == "county" and year in LATIN_YEARS
            lines.append((",".join(cells) + "\n").encode("latin-1" if latin else "utf-8"))
    return b"".join(lines)


def _names(geography_type: str, year: int, name: str) -> tuple[str, str]:
    if geography_type == "county" and year == 2014:
        return (STATE_NAME, f" {name}") if name.isascii() else (f'"{STATE_NAME}, {name}"', "NA")
    return STATE_NAME, name


COMPONENTS = ("BIRTHS", "DEATHS", "NATURALCHG", "INTERNATIONALMIG", "DOMESTICMIG", "NETMIG", "RESIDUAL")
RATES = ("RBIRTH", "RDEATH", "RNATURALCHG", "RINTERNATIONALMIG", "RDOMESTICMIG", "RNETMIG")


SAVED_AGAIN = (2019, 2022, 2023)
"""Vintages whose copies at hand were saved by others: no zeros in front of codes, other line ends."""


def estimates(world: World, vintage: int) -> bytes:
    """A `co-estYYYY-alldata.csv`: a row of the state (SUMLEV 040), then the counties (050).

    Those that others saved again look as these copies do.
    """
    padded, line_end = (False, "\r\n") if vintage in SAVED_AGAIN else (True, "\n")
    columns = tuple(column.name for column in SOURCE.layouts.columns_of("counties", str(vintage)))
    counties = [(code, area) for code, area in world.areas("county", vintage)]
    rows = [_estimates_row(columns, "040", "000", STATE_NAME, [area for _, area in counties], padded)]
    for code, area in counties:
        name = world.county(area.key).name_in(vintage)
        rows.append(_estimates_row(columns, "050", code, name, [area], padded))
    return table(columns, rows, "readr", "", line_end).encode("utf-8")


def _estimates_row(
    columns: tuple[str, ...], level: str, code: str, name: str, areas: list[Area], padded: bool
) -> list[Value]:
    fixed: dict[str, Value] = {
        "SUMLEV": level if padded else str(int(level)),
        "REGION": "9",
        "DIVISION": "9",
        "STATE": STATE,
        "COUNTY": code if padded else str(int(code)),
        "STNAME": STATE_NAME,
        "CTYNAME": name,
    }
    return [fixed[column] if column in fixed else _estimate(column, areas) for column in columns]


def _estimate(column: str, areas: list[Area]) -> Value:
    """A component of change of one year; births, deaths and migration add up to the change."""
    stem = column.rstrip("0123456789").removesuffix("_")
    digits = column[len(column.rstrip("0123456789")) :]
    year = int(digits) if digits else 2010
    people = sum(area.population(year) for area in areas)
    change = people - sum(area.population(year - 1) for area in areas)
    births, deaths = round(people * 0.0112), round(people * 0.0101)
    abroad = round(people * 0.001)
    parts = {
        "NPOPCHG": change,
        "BIRTHS": births,
        "DEATHS": deaths,
        "NATURALINC": births - deaths,
        "NATURALCHG": births - deaths,
        "INTERNATIONALMIG": abroad,
        "DOMESTICMIG": change - births + deaths - abroad,
        "NETMIG": change - births + deaths,
        "RESIDUAL": 0,
        "GQESTIMATESBASE": round(people * 0.02),
        "GQESTIMATES": round(people * 0.02),
    }
    if stem in parts:
        return parts[stem]
    if stem.startswith("R") and stem[1:] in {"BIRTH", "DEATH", *parts}:
        whole = parts[stem[1:] + ("S" if stem in ("RBIRTH", "RDEATH") else "")]
        return readr(round(1000 * whole / people, 9)) if people else None
    return people


def tract_changes(world: World) -> bytes:
    """A list of tracts with their codes before and after a change, in the layout of Connecticut's."""
    rows: list[list[Value]] = []
    names = {place.code: place.name.removesuffix(" city") for place in world.places}
    for block in {(b.county, b.tract): b for b in world.blocks}.values():
        county = world.county(block.county)
        if county.changes > 2022:
            continue
        old, new = STATE + county.code_in(2019), STATE + county.code_in(2022)
        town = names.get(block.place, "Oak Town")
        rows.append(
            [
                old + block.tract,
                new + block.tract,
                _tract_name(block.tract),
                town,
                f"{old}01220",
                f"{new}01220",
                county.name_in(2019),
                old,
                county.name_in(2022),
                new,
                "1",
                f"{STATE_LETTERS} District 1",
                block.zcta,
                block.puma_2020,
                f"Sample PUMA {block.puma_2020}",
            ]
        )
    return b"\xef\xbb\xbf" + table(CROSSWALK_COLUMNS, rows, "readr", "", "\r\n").encode("utf-8")


def _tract_name(tract: str) -> str:
    whole, rest = int(tract[:4]), tract[4:]
    return str(whole) if rest == "00" else f"{whole}.{rest}"
