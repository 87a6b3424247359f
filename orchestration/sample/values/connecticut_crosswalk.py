"""A list of tracts with their codes before and after a change, in the layout of Connecticut's."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_LETTERS
from orchestration.sample.twin import Style
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile


def style(file: SourceFile) -> Style:
    """A byte order mark, and lines as on Windows."""
    return Style(line_end="\r\n", mark=b"\xef\xbb\xbf")


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row for each tract of the counties whose code changed."""
    names = {place.code: place.name.removesuffix(" city") for place in world.places}
    for block in {(b.county, b.tract): b for b in world.blocks}.values():
        county = world.county(block.county)
        if county.changes > 2022:
            continue
        old, new = STATE + county.code_in(2019), STATE + county.code_in(2022)
        yield {
            "tract_fips_2020": old + block.tract,
            "Tract_fips_2022": new + block.tract,
            "tract_name": _tract_name(block.tract),
            "town_name": names.get(block.place, "Oak Town"),
            "town_fips_2020": f"{old}01220",
            "town_fips_2022": f"{new}01220",
            "county_name": county.name_in(2019),
            "county_fips_2020": old,
            "ce_name_2022": county.name_in(2022),
            "ce_fips_2022": new,
            "school_district_code": "1",
            "school_district_name": f"{STATE_LETTERS} District 1",
            "zip5_zcta2020": block.zcta,
            "PUMA2020code": block.puma_2020,
            "PUMA2020name": f"Sample PUMA {block.puma_2020}",
        }


def _tract_name(tract: str) -> str:
    whole, rest = int(tract[:4]), tract[4:]
    return str(whole) if rest == "00" else f"{whole}.{rest}"
