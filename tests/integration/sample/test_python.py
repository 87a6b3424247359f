"""The package `mobility` on a release: what SQL says, and errors that lead on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

import mobility
from orchestration.base.errors import MobilityError


@pytest.fixture(scope="module")
def release(sample_home: Path) -> Iterator[mobility.Release]:
    with mobility.open(home=sample_home, channel="sample") as opened:
        yield opened


def test_the_current_release_by_name_version_and_folder(sample_home: Path, sample_release: Path) -> None:
    version = json.loads((sample_release / "manifest.json").read_text(encoding="utf-8"))["version"]
    for wanted in ("current", version, sample_release):
        with mobility.open(wanted, home=sample_home, channel="sample") as opened:
            assert (opened.version, opened.channel, opened.folder) == (version, "sample", sample_release)
    with pytest.raises(MobilityError, match=version):
        mobility.open("2001.01.01", home=sample_home, channel="sample")


def test_frames_and_relations(release: mobility.Release) -> None:
    values = release.values("share_employed").df()
    assert set(values["variable"]) == {"share_employed"} and values["value"].notna().all()
    assert release.table("geographies").filter("geoid = '99001'").df()["name"].tolist() == ["Alder County"]
    assert release.sql("select ? + 1 as two", [1]).df()["two"].tolist() == [2]
    assert len(release.profile("99001")) == release.profile("99001")["variable"].nunique() > 30


def test_every_change_is_that_of_the_two_cells(release: mobility.Release) -> None:
    """Against numbers taken from the long table: difference, standard error, both levels."""
    cells = release.sql(
        "select geoid, value, lower, upper, year from metric_values where variable = 'share_employed' "
        "and subgroup_type = 'all' and year in (2018, 2021) and lower is not null order by geoid, year"
    ).fetchall()
    pairs = [
        (one, two) for one, two in pairwise(cells) if one[0] == two[0] and (one[4], two[4]) == (2018, 2021)
    ]
    assert len(pairs) > 8
    for before, after in pairs:
        (found,) = release.change(before[0], "share_employed", 2018, 2021).to_dict("records")
        errors = [
            max(upper - value, value - lower) / 1.9904502102301285
            for _, value, lower, upper, _ in (before, after)
        ]
        expected = (errors[0] ** 2 + errors[1] ** 2) ** 0.5
        assert found["difference"] == pytest.approx(after[1] - before[1])
        assert found["standard_error"] == pytest.approx(expected)
        assert bool(found["significant_95"]) == (abs(after[1] - before[1]) / expected > 1.959963984540054)
        assert bool(found["significant_90"]) == (abs(after[1] - before[1]) / expected > 1.644853626951472)
        assert found["comparable"] == "yes"


def test_peers_and_rank(release: mobility.Release) -> None:
    neighbours = release.peers("99013", "neighbours")
    assert neighbours["geoid"].tolist() == ["99005", "99011", "99015", "99023"]
    assert len(release.peers("99001", "state")) == 11
    (ranked,) = release.rank_among("99013", "share_employed", neighbours).to_dict("records")
    assert 1 <= ranked["rank_first"] <= ranked["rank"] <= ranked["rank_last"] <= ranked["communities"]
    assert release.rank_among("99013", "rate_crime_violent", ["99005"]).empty
    with pytest.raises(MobilityError, match="neighbours"):
        release.peers("99013", "friends")


def test_a_gap(release: mobility.Release) -> None:
    found = release.gap("9901000", "share_employed", "Black, Non-Hispanic", "White, Non-Hispanic")
    assert found["year"].tolist() == [2014, 2016, 2018, 2021, 2023]
    with pytest.raises(MobilityError, match=r"two of: .*Black, Non-Hispanic; .*Hispanic"):
        release.gap("9901000", "share_employed", "Black", "White")


@pytest.mark.parametrize(
    ("geoid", "variable", "years", "expected"),
    [
        ("99", "share_employed", (2018, 2021), "99001"),
        ("Alder County", "share_employed", (2018, 2021), r"99001 \(Alder County, Sample State\)"),
        ("9905550", "share_employed", (2018, 2021), "use its county: 99013"),
        ("99001", "share_employd", (2018, 2021), "share_employed"),
        ("99001", "share_employed", (2018, 2020), "2019 acs1, 2021 acs1"),
        ("99021", "share_employed", (2018, 2021), "geography_changes"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    release: mobility.Release, geoid: str, variable: str, years: tuple[int, int], expected: str
) -> None:
    with pytest.raises(MobilityError, match=expected):
        release.change(geoid, variable, *years)


def test_a_release_of_an_older_version_can_be_read_but_not_compared(
    sample_release: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    shutil.copyfile(sample_release / "manifest.json", folder / "manifest.json")
    with duckdb.connect(str(folder / "mobility.duckdb")) as connection:
        connection.execute(
            "create table geographies as select '99001' as geoid, 'A' as name, 'S' as state_name"
        )
        connection.execute(
            "create table places_outside_frame (geoid varchar, name varchar, county_geoid varchar)"
        )
        connection.execute("create table variables as select 'share_employed' as variable, 'E' as label")
    with mobility.open(folder) as opened:
        assert opened.table("geographies").df()["geoid"].tolist() == ["99001"]
        with pytest.raises(MobilityError, match="before comparisons were part of releases"):
            opened.peers("99001", "state")
