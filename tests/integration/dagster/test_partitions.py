"""Parts of sources: shown, backfilled one by one, found by the sensor, looked at in their month."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.base.states import STATES
from orchestration.cli.failures import StepsFailed
from orchestration.cli.running import Jobs
from orchestration.dagster.arrivals import inbox_sensor, release_month_schedules
from orchestration.dagster.assemble import assemble_sources
from orchestration.dagster.options import RefreshOptions, RunOptions, form
from orchestration.dagster.partitions import files_key, named_key
from orchestration.dagster.sums import by_state_key, by_vintage_key
from orchestration.sources import SOURCES
from tests.integration.ingest.conftest import World, world

__all__ = ["world"]

PEOPLE, RATES = files_key("national", "toy_people"), files_key("national", "toy_rates")


@pytest.fixture
def instance() -> Any:
    with dg.DagsterInstance.ephemeral() as of_a_test:
        yield of_a_test


def backfilled(settings: Settings, instance: dg.DagsterInstance, key: dg.AssetKey, partition: str) -> Any:
    """One partition run as Dagster's pages run it."""
    job = assemble_sources(settings).resolve_implicit_global_asset_job_def()
    return job.get_subset(asset_selection={key}).execute_in_process(
        instance=instance, partition_key=partition, raise_on_error=False
    )


def latest(instance: dg.DagsterInstance, key: dg.AssetKey, partition: str) -> dg.AssetMaterialization:
    (record,) = instance.fetch_materializations(
        dg.AssetRecordsFilter(key, asset_partitions=[partition]), limit=1
    ).records
    assert record.asset_materialization is not None
    return record.asset_materialization


def test_a_state_of_a_year_is_there_when_its_partition_ran_and_the_others_are_not(
    world: World, instance: dg.DagsterInstance
) -> None:
    settings = world.settings()
    key = named_key("national", ["toy_people"], "2018", "56")
    assert key == "56|2018"
    result = backfilled(settings, instance, PEOPLE, key)
    assert result.success, result.all_events
    assert instance.get_materialized_partitions(PEOPLE) == {"56|2018"}
    assert latest(instance, PEOPLE, key).metadata["dagster/row_count"].value == 2
    assert [path.stem for path in settings.lake_dir.rglob("*.parquet")] == ["56"]
    assert backfilled(settings, instance, PEOPLE, key).success
    assert latest(instance, PEOPLE, key).metadata["files unchanged"].value == 1


def test_a_part_that_is_not_at_hand_fails_and_is_not_shown_as_there(
    world: World, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    (empty := tmp_path / "empty").mkdir()
    (empty / "MIRROR.csv").write_text("path,bytes,sha256\n", encoding="utf-8")
    settings = Settings(home=tmp_path / "h", mirrors=(empty,))
    result = backfilled(settings, instance, PEOPLE, "56|2018")
    assert not result.success and instance.get_materialized_partitions(PEOPLE) == set()
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert "Nothing of this part of a source is at hand" in failed.step_failure_data.error.to_string()


def test_a_run_of_everything_tells_of_each_part_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.settings()
    monkeypatch.setenv("DAGSTER_HOME", str(settings.home / "dagster"))
    jobs = Jobs(settings)
    jobs.run("refresh", form(settings, RefreshOptions))
    with dg.DagsterInstance.from_config(str(settings.home / "dagster")) as pages:
        assert pages.get_materialized_partitions(PEOPLE) == {"56|2018"}
        assert pages.get_materialized_partitions(RATES) == {"2021"}
        assert latest(pages, PEOPLE, "56|2018").metadata["dagster/row_count"].value == 2
        world.put_rates("no rates at all\n")
        with pytest.raises(StepsFailed):
            jobs.run("refresh", form(settings, RefreshOptions))
        count = len(pages.fetch_materializations(PEOPLE, limit=9).records)
        assert count == 1  # unchanged: nothing to tell
        jobs.run_partition("files/toy_people", "56|2018", form(settings, RefreshOptions))
        assert len(pages.fetch_materializations(PEOPLE, limit=9).records) == 2


def test_one_part_by_name_is_refused_with_what_there_is(world: World) -> None:
    with pytest.raises(MobilityError) as error:
        named_key("national", ["toy_people"], "2018", "ia")
    assert "one of 56" in (error.value.expected or "")
    with pytest.raises(MobilityError) as error:
        named_key("national", ["toy_rates"], "2020", "")
    assert "2021" in (error.value.expected or "")
    with pytest.raises(MobilityError, match="not by state") as error:
        named_key("national", ["toy_rates"], "2021", "ia")
    assert "leave out --state" in (error.value.remedy or "")


def test_a_state_may_be_named_in_capitals() -> None:
    assert named_key("national", ["census_acs_pums"], "2018-1yr", "IA") == "ia|2018-1yr"


def looked(settings: Settings, cursor: str | None) -> dg.SensorResult:
    context = dg.build_sensor_context(cursor=cursor, resources={"options": RunOptions.of(settings)})
    result = inbox_sensor("national")(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_the_sensor_asks_once_for_what_a_person_brings(world: World, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    settings = Settings(home=tmp_path / "h", inbox=inbox)
    nothing = looked(settings, None)
    assert nothing.run_requests == []
    place = inbox / "toy_rates" / "2021" / "rates.csv"
    place.parent.mkdir(parents=True)
    place.write_text("year\n", encoding="utf-8")  # what it holds is the run's matter
    found = looked(settings, nothing.cursor)
    (request,) = found.run_requests or []
    assert (request.asset_selection, request.partition_key) == ([RATES], "2021")
    assert looked(settings, found.cursor).run_requests == []
    place.write_text("year\n2020\n", encoding="utf-8")
    (again,) = looked(settings, found.cursor).run_requests or []
    assert again.run_key != request.run_key
    place.unlink()
    gone = looked(settings, found.cursor)
    assert gone.run_requests == [] and json.loads(gone.cursor or "") == {}


def test_every_source_with_a_month_has_a_schedule_that_looks_in_it() -> None:
    (off, on) = (release_month_schedules(Settings(download=allowed)) for allowed in (False, True))
    yearly = {name: source for name, source in SOURCES.items() if source.schedule_month}
    assert {schedule.name for schedule in on} == {f"{name}_release" for name in yearly}
    assert {schedule.default_status for schedule in off} == {dg.DefaultScheduleStatus.STOPPED}
    assert {schedule.default_status for schedule in on} == {dg.DefaultScheduleStatus.RUNNING}
    (acs,) = (schedule for schedule in on if schedule.name == "census_acs_pums_release")
    days = cron_string_iterator(datetime(2026, 1, 1).timestamp(), str(acs.cron_schedule), "UTC")
    first = [next(days) for _ in range(9)]
    assert {day.month for day in first} == {10, 11} and {day.weekday() for day in first} == {0}


def test_sums_of_a_vintage_need_all_its_states_and_a_state_its_own_files() -> None:
    graph = assemble_sources(Settings()).resolve_asset_graph()
    by_state, by_vintage = by_state_key("national"), by_vintage_key("national")

    def needed(child: dg.AssetKey, parent: dg.AssetKey, key: str) -> set[str]:
        below, above = graph.get(child).partitions_def, graph.get(parent).partitions_def
        assert below is not None and above is not None
        mapping = graph.get_partition_mapping(child, parent)
        found = mapping.get_upstream_mapped_partitions_result_for_partitions(
            below.subset_with_partition_keys([key]), below, above
        )
        return set(found.partitions_subset.get_partition_keys())

    assert needed(by_state, files_key("national", "census_acs_pums"), "ia|2018-1yr") == {"ia|2018-1yr"}
    assert needed(by_vintage, by_state, "2018-1yr") == {f"{state}|2018-1yr" for state in STATES}
