"""Center for Neighborhood Technology: Housing and Transportation (H+T) Affordability Index, by census tract.

One zip a state and edition; neither the name nor the content of a file says of which edition it is. What
tells them apart is checked here: the columns (57 in 2015, 54 in 2022), the state, and the tracts, which are
those of 2010 in 2015 and 2019 and those of 2020 (with Connecticut's planning regions) in 2022. In every state
the census of 2020 has more populated tracts than the one of 2010 had tracts, so that the number of rows
decides. Shares are whole percents. Of the layouts, that of 2015 was seen in a file, that of 2022 on a page,
that of 2019 not at all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Channel
from orchestration.base.states import FIPS_OF_POSTAL, SAMPLE_POSTAL, STATES
from orchestration.sources.model import NotAtHand, Parsed, Source, SourceFile
from orchestration.sources.reading import by_layout
from orchestration.sources.reading.layout import Layouts

if TYPE_CHECKING:
    import pyarrow as pa

LAYOUTS = Layouts.beside(__file__)
EDITIONS = LAYOUTS.vintages
LEAST_SHARE = 0.85
"""Of a state's tracts of 2010 that a file has; those of water alone are left out (Hawaii has 30 of 351)."""
_FIRST_REGION = "110"
_QUOTED = ("tract", "cbsa")
_SITE = "https://htaindex.cnt.org/download/"


def decade(vintage: str) -> str:
    """The census whose tracts an edition has."""
    return "2020" if vintage >= "2022" else "2010"


@lru_cache(maxsize=1)
def tracts_of_states() -> dict[str, dict[str, int]]:
    """Postal code -> census -> tracts, those without people among them (Census Bureau, tallies of tracts)."""
    with (Path(__file__).parent / "tracts.csv").open(encoding="utf-8", newline="") as rows:
        return {
            row["state"]: {"2010": int(row["tracts_2010"]), "2020": int(row["tracts_2020"])}
            for row in csv.DictReader(rows)
        }


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The tracts of a state, without the quotation marks that are part of two columns.

    Raises:
        MobilityError: the file is not as the layout says, or of another state or decade.
    """
    import pyarrow.compute as pc

    rows = by_layout.read(file, path, LAYOUTS.layout(file, "tracts"))
    for name in _QUOTED:
        at = rows.column_names.index(name)
        pairs_away = pc.replace_substring_regex(rows.column(name), '^"(.*)"$', r"\1")
        rows = rows.set_column(at, name, pairs_away)
    _refuse_other_state(file, rows)
    if file.partition != SAMPLE_POSTAL:
        _refuse_other_decade(file, rows)
    yield "tracts", file.partition, rows


def _refuse_other_state(file: SourceFile, rows: pa.Table) -> None:
    state = FIPS_OF_POSTAL[str(file.partition)]
    tracts: list[str] = rows.column("tract").to_pylist()
    # Codes of another length are told by the checks that follow.
    foreign = [(row, tract) for row, tract in enumerate(tracts, 1) if len(tract) == 11 and tract[:2] != state]
    if foreign:
        raise MobilityError(
            "The file is of another state.",
            where=f"{file.official_name}, vintage {file.vintage}, data row {foreign[0][0]}, column tract",
            expected=f"tracts that begin with {state}",
            found=f"{foreign[0][1]}" + (f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""),
            remedy=f"fetch the file again: {file.form_settings}",
        )


def _refuse_other_decade(file: SourceFile, rows: pa.Table) -> None:
    """Told by the number of tracts, in Connecticut by the counties as well."""
    known = tracts_of_states()[str(file.partition)]
    wanted, count = decade(file.vintage), len(rows)
    fits = {
        "2010": LEAST_SHARE * known["2010"] <= count <= known["2010"],
        "2020": known["2010"] < count <= known["2020"],
    }
    found = f"{count} tracts"
    if file.partition == "ct":
        counties = {tract[2:5] for tract in rows.column("tract").to_pylist()}
        regions = sorted(county for county in counties if county >= _FIRST_REGION)
        fits["2020"] = fits["2020"] and len(regions) == len(counties)
        fits["2010"] = fits["2010"] and not regions
        found += f", {len(regions)} planning regions among {len(counties)} counties"
    if not fits[wanted]:
        other = "2010" if wanted == "2020" else "2020"
        raise MobilityError(
            "The file has the tracts of another decade, or not all of them.",
            where=f"{file.official_name}, vintage {file.vintage}",
            expected=f"census tracts of {wanted}: {_range_of(known, wanted)}"
            + (", with planning regions" if wanted == "2020" and file.partition == "ct" else ""),
            found=found + (f", as the census of {other} has them" if fits[other] else ""),
            remedy=f"fetch the file of the edition of {file.vintage}: {file.form_settings}",
        )


def _range_of(known: dict[str, int], wanted: str) -> str:
    if wanted == "2020":
        return f"{known['2010'] + 1} to {known['2020']} rows in this state"
    return f"{round(LEAST_SHARE * known['2010'])} to {known['2010']} rows in this state"


def _file(vintage: str, postal: str, channel: Channel) -> SourceFile:
    fips = FIPS_OF_POSTAL[postal]
    name = f"htaindex_data_tracts_{fips}"
    unpacked = f"ht_index/{name}.csv" if vintage == EDITIONS[0] else f"ht_index/{vintage}/{name}.csv"
    return SourceFile(
        name=f"tracts_{postal}",
        vintage=vintage,
        official_name=f"{name}.zip",
        tables=("tracts",),
        partition=postal,
        channel=channel,
        url=_SITE,
        mirror_paths=(unpacked,),
        form_settings=f"Tracts; state {postal.upper()} (FIPS {fips}); year {vintage}; leave the zip as it is",
        ships=False,
        layout=LAYOUTS.fingerprint(("tracts",), vintage),
    )


def _files() -> Iterator[SourceFile]:
    for vintage in EDITIONS:
        yield from (_file(vintage, postal, "national") for postal in STATES)
        yield _file(vintage, SAMPLE_POSTAL, "sample")


SOURCE = Source(
    name="cnt_ht_index",
    agency="Center for Neighborhood Technology",
    title="Housing and Transportation (H+T) Affordability Index, census tracts",
    description="Modelled transportation cost and transit use of standard households, by census tract.",
    landing_page=_SITE,
    terms="CNT's own terms of use, not examined: the files are not shipped and in no release.",
    citation="Center for Neighborhood Technology. Housing and Transportation (H+T) Affordability Index.",
    access="manual",
    tables=(
        LAYOUTS.table(
            "tracts", "One row per census tract of the state; shares are whole percents.", partitioned=True
        ),
    ),
    files=tuple(_files()),
    complete="The tracts of every state of the frame, and the Census Bureau's tables of the year.",
    not_at_hand=(
        NotAtHand(
            name="files of the states",
            reason="one file a state; of 2015 Massachusetts comes by a mirror, of 2019 and 2022 none",
        ),
    ),
    layouts=LAYOUTS,
    parse=parse,
)
