"""Archives of NIBRS, whole and broken: counts by agency, or an error that names member, column and row."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import mirror_list, refresh
from orchestration.sample import SEED, twin
from orchestration.sample.values import police_agencies
from orchestration.sample.world import World, build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile

SOURCE = SOURCES["fbi_nibrs"]
Rows = list[list[str]]


def file_of(year: str) -> SourceFile:
    return next(f for f in SOURCE.files if f.vintage == year and f.channel == "sample")


FILE = file_of("2022")


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SEED)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return twin.content(world, SOURCE, FILE)


def read(file: SourceFile, content: bytes, scratch: Path) -> dict[str, list[dict[str, object]]]:
    (scratch / "archive.zip").write_bytes(content)
    found = SOURCE.parse(file, scratch / "archive.zip")
    return {name: rows.to_pylist() for name, partition, rows in found if partition == "ss"}


@pytest.mark.parametrize("year", ["2020", "2021"])
def test_both_layouts_give_the_counts_by_agency(world: World, tmp_path: Path, year: str) -> None:
    """Offenses in the list's own numbers and names in capitals to 2020, codes and small names after it."""
    content = twin.content(world, SOURCE, file_of(year))
    header = zipfile.ZipFile(io.BytesIO(content)).read(f"SS-{year}/NIBRS_OFFENSE.csv").split()[0].decode()
    assert ("OFFENSE_TYPE_ID" in header) == (year == "2020") != ("offense_code" in header)
    tables = read(file_of(year), content, tmp_path)
    sent = [a for a in police_agencies.agencies(world) if police_agencies.reports(world, a, int(year))]
    assert {row["ori"] for row in tables["agencies"]} == {agency.ori for agency in sent}
    assert len(sent) < len(police_agencies.agencies(world)), "those that sent nothing are not listed"
    expected = {
        (a.ori, code): count
        for a in sent
        for code, count in police_agencies.offenses(world, a, int(year)).items()
    }
    assert {(row["ori"], row["offense_code"]): row["offenses"] for row in tables["offenses"]} == expected
    people = [police_agencies.arrests(world, a, int(year), group_b=False) for a in sent]
    assert sum(row["arrests"] for row in tables["arrests_group_a"]) == sum(sum(p.values()) for p in people)  # type: ignore[misc]
    assert "ori" not in tables["arrests_group_b"][0] and "agency_id" not in tables["arrests_group_b"][0]


def changed(content: bytes, member: str, change: Callable[[Rows], object]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith("/" + member):
                rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
                change(rows)
                text = io.StringIO(newline="")
                csv.writer(text, lineterminator="\n").writerows(rows)
                body = text.getvalue().encode()
            new.writestr(name, body)
    return out.getvalue()


def cell(row: int, column: str, value: str) -> Callable[[Rows], object]:
    return lambda rows: rows[row].__setitem__(rows[0].index(column), value)


BROKEN: dict[str, tuple[str, Callable[[Rows], object], str]] = {
    "a renamed column": ("NIBRS_OFFENSE.csv", cell(0, "offense_code", "offense"), "without offense_code"),
    "a header in another row": ("agencies.csv", lambda rows: rows.insert(0, ["NIBRS"]), "it has nibrs"),
    "another year": ("NIBRS_incident.csv", cell(5, "data_year", "2021"), "column data_year"),
    "an incident twice": ("NIBRS_incident.csv", lambda rows: rows.append(rows[3]), "each incident_id once"),
    "an agency twice": ("agencies.csv", lambda rows: rows.append(rows[1]), "each agency_id once"),
    "an offense of no incident": ("NIBRS_OFFENSE.csv", cell(9, "incident_id", "999999999"), "'999999999'"),
    "an incident of no agency": ("NIBRS_incident.csv", cell(9, "agency_id", "777"), "every agency_id in"),
    "an unknown kind": ("NIBRS_OFFENSE.csv", cell(9, "offense_code", "99Z"), "every offense_code in"),
    "an arrest of no incident": ("NIBRS_ARRESTEE.csv", cell(2, "incident_id", ""), "column incident_id"),
    "a thousands comma": ("agencies.csv", cell(1, "population", "1,234"), "found '1,234' in data row"),
    "text in a number": ("agencies.csv", cell(1, "population", "many"), "found 'many' in data row"),
    "a line too long": ("NIBRS_OFFENSE.csv", lambda rows: rows[7].append("1"), "A line of the file"),
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, good: bytes) -> Callable[[bytes], dict[str, bytes]]:
    """Takes an archive in and gives what the lake then holds."""
    root = tmp_path_factory.mktemp("nibrs")
    settings = Settings(home=root / "home", channel="sample", mirrors=(root / "mirror",))

    def lake() -> dict[str, bytes]:
        files = [path for path in sorted(settings.lake_dir.rglob("*")) if path.is_file()]
        return {str(path.relative_to(root)): path.read_bytes() for path in files}

    def take(content: bytes) -> dict[str, bytes]:
        place = root / "mirror" / SOURCE.canonical_path(FILE)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        mirror_list.write_list(root / "mirror", sample=True)
        before = lake()
        try:
            refresh(settings, ["fbi_nibrs"])
        except MobilityError:
            assert lake() == before, "the last good archive stays"
            raise
        return lake()

    assert take(good)
    return take


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_archive_is_told_and_the_last_good_one_stays(
    home: Callable[[bytes], dict[str, bytes]], good: bytes, fault: str
) -> None:
    member, change, said = BROKEN[fault]
    with pytest.raises(MobilityError) as error:
        home(changed(good, member, change))
    message = str(error.value)
    assert said in message and FILE.official_name in message and "to do:" in message, message


def test_an_archive_without_a_member_or_cut_off_is_told(
    home: Callable[[bytes], dict[str, bytes]], good: bytes
) -> None:
    short = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(short, "w") as new:
        for name in old.namelist():
            if not name.endswith("GROUPB.csv"):
                new.writestr(name, old.read(name))
    for content, said in (
        (short.getvalue(), "lacks a member"),
        (good[: len(good) // 2], "damaged"),
        (good[:-40], ""),
    ):
        with pytest.raises(MobilityError) as error:
            home(content)
        assert said in str(error.value) and "to do:" in str(error.value)


def test_no_person_and_no_incident_enters_the_lake() -> None:
    """Only counts by agency: no number of an incident or of a person, no date, no place of a crime."""
    for table in SOURCE.tables:
        assert not [
            name for name in table.columns if "incident" in name or "arrestee" in name or "date" in name
        ]
    counts = Counter(column for table in SOURCE.tables for column in table.columns)
    assert counts["arrests"] == 2 and counts["offenses"] == 1
