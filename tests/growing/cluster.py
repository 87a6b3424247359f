"""Dagster's pages and daemon, and the workers: each a machine of its own but for the common environment."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base.settings import PROJECT_ROOT
from tests.growing.processes import Process, free_port, listens

if TYPE_CHECKING:
    import dagster as dg

_SETTINGS = PROJECT_ROOT / "docs" / "cluster"
"""Of office and workers: the files that are recommended are those that are tried."""
_BIN = Path(sys.executable).parent
_BACKFILL_TAG = "dagster/backfill"
_LAUNCH = """mutation ($backfill: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfill) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}"""


def machine(
    folder: Path, name: str, kind: str, command: Sequence[str], environment: dict[str, str]
) -> Process:
    """A process with a home for Dagster and a scratch folder that no other has."""
    own = folder / name
    shutil.copytree(_SETTINGS / kind, own / "dagster")
    more = {
        "DAGSTER_HOME": str(own / "dagster"),
        "PYTHONPATH": str(own / "dagster"),
        "MOBILITY_SCRATCH": str(own / "scratch"),
        "MOBILITY_THREADS": "1",
    }
    return Process(name, command, folder / f"{name}.log", environment | more, PROJECT_ROOT)


@dataclass
class Cluster:
    """Office and workers."""

    folder: Path
    environment: dict[str, str]
    workers: list[Process] = field(default_factory=list)
    _office: list[Process] = field(default_factory=list)
    _port: int = field(default_factory=free_port)

    def start(self, workers: int) -> None:
        """Start all; the daemon once the pages have made the tables of the database."""
        definitions = ["-m", "orchestration.definitions"]
        pages = [str(_BIN / "dagster-webserver"), "-h", "127.0.0.1", "-p", str(self._port), *definitions]
        daemon = [str(_BIN / "dagster-daemon"), "run", *definitions]
        self._office = [
            machine(self.folder, "pages", "office", pages, self.environment),
            machine(self.folder, "daemon", "office", daemon, self.environment),
        ]
        self._office[0].start()
        self._office[0].wait_until(lambda: listens(self._port), 240)
        self._office[1].start()
        celery = [str(_BIN / "celery"), "-A", "dagster_celery.app", "worker", "-Q", "dagster"]
        celery += ["--without-gossip", "--without-mingle", "--loglevel", "info"]
        for number in range(1, workers + 1):
            name = f"worker{number}"
            one = machine(self.folder, name, "worker", [*celery, "-n", f"{name}@%h"], self.environment)
            one.start()
            self.workers.append(one)
        self._wait_for_workers()

    def renew_workers(self) -> None:
        """End them, and start them with nothing of their own."""
        for one in self.workers:
            one.end()
            shutil.rmtree(self.folder / one.name / "scratch", ignore_errors=True)
            one.log.unlink()
            one.start()
        self._wait_for_workers()

    def _wait_for_workers(self) -> None:
        for one in self.workers:
            one.wait_until(lambda one=one: b"ready." in one.log.read_bytes(), 120)  # type: ignore[misc]

    def end(self) -> None:
        """Stop all."""
        for one in (*self.workers, *self._office):
            one.end()

    def backfill(self, assets: Sequence[dg.AssetKey], partitions: Sequence[str]) -> str:
        """Launch a backfill of assets as the pages do; gives its id."""
        import httpx

        wanted = {
            "assetSelection": [{"path": list(key.path)} for key in assets],
            "partitionNames": list(partitions),
        }
        answer = httpx.post(
            f"http://127.0.0.1:{self._port}/graphql",
            json={"query": _LAUNCH, "variables": {"backfill": wanted}},
            timeout=120,
        ).json()
        try:
            return str(answer["data"]["launchPartitionBackfill"]["backfillId"])
        except (KeyError, TypeError) as problem:
            raise RuntimeError(f"the pages launched no backfill: {answer}") from problem

    @cached_property
    def instance(self) -> dg.DagsterInstance:
        """What the database has of runs and events; as the office reads it."""
        import dagster as dg

        return dg.DagsterInstance.from_config(str(self.folder / "pages" / "dagster"))

    def runs(self, backfill: str) -> list[Any]:
        """Runs of a backfill with their times, tries again included."""
        import dagster as dg

        return list(self.instance.get_run_records(dg.RunsFilter(tags={_BACKFILL_TAG: backfill})))

    def wait_for(self, backfill: str, look: Callable[[list[Any]], None], seconds: float) -> str:
        """Wait for its end; `look` sees its runs again and again. Gives how it ended."""
        end = time.monotonic() + seconds
        told: dict[str, int] = {}
        while time.monotonic() < end:
            runs = self.runs(backfill)
            now = dict(Counter(record.dagster_run.status.value for record in runs))
            if now != told:
                print(f"  {time.strftime('%H:%M:%S')} {now}", flush=True)
                told = now
            look(runs)
            found = self.instance.get_backfill(backfill)
            if found is not None and found.status.value not in ("REQUESTED", "CANCELING", "FAILING"):
                return str(found.status.value)
            for one in (*self._office, *self.workers):
                one.wait_until(lambda: True, 0) if one.is_running() else one.wait_until(lambda: False, 0)
            time.sleep(1)
        return "not in time"
