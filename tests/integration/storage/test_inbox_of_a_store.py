"""Files sent into the inbox of a bucket: the sensor asks once for each, and any machine takes them in."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.base.settings import Settings
from orchestration.dagster.arrivals import inbox_sensor
from orchestration.dagster.options import RunOptions
from orchestration.dagster.partitions import files_key
from orchestration.ingest import refresh
from orchestration.ingest.inbox import told_unknown
from orchestration.storage import home
from orchestration.storage.place import Place
from tests.integration.ingest.conftest import RATES, World
from tests.integration.storage.conftest import Machine


def asked(
    settings: Settings, cursor: str | None
) -> tuple[list[tuple[dg.AssetKey, str | None, str | None]], str]:
    """Runs that the sensor asks for: asset, partition, key of the run; and what it remembers."""
    home._copied.cache_clear()  # a look of the daemon is a process of its own
    context = dg.build_sensor_context(cursor=cursor, resources={"options": RunOptions.of(settings)})
    result = inbox_sensor("national")(context)
    assert isinstance(result, dg.SensorResult)
    runs = [(run.asset_selection[0], run.partition_key, run.run_key) for run in result.run_requests or []]  # type: ignore[index]
    return runs, result.cursor or ""


def test_what_is_sent_into_the_bucket_is_asked_for_once_and_taken_in_by_any_machine(
    world: World, machine: Machine, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOBILITY_SCRATCH", str(tmp_path / "office"))  # the form of a run has none
    office, inbox = machine("office"), Place(f"{bucket}/national/inbox")
    runs, cursor = asked(office, None)
    assert runs == []

    inbox.write("toy_rates/2021/rates.csv", RATES.encode())
    runs, cursor = asked(office, cursor)
    ((key, partition, run_key),) = runs
    assert (key, partition) == (files_key("national", "toy_rates"), "2021")
    assert asked(office, cursor)[0] == []

    (report,) = refresh(machine("worker"), ["toy_rates"])
    assert (report.status, report.origin) == ("new", "inbox")
    (report,) = refresh(machine("other"), ["toy_rates"])
    assert report.status == "unchanged"

    inbox.write("toy_rates/2021/rates.csv", RATES.replace("0.25,2", "0.25,3").encode())
    ((_, _, of_change),) = asked(office, cursor)[0]
    assert of_change != run_key
    (report,) = refresh(machine("other"), ["toy_rates"])
    assert report.status == "changed"


def test_what_no_record_knows_is_told_with_its_place(machine: Machine, bucket: str) -> None:
    there = f"{bucket}/national/inbox"
    for name in ("bls_qcew/2018/2018_all_county_highlevel.zip", "README", "bls_qcew/.hidden"):
        Place(there).write(name, b"x")
    office = machine("office")
    own = office.channel_dir / "inbox" / "nosuch.csv"
    own.parent.mkdir(parents=True)
    own.write_text("x", encoding="utf-8")
    assert told_unknown(office)[:-1] == [
        f"not known and not taken in, in the inbox {own.parent}:",
        "  nosuch.csv",
        f"not known and not taken in, in the inbox {there}:",
        "  bls_qcew/2018/2018_all_county_highlevel.zip"
        " (did you mean bls_qcew/2018/2018_all_county_high_level.zip?)",
    ]
