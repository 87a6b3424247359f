from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from orchestration.errors import MobilityError
from orchestration.site import build_site
from orchestration.site.charts import distribution, trend


class _Reader(HTMLParser):
    """What a page links to, and whether its elements are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        self.links += [facts[name] for name in ("href", "src") if name in facts]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def site(desk, tmp_path):
    release = desk.publish()
    assert build_site(release, tmp_path / "site") == sum(
        path.suffix == ".html" for path in (tmp_path / "site").rglob("*")
    )
    return tmp_path / "site"


def test_every_link_leads_to_a_page_of_the_site_and_none_to_the_network(site):
    for path in site.rglob("*.html"):
        if path.name == "gate.html":
            continue
        reader = _Reader()
        text = path.read_text(encoding="utf-8")
        reader.feed(text)
        assert reader.open == [], path
        assert 'lang="en"' in text and text.count("<h1>") == 1 and "<title>" in text
        for link in reader.links:
            place = link.split("#")[0]
            assert not re.match(r"\w+:|//", link), link
            assert not place or (path.parent / place).resolve().is_file(), (path, link)


def test_a_page_shows_the_numbers_of_its_area(site):
    page = next((site / "county").glob("*.html")).read_text(encoding="utf-8")
    assert page.count("<tr>") > 20 and 'scope="row"' in page and "<caption>" in page
    assert "Invented state" in page  # the desk works in the sample


def test_a_site_replaces_an_older_one_and_nothing_else(desk, site, tmp_path):
    (site / "county" / "stray.html").write_text("", encoding="utf-8")
    build_site(desk.candidate, site)
    assert not (site / "county" / "stray.html").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("", encoding="utf-8")
    with pytest.raises(MobilityError, match="no site"):
        build_site(desk.candidate, tmp_path / "mine")


def test_drawings_say_what_they_show():
    assert 'aria-label="a &lt; b"' in trend(
        [(2014, 1, 0.5, 2), (2015, None, None, None), (2016, 3, 2, 4)], "a < b"
    )
    assert trend([(2014, 1, None, None)], "one point is no trend") == ""
    assert distribution([0, 0], "0", "1", "nothing") == ""
    assert distribution([1, 2], "0", "1", "two").count("<rect") == 2


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium here")
def test_a_browser_shows_a_page_from_a_file(site, tmp_path):
    page = next((site / "county").glob("*.html"))
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert '<main id="main">' in said and "Quality" in said
    picture = tmp_path / "page.pdf"
    subprocess.run([*command[:-2], f"--print-to-pdf={picture}", command[-1]], timeout=120, check=True)
    assert Path(picture).stat().st_size > 10_000
