"""The header lines of microdata files, by vintage: those that were seen, and what is known to differ.

Seen are the persons' files of 2015 and 2018 and the housing files of 2018 and 2021 (`headers.csv`).
Between them the names change as the Census Bureau's dictionaries say.
"""

from __future__ import annotations

from orchestration.sample.writing import header
from orchestration.sources.census_acs_pums.layouts import PUMA, REPLICATES, STATE, Kind, Layout, spellings_of

_OLD_INTERNET = {"HISPEED": "DSL", "SMARTPHONE": "FIBEROP", "TABLET": "HANDHELD"}
"""Items of the questions before 2016, in the place of those that came then."""


def columns(kind: Kind, vintage: str) -> list[str]:
    """The columns of a file in the agency's order and spelling."""
    layout = Layout(kind, vintage)
    if kind == "persons":
        base = "2015" if layout.year <= 2016 else "2018"
        renamed = {"RELP": "RELSHIPP", "WKW": "WKWN", "JWTR": "JWTRNS"} if layout.year >= 2019 else {}
    else:
        base = "2018" if layout.year <= 2019 else "2021"
        renamed = {} if layout.asks_for_internet else _OLD_INTERNET
    names = [renamed.get(name, name) for name in header(f"{kind} of {base}")]
    for choice in (PUMA, STATE):
        place = names.index(spellings_of(kind, choice)[0][0])
        names[place : place + 1] = layout.spelling(choice)
    weight = "PWGTP" if kind == "persons" else "WGTP"
    replicate = weight.lower() if layout.year <= 2016 else weight
    return [*names, *(f"{replicate}{number}" for number in REPLICATES)]
