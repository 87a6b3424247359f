"""The Census Bureau's archives of the invented state, in the layout of each vintage."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from orchestration.base.errors import MobilityError
from orchestration.base.states import NATION, SAMPLE_POSTAL
from orchestration.sample.areas import STATE
from orchestration.sample.microdata.homes import Home, homes
from orchestration.sample.microdata.layout import columns
from orchestration.sample.microdata.people import RELP, RELSHIPP, Person
from orchestration.sample.microdata.replicates import replicate_weights
from orchestration.sample.world import World
from orchestration.sample.writing import FIXED_TIME
from orchestration.sources.census_acs_pums import layouts as layouts
from orchestration.sources.census_acs_pums.layouts import Kind, Layout
from orchestration.sources.model import SourceFile

# Factors of five-year files that no dictionary at hand has: single-year factor times inflation.
_FACTORS = {
    "2014-5yr": ((1_095_366, 1_073_078, 1_042_534, 1_024_610, 1_008_425),
                 (1_087_079, 1_053_858, 1_032_000, 1_016_934, 1_000_000)),
    "2016-5yr": ((1_057_799, 1_039_614, 1_023_191, 1_014_178, 1_007_588),
                 (1_047_111, 1_031_825, 1_014_643, 1_012_898, 1_000_000)),
}  # fmt: skip
_PUMAS_OF_2000 = {"00101": "00100", "00102": "00100", "00201": "00200", "00202": "00200"}
"""Of 2000 PUMAs the file of 2010-2014 still speaks in its first two years; one code means something else."""
_FROM_2020 = 2022
_FROM_2010 = 2012


def archive(world: World, file: SourceFile) -> bytes:
    """The zip archive of one kind and vintage: of the state, or the national one in its parts."""
    kind: Kind = "persons" if "persons" in file.tables else "housing_units"
    layout = Layout(kind, file.vintage)
    names = columns(kind, file.vintage)
    rows = list(_rows(world, layout, names))
    members = layout.members(NATION if file.partitions else SAMPLE_POSTAL, STATE)[0]
    share = -(-len(rows) // len(members))
    packed = io.BytesIO()
    with ZipFile(packed, "w") as out:
        for part, member in enumerate(members):
            lines = [",".join(names), *rows[part * share : (part + 1) * share]]
            _put(out, member, "\n".join(lines).encode("ascii") + b"\n")
        _put(out, f"ACS{layout.year}_PUMS_README.pdf", b"%PDF-1.4\n% Nothing in this archive is true.\n")
    return packed.getvalue()


def _put(out: ZipFile, name: str, body: bytes) -> None:
    info = ZipInfo(name, FIXED_TIME)
    info.compress_type, info.create_system = ZIP_DEFLATED, 3
    out.writestr(info, body, compresslevel=6)


def _rows(world: World, layout: Layout, names: list[str]) -> Iterator[str]:
    """Lines of the file; the replicate weights, its last columns, are the same for all of a home."""
    answers = names[: -len(layouts.REPLICATES)]
    place = {name.upper(): position for position, name in enumerate(answers)}
    blank = [""] * len(answers)
    for home in homes(world, layout.year, layout.years):
        weight = 0 if layout.kind == "housing_units" and home.kind > 1 else home.weight
        replicates = ",".join(map(str, replicate_weights(weight, home.number)))
        for record in _records(layout, home):
            row = blank.copy()
            for name, value in record.items():
                if value is not None and name in place:
                    row[place[name]] = value if isinstance(value, str) else str(value)
            yield f"{','.join(row)},{replicates}"


def _records(layout: Layout, home: Home) -> Iterable[dict[str, str | int | None]]:
    shared = _identity(layout, home) | _area(layout, home)
    if layout.kind == "housing_units":
        yield shared | _housing(layout, home) | {"WGTP": home.weight if home.kind == 1 else 0}
        return
    for order, person in enumerate(home.people, start=1):
        yield shared | _person(person, order) | {"PWGTP": home.weight}


def _identity(layout: Layout, home: Home) -> dict[str, str | int | None]:
    year, wide = home.year, layout.years == 5
    letters = "HU" if home.kind == 1 else "GQ"
    if year >= 2018:
        serial = f"{year}{letters}{home.number:07d}"
    else:
        serial = f"{year}{home.number:09d}" if wide or year == 2017 else str(home.number * 37)
    income, housing = _factors(layout, home)
    return {
        "RT": "P" if layout.kind == "persons" else "H",
        "SERIALNO": serial,
        "DIVISION": "9",
        "REGION": "4",
        "ST": STATE,
        "STATE": STATE,
        "ADJINC": income,
        "ADJHSG": housing,
    }


def _factors(layout: Layout, home: Home) -> tuple[int | str, int | str]:
    known = layouts.codes_of("housing_units", layout.vintage)
    income, housing = _FACTORS.get(layout.vintage, (known.get("ADJINC", ()), known.get("ADJHSG", ())))
    if not len(income) == len(housing) == layout.years:
        raise MobilityError(
            "The invented archive cannot be written: its dollar factors are not known.",
            where=f"{layouts.VINTAGES_FILE.name}, {layout.vintage}",
            expected=f"ADJINC and ADJHSG, {layout.years} of each, or a data dictionary that has them",
            found=f"{len(income)} and {len(housing)}",
            remedy="fill them in, as the year's data dictionary gives them",
        )
    number = home.year - (layout.year - layout.years + 1)
    return income[number], housing[number]


def _area(layout: Layout, home: Home) -> dict[str, str | int | None]:
    """The PUMA under the names of the vintage; a five-year file may hold two lists of PUMAs."""
    old, new = home.block.puma_2010, home.block.puma_2020
    spelling = layout.spelling(layouts.PUMA)
    if spelling == ("PUMA",):
        return {"PUMA": new if layout.year >= _FROM_2020 else old}
    if spelling == ("PUMA00", "PUMA10"):
        first = home.year < _FROM_2010
        return {"PUMA00": _PUMAS_OF_2000.get(old, old) if first else "-9", "PUMA10": "-9" if first else old}
    first = home.year < _FROM_2020
    return {"PUMA10": old if first else "-0009", "PUMA20": "-0009" if first else new}


def _housing(layout: Layout, home: Home) -> dict[str, str | int | None]:
    answers: dict[str, str | int | None] = dict(home.answers)
    access = answers.pop("access", None)
    return answers | {
        "TYPE": home.kind,
        "TYPEHUGQ": home.kind,
        "ACCESS": access,
        "ACCESSINET": access,
        "NP": f"{home.answers['NP']:02d}" if layout.year <= 2017 else home.answers["NP"],
        **(_householder(home.people[0]) if home.kind == 1 and home.people else {}),
    }


def _householder(head: Person) -> dict[str, str | int | None]:
    """What files of housing units say of the first person from 2021 on; older ones have no such column."""
    return {
        "HHLDRAGEP": int(head["AGEP"] or 0),
        "HHLDRHISP": f"{head['HISP']:02d}",
        "HHLDRRAC1P": head["RAC1P"],
    }


def _person(person: Person, order: int) -> dict[str, str | int | None]:
    codes: dict[str, str | int | None] = dict(person)
    relationship = codes.pop("relationship")
    assert isinstance(relationship, int)
    return codes | {
        "SPORDER": f"{order:02d}",
        "RELP": f"{RELP[relationship]:02d}",
        "RELSHIPP": RELSHIPP[relationship],
        "HISP": f"{person['HISP']:02d}",
        "SCHG": None if person["SCHG"] is None else f"{person['SCHG']:02d}",
        "SCHL": None if person["SCHL"] is None else f"{person['SCHL']:02d}",
    }
