"""Every source has an invented twin in its own layouts, made from the record where nothing else is said."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest import drift
from orchestration.sample import twin, values
from orchestration.sources import SOURCES
from orchestration.sources.conform import conform
from orchestration.sources.model import Source
from orchestration.sources.reading import faults
from orchestration.sources.reading.layout import Layouts

EVERY_FILE = [
    pytest.param(source, file, id=f"{source.name}-{file.vintage}-{file.name}")
    for source in SOURCES.values()
    for file in source.files
    if file.channel != "national"
    and file.official_name not in twin.absent(source)
    # Archives of people and homes are taken in by integration tests; result files have tests of their own.
    and source.name not in ("census_acs_pums", "urban_published_2025")
]


def findings(source, file, path):
    """What parser, types and drift checks say of a file."""
    found = {}
    for name, partition, rows in faults.parsed(source, file, path):
        table = source.table(name)
        typed, wrong = conform(table, file.vintage, rows, 1)
        assert len(typed) or wrong
        if not wrong:
            typed = typed.append_column("_row", pa.array(range(1, len(typed) + 1)))
            pq.write_table(typed, path.with_suffix(".parquet"))
            parquet = path.with_suffix(".parquet")
            connection = drift.connection_of_thread()
            wrong = drift.findings(connection, parquet, table, file.vintage, "sample", partition)
        found[name] = wrong
    return found


@pytest.mark.parametrize(("source", "file"), EVERY_FILE)
def test_a_twin_is_as_the_record_says(world, tmp_path, source, file):
    path = tmp_path / "twin"
    path.write_bytes(twin.content(world, source, file))
    assert findings(source, file, path) == {name: [] for name in file.tables}


WITHOUT_TWIN = {
    "urban_published_earlier": "stands for files that are not at hand nationally; the sample has all of them"
}


def test_every_source_has_a_twin():
    without = {
        source.name for source in SOURCES.values() if all(file.channel == "national" for file in source.files)
    }
    assert without == set(WITHOUT_TWIN)


def test_hooks_belong_to_sources():
    modules = {path.stem for path in Path(values.__path__[0]).glob("*.py")} - {"__init__"}
    assert modules and modules <= set(SOURCES)


def test_values_can_be_loaded_in_any_order():
    """Which source is asked for first must not matter: modules that need each other import no names."""
    script = """
import importlib, pkgutil, sys
from orchestration.sample import results, values
names = [f"{p.__name__}.{m.name}" for p in (values, results) for m in pkgutil.iter_modules(p.__path__)]
for name in names:
    for loaded in [one for one in sys.modules if one.startswith("orchestration.sample")]:
        del sys.modules[loaded]
    importlib.import_module(name)
print(len(names))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-500:]
    assert int(run.stdout) > 20


FILES = """\
vintage,table,official_name,member,sheet,header_row,label_rows,encoding,format
2016,csv,a.csv,,,,,latin-1,
2016,titled,b.txt,,,3,1,,tsv
2016,zipped,c.zip,data_*.csv,,any,,,
2016,sheet,d.xlsx,,Data,,,binary,
2016,stata,e.dta,,,,,binary,
"""
ROWS = """\
{t},fips,key,5,true,kept,,,,,county_geoid,VARCHAR,,
{t},district,key,7,true,kept,,,,,,VARCHAR,,
{t},group,key,,,kept,,,All|Black,,,VARCHAR,,
{t},year,,,,kept,,,{{vintage}},,,INTEGER,,
{t},name,,,,kept,,,,,county_name,VARCHAR,,
{t},STATE,,2,true,kept,,,,,state,VARCHAR,state:new,
{t},ST,,2,true,kept,,,,,state,VARCHAR,state:old,
{t},share,,,,kept,0,1,,S,,VARCHAR,,
{t},students,,,,kept,3,4000,,,,INTEGER,,.
"""
HEAD = (
    "table,column,key,code_length,holds_state,zeros,lowest,highest,labels,or_code,holds,type,choice,missing\n"
)


@pytest.fixture
def plain(tmp_path, monkeypatch):
    """A source without any code: its tables are in one of each form."""
    (tmp_path / "files.csv").write_text(FILES, encoding="utf-8", newline="\n")
    tables = ("csv", "titled", "zipped", "sheet", "stata")
    text = HEAD + "".join(ROWS.format(t=table) for table in tables)
    (tmp_path / "layouts.csv").write_text(text, encoding="utf-8", newline="\n")
    layouts = Layouts(tmp_path)
    record = SOURCES["oi_social_capital"].model_dump() | {
        "name": "plain",
        "tables": layouts.tables(),
        "files": layouts.source_files(),
        "layouts": layouts,
        "parse": layouts.parse,
    }
    return Source.model_validate(record)


@pytest.mark.parametrize("number", range(5))
def test_a_plain_source_needs_no_line_in_the_sample(world, tmp_path, plain, number):
    file = plain.files[number]
    path = tmp_path / "twin"
    path.write_bytes(twin.content(world, plain, file))
    assert findings(plain, file, path) == {file.tables[0]: []}
    ((_, _, rows),) = plain.parse(file, path)
    read = rows.to_pylist()
    assert len(read) == 12 * 2 * 2
    assert {row["fips"] for row in read} == {"99" + code for code, _ in world.areas("county", 2016)}
    assert {row["year"] for row in read} == {"2016"} and {row["group"] for row in read} == {"All", "Black"}
    assert "Peña Blanca County" in {row["name"] for row in read}
    assert {row["STATE"] for row in read} == {"99"} and {row["ST"] for row in read} == {""}
    assert "S" in {row["share"] for row in read}, "a few cells hold the code for no number"
    assert "." in {row["students"] for row in read}, "a few cells hold the mark for no value"
    assert twin.content(world, plain, file) == path.read_bytes()


def test_the_same_thing_has_the_same_code_in_every_table(world, tmp_path, plain):
    found = []
    for file in plain.files[:2]:
        (tmp_path / "twin").write_bytes(twin.content(world, plain, file))
        ((_, _, rows),) = plain.parse(file, tmp_path / "twin")
        found.append({(row["fips"], row["district"]) for row in rows.to_pylist()})
    assert found[0] == found[1] and len(found[0]) == 24


def test_a_member_has_the_name_that_the_layout_wants(world, plain):
    packed = twin.content(world, plain, plain.files[2])
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["data_x.csv"]


def test_a_source_without_a_twin_is_named(world, plain):
    without = plain.model_copy(update={"layouts": None})
    with pytest.raises(MobilityError) as error:
        twin.content(world, without, without.files[0])
    assert error.value.where == "plain/2016/a.csv"
    assert "orchestration/sample/values/plain.py" in str(error.value)
