"""An S3 server that has after kill -9 what it had before: moto, which records what it is asked.

    python -m tests.growing.store PORT RECORD

It says `ready` once what the record tells was done again. Only what changes something is recorded, a request
a line.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

_CHANGES = ("PUT", "POST", "DELETE")


def main(port: int, record: Path) -> None:
    """Serve until the process ends."""
    os.environ["MOTO_RECORDER_FILEPATH"] = str(record)
    from moto.moto_api import recorder
    from moto.server import ThreadedMotoServer

    record_one, turn = recorder._record_request, threading.Lock()

    def in_turn(request: Any, body: bytes | None = None) -> None:
        if request.method in _CHANGES:
            with turn:  # lines of two threads would mix
                record_one(request, body)

    recorder._record_request = in_turn
    _drop_what_is_torn(record)
    ThreadedMotoServer("127.0.0.1", port, verbose=False).start()
    if record.exists():
        recorder.replay_recording(f"http://127.0.0.1:{port}")
    recorder.start_recording()
    print("ready", flush=True)
    threading.Event().wait()


def _drop_what_is_torn(record: Path) -> None:
    """The request that was being written when the process was killed had no answer."""
    if record.exists():
        content = record.read_bytes()
        record.write_bytes(content[: content.rfind(b"\n") + 1])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
