"""The site inside a release: covered by its manifest, whole for a browser, with dbt's documentation."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import socket
from pathlib import Path

import pytest

import mobility
from orchestration.base.settings import PROJECT_ROOT
from orchestration.gate.manifest import file_findings, read_manifest
from tests.support.browser import CHROMIUM, Browser
from tests.support.pages import broken_links

ACCESSIBLE = (PROJECT_ROOT / "tests" / "support" / "accessible.js").read_text(encoding="utf-8")
AXE = (PROJECT_ROOT / "tests" / "support" / "axe.min.js").read_text(encoding="utf-8")  # Deque, MPL-2.0
# The reports serve without a site too: they have no navigation.
_OF_A_SITE = {"no header", "no footer", "no nav"}


def test_the_site_is_part_of_what_was_judged_and_published(sample_release: Path, tmp_path: Path) -> None:
    manifest = read_manifest(sample_release)
    pages = [name for name in manifest.files if name.startswith("site/")]
    whole = {
        "index.html",
        "community.html",
        "dbt/index.html",
        "app/style.css",
        "app/core.js",
        "tables/99.html",
    }
    assert {f"site/{name}" for name in whole} <= set(pages) and len(pages) > 300
    other = Path(shutil.copytree(sample_release, tmp_path / "other"))
    page = other / "site" / "data" / "community" / "99001.js"
    page.write_bytes(page.read_bytes().replace(b"1", b"2", 1))
    (finding,) = file_findings(read_manifest(other))
    assert finding.startswith("site/data/community/99001.js: has SHA-256")


def test_every_link_of_the_site_leads_somewhere(sample_release: Path) -> None:
    assert broken_links(sample_release / "site") == []


def test_no_page_names_the_machine_that_made_it(sample_release: Path, sample_home: Path) -> None:
    here = [str(sample_home), str(PROJECT_ROOT), str(Path.home()) + "/", socket.gethostname()]
    for path in sorted((sample_release / "site").rglob("*.[hj]*")):
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


# What a page must have done before it is looked at: its scripts have drawn.
_SETTLED = "!document.querySelector('#community,#atlas,#country') || document.querySelector('[data-ready]')"
_NO_SIDEWAYS = "document.documentElement.scrollWidth <= innerWidth"
_AXE = "axe.run(document).then(found => found.violations.map(one => one.id + ': ' + one.nodes[0].html))"


def _pages(release: Path) -> list[tuple[Path, str]]:
    """Every page with its address; communities are one page under many addresses."""
    site = release / "site"
    listed = [path for path in sorted(site.rglob("*.html")) if path.parent.name != "dbt"]
    plain = [(path, "") for path in listed if path.name != "community.html"]
    asked = ["?99001", "?99021", "?9934000&metric=share_in_preschool", "?99013&with=99001,99003&from=2014"]
    return [*plain, *((site / "community.html", query) for query in asked)]


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_in_a_browser_are_whole_silent_and_accessible(
    browser: Browser, sample_release: Path, width: int
) -> None:
    """Every page of the sample once, in one of the two widths; each kind of page in both, with axe-core."""
    browser.width(width)
    pages = _pages(sample_release)
    metrics = [page for page in pages if page[0].parent.name == "metric"]
    half = metrics[::2] if width == 1280 else metrics[1::2]
    others = [page for page in pages if page not in metrics]
    reports = [sample_release / "gate" / "report.html", sample_release / "changes" / "index.html"]
    for at, (path, query) in enumerate([*others, *half, *((one, "") for one in reports if one.is_file())]):
        seen = browser.visit(path, ACCESSIBLE, settle=_SETTLED, query=query)
        wrong = set(seen.found) - (_OF_A_SITE if path in reports else set())
        assert (wrong, seen.complaints, _asked_of_the_network(seen.requests)) == (set(), [], []), (
            path,
            query,
        )
        assert browser.ask(_NO_SIDEWAYS), (path, query)
        if path not in reports and (path, query) in [*others, *half[:2]]:
            browser.ask(AXE + ";1")
            assert browser.ask(_AXE) == [], (at, path, query)


def test_a_community_is_found_with_the_keyboard_alone(browser: Browser, sample_release: Path) -> None:
    """Typed, chosen with arrows, opened with Enter; a former code and a town lead to their county."""
    browser.width(1280)
    for typed, chosen in (
        ("alder c", "?99001"),
        ("99021", "?99021"),
        ("old oak", "?99021"),
        ("rowan vil", "?99025"),
    ):
        browser.visit(sample_release / "site" / "index.html", settle=_SETTLED)
        assert browser.ask("document.activeElement.id") == "search"
        browser.press(*typed)
        browser.wait_until("document.querySelectorAll('[role=option]').length > 0")
        browser.press("ArrowDown", "Enter")
        browser.wait_until("location.search !== ''")
        assert browser.ask("location.search") == chosen, typed
        browser.wait_until(_SETTLED)


def test_what_is_not_there_is_told(browser: Browser, sample_release: Path) -> None:
    page = sample_release / "site" / "community.html"
    browser.visit(page, query="?98765", settle="document.querySelector('.note')")
    assert "no community 98765" in browser.ask("document.querySelector('#community').innerText")
    browser.visit(sample_release / "site" / "index.html", settle=_SETTLED)
    browser.press(*"atlantis")
    browser.wait_until("document.querySelector('#find [role=status]').textContent.includes('Nothing')")


def test_what_a_page_says_of_change_is_what_the_release_says(browser: Browser, sample_release: Path) -> None:
    """Verdict, comparability and standard error of every metric of a county, against the released macros."""
    browser.width(1280)
    browser.visit(sample_release / "site" / "community.html", settle=_SETTLED, query="?99001")
    found = browser.ask("""(() => {
        const area = M.kept.byGeoid.get("99001"), facts = M.kept.communities.get("99001");
        return facts.series.flatMap((packed) => {
            const variable = M.kept.start.variables[packed[0]];
            const points = M.points(packed).filter((one) => one.value !== null);
            if (points.length < 2) return [];
            return [[points[0], points[points.length - 1]], points.slice(-2)].map(([from, to]) => {
                const change = M.statistics.change(variable, area, from, to);
                const { error, verdict, comparable, by } = change;
                return [variable.id, from.year, to.year, error, verdict, comparable, by];
            });
        });
    })()""")
    assert len(found) > 60
    near = 0
    with mobility.open(sample_release) as release:
        for variable, first, last, error, verdict, comparable, by in found:
            (told,) = release.change("99001", variable, first, last).to_dict("records")
            assert comparable == told["comparable"], (variable, first, last)
            has_error = told["standard_error"] == told["standard_error"]
            assert (error is not None) == has_error, (variable, first, last)
            if error is not None:
                assert error == pytest.approx(told["standard_error"], rel=0.03), (variable, first, last)
            # The page's numbers are rounded to four digits: at the very edge of chance both may be right.
            if error is not None and abs(abs(by) / error - 1.96) < 0.05:
                near += 1
                continue
            assert verdict == told["verdict"], (variable, first, last)
    assert near < 5


def test_a_place_is_taken_away_as_a_table(browser: Browser, sample_release: Path) -> None:
    browser.visit(sample_release / "site" / "community.html", settle=_SETTLED, query="?99001")
    text = browser.ask("""(() => {
        let taken = null;
        M.save = (name, text) => { taken = [name, text]; };
        [...document.querySelectorAll("button")].find((one) => one.textContent === "Take as CSV").click();
        return taken;
    })()""")
    name, rows = text[0], list(csv.DictReader(io.StringIO(text[1])))
    assert name.startswith("99001_mobility_") and len(rows) > 200
    with mobility.open(sample_release) as release:
        for row in rows[::17]:
            sql = (
                "select value, missing_reason from metric_values where geoid = '99001' and variable = ? "
                "and year = ? and subgroup_type = ? and subgroup = ? and sample = ?"
            )
            key = [row["variable"], int(row["year"]), row["subgroup_type"], row["subgroup"], row["sample"]]
            ((value, _),) = release.sql(sql, key).fetchall()
            assert (value is None) == (row["value"] == ""), key
            if value is not None:
                assert float(row["value"]) == pytest.approx(value, rel=1e-3, abs=6e-5), key


def test_a_page_can_be_printed(browser: Browser, sample_release: Path) -> None:
    browser.visit(sample_release / "site" / "community.html", settle=_SETTLED, query="?99001")
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
