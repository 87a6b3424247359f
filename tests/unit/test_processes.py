"""A process that is started to end with us ends with us, also if we are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.base.processes import ends_with_us
from orchestration.base.settings import PROJECT_ROOT

PARENT = """
import subprocess, sys
from orchestration.base.processes import ends_with_us
sleep = "import time; print(1, flush=True); time.sleep(600)"
child = subprocess.Popen(ends_with_us([sys.executable, "-c", sleep]))
print(child.pid, flush=True)
child.wait()
"""


def test_output_and_exit_code_are_those_of_the_command() -> None:
    command = ends_with_us([sys.executable, "-c", "print('said'); raise SystemExit(7)"])
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT)
    assert (done.stdout, done.returncode) == ("said\n", 7)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_killed_parent_takes_its_child_along() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT
    ) as parent:
        assert parent.stdout is not None
        lines = sorted((parent.stdout.readline(), parent.stdout.readline()), key=len)
        child = int(lines[1])
        os.kill(parent.pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
        assert time.monotonic() < until
        time.sleep(0.05)
