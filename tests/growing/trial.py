"""One trial: servers, cluster, backfills; then the same on one machine, and what differs."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.base.settings import Channel, Settings
from orchestration.dagster.partitions import files_key, key_of
from orchestration.dagster.steps import refresh_source, sum_records
from orchestration.dagster.sums import by_state_key, by_vintage_key
from orchestration.storage.place import Place
from tests.growing import comparing
from tests.growing.archives import SOURCE, Work
from tests.growing.cluster import Cluster
from tests.growing.faults import Faults
from tests.growing.servers import BUCKET, Common
from tests.growing.telling import Row, Told

HOME = f"s3://{BUCKET}/home"
_AT_MOST = 3600.0

Look = Callable[[list[Any]], None]


@dataclass
class Trial:
    """What is tried, and where."""

    folder: Path
    told: Told
    common: Common | None = None
    cluster: Cluster | None = None

    def begin(self, workers: int) -> None:
        """Bring everything up."""
        with self.told.row("store, database, broker"):
            self.common = Common.begin(self.folder)
        self.told.door = self.common.store.door
        with self.told.row(f"pages, daemon, {workers} workers"):
            self.cluster = Cluster(self.folder, {**self.common.environment, "MOBILITY_HOME": HOME})
            self.cluster.start(workers)

    def slow(self, milliseconds: int) -> None:
        """Let every request wait from now on."""
        assert self.common is not None
        self.common.store.door.delay = milliseconds / 1000
        if milliseconds:
            self.told.rows.append(Row(f"**{milliseconds} ms a request**"))

    def forget(self, work: Work) -> None:
        """Take a channel away, in the store and from everybody's scratch, for new workers to do it again."""
        assert self.cluster is not None
        import s3fs

        s3fs.S3FileSystem().rm(f"{HOME.removeprefix('s3://')}/{work.channel}", recursive=True)
        shutil.rmtree(self.folder / "one", ignore_errors=True)
        self.cluster.renew_workers()

    def spread(self, work: Work, faults: bool) -> None:
        """Send the archives, and have parts and sums made by the workers, with faults in it."""
        assert self.common is not None and self.cluster is not None
        with self.told.row(f"{work.channel}: archives into the inbox"):
            work.send(HOME)
        files = files_key(work.channel, SOURCE.name)
        sums = [by_state_key(work.channel), by_vintage_key(work.channel)]
        parts = [key_of(work.channel, SOURCE.name, part) for part in work.parts]
        summed = [key_of(work.channel, SOURCE.name, part) for part in work.summed]
        last = len({part.vintage for part in work.parts})
        if parts == summed:
            runs = len(parts) + len(summed) + last
            breaks = Faults(self.cluster, self.common.store, self.common.broker.url, runs)
            self._backfill(work.channel, [files, *sums], parts, runs, breaks.look if faults else None)
            if faults:
                self.told.wrong += breaks.missed()
        else:  # a collective file is one part, of which several are summed
            self._backfill(work.channel, [files], parts, len(parts))
            self._backfill(work.channel, sums, summed, len(summed) + last)

    def _backfill(
        self,
        channel: Channel,
        assets: Sequence[dg.AssetKey],
        parts: Sequence[str],
        runs: int,
        look: Look | None = None,
    ) -> None:
        assert self.cluster is not None
        with self.told.row(f"{channel}: backfill of {len(parts)} parts") as row:
            backfill = self.cluster.backfill(assets, parts)
            ended = self.cluster.wait_for(backfill, look or (lambda records: None), _AT_MOST)
            records = self.cluster.runs(backfill)
            found = [record.dagster_run for record in records]
            states = Counter(run.status.value for run in found)
            again = sum("dagster/retry_number" in run.tags for run in found)
            row.runs = ", ".join(f"{count} {state.lower()}" for state, count in states.items())
            busy = sum((record.end_time or 0) - record.start_time for record in records if record.start_time)
            row.found = f"{ended.lower()}, {again} tried again, {busy:.0f} s in steps"
        if ended != "COMPLETED_SUCCESS" or states["SUCCESS"] < runs:
            self.told.wrong.append(f"{row.what}: {ended}, {states['SUCCESS']} of {runs} runs succeeded")

    def compare_sums(self, work: Work) -> None:
        """The same parts and sums by one process, in a folder."""
        home = self.folder / "one"
        local = Settings(home=home, channel=work.channel, inbox=work.folder, threads=1)
        with self.told.row(f"{work.channel}: parts and sums by one process") as row:
            for part in work.parts:
                refresh_source(local, SOURCE.name, part=part)
            for part in work.summed:
                sum_records(local, part.vintage, part.state)
            vintages = {part.vintage for part in work.summed}
            for vintage in vintages:
                sum_records(local, vintage)
            row.runs = str(len(work.parts) + len(work.summed) + len(vintages))
        with self.told.row(f"{work.channel}: sums compared") as row:
            ours, theirs = (
                comparing.sums_in(Place(f"{place}/{work.channel}")) for place in (HOME, str(home))
            )
            lacking = [] if len(ours) == len(work.summed) + len(vintages) else ["some are missing"]
            self.told.refuse(
                row, comparing.differences(ours, theirs) or lacking, f"{len(ours)} files, the same bytes"
            )

    def compare_releases(self, work: Work) -> None:
        """`mobility run` on the store, which takes the workers' sums, and in a folder, which has none."""
        assert self.common is not None
        sample = ["--sample"] if work.channel == "sample" else []
        office = {**self.common.environment, "MOBILITY_HOME": HOME}
        with self.told.row(f"{work.channel}: mobility run on the store"):
            scratch = {"MOBILITY_SCRATCH": str(self.folder / "office")}
            comparing.run(self.folder / "run-store.log", office | scratch, *sample)
        with self.told.row(f"{work.channel}: mobility run in a folder"):
            home = self.folder / "plain"
            comparing.run(
                self.folder / "run-folder.log",
                {"MOBILITY_HOME": str(home)},
                *sample,
                "--inbox",
                str(work.folder),
            )
        with self.told.row(f"{work.channel}: releases compared") as row:
            ours = comparing.release_in(Place(f"{HOME}/{work.channel}"))
            theirs = comparing.hashes_below(home / work.channel / "releases" / "current")
            self.told.refuse(row, comparing.differences(ours, theirs), f"{len(ours)} files, the same bytes")

    def end(self) -> None:
        """Stop everything."""
        if self.cluster is not None:
            self.cluster.end()
        if self.common is not None:
            self.common.end()
