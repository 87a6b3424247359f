"""The site beside a release: links, numbers, what is replaced."""

from __future__ import annotations

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.site import build_site
from orchestration.site.charts import distribution, span, trend
from tests.support.pages import broken_links


@pytest.fixture
def site(desk, tmp_path):
    release = desk.publish()
    assert build_site(release, tmp_path / "site") == sum(
        path.suffix == ".html" and path.parent.name not in ("gate", "changes")
        for path in (tmp_path / "site").rglob("*")
    )
    return tmp_path / "site"


def test_every_link_leads_somewhere_and_only_sources_to_the_network(site):
    assert broken_links(site) == []


def test_a_page_shows_the_numbers_of_its_area(site):
    page = next((site / "county").glob("*.html")).read_text(encoding="utf-8")
    assert page.count("<tr>") > 20 and "scope=row" in page and "<caption>" in page
    assert "Invented state" in page  # the desk works in the sample


def test_a_metric_says_how_it_is_computed(site):
    page = (site / "metric" / "share_employed.html").read_text(encoding="utf-8")
    for words in (
        "Formula",
        "80 replicate weights",
        "How well survey areas",
        "<figure>",
        "Coverage and quality",
    ):
        assert words in page


def test_beside_a_release_the_reports_and_documents_are_copied(desk, site):
    for name in ("gate/report.html", "dictionary.csv", "CITATION.cff", "manifest.json"):
        assert (site / name).read_bytes() == (desk.candidate / name).read_bytes()
    assert not (site / "dbt").exists()


def test_a_site_replaces_an_older_one_and_nothing_else(desk, site, tmp_path):
    (site / "county" / "stray.html").write_text("", encoding="utf-8")
    build_site(desk.candidate, site)
    assert not (site / "county" / "stray.html").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("", encoding="utf-8")
    with pytest.raises(MobilityError, match="no site"):
        build_site(desk.candidate, tmp_path / "mine")


def test_a_waiver_stands_on_the_first_page(desk, tmp_path):
    import json

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


def test_drawings_say_what_they_show():
    assert "<title>a &lt; b</title>" in trend([(2014, 1, 0.5, 2, 1), (2016, 3, 2, 4, 1)], "a < b")
    assert trend([(2014, 1, None, None, 1)], "one point is no trend") == ""
    assert distribution([0, 0], "0", "1", "nothing") == ""
    assert distribution([1, 2], "0", "1", "two").count("<rect") == 2
    assert "<title>x</title>" in span([1, 2, 3, 4, 9], 0, 5, "x")
