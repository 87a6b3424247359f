"""Processes that this one starts and that must not outlive it.

python -m orchestration.base.processes COMMAND [ARGUMENT]...     become COMMAND, and end with the parent
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PARENT_DEATH_SIGNAL = 1


def ends_with_us(command: Sequence[str]) -> list[str]:
    """The same command, as one that Linux kills when we end, however we end: no orphan writes on.

    Elsewhere than on Linux it has no effect. Linux means the thread that starts the command.
    """
    return [sys.executable, "-m", __name__, *command]


def _become(command: list[str]) -> None:
    # Here and not between fork and exec: there it would load a library while another thread may do so.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    _become(sys.argv[1:])
