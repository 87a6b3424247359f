"""`make kills`: kill -9 at random moments of building, publishing, pushing and rolling back; prints a table.

python -m tests.kills [--home HOME] [--sample] [--kills 50] [--seed N] [--only COMMAND]... [--out FILE]

The home is copied; it needs a published release.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from orchestration import release
from orchestration.base.settings import Settings
from tests.kills.commands import ALL, BUILD, SITE, AsTyped
from tests.kills.harness import Killed, Run, kill, moments, undisturbed
from tests.kills.scene import Scene, set_up


def main() -> int:
    """Print the table; exit code 1 if a reader or a next command met something that was not whole."""
    options = _options()
    settings = Settings(home=options.home, channel="sample" if options.sample else "national")
    if release.current(settings) is None:
        print("no release to work with: run `make run`, or name a home with --home", file=sys.stderr)
        return 2
    lines: list[str] = []

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    with tempfile.TemporaryDirectory(prefix=".kills-", dir=settings.home) as scratch:
        scene = _prepare(settings, Path(scratch))
        say(f"Releases {scene.old} and {scene.new}, channel {settings.channel}, seed {options.seed}.")
        say("")
        killed = _kill_all(scene, options, say)
    say("")
    for name in dict.fromkeys(one.command for one in killed):
        mine = [one for one in killed if one.command == name]
        well = sum(one.is_well for one in mine)
        late = len(mine) - sum(one.in_time for one in mine)
        say(f"{name}: {len(mine) - late} kills, {late} more came after its end; {well} of {len(mine)} well.")
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return int(not all(one.is_well for one in killed))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description="Kills commands.")
    parser.add_argument("--home", type=Path, default=Settings().home, help="a home with a release")
    parser.add_argument("--sample", action="store_true", help="the invented state")
    parser.add_argument("--kills", type=int, default=50, help="how many, over all commands")
    parser.add_argument("--seed", type=int, default=9, help="another seed, other moments")
    parser.add_argument("--only", action="append", choices=[one.name for one in ALL])
    parser.add_argument("--out", type=Path, help="write the table to this file as well")
    return parser.parse_args()


def _prepare(settings: Settings, scratch: Path) -> Scene:
    """Copy what the commands need, then build, judge, publish and push by the commands themselves."""
    copy = Settings(home=scratch, channel=settings.channel)
    ignored = shutil.ignore_patterns("candidates", "sites", "dbt")
    shutil.copytree(settings.channel_dir, copy.channel_dir, symlinks=True, ignore=ignored)
    return set_up(copy, AsTyped().finish)


def _kill_all(scene: Scene, options: argparse.Namespace, say: Callable[[str], None]) -> list[Killed]:
    way, draw = AsTyped(), random.Random(options.seed)
    commands = [one for one in ALL if (one.name in options.only if options.only else one is not SITE)]
    runs = {command.name: Run() for command in commands}
    for command in commands:
        command.lay(scene)
        said = undisturbed(scene, command, way, runs[command.name])
        assert not said, (command.name, said)
        run = runs[command.name]
        say(f"{command.name}: {run.seconds:.1f} s undisturbed, its work begins after {run.begins:.1f} s.")
    say("")
    say("| no. | command | killed | readers find | verify | the next command | s |")
    say("|---:|---|---|---|---|---|---:|")
    coming = {one.name: moments(one, draw) for one in commands}
    killed: list[Killed] = []
    # By turns, so that a run that is stopped early has seen every command; building, which takes longest, at
    # every second turn. A kill that came too late is none.
    for command in itertools.cycle([*commands, *(one for one in commands if one is not BUILD)]):
        if sum(one.in_time for one in killed) >= options.kills or len(killed) > 2 * options.kills:
            break
        began = time.monotonic()
        one = kill(scene, command, way, next(coming[command.name]), runs[command.name])
        killed.append(one)
        say(_line(len(killed), one, time.monotonic() - began))
    return killed


def _line(number: int, one: Killed, seconds: float) -> str:
    late = "" if one.in_time else " (it had ended)"
    found = "; ".join(one.findings) or "whole"
    after = "; ".join(one.next_findings).replace("\n", " ") or "did its work"
    killed = f"{one.command} | {one.moment}{late}"
    return f"| {number} | {killed} | {one.stands} | {found} | {after} | {seconds:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
