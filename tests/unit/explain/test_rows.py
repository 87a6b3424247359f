"""From a number to the rows of its files, in a home that has taken them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.base.settings import Settings
from orchestration.explain.cell import Explanation
from orchestration.explain.in_words import _files
from orchestration.explain.rows import SHOWN, with_rows
from orchestration.ingest import inputs, mirror_list, refresh
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.storage import lake_files

FILES = {
    "edfacts_homeless": ("2019-20",),
    "ccd_districts": ("2019",),
    "mit_living_wage": ("2019",),
    "bls_qcew": ("2018",),
    "cvap": ("2012-2016",),
    "cdc_wonder": ("2020",),
    "hud_income_limits": ("2018",),
    "urban_frames": ("2025",),
    "cnt_ht_index": ("2019",),
    "epa_air_toxics": ("2018",),
    "census_acs_tables": ("2014-2018",),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with one vintage of each of these sources."""
    root, world = tmp_path_factory.mktemp("rows"), build_world(SEED)
    for name, vintages in FILES.items():
        source = SOURCES[name]
        for file in source.files:
            if file.vintage in vintages and file.official_name not in twin.absent(source):
                place = root / "mirror" / source.canonical_path(file)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(twin.content(world, source, file))
    mirror_list.write_list(root / "mirror", sample=True)
    settings = Settings(home=root / "home", channel="sample", mirrors=(root / "mirror",))
    refresh(settings, list(FILES))
    return settings


def explained(
    home: Settings, source: str, geoid: str = "99001", year: int = 2018, subgroup: str = "All"
) -> list[dict[str, Any]]:
    """The files of a source, and of those it hangs on, with the rows of a county."""
    names = {source, "ccd_districts"} if source == "edfacts_homeless" else {source}
    cell = {"geography_type": "county", "geoid": geoid, "year": year, "subgroup": subgroup}
    sources = [{"url": None, "origin": "mirror", **item} for item in inputs(home) if item["source"] in names]
    return with_rows(explanation(cell=cell, sources=sources), home).sources


def explanation(**facts: Any) -> Explanation:
    """An explanation of which nothing else matters."""
    return Explanation(**(dict.fromkeys(Explanation.__dataclass_fields__) | facts))


def _lake(home: Settings, source: str, vintage: str, table: str) -> Path:
    name = lake_files.parquet_name(source, vintage, table, None)
    receipt = lake_files.receipt(home, name)
    assert receipt is not None
    return lake_files.local(home, name, receipt)


def lying(home: Settings, source: str, vintage: str, table: str, row: int) -> dict[str, Any]:
    place = _lake(home, source, vintage, table)
    return duckdb.sql(f"from '{place}' where _row = {row}").df().iloc[0].to_dict()  # type: ignore[no-any-return]


AREAS = {
    "mit_living_wage": ("2019", "wages", ("state", "county"), 12),
    "bls_qcew": ("2018", "high_level", ("Area Code",), 14),
    "cvap": ("2012-2016", "county", ("geoid",), 13),
    "cdc_wonder": ("2020", "injury_deaths_all", ("County Code",), 1),
    "hud_income_limits": ("2018", "section8", ("state", "county"), 1),
    "urban_frames": ("2025", "county_populations", ("state", "county"), 1),
}


@pytest.mark.parametrize("source", AREAS)
def test_rows_of_the_area_are_named(home: Settings, source: str) -> None:
    vintage, table, columns, count = AREAS[source]
    told = [row for item in explained(home, source) for row in item["rows"] if row["table"] == table]
    assert len(told) == 1 and told[0]["count"] == count and len(told[0]["first"]) == min(count, SHOWN)
    for row in told[0]["first"]:
        found = lying(home, source, vintage, table, row)
        code = "".join(str(found[name]).zfill(3 if name == "county" else 2) for name in columns)
        assert code.removeprefix("05000US") == "99001", found
        assert str(found.get("year", 2018)) in ("2018", "2018.0")


TRACTS = {
    "cnt_ht_index": ("2019", "tracts", "tract"),
    "epa_air_toxics": ("2018", "cancer", "Tract"),
    "census_acs_tables": ("2014-2018", "b03002_tract", "geoid"),
}


@pytest.mark.parametrize("source", TRACTS)
def test_tracts_of_a_county_are_named(home: Settings, source: str) -> None:
    """A county that is summed over its tracts: theirs, of the state's file, and no other county's."""
    vintage, table, column = TRACTS[source]
    (told,) = [row for item in explained(home, source) for row in item["rows"] if row["table"] == table]
    (place,) = (settings_of for settings_of in _places(home, source, vintage, table))
    codes = duckdb.sql(f"select _row, \"{column}\"::varchar from '{place}' order by _row").fetchall()
    own = [row for row, code in codes if code.zfill(11).startswith("99001")]
    assert 0 < len(own) < len(codes)
    assert (told["count"], told["first"]) == (len(own), own[:SHOWN])


def _places(home: Settings, source: str, vintage: str, table: str) -> list[Path]:
    """The files of a table in the lake, by state or whole."""
    found = SOURCES[source].table(table)
    partitions = [
        partition
        for file in SOURCES[source].files
        if file.vintage == vintage and table in file.tables
        for partition in file.partitions_of(found)
    ]
    names = [lake_files.parquet_name(source, vintage, table, partition) for partition in partitions]
    receipts = [(name, lake_files.receipt(home, name)) for name in names]
    return [lake_files.local(home, name, receipt) for name, receipt in receipts if receipt is not None]


def test_counts_of_districts_are_found_through_their_directory(home: Settings) -> None:
    """EDFacts knows no counties: its rows are those of the districts that the directory puts there."""
    told = {row["table"]: row for item in explained(home, "edfacts_homeless") for row in item["rows"]}
    directory, counts, enrolled = told["directory"], told["long"], told["enrollment_by_race"]
    districts = {
        lying(home, "ccd_districts", "2019", "directory", row)["leaid"] for row in directory["first"]
    }
    assert directory["count"] == len(districts) > 0
    seen = {lying(home, "edfacts_homeless", "2019-20", "long", row)["NCES LEA ID"] for row in counts["first"]}
    assert seen and seen <= districts and counts["count"] >= len(districts)
    of_race = {
        lying(home, "ccd_districts", "2019", "enrollment_by_race", row)["leaid"] for row in enrolled["first"]
    }
    assert of_race and of_race <= districts


def test_districts_of_a_city_are_found_by_its_name(home: Settings) -> None:
    """The directory has names of cities and no codes, as the metric meets them."""
    (item,) = (item for item in inputs(home) if item["official_name"].endswith("_city.dta"))
    cities = duckdb.sql(
        f"select city_location from '{_lake(home, 'ccd_districts', '2019', 'cities')}' order by _row"
    ).fetchall()
    name = str(cities[0][0])
    cell = {"geography_type": "place", "geoid": "9912345", "year": 2019, "subgroup": "All"}
    found = explanation(cell=cell, geography={"name": f"{name.title()} city"}, sources=[item])
    (told,) = with_rows(found, home).sources[0]["rows"]
    assert told["first"][0] == 1
    assert told["count"] == sum(str(city).lower() == name.lower() for (city,) in cities)


def test_the_files_are_told_with_their_rows(home: Settings) -> None:
    found = explained(home, "mit_living_wage")
    told = _files(explanation(sources=found))
    assert "  Table wages, data rows 1, 2, 3, 4, 5 and 7 more" in told


def test_a_home_with_another_content_names_no_rows(home: Settings) -> None:
    cell = {"geography_type": "county", "geoid": "99001", "year": 2018, "subgroup": "All"}
    (item,) = (item for item in inputs(home) if item["source"] == "hud_income_limits")
    other = explanation(cell=cell, sources=[item | {"sha256": "0" * 64}])
    assert with_rows(other, home).sources[0]["rows"] == []
    stranger = explanation(cell=cell, sources=[item | {"source": "of_another_project"}])
    assert with_rows(stranger, home).sources[0]["rows"] == []
    elsewhere = home.model_copy(update={"home": Path(home.home) / "nothing here"})
    assert with_rows(explanation(cell=cell, sources=[item]), elsewhere).sources[0]["rows"] == []
