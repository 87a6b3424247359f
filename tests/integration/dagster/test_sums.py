"""Sums of survey records made a state at a time are those of the model, and a build takes them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.dagster.assemble import assemble_sources
from orchestration.dagster.sums import by_state_key, by_vintage_key
from orchestration.storage import lake_files, summed_files
from orchestration.warehouse import sums
from tests.integration.release.conftest import change_byte
from tests.support.forked_dbt import dbt_forked


@pytest.fixture(scope="module", autouse=True)
def _dbt_is_there() -> Iterator[None]:
    """Each state's sums ask dbt for their SQL."""
    with pytest.MonkeyPatch.context() as patch, dbt_forked(patch):
        yield


@pytest.fixture
def settings(sample_home: Path, tmp_path: Path) -> Settings:
    """A home with some of the sample's microdata in its lake, and nothing else."""
    settings = Settings(home=tmp_path, channel="sample")
    there = Settings(home=sample_home, channel="sample")
    for vintage in ("2016-5yr", "2018-1yr", "2022-1yr"):
        name = f"{sums.SOURCE}/{vintage}"
        shutil.copytree(there.lake_dir / name, settings.lake_dir / name, copy_function=os.link)
    return settings


def materialized(settings: Settings, instance: dg.DagsterInstance, key: dg.AssetKey, part: str) -> str:
    """How a partition says it went."""
    job = assemble_sources(settings).resolve_implicit_global_asset_job_def()
    result = job.get_subset(asset_selection={key}).execute_in_process(instance=instance, partition_key=part)
    (event,) = result.asset_materializations_for_node(key.to_python_identifier())
    return str(event.metadata["status"].value)


def test_partitions_give_the_rows_of_the_model_and_a_build_takes_them(
    settings: Settings, sample_home: Path, tmp_path: Path
) -> None:
    vintages = lake_files.vintages(settings, sums.SOURCE)
    assert len(vintages) == 3
    building = tmp_path / "warehouse.duckdb"
    by_state, by_vintage = by_state_key("sample"), by_vintage_key("sample")
    with dg.DagsterInstance.ephemeral() as instance:
        for vintage in reversed(vintages):
            assert materialized(settings, instance, by_state, f"ss|{vintage}") == "summed"
        assert sums.put(settings, building) == []  # none of them is in one file yet
        for vintage in vintages[1:]:
            assert materialized(settings, instance, by_vintage, vintage) == "summed"
        assert sums.put(settings, building) == []  # one vintage is not: the model is to do it all
        assert materialized(settings, instance, by_vintage, vintages[0]) == "summed"
        assert materialized(settings, instance, by_vintage, vintages[0]) == "unchanged"
        assert materialized(settings, instance, by_state, f"ss|{vintages[0]}") == "unchanged"
    assert sums.put(settings, building) == ["--exclude", "survey_person_sums,resource_type:model"]
    with duckdb.connect(str(building)) as connection:
        warehouse = sample_home / "sample" / "warehouse.duckdb"
        connection.execute(f"attach '{warehouse}' as whole (read_only)")
        ours, theirs = (
            sums.MODEL,
            f"(from whole.{sums.MODEL} where (year, sample) in (select (year, sample) from {sums.MODEL}))",
        )
        assert connection.execute(f"select count(*) > 900 from {ours}").fetchall() == [(True,)]
        for one, other in ((ours, theirs), (theirs, ours)):
            assert connection.execute(f"from {one} except all from {other}").fetchall() == []
        described = [connection.execute(f"describe from {table}").fetchall() for table in (ours, theirs)]
        assert described[0] == described[1]


def test_sums_of_other_records_are_not_taken(settings: Settings, tmp_path: Path) -> None:
    for vintage in lake_files.vintages(settings, sums.SOURCE)[1:]:
        shutil.rmtree(settings.lake_dir / sums.SOURCE / vintage)
    (vintage,) = lake_files.vintages(settings, sums.SOURCE)
    with pytest.raises(MobilityError, match="not summed") as error:
        sums.compacted(settings, vintage)
    assert "ss" in (error.value.found or "")
    assert sums.partial(settings, vintage, "ia") is None
    first = sums.partial(settings, vintage, "ss")
    assert first is not None and sums.compacted(settings, vintage) is not None
    assert sums.put(settings, tmp_path / "w.duckdb") != []
    parquet = lake_files.parquet_name(sums.SOURCE, vintage, "persons", "ss")
    receipt = lake_files.receipt(settings, parquet) or {}
    lake_files._lake(settings).write_json(
        lake_files.receipt_name(parquet), receipt | {"parquet_sha256": "0" * 64}
    )
    assert sums.put(settings, tmp_path / "w.duckdb") == []
    with pytest.raises(MobilityError, match="not summed"):
        sums.compacted(settings, vintage)
    assert summed_files.is_there(settings, first.name)


def test_damaged_sums_are_made_anew_and_not_taken(settings: Settings, tmp_path: Path) -> None:
    """One byte is another one, the size is as it was: DuckDB reads such a file and gives other sums."""
    for vintage in lake_files.vintages(settings, sums.SOURCE)[1:]:
        shutil.rmtree(settings.lake_dir / sums.SOURCE / vintage)
    (vintage,) = lake_files.vintages(settings, sums.SOURCE)
    part, whole = sums.partial(settings, vintage, "ss"), sums.compacted(settings, vintage)
    assert part is not None and whole is not None
    folder, building = settings.channel_dir / "sums", tmp_path / "w.duckdb"

    change_byte(folder / whole.name)
    assert sums.put(settings, building) == []
    again = sums.compacted(settings, vintage)
    assert again is not None and again.made and sums.put(settings, building) != []

    change_byte(folder / part.name)
    change_byte(folder / whole.name)
    with pytest.raises(MobilityError, match="not summed"):
        sums.compacted(settings, vintage)
    again = sums.partial(settings, vintage, "ss")
    assert again is not None and again.made
    assert sums.compacted(settings, vintage) is not None and sums.put(settings, building) != []
