"""How errors are told: a person's errors in full, ours in one line with the path of the log."""

from __future__ import annotations

import traceback
from pathlib import Path

import click

from orchestration.errors import MobilityError, disk_error
from orchestration.settings import Settings


class StepsFailed(MobilityError):
    """Steps of a Dagster run failed; the text is ready to be printed."""


def tell(error: Exception) -> int:
    """Print an error for a person; gives the exit code."""
    if not isinstance(error, MobilityError):
        error = of_the_disk(error, Settings().home) or error
    if isinstance(error, MobilityError):
        click.secho("error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(str(error), err=True)
    else:
        log = _write_traceback(error)
        click.secho("unexpected error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(f"{type(error).__name__}: {error}\n  to do:    report it with the log {log}", err=True)
    return 1


def of_the_disk(error: Exception, home: Path) -> MobilityError | None:
    """The same error in plain words, if a full or unwritable disk is what caused it."""
    cause: BaseException | None = error
    while cause is not None:
        told = disk_error(str(cause), str(getattr(cause, "filename", None) or home))
        if told is not None:
            return told
        cause = cause.__cause__ or cause.__context__
    return None


def log_file(home: Path, name: str) -> Path:
    """A log below `$MOBILITY_HOME/logs`; its folder exists afterwards."""
    path = home / "logs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_traceback(error: Exception) -> str:
    try:
        path = log_file(Settings().home, "error.log")
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", newline="\n")
    except OSError as problem:  # a full disk must not hide the first error
        return f"(which could not be written: {problem})\n{''.join(traceback.format_exception(error))}"
    return str(path)
