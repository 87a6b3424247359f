"""Gathers the annual averages of a year county by county, where the agency's file of all cannot be had.

    python -m orchestration.maintain.bls_slices YEAR MIRROR

Asks the open data for the file of each county of the year, 3,100 of them (a quarter of an hour, politely),
and puts them as one zip into a mirror folder, from where `mobility run --mirror MIRROR` takes them. Stopped,
it goes on where it was. A run of its own does not need it: `--download` fetches the County High-Level
workbook (decision 0070).
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.files import replacing
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.ingest.http import Patience
from orchestration.ingest.many import APART, fetch_many
from orchestration.ingest.mirror_list import LIST_NAME, write_list
from orchestration.sources import SOURCES
from orchestration.sources.bls_qcew import annual

ADDRESS = "https://data.bls.gov/cew/data/api/{year}/a/area/{area}.csv"
_FIXED_TIME = (2026, 1, 1, 0, 0, 0)
_ENOUGH = 0.98
"""Share of the counties that must have a file: the agency has none of a few, and other codes for some."""


def counties(year: str) -> list[str]:
    """The county codes of a year, from the shipped population file."""
    source = SOURCES["urban_frames"]
    (file,) = (file for file in source.files if file.tables == ("county_populations",))
    copy = SHIPPED_MIRROR / f"{source.canonical_path(file)}.gz"
    # Names mix two encodings; only codes are read.
    with gzip.open(copy, "rt", encoding="latin-1", newline="") as rows:
        return sorted(
            row["state"].zfill(2) + row["county"].zfill(3)
            for row in csv.DictReader(io.StringIO(rows.read()))
            if row["year"] == year
        )


def gather(
    year: str,
    mirror: Path,
    areas: Iterable[str],
    *,
    address: str = ADDRESS,
    apart: float = APART,
    patience: Patience | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """Fetch the slices of a year into a zip in a mirror folder; returns the zip.

    Raises:
        MobilityError: the year is not one of the source's, or too many counties have no file.
    """
    if year not in {str(known) for known in annual.YEARS}:
        raise MobilityError(
            "No series needs the wages of this year.",
            where=year,
            expected=" ".join(map(str, annual.YEARS)),
            remedy="choose one of them, or declare the year in orchestration/sources/bls_qcew/annual.py",
        )
    wanted = {f"{area}.csv": address.format(year=year, area=area) for area in areas}
    waiting = mirror / ".slices" / year
    got = fetch_many(wanted, waiting, apart=apart, patience=patience, progress=progress)
    if len(got.files) < _ENOUGH * len(wanted):
        raise MobilityError(
            "The agency has no file of too many counties.",
            where=address.format(year=year, area="..."),
            expected=f"files of at least {_ENOUGH:.0%} of {len(wanted)} counties",
            found=f"{len(got.unknown)} without: {', '.join(sorted(got.unknown)[:5])}",
            remedy="look whether the address is still that of the open data",
        )
    place = mirror / "bls_qcew" / f"{year}_area_slices.zip"
    place.parent.mkdir(parents=True, exist_ok=True)
    with replacing(place) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(got.files):
            out.writestr(
                zipfile.ZipInfo(name, _FIXED_TIME), got.files[name].read_bytes(), zipfile.ZIP_DEFLATED
            )
    shutil.rmtree(mirror / ".slices")
    listed = mirror / LIST_NAME
    with listed.open(encoding="utf-8", newline="") if listed.exists() else io.StringIO() as rows:
        write_list(mirror, list(csv.DictReader(rows)))
    return place


def _told(done: int, total: int, name: str) -> None:
    if done % 100 == 0 or done == total:
        print(f"{done} of {total}, {name}", flush=True)


if __name__ == "__main__":
    print(gather(sys.argv[1], Path(sys.argv[2]), counties(sys.argv[1]), progress=_told))
