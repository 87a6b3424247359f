"""dbt in a process of its own, which tells a line of JSON for each event that a person may want to hear of.

    python -m orchestration.warehouse.dbt_process build --project-dir ...     does what `dbt build ...` does

By dbt's runner and its callback, as its documentation has them. `dbt --log-format json` says the same, but
writes every field of every event, and `python -m` imports dbt's command twice (docs/decisions/0094).
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Sequence
from typing import Any

_LEVELS = ("info", "warn", "error")
# Of a model's event and of a test's the number of all nodes.
_TOTALS = ("total", "num_models")
_COLLECT_AFTER = 100_000
_saying = threading.Lock()


def main(arguments: Sequence[str]) -> int:
    """Run one command of dbt; gives its exit code."""
    # What dbt knows of a project are many objects that stay: Python need not look through them every moment.
    gc.set_threshold(_COLLECT_AFTER)
    from dbt.cli.main import dbtRunner

    complained = False

    def hear(event: Any) -> None:
        nonlocal complained
        if event.info.level in _LEVELS:
            complained |= event.info.level == "error"
            _say(told(event))

    result = dbtRunner(callbacks=[hear]).invoke([*arguments, "--log-level", "none"])
    if result.exception is not None and not complained:  # an option that dbt does not know
        _say({"info": {"level": "error", "name": "", "msg": str(result.exception)}})
    return 2 if result.exception is not None else int(not result.success)


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
    sys.exit(main(sys.argv[1:]))
