"""`make grow`: all of docs/growing.md on one machine, from nothing, with faults; 1 where something differs.

python -m tests.growing [--workers 2] [--vintages 2] [--states 12] [--latency 0] [--no-faults] [--no-release]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.growing import archives, servers
from tests.growing.telling import Told
from tests.growing.trial import Trial


def main() -> int:
    """Run the trial."""
    options = _options()
    if missing := servers.lacking():
        print(f"first, as root: apt-get install --no-install-recommends {' '.join(missing)}", file=sys.stderr)
        return 2
    vintages, states = archives.VINTAGES[: options.vintages], archives.STATES[: options.states]
    archives.write(options.kept.absolute(), vintages, states)
    folder = Path(tempfile.mkdtemp(prefix="growing-"))
    folder.chmod(0o711)  # the database is another user's
    print(f"logs: {folder}", flush=True)
    os.environ["MOBILITY_SYNC"] = "0"
    told = Told()
    trial = Trial(folder, options.kept.absolute(), vintages, states, told)
    try:
        trial.run(options.workers, options.latency / 1000, options.faults)
        trial.compare_sums()
        if options.release:
            trial.compare_releases()
    finally:
        trial.end()
        print(
            f"\n{options.workers} workers, {options.latency} ms a request, {len(vintages)} x {len(states)}\n"
        )
        print(told, flush=True)
    print("\n" + ("\n".join(told.wrong) or "The same as on one machine, to the byte."), flush=True)
    if not told.wrong and not options.keep:
        shutil.rmtree(folder)
    return int(bool(told.wrong))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.growing", description="Beyond one machine, on one."
    )
    parser.add_argument("--workers", type=int, choices=(1, 2), default=2)
    parser.add_argument("--vintages", type=int, choices=range(1, len(archives.VINTAGES) + 1), default=2)
    parser.add_argument("--states", type=int, choices=range(1, len(archives.STATES) + 1), default=12)
    parser.add_argument("--latency", type=int, default=0, help="of the store, in milliseconds a request")
    parser.add_argument("--no-faults", dest="faults", action="store_false", help="break nothing")
    parser.add_argument("--no-release", dest="release", action="store_false", help="compare the sums alone")
    parser.add_argument("--kept", type=Path, default=Path("var/growing"), help="where archives are kept")
    parser.add_argument("--keep", action="store_true", help="leave logs and folders")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
