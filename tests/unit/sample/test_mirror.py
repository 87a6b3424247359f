"""The folder as a whole: complete, small, the same bytes everywhere, and never over other files."""

import csv
import gzip
import hashlib
import os
import shutil
import subprocess
import sys

import pytest

from orchestration import sample
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT
from orchestration.sample import ensure_sample, mirror, twin, write_sample
from orchestration.sources import SOURCES


@pytest.fixture(scope="module")
def folder(sample_mirror):
    return sample_mirror


def content(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_file_of_every_source_is_invented(folder):
    written = content(folder)
    for source in SOURCES.values():
        for file in source.files:
            if file.channel == "national":
                continue
            path = source.canonical_path(file)
            if file.official_name in twin.absent(source):
                assert path not in written
                continue
            assert path in written or f"{path}.gz" in written, path


def test_marked_as_sample_and_small(folder):
    assert (folder / "SAMPLE").exists()
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 8_000_000


def test_list_names_every_file_with_size_and_hash_of_its_content(folder):
    with (folder / "MIRROR.csv").open(encoding="utf-8", newline="") as handle:
        listed = {row["path"]: row for row in csv.DictReader(handle)}
    assert set(listed) == set(content(folder)) - {"MIRROR.csv", "SAMPLE"}
    for path, row in listed.items():
        body = (folder / path).read_bytes()
        body = gzip.decompress(body) if path.endswith(".gz") else body
        assert row["sha256"] == hashlib.sha256(body).hexdigest()
        assert int(row["bytes"]) == len(body)


def test_same_bytes_in_another_locale_time_zone_and_hash_seed_where_an_older_sample_lay(folder, tmp_path):
    code = "import sys; from pathlib import Path; from orchestration.sample import write_sample as write; "
    code += "write(Path(sys.argv[1]))"
    other = tmp_path / "elsewhere"
    other.mkdir()
    for name in ("SAMPLE", "left_over.csv"):
        (other / name).write_text("older\n", encoding="utf-8", newline="\n")
    environment = os.environ | {
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "5",
        "PYTHONUTF8": "0",
    }
    subprocess.run([sys.executable, "-c", code, str(other)], cwd=PROJECT_ROOT, env=environment, check=True)
    assert content(other) == content(folder)


def test_another_seed_gives_other_numbers_in_the_same_files(folder, tmp_path):
    other = content(write_sample(tmp_path / "other", seed=5))
    first = content(folder)
    changed = {path for path in first if first[path] != other.get(path)}
    assert {path.removesuffix(".gz") for path in other} == {path.removesuffix(".gz") for path in first}
    assert len(changed) > 80


def test_a_folder_of_other_files_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8", newline="\n")
    with pytest.raises(MobilityError) as caught:
        write_sample(tmp_path)
    assert str(tmp_path) in str(caught.value) and "another folder" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_sample_is_written_once_and_again_when_its_maker_changed(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(sample, "write_sample", lambda folder: written.append(folder) or folder.mkdir())
    folder = tmp_path / "mirror"
    assert ensure_sample(folder) == folder
    ensure_sample(folder)
    assert written == [folder]
    monkeypatch.setattr(mirror, "maker_hash", lambda seed: "another")
    folder.rmdir()
    ensure_sample(folder)
    ensure_sample(folder)
    assert written == [folder, folder]
    folder.rmdir()
    ensure_sample(folder)
    assert len(written) == 3


def test_maker_is_its_code_and_what_it_reads(tmp_path, monkeypatch):
    before = mirror.maker_hash(1)
    assert mirror.maker_hash(1) == before != mirror.maker_hash(2)
    shutil.copytree(mirror.SEEDS_DIR, tmp_path / "seeds")
    monkeypatch.setattr(mirror, "SEEDS_DIR", tmp_path / "seeds")
    assert mirror.maker_hash(1) == before
    with (tmp_path / "seeds" / "series.csv").open("a", encoding="utf-8", newline="\n") as series:
        series.write("one more\n")
    assert mirror.maker_hash(1) != before


def test_killed_while_writing_leaves_the_older_sample_whole(folder, tmp_path, monkeypatch):
    folder = shutil.copytree(folder, tmp_path / "mirror")
    before = content(folder)

    def full_disk(path, body):
        if "employment" in path.name:
            raise OSError("no space left")
        path.parent.mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(mirror, "put", full_disk)
    with pytest.raises(OSError, match="no space"):
        write_sample(folder)
    assert content(folder) == before
