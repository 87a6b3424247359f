"""`make grow`: all of docs/growing.md on one machine, from nothing, with faults; 1 where something differs.

python -m tests.growing [--workers 2] [--vintages 2] [--states 12] [--latency 0 20] [--no-faults]
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
    kept = options.kept.absolute()
    real = archives.of_states(kept, archives.VINTAGES[: options.vintages], archives.STATES[: options.states])
    sample = archives.of_the_sample(kept)
    folder = Path(tempfile.mkdtemp(prefix="growing-"))
    folder.chmod(0o711)  # the database is another user's
    print(f"logs: {folder}", flush=True)
    os.environ["MOBILITY_SYNC"] = "0"
    told = Told()
    trial = Trial(folder, told)
    try:
        trial.begin(options.workers)
        for latency in options.latency:
            trial.slow(latency)
            trial.spread(real, options.faults)
            trial.compare_sums(real)
            if latency != options.latency[-1]:
                trial.forget(real)
        if options.release:
            trial.spread(sample, faults=False)
            trial.compare_sums(sample)
            trial.compare_releases(sample)
    finally:
        trial.end()
        print(f"\n{options.workers} workers, {len(real.parts)} parts\n")
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
    parser.add_argument(
        "--latency",
        type=int,
        nargs="+",
        default=[0],
        help="of the store, in milliseconds a request; each in turn",
    )
    parser.add_argument("--no-faults", dest="faults", action="store_false", help="break nothing")
    parser.add_argument(
        "--no-release", dest="release", action="store_false", help="without the sample and its release"
    )
    parser.add_argument("--kept", type=Path, default=Path("var/growing"), help="where archives are kept")
    parser.add_argument("--keep", action="store_true", help="leave logs and folders")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
