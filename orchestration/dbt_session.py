"""A dbt process that reads the project and may stay to build it.

    python -m orchestration.dbt_session     commands on standard input, one JSON list of arguments a line

dbt takes six seconds to be imported and to load what it has read before it builds anything. The process
that parsed the project has all of that in memory. Each command's log goes to standard output as dbt
writes it; a line `{"ended": <exit code>}` follows.
"""

from __future__ import annotations

import json
import sys

from dbt.cli.main import dbtRunner


def _invoke(runner: dbtRunner, arguments: list[str]) -> int:
    result = runner.invoke(arguments)
    if result.exception is not None:
        print(f"{type(result.exception).__name__}: {result.exception}", flush=True)
        return 2
    if arguments[-1] == "parse" and result.success:
        runner.manifest = result.result  # type: ignore[assignment]  # parse gives the manifest
    return 0 if result.success else 1


def main() -> None:
    """Carry out commands until there are no more."""
    runner = dbtRunner()
    for line in sys.stdin:
        code = _invoke(runner, json.loads(line))
        print(json.dumps({"ended": code}), flush=True)


if __name__ == "__main__":
    main()
