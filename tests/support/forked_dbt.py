"""dbt without its start: a process that imported it once, and forks for each command.

A command of dbt on a few models takes half its time to import dbt. Where a test gives many of them, and is
about what they do, a server stands in for `subprocess.Popen` in `orchestration.warehouse.dbt`. All else
is as it is: arguments, folder, environment, output, exit code, a process of its own that can be killed.

    python -m tests.support.forked_dbt SOCKET     serves until it is ended
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.base.settings import PROJECT_ROOT
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import dbt_process


@contextmanager
def dbt_forked(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """While this is open, commands of dbt are forked from one process."""
    with tempfile.TemporaryDirectory(prefix="dbt-") as folder:
        address = str(Path(folder) / "socket")
        command = [sys.executable, "-m", "tests.support.forked_dbt", address]
        with subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None and server.stdout.readline() == b"ready\n"
            given = {name: getattr(subprocess, name) for name in ("PIPE", "STDOUT")}

            def popen(command: list[str], **options: Any) -> Forked:
                return Forked(address, command, **options)

            patch.setattr(dbt_runner, "subprocess", SimpleNamespace(Popen=popen, **given))
            try:
                yield
            finally:
                server.kill()  # whoever started these tests may have let it ignore a milder word


class Forked:
    """What `subprocess.Popen` would be for the caller."""

    def __init__(self, address: str, command: list[str], *, cwd: Path, env: dict[str, str], **_: Any) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(address)
        reading, writing = os.pipe()
        order = {
            "arguments": command[command.index(dbt_process.__name__) + 1 :],
            "folder": str(cwd),
            "environment": env,
        }
        socket.send_fds(self._line, [b"."], [writing])
        self._line.sendall(json.dumps(order).encode() + b"\n")
        os.close(writing)
        self.stdout = os.fdopen(reading, encoding="utf-8", errors="replace")
        self._said = self._line.makefile("r")
        self._process = int(self._said.readline())

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.wait()
        self._line.close()

    def wait(self) -> int:
        """The exit code; that of a process that ended without a word is one of a kill."""
        return int(self._said.readline() or -signal.SIGKILL)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)


def _serve(address: str) -> None:
    import dbt.adapters.duckdb
    import dbt.cli.main
    import dbt.task.build
    import dbt.task.compile  # noqa: F401

    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("ready", flush=True)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                os._exit(_obey(line))
            line.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _obey(line: socket.socket) -> int:
    _, (writing,), *_ = socket.recv_fds(line, 1, 1)
    order = json.loads(line.makefile("r").readline())
    line.sendall(f"{os.getpid()}\n".encode())
    os.setpgid(0, 0)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    try:
        code = dbt_process.main(order["arguments"])
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    line.sendall(f"{code}\n".encode())
    return code


if __name__ == "__main__":
    _serve(sys.argv[1])
