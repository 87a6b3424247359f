"""Processes that this one starts and that must not outlive it."""

from __future__ import annotations

import ctypes
import signal
import sys

_PARENT_DEATH_SIGNAL = 1


def die_with_parent() -> None:
    """Called by a child: ask Linux to kill it with its parent, so that no orphan writes on.

    Elsewhere it has no effect. Not between fork and exec: there it would load a library while another
    thread of the parent may do so. Linux means the parent's thread that started the child.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
