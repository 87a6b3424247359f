"""Police agencies: to which counties and cities they belong, and how well those of an area report."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.independent.files import Files

YEARS = (2021, 2022, 2023)
CROSSWALK = "police_agencies/2012/35158-0001-Data.tsv"
CITIES = "urban_crosswalks/2025/geocorr2022_county_place_{}.csv"

Area = tuple[str, str]
"""county or place, and the code."""


@dataclass(frozen=True)
class Part:
    """An agency in an area."""

    ori: str
    share: float
    """Of what it counts: by the residents of its counties; a city has all of it."""
    is_core: bool | None


def residents(files: Files, year: int) -> dict[Area, dict[str, int]]:
    """Tables B01001 of counties and places, by the Census Bureau's names."""
    found = {}
    for kind in ("county", "place"):
        path = f"census_acs_tables/{year - 4}-{year}/acs5_{year}_b01001_{kind}"
        header, *body = json.loads((files.mirror / path).read_text("utf-8"))
        for values in body:
            row = dict(zip(header, values, strict=True))
            found[kind, row["state"] + row[kind]] = {
                name: int(value) for name, value in row.items() if name.startswith("B01001")
            }
    return found


def agencies(files: Files, year: int, people: Mapping[Area, dict[str, int]]) -> dict[Area, list[Part]]:
    """Steps 2 to 5 of the method: state police belong nowhere, and who has neither a county nor a city."""
    listed = files.csv(CROSSWALK, separator="\t").set_index("ORI9").to_dict("index")
    by_name, alone = _cities(files, year)
    found: dict[Area, list[Part]] = defaultdict(list)
    for row in files.csv(f"police_agencies/{year}/nibrs_batch_header_{year}.csv").to_dict("records"):
        if row["agency_indicator"] == "state police":
            continue
        state = _state(files, row["state"])
        core = {"Y": True, "N": False}.get(row["core_city"])
        old = listed.get(row["ori"])
        named = [row[f"fips_county_code_{number}"] for number in range(1, 6)]
        counties = [state + code.zfill(3) for code in named if code]
        place = by_name.get((state, row["city_name"].lower())) or alone.get(counties[0] if counties else "")
        if old is not None:
            place = old["FIPS_ST"] + old["FPLACE"].zfill(5)
            counties = counties or [old["FIPS_ST"] + old["FIPS_COUNTY"].zfill(3)]
        there = {
            code: people["county", code]["B01001_001E"] for code in counties if ("county", code) in people
        }
        for code, count in there.items():
            found["county", code].append(Part(row["ori"], count / sum(there.values()), core))
        if place and ("place", place) in people:
            found["place", place].append(Part(row["ori"], 1.0, core))
    return found


def _state(files: Files, name: str) -> str:
    """Code of a state, by its name in the frame."""
    frame = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    (code,) = frame.loc[frame["state_name"].str.lower() == name, "state"].unique()
    return str(code)


def _cities(files: Files, year: int) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """Cities of the year by state and name, and those that are the only one of a county."""
    frame = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    frame = frame[frame["year"] == str(year)]
    codes = frame["state"] + frame["place"]
    by_name = {
        (state, name.lower().removesuffix(" city")): code
        for state, name, code in zip(frame["state"], frame["place_name"], codes, strict=True)
    }
    pairs = files.csv(CITIES.format("2020_2021" if year < 2022 else "2022_onwards"), encoding="latin-1")
    inside: dict[str, set[str]] = defaultdict(set)
    for row in pairs.to_dict("records"):
        place = row["state"] + row["place"].zfill(5)
        if place in set(codes):
            inside[row["countyfip"]].add(place)
    return by_name, {county: min(places) for county, places in inside.items() if len(places) == 1}


def flag(parts: list[Part], reporting: Collection[str]) -> int | None:
    """All report; four fifths, or all of the core city if of every agency is known whether it is; some."""
    sent = [part.ori in reporting for part in parts]
    core = [part.ori in reporting for part in parts if part.is_core]
    if not any(sent):
        return None
    if all(sent):
        return 1
    whole_core = bool(core) and all(core) and all(part.is_core is not None for part in parts)
    return 2 if sum(sent) / len(sent) >= 0.8 or whole_core else 3


def archive(files: Files, year: int) -> str:
    """The FBI's archive of a year, of the one state that there is."""
    (path,) = files.years(f"fbi_nibrs/{year}/*.zip")
    return str(Path(path).relative_to(files.mirror))
