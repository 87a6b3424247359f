"""dbt in a process of its own, which tells a line of JSON for each event that a person may want to hear of.

    python -m orchestration.warehouse.dbt_process build --project-dir ...     does what `dbt build ...` does
    python -m orchestration.warehouse.dbt_process                             orders, one a line of stdin

By dbt's runner and its callback, as its documentation has them. `dbt --log-format json` says the same, but
writes every field of every event, and `python -m` imports dbt's command twice (docs/decisions/0094).

An order is a command with its folder and environment, and the mark of the project as it is. What dbt read of
the project serves the next order of the same mark, by the runner's `manifest` (docs/decisions/0100).
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Any

_LEVELS = ("info", "warn", "error")
# Of a model's event and of a test's the number of all nodes.
_TOTALS = ("total", "num_models")
_COLLECT_AFTER = 100_000
_saying = threading.Lock()


def main(arguments: Sequence[str]) -> int:
    """Run one command of dbt; gives its exit code."""
    return _invoke(arguments, None)[0]


def obey(lines: Iterable[str]) -> None:
    """Run a command per order, and tell its exit code after all that it told."""
    _ready()
    known, mark = None, ""
    for line in lines:
        order = json.loads(line)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        # A command that is to read the project also writes what it read: never of what is known.
        serves = order["mark"] == mark and order["arguments"][0] != "parse"
        code, read = _invoke(order["arguments"], known if serves else None)
        if read is not None:
            known, mark = read, order["mark"]
        _say({"code": code})


def _ready() -> None:
    # What dbt knows of a project are many objects that stay: Python need not look through them every moment.
    gc.set_threshold(_COLLECT_AFTER)
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401


def _invoke(arguments: Sequence[str], known: Any) -> tuple[int, Any]:
    """Exit code, and what dbt read of the project if the command was to read it."""
    _ready()
    from dbt.cli.main import dbtRunner

    complained = False

    def hear(event: Any) -> None:
        nonlocal complained
        if event.info.level in _LEVELS:
            complained |= event.info.level == "error"
            _say(told(event))

    result = dbtRunner(manifest=known, callbacks=[hear]).invoke([*arguments, "--log-level", "none"])
    if result.exception is not None and not complained:  # an option that dbt does not know
        _say({"info": {"level": "error", "name": "", "msg": str(result.exception)}})
    code = 2 if result.exception is not None else int(not result.success)
    return code, result.result if arguments[0] == "parse" and code == 0 else None


def told(event: Any) -> dict[str, Any]:
    """What is told of an event: level, name and words; of a finished node its name and the number of all."""
    info, data = event.info, event.data
    found: dict[str, Any] = {name: getattr(data, name) for name in _TOTALS if hasattr(data, name)}
    if hasattr(data, "node_info"):
        found["node_info"] = {"node_name": data.node_info.node_name}
    return {"info": {"level": info.level, "name": info.name, "msg": info.msg}, "data": found}


def _say(what: dict[str, Any]) -> None:
    line = json.dumps(what)
    with _saying:  # dbt's threads tell of their nodes at once
        print(line, flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(main(sys.argv[1:]))
    obey(sys.stdin)
