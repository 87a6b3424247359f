"""The command `mobility`: thin, one module a verb, loaded only when that verb is called.

Exit codes: 0 done, 1 an error (told without a traceback), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import codecs
import gc
import io
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import NoReturn

import click

_INTERRUPTED = 130
_NEW_OBJECTS, _YOUNGER, _YOUNG = 100_000, 50, 1_000
"""When Python looks for unused circles of objects. By default, after 700 new ones: a quarter of the time that
the imports of Dagster and dbt take, which make many objects and drop none."""

# Verb -> (module, what `--help` says); a module is imported only when its verb is called.
VERBS = {
    "run": "Everything: sources, warehouse, candidate, gate, release.",
    "ingest": "Receive what is new from the sources into the lake.",
    "build": "Build the warehouse from the lake.",
    "release": "Build, judge, compare, publish, roll back and verify releases.",
    "show": "Print a community's metrics from the current release.",
    "explain": "Tell where a number comes from.",
    "sources": "What is at hand, what is missing and how to get it.",
}


class _LazyGroup(click.Group):
    """A group that knows its verbs' names and imports a verb only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"orchestration.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mobility")
def cli() -> None:
    """Upward Mobility Metrics of every US county and 486 cities, from the agencies' files to a release.

    Start with `mobility run`, then `mobility show 01003`.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    if arguments is None:
        _leave_ascii()
    _print_in_any_alphabet()
    gc.set_threshold(_NEW_OBJECTS, _YOUNGER, _YOUNG)
    # In a thread of its own, so that the main thread has nothing to do but to hear Ctrl-C: elsewhere it
    # would be Dagster, or a library that is being imported, that decides what becomes of it. (Who starts
    # the command with Ctrl-C switched off, as a shell's `&` does in a script, is not interrupted.)
    try:
        code = ThreadPoolExecutor(1).submit(_run, arguments).result()
    except KeyboardInterrupt:
        _leave_at_once()
    sys.exit(code)


def _leave_ascii() -> None:
    """Begin anew in Python's UTF-8 mode where the locale knows ASCII only and Python was told to believe it.

    Names of files and arguments beyond ASCII would else be other ones to Python than to DuckDB and dbt.
    """
    if codecs.lookup(sys.getfilesystemencoding()).name != "ascii":
        return
    out = getattr(sys.stdout, "encoding", None) or "ascii"
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": f"{out}:replace"}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def _print_in_any_alphabet() -> None:
    """A terminal that lacks a letter gets `?` for it, as `ls` prints it, instead of an error of ours."""
    for stream in (sys.stdout, sys.stderr, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="replace")


def _leave_at_once() -> NoReturn:
    """End the process around its threads; what they leave is hidden, as after a kill."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough
    try:
        terminal = sys.__stderr__  # sys.stderr is the log while Dagster runs
        if terminal is not None:
            show_cursor = "\x1b[?25h\n" if terminal.isatty() else ""
            print(f"{show_cursor}interrupted; nothing half done is visible", file=terminal, flush=True)
    finally:
        os._exit(_INTERRUPTED)


def _run(arguments: list[str] | None) -> int:
    try:
        result = cli.main(args=arguments, prog_name="mobility", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        return 0
    except Exception as error:
        from orchestration.cli.failures import tell

        return tell(error)
