"""One trial: servers, cluster, backfill; then the same on one machine, and what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.settings import Settings
from orchestration.dagster.partitions import files_key
from orchestration.dagster.steps import refresh_source, sum_records
from orchestration.dagster.sums import by_state_key, by_vintage_key
from orchestration.ingest.refresh import Part
from orchestration.storage.place import Place
from tests.growing import archives, comparing
from tests.growing.cluster import Cluster
from tests.growing.faults import Faults
from tests.growing.servers import BUCKET, Common
from tests.growing.telling import Told

HOME = f"s3://{BUCKET}/home"
_CHANNEL = "national"
_AT_MOST = 3600.0


@dataclass
class Trial:
    """What is tried, and where."""

    folder: Path
    kept: Path
    vintages: Sequence[str]
    states: Sequence[str]
    told: Told
    common: Common | None = None
    cluster: Cluster | None = None

    def run(self, workers: int, delay: float, faults: bool) -> None:
        """Bring everything up, and back fill."""
        with self.told.row("store, database, broker"):
            self.common = Common.begin(self.folder, delay)
        store = self.common.store
        self.told.door = store.door
        with self.told.row(f"pages, daemon, {workers} workers"):
            self.cluster = Cluster(self.folder, {**self.common.environment, "MOBILITY_HOME": HOME})
            self.cluster.start(workers)
        with self.told.row("archives into the inbox") as row:
            row.runs = str(archives.send(self.kept, HOME, self.vintages, self.states))
        keys = [
            files_key(_CHANNEL, archives.SOURCE.name),
            by_state_key(_CHANNEL),
            by_vintage_key(_CHANNEL),
        ]
        wanted = len(self.vintages) * (2 * len(self.states) + 1)
        breaks = Faults(self.cluster, store, self.common.broker.url, wanted)
        with self.told.row("backfill") as row:
            backfill = self.cluster.backfill(
                keys, [f"{state}|{vintage}" for vintage in self.vintages for state in self.states]
            )
            ended = self.cluster.wait_for(backfill, breaks.look if faults else lambda runs: None, _AT_MOST)
            runs = [record.dagster_run for record in self.cluster.runs(backfill)]
            row.runs = ", ".join(
                f"{n} {status}" for status, n in Counter(r.status.value for r in runs).items()
            )
            again = sum("dagster/retry_number" in run.tags for run in runs)
            row.found = f"{ended}; {again} tried again"
        well = sum(run.status.value == "SUCCESS" for run in runs)
        if ended != "COMPLETED_SUCCESS" or well < wanted:
            self.told.wrong.append(f"backfill: {ended}, {well} of {wanted} runs succeeded")
        if faults and len(breaks.struck) < 3:
            self.told.wrong.append(f"faults: only {', '.join(breaks.struck) or 'none'} struck")

    def compare_sums(self) -> None:
        """The same sums by one process in a folder."""
        local = self._local
        with self.told.row("one process: parts and sums") as row:
            for vintage in self.vintages:
                for state in self.states:
                    refresh_source(local, archives.SOURCE.name, part=Part(vintage, state))
                    sum_records(local, vintage, state)
                sum_records(local, vintage)
            row.runs = str(len(self.vintages) * (2 * len(self.states) + 1))
        with self.told.row("sums compared") as row:
            ours, theirs = (
                comparing.sums_in(Place(f"{home}/{_CHANNEL}")) for home in (HOME, str(local.home))
            )
            expected = len(self.vintages) * (len(self.states) + 1)
            self.told.refuse(
                row,
                comparing.differences(ours, theirs)
                or ([] if len(ours) == expected else ["files are missing"]),
                f"{len(ours)} files, the same bytes",
            )

    def compare_releases(self) -> None:
        """`mobility run` on both homes, and the files of both releases."""
        assert self.common is not None
        office = {
            **self.common.environment,
            "MOBILITY_HOME": HOME,
            "MOBILITY_SCRATCH": str(self.folder / "office"),
        }
        with self.told.row("mobility run on the store"):
            comparing.run(self.folder / "run-store.log", office)
        with self.told.row("mobility run in a folder"):
            here = {"MOBILITY_HOME": str(self._local.home)}
            comparing.run(self.folder / "run-folder.log", here, "--inbox", str(self.kept))
        with self.told.row("releases compared") as row:
            ours = comparing.release_in(Place(f"{HOME}/{_CHANNEL}"))
            theirs = comparing.hashes_below(self._local.releases_dir / "current")
            differing = comparing.differences(ours, theirs)
            self.told.refuse(row, differing, f"{len(ours)} files, the same bytes")

    @property
    def _local(self) -> Settings:
        return Settings(home=self.folder / "folder", channel=_CHANNEL, inbox=self.kept, threads=1)

    def end(self) -> None:
        """Stop everything."""
        if self.cluster is not None:
            self.cluster.end()
        if self.common is not None:
            self.common.end()
