"""What analysts do with a release: macros, profile, data package."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.explain.community import profile


@pytest.fixture(scope="module")
def folder(made):
    (candidate,) = (path for path in (made / "sample" / "candidates").iterdir() if path.is_dir())
    return candidate


@pytest.fixture(params=["opened", "used", "searched"])
def database(request, folder):
    """A connection with the released file, opened or attached in the three ways in which macros work."""
    file = str(folder / "mobility.duckdb")
    if request.param == "opened":
        with duckdb.connect(file, read_only=True) as connection:
            yield connection
        return
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as mine (read_only)")
        connection.execute("use mine" if request.param == "used" else "set search_path = 'memory,mine'")
        yield connection


def test_metric(database):
    rows = database.execute("from metric('share_employed')").fetchall()
    names = [column[0] for column in database.description]
    assert rows and {row[names.index("variable")] for row in rows} == {"share_employed"}
    assert None not in {row[names.index("value")] for row in rows}
    assert {row[names.index("state_name")] for row in rows} == {"State 99"}


def test_place_profile(database):
    rows = database.execute("select variable, year, pillar from place_profile('99001')").fetchall()
    names = [row[0] for row in rows]
    assert len(names) == len(set(names)) > 30 and all(row[2] for row in rows)


def test_compare(database):
    rows = database.execute(
        "select variable, year, geoid, is_wanted from compare('99001', ['99003'])"
    ).fetchall()
    assert {(row[2], row[3]) for row in rows} == {("99001", True), ("99003", False)}
    assert [row[:2] for row in rows] == sorted(row[:2] for row in rows)


def test_profile_holds_the_newest_value_of_every_variable(folder):
    found = profile(folder, "99001")
    assert (found.geography_type, found.channel, found.state_name) == ("county", "sample", "State 99")
    assert list(found.pillars) == sorted(found.pillars) and len(found.pillars) == 5
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        for metric in (metric for metrics in found.pillars.values() for metric in metrics):
            rows = connection.execute(
                "select year, value, lower, upper from metric_values where geoid = '99001' and variable = ? "
                "and subgroup_type = 'all' order by (value is not null) desc, year desc, sample limit 1",
                [metric.variable],
            ).fetchall()
            assert rows == [(metric.year, metric.value, metric.lower, metric.upper)]
            assert (metric.value is None) is (metric.missing_reason is not None)
            assert metric.quality in {"Strong", "Marginal", "Weak"} or metric.value is None


def test_profile_of_an_unknown_code_names_near_ones(folder):
    with pytest.raises(MobilityError) as error:
        profile(folder, "99002")
    assert error.value.found == "99002" and "99001" in error.value.remedy


def test_the_data_package_is_valid_and_fits_its_tables(folder):
    from frictionless import Package, Resource

    package = Package.from_descriptor(str(folder / "datapackage.json"))
    report = Package.validate_descriptor(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["note"])
    assert package.version and "sample" in package.name
    assert {resource.path.split("/")[0] for resource in package.resources} == {"csv", "parquet"}
    for name in ("series", "county", "place_income", "deviations", "geographies", "quality_labels"):
        resource = package.get_resource(name)
        assert isinstance(resource, Resource)
        report = resource.validate()
        assert report.valid, (name, report.flatten(["rowNumber", "fieldName", "note"])[:5])
        assert report.tasks[0].stats["rows"] > 0
