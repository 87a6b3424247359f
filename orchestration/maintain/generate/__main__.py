"""`python -m orchestration.maintain.generate [--check]`."""

from __future__ import annotations

import sys

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT
from orchestration.cli.failures import tell
from orchestration.maintain import generate


def main(arguments: list[str]) -> int:
    """Write the generated files, or with --check only say which are stale (exit 1)."""
    try:
        return _generated(arguments)
    except MobilityError as error:  # a slip in a seed or table, told as the command `mobility` tells it
        return tell(error)


def _generated(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        stale = generate.stale_files()
        for path, problem in stale.items():
            print(f"{path.relative_to(PROJECT_ROOT)}: {problem}; run `make generate`")
        return 1 if stale else 0
    if arguments:
        print("usage: python -m orchestration.maintain.generate [--check]")
        return 2
    for path in generate.write():
        print(f"wrote {path.relative_to(PROJECT_ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
