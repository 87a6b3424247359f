"""`make mutation`: the table of damages, and whether each is caught by the rule that should.

python -m tests.mutation [--release FOLDER] [--only WORD]... [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from orchestration import release as releases
from orchestration.base.settings import Settings
from tests.mutation.harness import Caught, damages_for, errors_of_undamaged, try_all


def main() -> int:
    """Print the table; exit code 1 if a damage went through or the good release does not pass."""
    options = _options()
    folder = options.release or releases.current(Settings())
    if folder is None:
        print("no release to damage: run `make run`, or name one with --release", file=sys.stderr)
        return 2
    folder = Path(folder).resolve()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    lines: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    say(f"Release {manifest['version']}, channel {manifest['channel']}.")
    say("")
    unfounded = errors_of_undamaged(folder)
    say(f"Undamaged: {'passes' if not unfounded else 'refused by ' + ', '.join(sorted(unfounded))}.")
    say("")
    say("| no. | damage | expected rule | caught | also by | s |")
    say("|---:|---|---|---|---|---:|")
    damages = [
        one
        for one in damages_for(manifest["channel"])
        if not options.only or any(word in one.kind for word in options.only)
    ]
    missed = 0
    with tempfile.TemporaryDirectory(prefix=".mutation-", dir=folder.parent.parent) as scratch:
        tried = try_all(folder, Path(scratch), damages, whole=options.whole)
        for number, caught in enumerate(tried, start=1):
            say(_line(number, caught))
            missed += not caught.as_expected
    say("")
    say(f"{len(damages) - missed} of {len(damages)} kinds caught by the expected rule.")
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return int(bool(missed or unfounded))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Tests the gate.")
    parser.add_argument("--release", type=Path, help="a good release [default: the current national one]")
    parser.add_argument("--only", action="append", help="kinds whose name holds this word; repeat for more")
    parser.add_argument("--whole", action="store_true", help="judge every table that a damage shows in")
    parser.add_argument("--out", type=Path, help="write the table to this file as well")
    return parser.parse_args()


def _line(number: int, caught: Caught) -> str:
    others = [rule for rule in caught.errors if rule != caught.damage.rule]
    shown = ", ".join(others[:3]) + (f", and {len(others) - 3} more" if len(others) > 3 else "")
    outcome = "yes" if caught.as_expected else "**NO**"
    return (
        f"| {number} | {caught.damage.kind} | `{caught.damage.rule}` | {outcome} | {shown} "
        f"| {caught.seconds:.1f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
