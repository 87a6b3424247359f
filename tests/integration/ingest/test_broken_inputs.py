"""Every way in which a file can be wrong: what is said, and what stays."""

from __future__ import annotations

import gzip

import pytest

from orchestration.base.errors import MobilityError
from tests.integration.ingest.conftest import PEOPLE, RATES, World, zipped

ROW = "2020,01,003,0.25,2,All\n"


def replaced(old: str, new: str) -> bytes:
    assert old in RATES
    return RATES.replace(old, new).encode()


BROKEN = {
    "missing column": (
        replaced(",rate_quality,", ",")
        .replace(b"1,All", b"All")
        .replace(b"2,All", b"All")
        .replace(b",,All", b",All"),
        ["column rate_quality is missing"],
    ),
    "renamed column": (
        replaced("rate_quality", "rate_qualty"),
        ["column rate_quality is missing, rate_qualty is new: renamed?"],
    ),
    "new column": (
        b"\n".join(
            line + (b",extra" if i == 0 else b",1") for i, line in enumerate(RATES.encode().split(b"\n")[:-1])
        ),
        ["column extra is unknown to the layout"],
    ),
    "codes without leading zeros": (
        replaced("2020,01,003", "2020,1,3"),
        [
            "column state has a malformed code (expected 2 digits, with leading zeros): '1' in data row 2",
            "column county has a malformed code (expected 3 digits, with leading zeros): '3' in data row 2",
        ],
    ),
    "doubled key": (
        replaced(ROW, ROW.replace("003", "001")),
        ["key year, state, county is not unique: 2020/01/001 in data rows 1 and 2"],
    ),
    "empty key": (replaced("2020,01,003", "2020,,003"), ["column state is empty: data row 2"]),
    "unknown label": (
        replaced("0.25,2,All", "0.25,2,Everybody"),
        ["column group has an unknown label (expected All): 'Everybody' in data row 2"],
    ),
    "unknown flag": (
        replaced("0.25,2,", "0.25,7,"),
        ["column rate_quality has an unknown label (expected 1, 2, 3): '7' in data row 2"],
    ),
    "text in a number": (
        replaced("0.25", "n.a."),
        ["column rate: expected a number (double), found 'n.a.' in data row 2"],
    ),
    "infinite number": (
        replaced("0.25", "inf"),
        ["column rate: expected a number (double), found 'inf' in data row 2"],
    ),
    "fraction in a whole number": (
        replaced("0.25,2,", "0.25,2.5,"),
        ["column rate_quality: expected a whole number, found '2.5' in data row 2"],
    ),
    "out of range": (
        replaced("0.25", "25"),
        ["column rate is out of range (expected 0 to 1): '25.0' in data row 2"],
    ),
    "too few rows": (
        RATES.split("\n2020,01,003")[0].encode(),
        ["rows: expected 2 to 9, found 1", "sum of rate"],
    ),
    "lost value": (replaced("0.25", ""), ["sum of rate: expected 0.35 (the yearbook), found 0.1"]),
    "only a header": (RATES.split("\n")[0].encode() + b"\n", ["rows: expected 2 to 9, found 0"]),
    "invented state": (
        replaced("2021,56,045", "2021,99,045"),
        [
            "column state has a state of the other channel (expected no row of the invented state 99)",
            "'99' in data row 3",
        ],
    ),
    "empty file": (b"", ["The file is empty.", "rates.csv"]),
    "blank file": (b"\n \n", ["The file is empty.", "rates.csv"]),
    "latin-1 in a UTF-8 file": (
        replaced("0.25,2,All", "0.25,2,Do\xf1a Ana").decode().encode("latin-1"),
        [
            "A byte of the file is no UTF-8.",
            "rates.csv, vintage 2021, line 3",
            "byte 0xF1, which read as Latin-1 gives",
            "Doña Ana",
        ],
    ),
    "cut-off line": (
        RATES[:-6].encode(),
        ["Lines do not have as many fields as the header.", "line 4 has 4"],
    ),
    "doubled column": (replaced("rate_quality", "rate"), ["column rate stands twice"]),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_and_the_last_good_one_stays(world: World, fault: str) -> None:
    content, texts = BROKEN[fault]
    world.refresh()
    before = world.lake()
    world.put_rates(content)
    with pytest.raises(MobilityError) as error:
        world.refresh()
    message = str(error.value)
    for text in [*texts, "rates.csv", "to do:"]:
        assert text in message, message
    assert world.lake() == before


def test_all_faults_of_a_file_are_in_one_message(world: World) -> None:
    world.put_rates(RATES.replace("2020,01,003,0.25,2,All", "x,1,003,y,2,All"))
    with pytest.raises(MobilityError, match="2 findings") as error:
        world.refresh("toy_rates")
    assert "column year: expected a whole number, found 'x' in data row 2" in str(error.value)
    assert "column rate: expected a number (double), found 'y' in data row 2" in str(error.value)
    world.put_rates(RATES.replace("2020,01,003,0.25,2,All", "2020,1,003,0.25,9,Some"))
    with pytest.raises(MobilityError, match="3 findings"):
        world.refresh("toy_rates")


def test_a_fault_of_many_rows_shows_three_and_counts_the_rest(world: World) -> None:
    world.put_rates(
        "year,state,county,rate,rate_quality,group\n"
        + "".join(f"2020,1,00{i},0,1,All\n" for i in range(1, 8))
    )
    with pytest.raises(
        MobilityError, match=r"'1' in data row 1, '1' in data row 2, '1' in data row 3 and 4 more"
    ):
        world.refresh("toy_rates")


@pytest.mark.parametrize("keep", [5, 40, -4])
def test_a_cut_off_gzip_is_refused(world: World, keep: int) -> None:
    world.refresh()
    before = world.lake()
    packed = gzip.compress(RATES.replace("0.25", "0.26").encode(), mtime=0)
    world.put("toy_rates/2021/rates.csv.gz", packed[:keep])
    with pytest.raises(MobilityError, match="cut off or damaged") as error:
        world.refresh("toy_rates")
    assert error.value.where is not None
    assert error.value.where.endswith("rates.csv.gz")
    assert error.value.remedy == "copy the file again"
    assert world.lake() == before


def test_a_wrong_hash_is_refused(world: World) -> None:
    world.refresh()
    before = world.lake()
    world.put("toy_rates/2021/rates.csv.gz", gzip.compress(RATES.replace("0.25", "0.26").encode()))
    with pytest.raises(MobilityError, match=r"A copy is not what MIRROR\.csv says") as error:
        world.refresh("toy_rates")
    assert "SHA-256" in str(error.value.expected)
    assert world.lake() == before


def test_other_files_are_taken_in_when_one_is_broken(world: World) -> None:
    world.put_rates(b"")
    with pytest.raises(MobilityError, match=r"The file is empty"):
        world.refresh()
    assert list(world.lake()) == ["toy_people/2018/people/56.json", "toy_people/2018/people/56.parquet"]


def test_two_broken_files_are_told_together(world: World) -> None:
    world.put_rates(b"")
    world.put_people(b"PK\x03\x04 not really")
    with pytest.raises(MobilityError, match="2 of 2 files could not be taken in") as error:
        world.refresh()
    assert "rates.csv" in str(error.value)
    assert "csv_pwy.zip" in str(error.value)


BROKEN_ZIPS = {
    "missing member": (zipped(**{"psam_p57.csv": PEOPLE}), "without psam_p56.csv; it holds psam_p57.csv"),
    "climbs out": (zipped(**{"psam_p56.csv": PEOPLE, "../../evil.csv": "x"}), "leads out of it"),
    "climbs out by an absolute path": (
        zipped(**{"psam_p56.csv": PEOPLE, "/etc/evil.csv": "x"}),
        "leads out of it",
    ),
    "climbs out the Windows way": (
        zipped(**{"psam_p56.csv": PEOPLE, "..\\evil.csv": "x"}),
        "leads out of it",
    ),
    "to a drive": (zipped(**{"psam_p56.csv": PEOPLE, "C:\\evil.csv": "x"}), "leads out of it"),
    "cut off": (zipped(**{"psam_p56.csv": PEOPLE})[:60], "damaged or cut off"),
    "damaged member": (
        zipped(**{"psam_p56.csv": PEOPLE}).replace(b"2018GQ01", b"2019GQ01"),
        "damaged or cut off",
    ),
}


@pytest.mark.parametrize("fault", BROKEN_ZIPS)
def test_a_broken_zip_is_refused_and_nothing_is_unpacked(world: World, fault: str) -> None:
    content, text = BROKEN_ZIPS[fault]
    world.refresh()
    before = world.lake()
    world.put_people(content)
    with pytest.raises(MobilityError) as error:
        world.refresh("toy_people")
    assert text in str(error.value)
    assert "csv_pwy.zip" in str(error.value)
    assert world.lake() == before
    assert not list(world.root.rglob("evil*"))


def test_a_changed_raw_object_is_noticed(world: World) -> None:
    report = world.one("toy_rates")
    raw = world.settings().raw_dir / report.sha256[:2] / report.sha256
    raw.chmod(0o644)
    raw.write_bytes(raw.read_bytes().replace(b"0.25", b"0.26"))
    world.parquet().unlink()
    with pytest.raises(MobilityError, match="The raw store does not hold what was received"):
        world.refresh("toy_rates")
    raw.unlink()
    assert world.one("toy_rates").status == "changed"
