"""Processes of the trial: started with a log, waited for until they serve, ended with their children."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.base.processes import ends_with_us

_ENDS_WITHIN = 30.0


@dataclass
class Process:
    """A command with its surroundings, which may be started more than once."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    user: str | None = None
    """Who runs it, where we are root: the database refuses to be root's."""
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a group of its own; it does not outlive us."""
        identity = pwd.getpwnam(self.user) if self.user and os.geteuid() == 0 else None
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command if identity else ends_with_us(self.command),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                cwd=self.folder,
                start_new_session=True,
                **(
                    {"user": identity.pw_uid, "group": identity.pw_gid, "extra_groups": []}
                    if identity
                    else {}
                ),
            )

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.running is not None and self.running.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it serves.

        Raises:
            RuntimeError: it ended, or does not serve in time; with the end of its log.
        """
        end = time.monotonic() + seconds
        while not ready():
            if not self.is_running() or time.monotonic() > end:
                told = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
                state = "does not serve" if self.is_running() else "ended"
                raise RuntimeError(f"{self.name} {state}; the end of {self.log}:\n{told}")
            time.sleep(0.2)

    def kill(self) -> None:
        """kill -9, its children too."""
        self._signal(signal.SIGKILL)
        if self.running is not None:
            self.running.wait()

    def end(self) -> None:
        """Ask it to end, then kill what is left."""
        if self.running is None:
            return
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(_ENDS_WITHIN)
        self.kill()

    def _signal(self, which: signal.Signals) -> None:
        with suppress(ProcessLookupError, AttributeError):
            os.killpg(self.running.pid, which)  # type: ignore[union-attr]


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody listens at a port of this machine."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0
