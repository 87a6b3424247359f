"""How errors are told: a person's errors in full, ours in one line with the path of the log."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from pydantic import ValidationError

from orchestration.base.errors import MobilityError, disk_error
from orchestration.base.settings import Settings


class StepsFailed(MobilityError):
    """Steps of a Dagster run failed; the text is ready to be printed."""


@contextmanager
def naming_unknown_files(settings: Settings) -> Iterator[None]:
    """Where the block fails, name what lies in the inbox unknown: it may be what the error asks for."""
    try:
        yield
    except MobilityError:
        from orchestration.ingest import inbox

        with suppress(MobilityError):  # a store that does not answer has been told
            for line in inbox.told_unknown(settings):
                click.echo(line, err=True)
        raise


def tell(error: Exception) -> int:
    """Print an error for a person; gives the exit code."""
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        error = _unusable(error)
    if not isinstance(error, MobilityError):
        error = of_the_disk(error, _home()) or error
    if isinstance(error, MobilityError):
        click.secho("error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(str(error), err=True)
    else:
        log = _write_traceback(error)
        click.secho("unexpected error: ", fg="red", bold=True, nl=False, err=True)
        click.echo(f"{type(error).__name__}: {error}\n  to do:    report it with the log {log}", err=True)
    return 1


def _unusable(problem: ValidationError) -> MobilityError:
    """A value of the environment or of an option that means nothing."""
    details = problem.errors()
    names = ", ".join(f"MOBILITY_{str(one['loc'][0]).upper()}" for one in details)
    return MobilityError(
        "A setting cannot be used.",
        where=f"environment variable {names}, or its option",
        expected="; ".join(one["msg"] for one in details),
        found=", ".join(str(one["input"]) for one in details),
        remedy="mend or unset it",
    )


def _home() -> Path:
    try:
        return Settings().home
    except ValueError:  # what is told may be that the environment cannot be used
        return Path.cwd()


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
        path = log_file(_home(), "error.log")
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", newline="\n")
    except OSError as problem:  # a full disk must not hide the first error
        return f"(which could not be written: {problem})\n{''.join(traceback.format_exception(error))}"
    return str(path)
