"""Another process that holds a channel's lock, as a second command would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT

_HOLD = """
import sys
from pathlib import Path
from orchestration.base.locks import only_one
with only_one(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(folder: Path, doing: str = "something long") -> Iterator[subprocess.Popen[str]]:
    """While the block runs, another process holds the lock of `folder`; it lets go when its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder), doing],
        cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
