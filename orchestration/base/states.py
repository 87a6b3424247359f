"""FIPS and postal codes of the 50 states, the District of Columbia and the invented state."""

from __future__ import annotations

SAMPLE_STATE = "99"
NATION = "us"
SAMPLE_POSTAL = "ss"

_CODES = (
    "al01 ak02 az04 ar05 ca06 co08 ct09 de10 dc11 fl12 ga13 hi15 id16 il17 in18 ia19 ks20 ky21 la22 me23 "
    "md24 ma25 mi26 mn27 ms28 mo29 mt30 ne31 nv32 nh33 nj34 nm35 ny36 nc37 nd38 oh39 ok40 or41 pa42 ri44 "
    "sc45 sd46 tn47 tx48 ut49 vt50 va51 wa53 wv54 wi55 wy56"
)
STATES: dict[str, str] = {code[:2]: code[2:] for code in _CODES.split()}
"""Lower-case postal code -> FIPS code of the 50 states and DC, in the order of the FIPS codes."""

FIPS_OF_POSTAL: dict[str, str] = STATES | {SAMPLE_POSTAL: SAMPLE_STATE}
POSTAL_OF_FIPS: dict[str, str] = {fips: postal for postal, fips in FIPS_OF_POSTAL.items()}

GEOIDFQ_PREFIX = {"county": "0500000US", "place": "1600000US"}
"""What the Census Bureau's fully qualified code (GEOIDFQ) has before the digits, by type of geography."""
