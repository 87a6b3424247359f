"""Tables of the ACS in every form in which the Census Bureau gives them, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import refresh
from orchestration.ingest.http import Patience, download
from orchestration.ingest.receive import receive
from orchestration.sources.census_acs_tables import SOURCE, requests, tracts
from orchestration.sources.conform import conform
from orchestration.sources.model import SourceFile
from tests.unit.ingest.bad_server import cut, resumable, serving, status, whole

FILES = {(file.vintage, file.name): file for file in SOURCE.files}
QUICK = Patience(
    attempts=4, connect=2, silence=1, slow_window=1, slow_bytes=10, first_pause=0.001, longest_pause=0.01
)
COUNTIES = ("01001", "01003")
LINES = ("001", "004")
CSV = (
    '"GEO_ID","NAME","B28003_001E","B28003_001M","B28003_001MA","B28003_001EA","B28003_004EA","B28003_004M",'
    '"B28003_004MA","B28003_004E",\n'
    '"Geography","Geographic Area Name","Estimate!!Total","Margin of Error!!Total","","","","","","",\n'
    '"0500000US01001","Autauga County, Alabama","21115","383","null","null","null","500","null","16549",\n'
    '"0500000US01003","Baldwin County, Alabama","78622","1183","null","null","null","1104","null","61121",\n'
)
OVERLAYS = (
    "GEO_ID,NAME,B28003_001E,B28003_001M,B28003_004E,B28003_004M\n"
    "id,Geographic Area Name,Estimate!!Total,Margin of Error!!Total,Estimate!!Total!!Broadband,Margin\n"
    '0500000US01001,"Autauga County, Alabama",21115,383,16549,500\n'
    '0500000US01003,"Baldwin County, Alabama",78622,1183,61121,1104\n'
)
FACTFINDER = (
    "GEO.id,GEO.id2,GEO.display-label,HD01_VD01,HD02_VD01,HD01_VD04,HD02_VD04\n"
    "Id,Id2,Geography,Estimate; Total:,Margin of Error; Total:,Estimate; Broadband,Margin of Error\n"
    '0500000US01001,01001,"Autauga County, Alabama",21115,383,16549,500\n'
    '0500000US01003,01003,"Baldwin County, Alabama",78622,1183,61121,1104\n'
)
SUMMARY = (
    "GEO_ID|B28003_E001|B28003_M001|B28003_E004|B28003_M004\n"
    "0100000US|122354219|211970|103000000|1\n"
    "0500000US01001|21115|383|16549|500\n"
    "0500000US01003|78622|1183|61121|1104\n"
    "1400000US01001020100|700|60|500|70\n"
)
ANSWER = json.dumps(
    [
        ["NAME", "B28003_001E", "B28003_001M", "B28003_004E", "B28003_004M", "state", "county"],
        ["Autauga County, Alabama", "21115", "383", "16549", "500", "01", "001"],
        ["Baldwin County, Alabama", "78622", "1183", "61121", "1104", "01", "003"],
    ]
)


def zipped(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(
    name: str, vintage: str, content: str | bytes, folder: Path
) -> tuple[list[dict[str, object]], list[str]]:
    """The typed rows of a file, and what was found wrong with them."""
    file = FILES[vintage, name]
    place = folder / "content"
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, findings = [], []
    for table, partition, piece in SOURCE.parse(file, place):
        assert partition in {None, file.partition, *file.partitions}
        typed, found = conform(SOURCE.table(table), vintage, piece, 1)
        rows += typed.to_pylist()
        findings += found
    return rows, findings


def refused(name: str, vintage: str, content: str | bytes, folder: Path) -> str:
    with pytest.raises(MobilityError) as error:
        read(name, vintage, content, folder)
    return str(error.value)


FORMS = {
    "data.census.gov": CSV,
    "with a byte order mark": "\ufeff" + CSV,
    "its zip": zipped(
        **{
            "ACSDT5Y2018.B28003-Column-Metadata.csv": "Column Name,Label\n",
            "ACSDT5Y2018.B28003-Data.csv": CSV,
            "ACSDT5Y2018.B28003-Table-Notes.txt": "notes",
        }
    ),
    "the zip before 2022": zipped(
        **{
            "ACSDT5Y2018.B28003_data_with_overlays_2021-03-04T123456.csv": OVERLAYS,
            "ACSDT5Y2018.B28003_metadata_2021-03-04T123456.csv": "GEO_ID,id\n",
        }
    ),
    "FactFinder": zipped(**{"ACS_18_5YR_B28003_with_ann.csv": FACTFINDER}),
    "the summary file": SUMMARY,
    "the interface": ANSWER,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows(form: str, tmp_path: Path) -> None:
    rows, findings = read("b28003_county", "2014-2018", FORMS[form], tmp_path)
    assert findings == []
    assert [[row[k] for k in ("GEO_ID", "geoid", "B28003_001E", "B28003_001M", "B28003_004E", "B28003_004M")]
            for row in rows] == [
        ["0500000US01001", "01001", 21115, "383", 16549, "500"],
        ["0500000US01003", "01003", 78622, "1183", 61121, "1104"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sign",
    ["null", "N", "(X)", "-", "**", "***", "*****", "-222222222", "-333333333", "-555555555", "-666666666"],
)
def test_a_sign_is_no_number(sign: str, tmp_path: Path) -> None:
    """An estimate is missing; a margin stays a sign, of which the staging knows what it means."""
    content = CSV.replace('"21115","383"', f'"{sign}","{sign}"')
    rows, findings = read("b28003_county", "2014-2018", content, tmp_path)
    assert findings == [] and rows[0]["B28003_001E"] is None and rows[0]["B28003_001M"] == sign


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FORMS["its zip"][:-30], "damaged or cut off"),
        (CSV.replace("B28003_004E\"", "B28003_004X\""), "B28003_004E or B28003_E004 or HD01_VD04 is missing"),
        ("Households by internet\n" + CSV, "it in row 2"),
        (CSV.replace('"Geography"', '"0500000US01005"'), "row of labels"),
        (ANSWER[:-30], "cut off or damaged"),
        ('[["NAME","state"],["A"]]', "expected: 2 cells"),
        ('{"error": "limit"}', "no table"),
        ("error: error: unknown variable 'B28003_099E'", "unknown variable"),
        ("<html><head><title>Missing Key</title></head></html>", "Missing Key"),
        (CSV.replace("0500000US", "0400000US"), "no county"),
        (
            zipped(**{"ACSDT5Y2021.B28003-Data.csv": CSV}),
            "ACSDT5Y2021.B28003-Data.csv",
        ),
        (zipped(**{"ACSDT1Y2018.B28003-Data.csv": CSV}), "ACSDT1Y2018"),
        (CSV.replace("01001", "09110"), "09110"),
    ],
    ids=["cut zip", "renamed column", "moved header", "no labels", "cut answer", "ragged", "no table",
         "unknown variable", "page", "other level", "other year", "one year", "county of another year"],
)  # fmt: skip
def test_what_is_no_such_table_is_refused(content: str | bytes, said: str, tmp_path: Path) -> None:
    message = refused("b28003_county", "2014-2018", content, tmp_path)
    assert said in message and "acs5_2018_b28003_county" in message and "to do:" in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"21115"', '"21,115"', "column B28003_001E: expected a whole number, found '21,115' in data row 1"),
        ('"21115"', '"many"', "column B28003_001E: expected a whole number, found 'many' in data row 1"),
    ],
)
def test_a_wrong_cell_is_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert read("b28003_county", "2014-2018", CSV.replace(old, new), tmp_path)[1] == [said]


def answer_of_tracts(county: str, number: int, lines: tuple[str, ...]) -> str:
    """An answer with a county's tracts."""
    header = ["NAME", *lines, "state", "county", "tract"]
    rows = [
        ["Tract", *["7"] * len(lines), county[:2], county[2:], f"{tract:06d}"]
        for tract in range(1, number + 1)
    ]
    return json.dumps([header, *rows])


B03002 = requests.variables(requests.ASKED["b03002_tract"], "2017-2021")


def test_tracts_of_the_other_decade_and_missing_ones_are_refused(tmp_path: Path) -> None:
    """Autauga had 12 tracts until 2019 and has 17 since."""
    own, other = answer_of_tracts("01001", 17, B03002), answer_of_tracts("01001", 12, B03002)
    assert len(read("b03002_tract_al", "2017-2021", own, tmp_path)[0]) == 17
    assert len(read("b03002_tract_al", "2014-2018", other, tmp_path)[0]) == 12
    for vintage, content in (("2017-2021", other), ("2014-2018", own)):
        assert "other decade" in refused("b03002_tract_al", vintage, content, tmp_path)
    short = answer_of_tracts("01001", 16, B03002)
    assert "county 01001 has 16 of 17" in refused("b03002_tract_al", "2017-2021", short, tmp_path)


def test_connecticut_has_regions_from_2022_on(tmp_path: Path) -> None:
    region, county = (
        answer_of_tracts(code, number, B03002) for code, number in (("09150", 26), ("09007", 41))
    )
    assert len(read("b03002_tract_ct", "2019-2023", region, tmp_path)[0]) == 26
    assert "09007" in refused("b03002_tract_ct", "2019-2023", county, tmp_path)
    assert "09150" in refused("b03002_tract_ct", "2017-2021", region, tmp_path)


def test_a_code_that_lost_its_zero_is_no_tract_of_the_state(tmp_path: Path) -> None:
    lost = answer_of_tracts("01001", 17, B03002).replace('"01", "001"', '"1", "001"')
    assert "lost their zeros" in refused("b03002_tract_al", "2017-2021", lost, tmp_path)


def test_the_national_file_is_divided_into_states(tmp_path: Path) -> None:
    """Of the summary file only tracts are taken, by state; Puerto Rico has no partition."""
    header = "|".join(["GEO_ID", *(name[:7] + name[-1] + name[7:-1] for name in B03002)])
    cells = "|".join("5" for _ in B03002)
    ids = [f"1400000US01001{tract:06d}" for tract in range(17)]
    ids += [f"1400000US02013{tract:06d}" for tract in range(tracts.counties_of(2021)["02013"])]
    lines = [header, f"0100000US|{cells}", f"1400000US72001956300|{cells}", *(f"{i}|{cells}" for i in ids)]
    place = tmp_path / "content"
    place.write_text("\n".join(lines) + "\n")
    pieces = [
        (state, len(rows)) for _, state, rows in SOURCE.parse(FILES["2017-2021", "b03002_tract_us"], place)
    ]
    assert pieces == [("al", 17), ("ak", 1)]


def test_several_tables_of_one_download_stand_side_by_side(tmp_path: Path) -> None:
    """B17001 and its tables by race, whose rows come in another order."""
    asked = requests.ASKED["b17001_tract"]
    names = requests.variables(asked, "2017-2021")
    ids = [f"1400000US01001{tract:06d}" for tract in range(17)]
    members = {}
    for table in asked.census_tables:
        own = [name for name in names if requests.census_table_of(name) == table]
        order = ids if table == "B17001" else ids[::-1]
        rows = [
            ",".join(["GEO_ID", "NAME", *own, ""]),
            ",".join(["Geography", "Name", *own, ""]),
            *(
                ",".join([geoid, "T", *[geoid[-2:] if name.endswith("E") else "3" for name in own], ""])
                for geoid in order
            ),
        ]
        members[f"ACSDT5Y2021.{table}-Data.csv"] = "\n".join(rows) + "\n"
    rows, findings = read("b17001_tract_al", "2017-2021", zipped(**members), tmp_path)
    assert findings == [] and len(rows) == 17
    assert all(row["B17001_001E"] == row["B17001I_002E"] == int(str(row["geoid"])[-2:]) for row in rows)
    members["ACSDT5Y2021.B17001C-Data.csv"] = (
        "\n".join(members["ACSDT5Y2021.B17001C-Data.csv"].split("\n")[:-2]) + "\n"
    )
    assert "same areas" in refused("b17001_tract_al", "2017-2021", zipped(**members), tmp_path)


# --- addresses --------------------------------------------------------------------------------------


def test_the_addresses_are_those_of_the_interface() -> None:
    file = FILES["2017-2021", "b03002_tract_ca"]
    assert file.url is not None
    parts = urlsplit(file.url)
    query = parse_qs(parts.query)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://api.census.gov/data/2021/acs/acs5"
    assert query["for"] == ["tract:*"] and query["in"] == ["state:06"]
    assert query["get"][0].split(",")[:3] == ["NAME", "B03002_001E", "B03002_001M"]
    profile = FILES["2017-2021", "dp05_tract_tx"].url
    assert profile is not None and profile.startswith(
        "https://api.census.gov/data/2021/acs/acs5/profile?get=NAME,"
    )
    assert FILES["2017-2021", "b03002_tract_us"].url == (
        "https://www2.census.gov/programs-surveys/acs/summary_file/2021/table-based-SF/data/5YRData/acsdt5y2021-b03002.dat"
    )


def test_no_request_has_more_variables_than_the_interface_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [file for file in SOURCE.files if file.url and file.url.startswith(requests.INTERFACE)]
    assert len(asked) > 500
    assert max(len(parse_qs(urlsplit(str(file.url)).query)["get"][0].split(",")) for file in asked) <= 50
    monkeypatch.setattr(requests, "MOST_VARIABLES", 18)
    with pytest.raises(MobilityError, match="at most 18 variables"):
        requests.address(requests.ASKED["b03002_county"], "2017-2021")


def test_an_answer_comes_through_a_busy_server_with_the_key_and_the_key_is_told_nobody(
    tmp_path: Path,
) -> None:
    """503, then a cut connection, then the rest; the key goes with the request, and into no receipt."""
    body = ANSWER.encode()
    answers = (status(429, Retry_After="0"), cut(body, 100, ETag='"1"'), resumable(body, '"1"'))
    with serving(*answers) as server:
        url = f"{server.url}?get=NAME&for=county:*"
        file = FILES["2014-2018", "b28003_county"].model_copy(update={"url": url})
        settings = Settings(
            home=tmp_path, inbox=tmp_path / "none", download=True, census_api_key=SecretStr("s3cret")
        )
        receipt = receive(settings, SOURCE, file, [])
        paths = list(server.paths)
    assert receipt is not None and receipt.facts["url"] == url
    assert len(paths) == 3 and all("key=s3cret" in path and "for=county" in path for path in paths)
    written = [place for place in tmp_path.rglob("*") if place.is_file()]
    assert written and not any(b"s3cret" in place.read_bytes() for place in written)
    assert "s3cret" not in repr(settings)


def test_without_a_key_nothing_is_asked_for(tmp_path: Path) -> None:
    with serving(whole(ANSWER.encode())) as server:
        file = FILES["2014-2018", "b28003_county"].model_copy(update={"url": server.url})
        settings = Settings(home=tmp_path, inbox=tmp_path / "none", download=True, census_api_key=None)
        assert receive(settings, SOURCE, file, []) is None
        assert server.requests == []


def test_the_page_of_a_rate_limit_is_no_answer_and_shows_no_key(tmp_path: Path) -> None:
    page = b"<html><head><title>Invalid Key</title></head><body>exceeded</body></html>"
    file = FILES["2014-2018", "b28003_county"]
    with serving(whole(page, Content_Type="text/html")) as server, pytest.raises(MobilityError) as error:
        download(server.url, tmp_path / "part", file.official_name, patience=QUICK, query={"key": "s3cret"})
    assert "a web page" in str(error.value) and "s3cret" not in str(error.value)
    assert not (tmp_path / "part").exists()


# --- what stays -------------------------------------------------------------------------------------

HEADER = ["NAME", *B03002, "state", "county", "tract"]
BROKEN = {
    "cut off": lambda good: good[:-200],
    "a page": lambda good: "<!doctype html><html>Too many requests</html>",
    "doubled row": lambda good: good[:-1] + ", " + json.dumps(json.loads(good)[-1]) + "]",
    "thousands comma": lambda good: good.replace('"7"', '"1,007"', 1),
    "other decade": lambda good: answer_of_tracts("01001", 12, B03002),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose lake has the tracts of Autauga County of 2017-2021."""
    folder = tmp_path_factory.mktemp("tables")
    _brought(folder, answer_of_tracts("01001", 17, B03002))
    return folder


def _brought(folder: Path, content: str) -> Settings:
    file: SourceFile = FILES["2017-2021", "b03002_tract_al"]
    place = folder / "inbox" / SOURCE.canonical_path(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content)
    settings = Settings(home=folder / "home", inbox=folder / "inbox")
    refresh(settings, names=[SOURCE.name])
    return settings


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_leaves_the_last_good_one(fault: str, home: Path) -> None:
    lake = home / "home" / "national" / "lake" / SOURCE.name / "2017-2021" / "b03002_tract" / "al.parquet"
    before = lake.read_bytes()
    with pytest.raises(MobilityError) as error:
        _brought(home, BROKEN[fault](answer_of_tracts("01001", 17, B03002)))
    assert "acs5_2021_b03002_tract_al" in str(error.value)
    assert lake.read_bytes() == before
