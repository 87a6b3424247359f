"""Layouts as rows: what the two tables mean, and how a slip in them or a strange file is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from orchestration.base.errors import MobilityError
from orchestration.sources.model import SourceFile
from orchestration.sources.reading.layout import Layouts

FILES = """\
vintage,table,official_name,url,mirror_paths,encoding,header_row,other_columns,missing,least_rows,most_rows
2018,jobs,jobs{yy}.csv,https://agency.example/{vintage}/{official_name},old/{official_name},latin-1,,,-,2,9
2021,jobs,jobs{yy}.csv,,,,,ignore,,2,9
"""
COLUMNS = """\
table,column,vintages,header,type,key,code_length,zeros,holds_state,lowest,highest,labels,missing
jobs,fips,*,area|FIPS code,VARCHAR,key,5,restored,true,,,,
jobs,year,*,,INTEGER,,,,,,,{vintage},
jobs,jobs,*,jobs{vintage},INTEGER,,,,,0,1000000,,x
jobs,w{1..3},2021..,weight{1..3},DOUBLE,,,,,,,,
"""
TEXT_2018 = "area,year,jobs2018\n1001,2018,5\n01003,2018,-\n"
WIDER = TEXT_2018.replace("\n", ",1\n")


def layouts(folder: Path, files: str = FILES, columns: str = COLUMNS) -> Layouts:
    (folder / "files.csv").write_text(files, encoding="utf-8", newline="\n")
    (folder / "layouts.csv").write_text(columns, encoding="utf-8", newline="\n")
    return Layouts(folder)


def read(
    folder: Path, content: bytes | str, vintage: str = "2018", files: str = FILES, columns: str = COLUMNS
) -> list[dict[str, str]]:
    found = layouts(folder, files, columns)
    file = next(file for file in found.source_files() if file.vintage == vintage)
    path = folder / "content"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
    ((_, _, rows),) = found.parse(file, path)
    return rows.to_pylist()


def test_records_follow_from_the_rows(tmp_path: Path) -> None:
    found = layouts(tmp_path)
    table = found.table("jobs", "Jobs.")
    assert list(table.columns) == ["fips", "year", "jobs", "w1", "w2", "w3"]
    assert table.absent == {"2018": ("w1", "w2", "w3")}
    assert table.labels_of("2021") == {"year": ("2021",)}
    assert table.missing == ("", "-") and table.missing_marks == {"jobs": ("x",)}
    assert table.codes["fips"].padded and table.codes["fips"].holds_state
    first, second = found.source_files()
    assert (first.name, first.official_name, second.official_name) == (
        "jobs_2018",
        "jobs18.csv",
        "jobs21.csv",
    )
    assert first.url == "https://agency.example/2018/jobs18.csv" and second.url is None
    assert first.mirror_paths == ("old/jobs18.csv",)


def test_any_accepted_name_is_found_and_renamed(tmp_path: Path) -> None:
    expected = [
        {"fips": "01001", "year": "2018", "jobs": "5"},
        {"fips": "01003", "year": "2018", "jobs": "-"},
    ]
    assert read(tmp_path, TEXT_2018) == expected
    assert read(tmp_path, TEXT_2018.replace("area,year", "fips CODE , Year")) == expected


def test_series_of_columns_and_other_columns(tmp_path: Path) -> None:
    text = "note,year,weight3,weight1,jobs2021,area,weight2\na,2021,3,1,7,99001,2\n"
    assert read(tmp_path, text, "2021") == [
        {"fips": "99001", "year": "2021", "jobs": "7", "w1": "1", "w2": "2", "w3": "3"}
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TEXT_2018.replace("jobs2018", "Jobs 2018"), "jobs2018 is missing, Jobs 2018 is new: renamed?"),
        (TEXT_2018.replace("year,jobs2018", "year"), "column jobs2018 is missing"),
        (WIDER.replace("18,1", "18,extra", 1), "column extra is unknown to the layout"),
        (WIDER.replace("18,1", "18,FIPS code", 1), "column fips stands under 2 names"),
        (WIDER.replace("18,1", "18,Year", 1), "column year stands twice"),
        (f"\n{TEXT_2018}", "it in row 2; row 1 holds nothing"),
        (f"A title\n\n{TEXT_2018}", "it in row 3; row 1 holds 'A title'"),
        (TEXT_2018.partition("\n")[2], "row 1 holds '1001', '2018', '5'"),
        (TEXT_2018.replace("1001,2018,5", "1001,2018,5,6"), "1 other lines: line 2 has 4"),
        (TEXT_2018.replace(",", ";"), "row 1 holds 'area;year;jobs2018'"),
    ],
)  # fmt: skip
def test_what_is_not_as_the_layout_says_is_told(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(MobilityError) as error:
        read(tmp_path, text)
    assert error.value.found is not None and found in error.value.found
    assert error.value.where is not None and "jobs18.csv, vintage 2018" in error.value.where
    assert error.value.expected and error.value.remedy


def test_a_header_that_may_stand_anywhere_is_looked_for(tmp_path: Path) -> None:
    files = FILES.replace("latin-1,,", "latin-1,any,")
    assert len(read(tmp_path, f'A title\n\n"two\nlines"\n{TEXT_2018}', files=files)) == 2


def test_spellings_are_a_choice(tmp_path: Path) -> None:
    columns = "table,column,choice\njobs,ST,state:old\njobs,STATE,state:new\njobs,n,\njobs,m,\n"
    assert read(tmp_path, "ST,n,m\n1,2,3\n", columns=columns) == [
        {"ST": "1", "STATE": "", "n": "2", "m": "3"}
    ]
    assert read(tmp_path, "STATE,n,m\n1,2,3\n", columns=columns) == [
        {"ST": "", "STATE": "1", "n": "2", "m": "3"}
    ]
    with pytest.raises(MobilityError, match="expected ST or STATE, found ST and STATE"):
        read(tmp_path, "STATE,ST,n,m\n1,1,2,3\n", columns=columns)
    with pytest.raises(MobilityError, match="expected ST or STATE, found neither"):
        read(tmp_path, "n,m\n2,3\n", columns=columns)


def zipped(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


def test_a_member_is_read_from_its_archive_or_alone(tmp_path: Path) -> None:
    files = FILES.replace("vintage,table", "member,vintage,table").replace("\n20", "\ndata_*.csv,20")
    files = files.replace(".csv,https", ".zip,https")
    packed = zipped(**{"README.txt": "read me", "folder/DATA_18.csv": TEXT_2018})
    assert read(tmp_path, packed, files=files) == read(tmp_path, TEXT_2018, files=files)
    with pytest.raises(MobilityError) as error:
        read(tmp_path, zipped(**{"README.txt": "read me"}), files=files)
    assert (error.value.expected, error.value.found) == ("one member data_*.csv", "README.txt")


def test_stata_files_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"area": ["01001", "01003"], "year": [2018, 2018], "jobs2018": [5.0, None]})
    frame.to_stata(tmp_path / "made.dta", write_index=False)
    files = FILES.replace("jobs{yy}.csv", "jobs{yy}.dta")
    rows = read(tmp_path, (tmp_path / "made.dta").read_bytes(), files=files)
    assert rows == [
        {"fips": "01001", "year": "2018", "jobs": "5"},
        {"fips": "01003", "year": "2018", "jobs": ""},
    ]


def test_error_cells_are_no_empty_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["area", "year", "jobs2018"], ["01001", 2018, 5], ["01003", 2018, "#DIV/0!"]):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    with pytest.raises(MobilityError) as error:
        read(tmp_path, packed.getvalue(), files=FILES.replace("jobs{yy}.csv", "jobs{yy}.xlsx"))
    assert error.value.found == "C3 #DIV/0!"


@pytest.mark.parametrize(
    ("files", "columns", "where", "expected"),
    [
        (FILES.replace(",2,9", ",two,9", 1), COLUMNS, "files.csv, row 2, column least_rows", "valid integer"),
        (FILES.replace("latin-1", "ascii"), COLUMNS, "files.csv, row 2, column encoding", "'utf-8'"),
        (FILES.replace("encoding", "coding"), COLUMNS, "files.csv, row 1", "vintage, table"),
        (FILES, COLUMNS.replace("jobs,w{", "job,w{"), "layouts.csv, row 5, column table", "['jobs']"),
        (FILES, COLUMNS.replace("2021..", "2019"), "layouts.csv, row 5, column vintages", "2018, 2021"),
        (FILES, COLUMNS.replace(",0,1000000", ",0,"), "layouts.csv, row 4, column highest", "come together"),
        (FILES, COLUMNS.replace("DOUBLE", "FLOAT"), "layouts.csv, row 5, column type", "'DOUBLE'"),
        (FILES, COLUMNS.replace(",,,,,,,,\n", "\n"), "layouts.csv, row 5", "as many cells"),
    ],
)
def test_a_slip_in_a_table_is_told_with_its_cell(
    tmp_path: Path, files: str, columns: str, where: str, expected: str
) -> None:
    with pytest.raises(MobilityError) as error:
        layouts(tmp_path, files, columns)
    assert error.value.where is not None and where in error.value.where
    assert error.value.expected is not None and expected in error.value.expected


def test_a_changed_row_changes_what_the_lake_notes(tmp_path: Path) -> None:
    def noted(columns: str) -> list[str]:
        return [file.layout for file in layouts(tmp_path, columns=columns).source_files()]

    before = noted(COLUMNS)
    assert noted(COLUMNS.replace("2021..", "2021")) != before
    one_more = noted(COLUMNS.replace("area|FIPS code", "area|FIPS code|GEOID"))
    assert one_more[0] != before[0] and one_more[1] != before[1]
    later = noted(COLUMNS.replace("weight{1..3}", "weight{1..3}|w{1..3}"))
    assert later[0] == before[0] and later[1] != before[1]


def test_files_made_in_code_use_the_row_of_their_vintage(tmp_path: Path) -> None:
    found = layouts(tmp_path)
    file = SourceFile(name="area_01001", vintage="2018", official_name="01001.csv", tables=("jobs",))
    (tmp_path / "content").write_text(TEXT_2018, encoding="utf-8")
    ((_, _, rows),) = found.parse(file, tmp_path / "content")
    assert len(rows) == 2


@pytest.mark.parametrize("declared", ["A1", "A1:XFD1048576", "C3:D4"])
def test_a_wrong_declared_size_of_a_sheet_does_not_matter(tmp_path: Path, declared: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["area", "year", "jobs2018"], ["01001", 2018, 5], ["01003", 2018, 7]):
        book.active.append(row)
    usual, odd = io.BytesIO(), io.BytesIO()
    book.save(usual)
    with zipfile.ZipFile(usual) as old, zipfile.ZipFile(odd, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"A1:C3"', f'"{declared}"'.encode()))
    assert odd.getvalue() != usual.getvalue()
    files = FILES.replace("jobs{yy}.csv", "jobs{yy}.xlsx")
    assert [row["jobs"] for row in read(tmp_path, odd.getvalue(), files=files)] == ["5", "7"]


def test_utf_8_where_latin_1_is_declared_is_no_guess(tmp_path: Path) -> None:
    latin = read(tmp_path, TEXT_2018.replace("5", "Doña"))
    assert latin[0]["jobs"] == "Doña"
    with pytest.raises(MobilityError) as error:
        read(tmp_path, TEXT_2018.replace("5", "Doña").encode("utf-8"))
    assert error.value.problem == "The text is UTF-8, not Latin-1."
    assert error.value.where == "jobs18.csv, vintage 2018, line 2" and "Doña" in (error.value.found or "")
