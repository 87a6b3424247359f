"""The site inside a release: covered by its manifest, whole for a browser, with dbt's documentation."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import socket
import struct
from itertools import pairwise, zip_longest
from pathlib import Path

import duckdb
import openpyxl
import pytest

import mobility
from orchestration.base.settings import PROJECT_ROOT
from orchestration.gate.manifest import file_findings, read_manifest
from tests.support import metric_pages
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
# On a phone the window widens to what does not fit: only the width of the layout stays.
_NO_SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
# Words of a drawing that stick out of it or run into each other, and cells of the overview whose words run
# into the next one.
_CUT = """(() => {
    const texts = [...document.querySelectorAll("figure svg text")].map((text) => {
        return { text, all: text.ownerSVGElement, box: text.getBoundingClientRect() };
    });
    const out = ({ all, box }) => {
        const whole = all.getBoundingClientRect();
        return box.left < whole.left - 1 || box.right > whole.right + 1;
    };
    const meet = ({ all, box }, other) => all === other.all
        && box.left < other.box.right && other.box.left < box.right
        && box.top + 4 < other.box.bottom && other.box.top + 4 < box.bottom;
    const met = texts.filter((one, at) => texts.slice(at + 1).some((other) => meet(one, other)));
    const cells = [...document.querySelectorAll(".over td")];
    const full = cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1);
    return [...texts.filter(out).map((one) => one.text), ...met.map((one) => one.text), ...full]
        .map((one) => one.textContent);
})()"""
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
        if path.name == "community.html":  # its peers come when they are seen
            browser.ask("document.querySelector('.others').scrollIntoView()")
            browser.wait_until("document.querySelector('.others').childNodes.length > 0")
        assert browser.ask(_CUT) == [], (path, query)
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


@pytest.mark.parametrize("query", ["?99001", "?9934000", "?99001&with=99003,99005,99007,99009"])
def test_all_predictors_stand_on_one_screen(browser: Browser, sample_release: Path, query: str) -> None:
    """1280 by 900: five pillars, 24 predictors; a metric without a value says why."""
    browser.width(1280)
    browser.visit(sample_release / "site" / "community.html", settle=_SETTLED, query=query)
    bottoms = browser.ask(
        "[...document.querySelectorAll('.pillar')].map(one => one.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 5 and max(bottoms) < 900
    assert browser.ask("document.querySelectorAll('.predictor').length") == 24
    without = browser.ask(
        "[...document.querySelectorAll('.over tbody tr:not(.predictor)')].filter(row => row.cells.length < 2)"
        ".map(row => (row.querySelector('.m') || row.cells[0]).textContent)"
    )
    assert without and all(len(reason) > 8 for reason in without)


def test_what_is_near_is_found_with_the_keyboard_alone(browser: Browser, sample_release: Path) -> None:
    """Near a name or a code: the nearest first, with its distance."""
    browser.width(1280)
    for typed in ("near 99001", "near alder c"):
        browser.visit(sample_release / "site" / "index.html", settle=_SETTLED)
        browser.press(*typed)
        browser.wait_until("document.querySelectorAll('[role=option]').length > 2")
        said = browser.ask("document.querySelector('#find [role=status]').textContent")
        assert said.startswith("Nearest to Alder County"), said
        words = browser.ask("[...document.querySelectorAll('[role=option]')].map(one => one.textContent)")
        away = [int(re.search(r"\((\d+) miles\)", one).group(1)) for one in words]  # type: ignore[union-attr]
        assert away == sorted(away) and len(away) > 2 and not any("99001" in one for one in words)
        browser.press("ArrowDown", "Enter")
        browser.wait_until("location.search !== ''")
        assert browser.ask("location.search")[1:] in words[0]
        browser.wait_until(_SETTLED)
    browser.visit(sample_release / "site" / "index.html", settle=_SETTLED)
    browser.press(*"near atlantis")
    browser.wait_until("document.querySelector('#find [role=status]').textContent.includes('Nothing of the')")


def _middle(shape: bytes) -> tuple[float, float]:
    """Centre of gravity of a polygon or multipolygon in well-known binary."""
    kind, count = struct.unpack_from("<II", shape, 1)
    at, polygons = (9, count) if kind == 6 else (0, 1)
    area = x = y = 0.0
    for _ in range(polygons):
        (rings,) = struct.unpack_from("<I", shape, at + 5)
        at += 9
        for _ in range(rings):
            (points,) = struct.unpack_from("<I", shape, at)
            flat = struct.unpack_from(f"<{2 * points}d", shape, at + 4)
            at += 4 + 16 * points
            for (x1, y1), (x2, y2) in pairwise(zip(flat[::2], flat[1::2], strict=True)):
                cross = x1 * y2 - x2 * y1
                area, x, y = area + cross / 2, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return x / (6 * area), y / (6 * area)


def test_the_middle_of_a_county_is_the_one_of_its_shape(browser: Browser, sample_release: Path) -> None:
    browser.visit(sample_release / "site" / "index.html", settle=_SETTLED)
    browser.ask("M.load('data/near.js').then(() => true)")
    found = browser.ask("M.kept.near.map((one, at) => one && [M.kept.areas[at].geoid, one])")
    with mobility.open(sample_release) as release:
        shapes = {
            geoid: _middle(bytes(shape))
            for geoid, shape in release.sql(
                "select geoid, shape from geography_shapes qualify valid_from = "
                "max(valid_from) over (partition by geoid)"
            ).fetchall()
        }
    counties = [one for one in found if one and len(one[0]) == 5]
    assert {geoid for geoid, _ in counties} == set(shapes)
    for geoid, point in counties:
        assert point["longitude"] == pytest.approx(shapes[geoid][0], abs=0.02)
        assert point["latitude"] == pytest.approx(shapes[geoid][1], abs=0.02)


def test_the_page_of_every_metric_says_what_seeds_and_release_say(sample_release: Path) -> None:
    """Method of every period, flags of every series, deviations with their cells, decisions: one by one."""
    with duckdb.connect(str(sample_release / "mobility.duckdb"), read_only=True) as connection:
        variables = [row[0] for row in connection.execute("select variable from variables").fetchall()]
        assert len(variables) > 50
        found = {
            name: metric_pages.problems(sample_release / "site" / "metric" / f"{name}.html", connection, name)
            for name in variables
        }
    assert {name: told for name, told in found.items() if told} == {}


def test_gaps_between_groups_are_mapped_and_taken_away(browser: Browser, sample_release: Path) -> None:
    """The rows of the map shown are those of the released macro `gap`, chance too."""
    browser.width(1280)
    page = sample_release / "site" / "metric" / "share_employed.html"
    for division, kind, lines, year in (("gender", "county", 3, 2023), ("disability", "county", 3, 2018)):
        browser.visit(page, query=f"?by={division}&kind={kind}&year={year}", settle=_SETTLED)
        browser.wait_until("document.querySelector('svg.map')")
        text = browser.ask("""(() => {
            let taken = null;
            M.save = (name, text) => { taken = [name, text]; };
            document.querySelector("#take-map").click();
            return taken;
        })()""")
        rows = list(csv.DictReader(io.StringIO(text[1])))
        known = [row for row in rows if row["difference"]]
        assert f"gap_{division}_{kind}_{year}" in text[0] and len(known) >= lines
        assert {int(row["year"]) for row in rows} == {year}
        with mobility.open(sample_release) as release:
            for row in known:
                told = release.gap(row["geoid"], "share_employed", row["group_a"], row["group_b"])
                (one,) = told[told.year == int(row["year"])].to_dict("records")
                assert float(row["difference"]) == pytest.approx(one["difference"], abs=1.1e-4)
                has_error = one["standard_error"] == one["standard_error"]
                assert (row["standard_error"] != "") == has_error
                if has_error:
                    assert float(row["standard_error"]) == pytest.approx(one["standard_error"], rel=0.01)
                    assert row["assumption"].startswith("none")  # computed from records: nothing is assumed
                    independent = one["independent_error"]
                    assert float(row["independent_error"]) == pytest.approx(independent, rel=0.01)
                    near = abs(abs(one["difference"]) / one["standard_error"] - 1.96) < 0.05
                    assert near or row["beyond_chance_95"] == str(one["significant_95"]).lower()
        colours = set(
            browser.ask("[...document.querySelectorAll('svg.map [data-n]')].map(o => o.getAttribute('fill'))")
        )
        assert colours - {"#d9d2c5"}, "no area of the map has a colour"
        browser.ask(AXE + ";1")
        assert browser.ask(_AXE) == []


def test_a_state_is_drawn_by_finer_lines_than_the_country(browser: Browser, sample_release: Path) -> None:
    browser.visit(
        sample_release / "site" / "metric" / "share_employed.html", query="?state=99", settle=_SETTLED
    )
    browser.wait_until("document.querySelector('svg.map.state')")
    wide = browser.ask(
        "(box => Math.max(box.width / 900, box.height / 640))(document.querySelector('.counties').getBBox())"
    )
    assert wide == pytest.approx(1, abs=0.01)
    assert browser.ask("document.querySelectorAll('svg.state [data-n]').length") > 5


def test_what_is_not_there_is_told(browser: Browser, sample_release: Path) -> None:
    page = sample_release / "site" / "community.html"
    browser.visit(page, query="?98765", settle="document.querySelector('.note')")
    assert "no community 98765" in browser.ask("document.querySelector('#community').innerText")
    # A place outside the frame leads to its county, a year without data to the newest one.
    with mobility.open(sample_release) as release:
        ((place, county),) = release.sql(
            "select geoid, county_geoid from places_outside_frame order by geoid limit 1"
        ).fetchall()
    browser.visit(page, query=f"?{place}", settle="document.querySelector('.note a')")
    assert browser.ask("document.querySelector('.note a').search") == f"?{county}"
    # Of peers and a metric in the address, those that are none are named, and the others stand.
    asked = "?99001&metric=share_of_luck&with=99003,98765,9934000,99001"
    browser.visit(page, query=asked, settle=_SETTLED)
    told = browser.ask("document.querySelector('#top .note').innerText")
    assert "metric share_of_luck: not in this release" in told
    assert "peer 98765: not in this release" in told
    assert "(9934000): a city, not a county" in told
    assert "(99001): this community itself" in told
    assert browser.ask("document.querySelectorAll('.chips li').length") == 1
    browser.visit(page, query="?99001&with=luck", settle=_SETTLED)
    assert "peer luck: not in this release" in browser.ask("document.querySelector('#top .note').innerText")
    browser.visit(page, query="?99001&with=99003,99005", settle=_SETTLED)
    assert browser.ask("document.querySelector('#top .note')") is None
    metric = sample_release / "site" / "metric" / "share_employed.html"
    browser.visit(metric, query="?year=2020", settle=_SETTLED)
    assert "no value of counties for 2020" in browser.ask("document.querySelector('.note').innerText")
    browser.visit(sample_release / "site" / "index.html", settle=_SETTLED)
    browser.press(*"atlantis")
    browser.wait_until("document.querySelector('#find [role=status]').textContent.includes('Nothing')")


@pytest.mark.parametrize(
    ("variable", "kind", "said"),
    [
        ("share_employed", "county", "Interval of 95\N{NO-BREAK SPACE}%"),
        ("count_homeless", "county", "Bounds of what the data leave open"),
        ("rate_learning", "place", "Bounds averaged over districts"),
        ("share_digital_access", "county", "No interval is published"),
    ],
)
def test_bounds_are_called_what_they_are(
    browser: Browser, sample_release: Path, variable: str, kind: str, said: str
) -> None:
    page = sample_release / "site" / "metric" / f"{variable}.html"
    browser.visit(page, settle=_SETTLED, query=f"?kind={kind}")
    heads = browser.ask("[...document.querySelectorAll('table th')].map((one) => one.textContent)")
    assert said in heads
    assert said.startswith("Interval") or not any(head.startswith("Interval") for head in heads)


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
            const pairs = [[points[0], points[points.length - 1]]];
            for (let at = 1; at < points.length; at++) pairs.push([points[at - 1], points[at]]);
            return pairs.map(([from, to]) => {
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


def test_a_place_is_taken_away_as_a_workbook(browser: Browser, sample_release: Path) -> None:
    """Made in the page; its values are those of the CSV, codes are texts."""
    browser.visit(sample_release / "site" / "community.html", settle=_SETTLED, query="?99001")
    name, encoded, text = browser.ask("""new Promise((done) => {
        let csv = null;
        M.save = (name, content) => {
            if (!(content instanceof Blob)) { csv = content; return; }
            const reader = new FileReader();
            reader.onload = () => done([name, reader.result.split(",")[1], csv]);
            reader.readAsDataURL(content);
        };
        for (const words of ["Take as CSV", "as XLSX"])
            [...document.querySelectorAll("button")].find((one) => one.textContent === words).click();
    })""")
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(encoded)), read_only=True)
    assert name.endswith(".xlsx") and book.sheetnames == ["Values", "Variables", "Notes"]
    rows = list(book["Values"].iter_rows(values_only=True))
    expected = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(expected) > 200 and rows[1][0] == "99001"
    for row, texts in zip(rows, expected, strict=True):
        # Rows of the sheet end with their last cell that is not empty.
        for cell, plain in zip_longest(row, texts):
            assert cell == (plain or None) or float(cell) == float(plain)


def test_a_page_can_be_printed(browser: Browser, sample_release: Path) -> None:
    """The button prints when the peers are there, though nobody has looked at them."""
    browser.visit(sample_release / "site" / "community.html", settle=_SETTLED, query="?99001")
    browser.ask("window.print = () => { window.printed = document.querySelector('.others').innerText; }")
    browser.ask(
        "[...document.querySelectorAll('button')].find(o => o.textContent === 'Print or PDF').click()"
    )
    browser.wait_until("(window.printed || '').includes('Beside others')")
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
