"""The site beside a release: links, scripts, numbers, what is replaced."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.site import build_site
from orchestration.site.words import short_labels
from tests.support.browser import CHROMIUM, Browser
from tests.support.pages import broken_links


@pytest.fixture
def site(desk, tmp_path):
    release = desk.publish()
    assert build_site(release, tmp_path / "site") == sum(
        path.suffix == ".html" and path.parent.name not in ("gate", "changes")
        for path in (tmp_path / "site").rglob("*")
    )
    return tmp_path / "site"


def script(path):
    """The arguments of the one call that a script of data is."""
    text = path.read_text(encoding="utf-8")
    inner = re.fullmatch(r"M\.\w+\((.*)\);\n", text, flags=re.DOTALL).group(1)
    return json.loads(f"[{inner}]")


def test_every_link_leads_somewhere_and_only_sources_to_the_network(site):
    assert broken_links(site) == []


def test_a_community_is_a_readable_table_without_scripts(site):
    page = (site / "tables" / "99.html").read_text(encoding="utf-8")
    assert page.count("<tr>") > 20 and page.count("<caption>") == 5
    # What heads a row stands first in it, and there only.
    rows = re.findall(r"^<tr>(.*)$", page, flags=re.MULTILINE)
    assert rows and all(row.startswith("<th>") and row.count("<th>") == 1 for row in rows)
    assert "<script" not in page and "Invented state" in page  # the desk works in the sample


def test_the_script_of_a_community_has_the_numbers_of_the_release(desk, site):
    geoid, facts = script(next((site / "data" / "community").glob("99???.js")))
    (start,) = script(site / "data" / "start.js")
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        cells = {
            (variable, year): (value, quality)
            for variable, year, value, quality in connection.execute(
                "select variable, year, value, quality from metric_values "
                "where geoid = ? and subgroup_type = 'all'",
                [geoid],
            ).fetchall()
        }
    checked = 0
    for number, years, values, *_ in facts["series"]:
        about = start["variables"][number]
        for letter, shown in zip(years, values, strict=True):
            value, _ = cells.pop((about["id"], 2014 + int(letter)))
            assert (shown is None) == (value is None)
            if value is not None:
                full = shown / 10_000 if about["unit"].startswith("share") else shown
                assert full == pytest.approx(value, rel=1e-3, abs=6e-5)
                checked += 1
    assert checked > 100 and not cells  # every overall cell stands in the page


def test_the_script_of_a_metric_has_a_value_of_every_area_in_the_order_of_the_start(desk, site):
    name, year, facts = script(site / "data" / "metric" / "share_employed_2021.js")
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        expected = connection.execute(
            "select round(value * 10000) from geographies left join (from metric_values where variable = ? "
            "and year = ? and subgroup_type = 'all') using (geography_type, geoid) "
            "order by geography_type, geoid",
            [name, year],
        ).fetchall()
    assert facts["v"] == [value for (value,) in expected] and len(facts["q"]) == len(expected) > 3


def test_a_metric_says_how_it_is_computed(site):
    page = (site / "metric" / "share_employed.html").read_text(encoding="utf-8")
    for words in ("Formula", "80 replicate weights", "How well survey areas", "Coverage and quality"):
        assert words in page


def test_without_boundaries_there_is_a_site_that_says_so(site):
    """The desk's small warehouse has none, as an older release."""
    (start,) = script(site / "data" / "start.js")
    assert start["maps"] == [] and not list((site / "data" / "map").iterdir())


def test_a_release_without_boundaries_is_looked_at_in_a_browser(desk, site, tmp_path):
    """As an older one: the map, and what is near, are told not to be there; the numbers are."""
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM HERE: no page was looked at in a browser")
    with Browser(tmp_path / "browser") as browser:
        browser.width(390)
        seen = browser.visit(site / "index.html", settle="document.querySelector('[data-ready]')")
        assert "holds no boundaries" in browser.ask("document.querySelector('#country').innerText")
        browser.press(*"near 99001")
        browser.wait_until(
            "document.querySelector('#find [role=status]').textContent.includes('no coordinates')"
        )
        page = site / "metric" / "share_employed.html"
        also = browser.visit(page, query="?by=gender", settle="document.querySelector('[data-ready]')")
        assert browser.ask("document.querySelectorAll('#atlas tbody tr').length") > 0
        assert seen.complaints + also.complaints == []
        assert browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_every_variable_has_a_short_label_of_its_own(desk):
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        names = {name for (name,) in connection.execute("select variable from variables").fetchall()}
    assert set(short_labels()) == names and len(set(short_labels().values())) == len(names)


def test_beside_a_release_the_reports_and_documents_are_copied(desk, site):
    for name in ("gate/report.html", "dictionary.csv", "CITATION.cff", "manifest.json"):
        assert (site / name).read_bytes() == (desk.candidate / name).read_bytes()
    assert not (site / "dbt").exists()


def test_a_site_replaces_an_older_one_and_nothing_else(desk, site, tmp_path):
    (site / "data" / "stray.js").write_text("", encoding="utf-8")
    build_site(desk.candidate, site)
    assert not (site / "data" / "stray.js").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("", encoding="utf-8")
    with pytest.raises(MobilityError, match="no site"):
        build_site(desk.candidate, tmp_path / "mine")

    with pytest.raises(MobilityError, match="no site"):
        build_site(desk.candidate, tmp_path / "mine")


def test_a_waiver_stands_on_the_first_page(desk, tmp_path):
    manifest = read_manifest(desk.candidate)
    manifest["waivers"] = [
        {
            "rule": "county.range",
            "part": "",
            "cells": 3,
            "reason": "a <reason>",
            "owner": "Ada",
            "expires": "2027",
        }
    ]
    (desk.candidate / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    build_site(desk.candidate, tmp_path / "site")
    for name in ("index.html", "release.html"):
        assert "a &lt;reason&gt; (Ada, until 2027)" in (tmp_path / "site" / name).read_text(encoding="utf-8")
