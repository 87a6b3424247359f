"""The invented files look like the real ones that ship with the project."""

import csv
import gzip
import io
import re

import pytest

from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.ingest.mirror import find
from orchestration.sample import twin
from orchestration.sources import SOURCES

SHIPPED = {
    f"{source.name}/{file.name}": (source, file, copy)
    for source in SOURCES.values()
    for file in source.files
    if (copy := find(source, file, [SHIPPED_MIRROR])) is not None
    and file.official_name not in twin.absent(source)
    and file.channel != "national"
    and file.official_name.endswith((".csv", ".txt"))  # boundaries are no table of lines
}
EVERY_SHIPPED = pytest.mark.parametrize("name", sorted(SHIPPED))


@pytest.fixture(scope="module")
def both(world):
    made = {}

    def files(name):
        if name not in made:
            source, file, copy = SHIPPED[name]
            real = copy.place.read_bytes()
            real = gzip.decompress(real) if copy.path.endswith(".gz") else real
            made[name] = (real, twin.content(world, source, file))
        return made[name]

    return files


def rows(content):
    text = content.decode("latin-1").removeprefix("ï»¿")
    return list(csv.DictReader(io.StringIO(text)))


def test_most_real_files_ship():
    assert len(SHIPPED) > 95


@EVERY_SHIPPED
def test_header_and_line_end_are_the_same_bytes(both, name):
    real, invented = both(name)
    headers = 2 if name.startswith("geocorr/") else 1
    assert invented.split(b"\n")[:headers] == real.split(b"\n")[:headers]


def without_words(line):
    """A line with its texts and numbers blanked: what is left is quoting, points and commas."""
    line = re.sub(rb'"[^"]*"', b'"text"', line.rstrip(b"\r"))
    return re.sub(rb"(?<![\w.])\.\d", b".#", line).count(b'"')


@EVERY_SHIPPED
def test_first_row_is_quoted_alike(both, name):
    real, invented = (content.split(b"\n")[2 if name.startswith("geocorr/") else 1] for content in both(name))
    if name not in ("urban_frames/county_populations", "urban_crosswalks/county_place_2020_2021"):
        assert without_words(invented) == without_words(real)


RESULTS = pytest.mark.parametrize(
    "name", sorted(name for name in SHIPPED if name.startswith("urban_published"))
)


AREA_CODES = ("state", "county", "place", "place_fips", "state_place")
TEXTS = ("subgroup", "subgroup_type", "city", "county_name")


def looks(content):
    """What tells a result file's layout, in one pass over it."""
    found = rows(content)
    codes = [column for column in AREA_CODES if column in found[0]]
    return {
        "order of the years": list(dict.fromkeys(row["year"] for row in found)),
        "words for groups": {(row.get("subgroup_type"), row.get("subgroup")) for row in found},
        "bare points": any(
            value.startswith((".", "-."))
            for row in found
            for column, value in row.items()
            if column not in TEXTS
        ),
        "missing": {value for row in found for value in row.values() if value in ("", "NA")},
        "widths of codes": {(column, len(row[column])) for row in found for column in codes},
    }


@RESULTS
def test_result_file_looks_like_the_real_one(both, name):
    real, invented = (looks(content) for content in both(name))
    for trait in ("order of the years", "words for groups", "bare points"):
        assert invented[trait] == real[trait], trait
    for trait in ("missing", "widths of codes"):
        assert invented[trait] <= real[trait], trait
