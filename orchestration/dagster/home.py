"""Where Dagster keeps runs and events, and how: the folder that the command writes and `make ui` shows.

python -m orchestration.dagster.home     make the folder ready and print its path
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.files import write_text
from orchestration.base.settings import Settings, refused_in_a_path

_OURS = "# Written by mobility; a file without this line is left alone.\n"
_OPTIONS = (
    _OURS
    + """telemetry:
  enabled: false
nux:
  enabled: false
python_logs:
  managed_python_loggers: [mobility]
event_log_storage:
  module: orchestration.dagster.event_log
  class: PooledSqliteEventLogStorage
  config:
    base_dir: {runs}
"""
)


def dagster_home(settings: Settings) -> Path:
    """Folder of Dagster's runs and events, with the options that we want unless a person wrote others."""
    home = Path(os.environ.get("DAGSTER_HOME") or settings.home / "dagster").absolute()
    if found := refused_in_a_path(home):
        raise MobilityError(
            "Dagster cannot keep its runs in this folder.",
            where=f"environment variable DAGSTER_HOME: {home}",
            expected="a path without ? # %, which mean something else in an address",
            found=found,
            remedy="name another folder, or unset it",
        )
    home.mkdir(parents=True, exist_ok=True)
    options = home / "dagster.yaml"
    if not options.exists() or options.read_text(encoding="utf-8").startswith(_OURS):
        text = _OPTIONS.format(
            runs=json.dumps(str(home / "history" / "runs"))
        )  # the folder may have been moved
        if not options.exists() or options.read_text(encoding="utf-8") != text:
            write_text(options, text)  # whole: another command may be reading it
    return home


def main() -> None:
    """Make the folder ready for the pages, runs that were killed included; print its path."""
    import dagster as dg

    from orchestration.dagster.abandoned import close_abandoned

    try:
        home = dagster_home(Settings())
    except (MobilityError, ValueError) as problem:
        sys.exit(str(problem))
    with dg.DagsterInstance.from_config(str(home)) as instance:
        close_abandoned(instance)
    print(home)


if __name__ == "__main__":
    main()
