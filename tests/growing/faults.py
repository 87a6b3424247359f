"""What is broken while a backfill runs, each once: a worker, the store, the order of the broker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.growing.cluster import Cluster
    from tests.growing.servers import Store

_QUEUE = "dagster"
_TWICE, _KILLED, _RESTARTED = "a message delivered twice", "a worker killed", "the store restarted"
_STORE_IS_AWAY = 3.0


@dataclass
class Faults:
    """Each strikes once a share of the runs has succeeded, and is told with what was seen."""

    cluster: Cluster
    store: Store
    broker: str
    runs: int
    """How many there will be at least."""
    struck: dict[str, str] = field(default_factory=dict)

    def missed(self) -> list[str]:
        """Faults that never were due: the trial has shown nothing of them."""
        return [
            f"did not come to pass: {name}"
            for name in (_TWICE, _KILLED, _RESTARTED)
            if name not in self.struck
        ]

    def look(self, records: list[Any]) -> None:
        """Strike what is due, one fault a look."""
        done = sum(record.dagster_run.status.value == "SUCCESS" for record in records) / self.runs
        started = sum(record.dagster_run.status.value == "STARTED" for record in records)
        under_way = started >= len(self.cluster.workers)  # each has one
        due: list[tuple[str, float, bool, Callable[[], str]]] = [
            (_TWICE, 0.05, True, self._twice),
            (_KILLED, 0.15, under_way, self._kill),
            (_RESTARTED, 0.3, under_way, self._restart),
        ]
        for name, share, may, strike in due:
            if name not in self.struck and done >= share and may and (told := strike()):
                self.struck[name] = f"{told}, after {done:.0%} of the runs"
                print(f"  {time.strftime('%H:%M:%S')} {name}: {self.struck[name]}", flush=True)
                return

    def _twice(self) -> str:
        """A run that waits in the broker stands there twice; nothing if none waits just now."""
        from kombu import Connection

        with Connection(self.broker) as connection:
            channel = connection.default_channel
            message = channel.basic_get(_QUEUE, no_ack=False)
            if message is None:
                return ""
            for _ in range(2):
                channel.basic_publish(message, exchange="", routing_key=_QUEUE)
            channel.basic_ack(message.delivery_tag)
            return f"task {message.properties['correlation_id'][:8]}"

    def _kill(self) -> str:
        """kill -9 of a worker with its child, in the middle of a run; started anew, as a supervisor would."""
        worker = self.cluster.workers[0]
        worker.kill()
        worker.start()
        return worker.name

    def _restart(self) -> str:
        return f"away for {self.store.restart(_STORE_IS_AWAY):.0f} s"
