"""Election turnout: genuine returns through our models, against the published results.

The tabulations of citizens are not at hand. The totals of 2012-2016 come from a file that a third party
merged from them (without margins), those of 2016-2020 are recovered from the published turnout and only
show that our votes are Urban's: with other votes the citizens would not be whole multiples of five. Flags
stay unproven.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT, SHIPPED_MIRROR, Settings
from orchestration.ingest import refresh
from tests.support.few_models import built
from tests.support.proofs import proof

pytestmark = pytest.mark.reference

SOURCES = PROJECT_ROOT.parent / "shared" / "sources"
PUBLISHED = SHIPPED_MIRROR / "urban_published_2025" / "2025" / "05_local-governance" / "voter-turnout"
GROUPS = 13
COUNTED = ("tot", "adu", "cit", "cvap")


def _tabulation(folder: Path, vintage: str, citizens: Iterable[tuple[str, int]]) -> None:
    """The agency's archive with a County.csv of these totals; its other lines and columns mean nothing."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(
        ["geoname", "lntitle", "geoid", "lnnumber"] + [f"{n}_{e}" for n in COUNTED for e in ("est", "moe")]
    )
    for geoid, number in citizens:
        for line in range(1, GROUPS + 1):
            title = "Total" if line == 1 else "Group"
            total = number if line == 1 else 0
            out.writerow([geoid, title, f"05000US{geoid}", line, *[0, ""] * (len(COUNTED) - 1), total, ""])
    place = folder / "cvap" / vintage / f"CVAP_{vintage}_ACS_csv_files.zip"
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("County.csv", text.getvalue().encode("latin-1"))


@pytest.fixture(scope="module")
def turnout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of the metric alone."""
    if not SOURCES.is_dir():
        pytest.skip("../shared/sources is not beside the project")
    home = tmp_path_factory.mktemp("turnout")
    merged = SOURCES / "agency" / "cvap" / "derived" / "county-cvap-2004-2021.csv.gz"
    recovered = SOURCES / "recovered" / "cvap_2016-2020_county_est.csv"
    for vintage, query in (
        (
            "2012-2016",
            f"select right(geoid, 5), cvap_est::bigint from '{merged}' where year = 2014 and cvap_est > 0",
        ),
        (
            "2016-2020",
            f"select fips, cvap_est::bigint from read_csv('{recovered}', types = {{'fips': 'VARCHAR'}})",
        ),
    ):
        rows = duckdb.execute(query).fetchall()
        # A tabulation has as many counties as the country: codes of no state stand for those not recovered.
        known = {row[0] for row in rows}
        rows += [(f"{number:05d}", 5) for number in range(99_000, 99_000 + 3_220 - len(known))]
        _tabulation(home / "inbox", vintage, rows)
    settings = Settings(home=home / "var", inbox=home / "inbox", mirrors=(SOURCES / "agency",))
    reports = refresh(settings, names=["medsl_county_returns", "cvap", "urban_frames"])
    taken = {(report.source, report.vintage): report.reason for report in reports if report.rows}
    assert taken.keys() >= {("medsl_county_returns", "2020"), ("cvap", "2012-2016"), ("cvap", "2016-2020")}
    place = built(settings, "+election_turnout__values")
    with duckdb.connect(str(place), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("year", [2016, 2020])
def test_every_published_turnout_is_votes_per_citizen(turnout: duckdb.DuckDBPyConnection, year: int) -> None:
    """All values but Jackson County's, which has the votes of Kansas City with us; six of 2020 are capped."""
    found = turnout.execute(
        f"""
        with published as (
            select state || county as geoid, election_turnout::double as share
            from read_csv('{PUBLISHED}/voter-turnout-{year}.csv.gz', all_varchar = true, nullstr = ['NA', ''])
        )
        select count(*) filter (abs(ours.value - published.share) <= 1e-9),
            list(geoid) filter (abs(ours.value - published.share) > 1e-9),
            count(*) filter (published.share is null and ours.value is not null)
        from published left join (from election_turnout__values where year = {year}) as ours using (geoid)"""
    ).fetchone()
    known = proof(f"turnout_{year}")
    assert found == (known.equal, ["29095"], 0) and known.claimed == 1


@pytest.mark.parametrize(("year", "published", "ours"), [(2016, 0.347, 0.605), (2020, 0.381, 0.646)])
def test_jackson_county_has_kansas_city(
    turnout: duckdb.DuckDBPyConnection, year: int, published: float, ours: float
) -> None:
    row = turnout.execute(
        "select round(value, 3) from election_turnout__values where geoid = '29095' and year = ?", [year]
    ).fetchone()
    assert row == (ours,) and ours > published


def test_alaska_counts_by_district_and_has_no_county_value(turnout: duckdb.DuckDBPyConnection) -> None:
    rows = turnout.execute(
        "select count(*), count(value), min(missing_reason) from election_turnout__values "
        "where geoid like '02%'"
    ).fetchone()
    assert rows == (29 + 30, 0, "no_source_data")
