"""No file of the invented state enters the national channel, whichever way a person puts it there."""

import gzip
import shutil

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import lake, mirror, mirror_list
from orchestration.ingest.refresh import refresh
from orchestration.sources import SOURCES
from tests.support.sample import link_lake

# A source without codes of states cannot tell by its rows; other rules of its record refuse the sample.
FRAMES = ["urban_frames"]


@pytest.fixture(scope="module")
def folder(sample_mirror):
    return sample_mirror


@pytest.fixture(scope="module")
def filled(folder, sample_home, tmp_path_factory):
    """A sample channel whose lake is full: that of a run, which read the same files."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), channel="sample", mirrors=(folder,))
    link_lake(sample_home, settings.home)
    return settings


@pytest.fixture
def national(tmp_path, monkeypatch):
    """A national channel that has no shipped mirror to fall back on."""
    monkeypatch.setattr(mirror, "SHIPPED_MIRROR", tmp_path / "nothing")
    return Settings(home=tmp_path / "home", channel="national")


def lake_files(settings):
    return list(settings.lake_dir.rglob("*.parquet"))


def refused(settings, names=None):
    """Refresh; the statuses of all files and what was said."""
    reports = []
    with pytest.raises(MobilityError) as caught:
        refresh(settings, names, progress=reports.append)
    return reports, str(caught.value)


def test_the_sample_fills_its_own_channel_without_findings(filled):
    reports = refresh(filled)
    assert {report.status for report in reports} == {"unchanged", "absent"}
    assert sum(report.status == "unchanged" for report in reports) > 110


def test_a_rewritten_mirror_changes_nothing(filled, folder, tmp_path):
    again = tmp_path / "mirror"
    shutil.copytree(folder, again, copy_function=shutil.copyfile)  # the same bytes, as of now
    settings = filled.model_copy(update={"mirrors": (again,)})
    assert not [report for report in refresh(settings) if report.status in ("new", "changed")]


def test_sample_mirror_is_refused_by_its_mark(national, folder):
    settings = national.model_copy(update={"mirrors": (folder,)})
    with pytest.raises(MobilityError, match="SAMPLE"):
        refresh(settings)
    assert not lake_files(settings)


def test_sample_mirror_without_its_mark_is_refused_by_its_rows(national, folder, tmp_path):
    unmarked = tmp_path / "unmarked"
    shutil.copytree(folder, unmarked)
    (unmarked / "SAMPLE").unlink()
    settings = national.model_copy(update={"mirrors": (unmarked,)})
    reports, said = refused(settings)
    assert {report.status for report in reports} == {"failed", "absent"}
    assert "state of the other channel" in said
    assert not lake_files(settings)


def test_sample_files_in_the_inbox_are_refused_one_and_all(national, folder, tmp_path):
    inbox = tmp_path / "inbox"
    shutil.copytree(folder, inbox)
    for packed in inbox.rglob("*.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    settings = national.model_copy(update={"inbox": inbox})
    reports, _ = refused(settings)
    failed = {(report.source, report.file) for report in reports if report.status == "failed"}
    brought = {
        (source.name, file.name)
        for source in SOURCES.values()
        for file in source.files
        # A file that only the sample has is none of the nation's: it is not even looked at.
        if file.channel in (None, "national") and (inbox / source.canonical_path(file)).exists()
    }
    assert brought <= failed and len(brought) > 110
    assert not lake_files(settings)


def test_raw_store_copied_by_hand_is_refused(national, filled):
    shutil.copytree(filled.raw_dir, national.raw_dir)
    refused(national, FRAMES)
    assert not lake_files(national)


def test_lake_copied_by_hand_is_refused_when_it_is_read(national, filled):
    shutil.copytree(filled.lake_dir, national.lake_dir)
    with duckdb.connect() as connection, pytest.raises(MobilityError, match="sample channel"):
        lake.attach(connection, national)


def test_national_mirror_is_refused_by_the_sample(filled, tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    mirror_list.write_list(real)
    settings = filled.model_copy(update={"mirrors": (real,)})
    with pytest.raises(MobilityError, match="SAMPLE"):
        refresh(settings)
