"""A dbt process that reads the project and may stay to build it.

    python -m orchestration.warehouse.session     commands on standard input, a JSON list of arguments each

dbt takes six seconds to be imported and to load what it has read before it builds anything. The process
that parsed the project has all of that in memory. What each command tells goes to standard output, one
JSON object a line; a line `{"ended": <exit code>}` follows. Besides dbt's own commands there is `load FILE`:
to take the project as dbt has read it in whichever folder and environment, which takes half a second
(dbt itself would read it all again, since the warehouse's path stands in the environment).

dbt's own loggers put every event into JSON before they look at its level, six events a statement: a fifth
of dbt's work. They are off (dbt_runner), and what they would say from level info on is told here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from threading import Lock
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from dbt_common.events.base_types import EventMsg

from orchestration.base.children import die_with_parent

_TOLD_LEVELS = frozenset({"info", "warn", "error"})
_one_line_at_a_time = Lock()


def _tell(event: EventMsg) -> None:
    info: Any = event.info  # its fields are made by protobuf at run time
    if info.level not in _TOLD_LEVELS:
        return
    data: Any = event.data
    told = {
        "level": info.level,
        "name": info.name,
        "message": info.msg.strip(),
        "total": getattr(data, "total", 0) or getattr(data, "num_models", 0),  # of a test
        "node": data.node_info.node_name if hasattr(data, "node_info") else "",
    }
    with _one_line_at_a_time:  # dbt's threads tell side by side
        print(json.dumps(told), flush=True)


def _load(runner: dbtRunner, file: Path) -> int:
    try:
        manifest = Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
        manifest.build_parent_and_child_maps()
        manifest.build_flat_graph()
    except Exception as problem:  # a file cut short raises whatever its bytes happen to mean
        print(f"{file}: {type(problem).__name__}: {problem}", flush=True)
        return 2
    runner.manifest = manifest
    return 0


def _invoke(runner: dbtRunner, arguments: list[str]) -> int:
    if (command := arguments[-2:])[0] == "load":
        return _load(runner, Path(command[1]))
    result = runner.invoke(arguments)
    if result.exception is not None:
        print(f"{type(result.exception).__name__}: {result.exception}", flush=True)
        return 2
    if arguments[-1] == "parse" and result.success:
        runner.manifest = result.result  # type: ignore[assignment]  # parse gives the manifest
    return 0 if result.success else 1


def main() -> None:
    """Carry out commands until there are no more."""
    die_with_parent()
    runner = dbtRunner(callbacks=[_tell])
    for line in sys.stdin:
        code = _invoke(runner, json.loads(line))
        print(json.dumps({"ended": code}), flush=True)


if __name__ == "__main__":
    main()
