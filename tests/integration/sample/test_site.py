"""The site inside a release: covered by its manifest, whole for a browser, with dbt's documentation."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from orchestration.base.settings import PROJECT_ROOT
from orchestration.gate.manifest import file_findings, read_manifest
from tests.support.browser import CHROMIUM, Browser
from tests.support.pages import broken_links

ACCESSIBLE = (PROJECT_ROOT / "tests" / "support" / "accessible.js").read_text(encoding="utf-8")
# The reports serve without a site too: they have no navigation.
_OF_A_SITE = {"no header", "no footer", "no nav"}


def test_the_site_is_part_of_what_was_judged_and_published(sample_release: Path, tmp_path: Path) -> None:
    manifest = read_manifest(sample_release)
    pages = [name for name in manifest.files if name.startswith("site/")]
    assert {"site/index.html", "site/dbt/index.html", "site/style.css"} <= set(pages) and len(pages) > 60
    other = Path(shutil.copytree(sample_release, tmp_path / "other"))
    page = next((other / "site" / "county").glob("*.html"))
    page.write_bytes(page.read_bytes().replace(b"%", b"&", 1))
    (finding,) = file_findings(read_manifest(other))
    assert finding.startswith(f"site/county/{page.name}: has SHA-256")


def test_every_link_of_the_site_leads_somewhere(sample_release: Path) -> None:
    assert broken_links(sample_release / "site") == []


def test_no_page_names_the_machine_that_made_it(sample_release: Path, sample_home: Path) -> None:
    here = [str(sample_home), str(PROJECT_ROOT), str(Path.home()) + "/", socket.gethostname()]
    for path in sorted((sample_release / "site").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in here if len(name) > 2 and name in text], path
    assert "/tmp/" not in (sample_release / "site" / "dbt" / "index.html").read_text(encoding="utf-8")


def test_metadata_of_the_first_page_is_that_of_the_release(sample_release: Path) -> None:
    page = (sample_release / "site" / "index.html").read_text(encoding="utf-8")
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)
    found = json.loads(script)
    assert found["@type"] == "Dataset"
    for one in found["distribution"]:
        assert (sample_release / "site" / one["contentUrl"]).is_file(), one


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory):
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM HERE: no page was looked at in a browser")
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def _asked_of_the_network(requests: list[str]) -> list[str]:
    return [url for url in requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_in_a_browser_are_whole_silent_and_accessible(
    browser: Browser, sample_release: Path, width: int
) -> None:
    """Every page of the sample once, in one of the two widths; each kind of page in both."""
    browser.width(width)
    site = sample_release / "site"
    listed = [path for path in sorted(site.rglob("*.html")) if path.parent.name != "dbt"]
    reports = [sample_release / "gate" / "report.html", sample_release / "changes" / "index.html"]
    of_kinds = [path for path in listed if path.parent == site]
    half = listed[::2] if width == 1280 else listed[1::2]
    for path in [*dict.fromkeys([*half, *of_kinds]), *(path for path in reports if path.is_file())]:
        seen = browser.visit(path, ACCESSIBLE)
        wrong = set(seen.found) - (_OF_A_SITE if path in reports else set())
        assert (wrong, seen.complaints, _asked_of_the_network(seen.requests)) == (set(), [], []), path


def test_a_page_can_be_printed(browser: Browser, sample_release: Path) -> None:
    browser.visit(next((sample_release / "site" / "county").glob("*.html")))
    assert len(browser.pdf()) > 10_000


def test_dbts_documentation_works_from_the_file(browser: Browser, sample_release: Path) -> None:
    browser.width(1280)
    page = sample_release / "site" / "dbt" / "index.html"
    seen = browser.visit(
        page, "document.body.innerText", settle="document.body.innerText.includes('Follow the folders')"
    )
    assert "The models of mobility" in seen.found
    browser.ask("location.hash = '#!/model/model.mobility.metric_values'")
    browser.wait_until("document.body.innerText.includes('series_id')")
    assert _asked_of_the_network(seen.requests) == []
    # dbt's page asks for its icons by the text of a template before it has filled it in: from a file, that
    # is refused, and does no harm. Anything else would be news.
    harmless = ("Unsafe attempt to load URL file:", "Failed to load resource: net::ERR_FILE_NOT_FOUND")
    assert [line for line in seen.complaints if not line.startswith(harmless)] == []
