"""Runs dbt in a process of its own, and tells what it did or why it failed.

A process of its own, because dbt in ours would keep the DuckDB file open (docs/decisions/0002).
Everything that must be the same for parsing and building (environment, folders) stands here, since
dbt parses all over again when any of it differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError, disk_error
from orchestration.base.progress import Progress
from orchestration.base.settings import DBT_PROJECT_DIR, Settings

# One event per finished node; they drive the progress display.
_FINISHED = {"LogModelResult", "LogSeedResult", "LogTestResult", "LogSnapshotResult"}
_GOOD = {"success", "pass", "warn", "skipped", "no-op"}
_SHOWN_FAILURES = 12
_ENDED, _EVENT = '{"ended": ', '{"level": '

# What reading the project leaves in the target folder: for people and Dagster, and for dbt itself.
READ_PROJECT = "partial_parse.msgpack"
PARSED = ("manifest.json", READ_PROJECT)


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test.

    `rows` is the number of failing rows of a test, otherwise None; `seconds` is how long it took.
    """

    unique_id: str
    status: str
    message: str
    rows: int | None
    seconds: float

    @property
    def good(self) -> bool:
        """Whether a release may rest on it."""
        return self.status in _GOOD


class DbtFailure(MobilityError):
    """A model or test failed; `results` holds what became of every node of the run."""

    results: tuple[NodeResult, ...] = ()


def target_dir(settings: Settings) -> Path:
    """Where dbt leaves its manifest, compiled SQL and results for this channel."""
    return settings.channel_dir / "dbt" / "target"


def log_file(settings: Settings) -> Path:
    """What dbt told in its last session, and the SQL of every statement if DBT_LOG_LEVEL_FILE=debug."""
    return settings.channel_dir / "dbt" / "logs" / "dbt.log"


def building_warehouse(settings: Settings) -> Path:
    """The DuckDB file that dbt writes; renamed to `settings.warehouse` once all is well.

    It has its final name already: dbt takes the database's name from the file's.
    """
    return settings.channel_dir / "building" / settings.warehouse.name


def parse(settings: Settings, session: Session | None = None) -> None:
    """Write the manifest of the dbt project into the channel's target folder.

    Raises:
        MobilityError: the project cannot be read.
    """
    with _session(settings, session) as dbt:
        dbt.parse()


def build(
    settings: Settings,
    select: Sequence[str] = (),
    progress: Progress | None = None,
    session: Session | None = None,
) -> list[NodeResult]:
    """Build seeds and models and run their tests; of `select` only, if given.

    A `session` that has read the project saves reading it again; it ends with the build.

    Raises:
        MobilityError: a model or a test of severity error failed, or dbt could not start.
    """
    results_file = target_dir(settings) / "run_results.json"
    results_file.unlink(missing_ok=True)  # an old file must not be taken for this run's
    arguments = ["build", "--full-refresh", "--exclude-resource-type", "unit_test"]
    if select:
        arguments += ["--select", *select]
    with _session(settings, session) as dbt:
        try:
            code, problems = dbt.run(arguments, progress)
        finally:
            dbt.close()  # as long as it lives, it keeps the warehouse open
    results = list(read_results(results_file)) if results_file.exists() else []
    hooks = [result for result in results if result.unique_id.startswith("operation.") and result.good]
    results = [result for result in results if result not in hooks]
    if code != 0 or any(not result.good for result in results):
        raise _failure(settings, code, results, problems)
    return results


@contextmanager
def _session(settings: Settings, given: Session | None) -> Iterator[Session]:
    """The session that was given, if it is of use; else one for the moment."""
    if given is not None and given.serves(settings):
        yield given
        return
    session = Session(settings)
    try:
        yield session
    finally:
        session.close()


def read_results(path: Path) -> Iterator[NodeResult]:
    """The results of dbt's run, from its `run_results.json`."""
    for result in json.loads(path.read_text(encoding="utf-8"))["results"]:
        yield NodeResult(
            unique_id=result["unique_id"],
            status=result["status"],
            message=result.get("message") or "",
            rows=result.get("failures"),
            seconds=round(result.get("execution_time") or 0.0, 3),
        )


def _environment(settings: Settings) -> dict[str, str]:
    """What dbt must find in its environment besides what is there."""
    return {
        "MOBILITY_WAREHOUSE": str(building_warehouse(settings)),
        "MOBILITY_THREADS": str(settings.threads),
        "MOBILITY_MEMORY_LIMIT": settings.memory_limit,
        "DBT_TARGET_PATH": str(target_dir(settings)),
        "DBT_LOG_PATH": str(log_file(settings).parent),
        "DBT_LOG_LEVEL": "none",  # orchestration.warehouse.session tells
        "DBT_LOG_LEVEL_FILE": os.environ.get("DBT_LOG_LEVEL_FILE", "none"),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
        "DBT_PROJECT_DIR": str(DBT_PROJECT_DIR),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
    }


class Session:
    """A dbt process of one channel: it carries out one command after the other (`session`).

    Start it in the thread that outlives it: Linux kills it when that thread ends.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = _environment(settings)
        building_warehouse(settings).parent.mkdir(parents=True, exist_ok=True)
        self._log = log_file(settings)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._log.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.warehouse.session"],
            env={**os.environ, **self._environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            process_group=0,  # Ctrl-C at the terminal is for the command, which takes this one along
        )

    def serves(self, settings: Settings) -> bool:
        """Whether it runs, and would be started the same way again."""
        return self._process.poll() is None and _environment(settings) == self._environment

    def parse(self) -> None:
        """Read the project; a build in the same session need not read it again.

        Raises:
            MobilityError: the project cannot be read.
        """
        code, problems = self.run(["parse"], None)
        if code != 0:
            raise _failure(self._settings, code, [], problems)

    def load(self, read_project: Path) -> None:
        """Take the project as dbt has read it before; a build in the same session need not read it again.

        Raises:
            MobilityError: the file cannot be read.
        """
        code, problems = self.run(["load", str(read_project)], None)
        if code != 0:
            raise _failure(self._settings, code, [], problems)

    def run(self, arguments: list[str], progress: Progress | None) -> tuple[int, list[str]]:
        """Carry out one command, follow what it tells; give its exit code and the errors it told of."""
        assert self._process.stdin is not None and self._process.stdout is not None
        problems: deque[str] = deque(maxlen=40)
        finished = 0
        try:
            with suppress(BrokenPipeError):  # it ended by itself: what it said tells why
                print(json.dumps(arguments), file=self._process.stdin, flush=True)
            with self._log.open("a", encoding="utf-8") as log:
                for line in self._process.stdout:
                    if line.startswith(_ENDED):
                        return int(json.loads(line)["ended"]), list(problems)
                    event = _event(line)
                    if event["level"] == "error":
                        problems.append(event["message"])
                    if event["name"] in _FINISHED:
                        finished += 1
                        if progress:
                            progress(finished, event["total"], event["node"])
                    print(f"{event['level']:5} {event['message']}", file=log)
            return self._process.wait() or 1, list(problems)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


def _event(line: str) -> dict[str, Any]:
    """What the session tells in a line; what Python itself prints before dbt can tell counts as an error."""
    if line.startswith(_EVENT):
        with suppress(ValueError):  # Python wrote into the middle of it
            return json.loads(line)
    return {"level": "error", "name": "", "message": line.rstrip()}


def _failure(settings: Settings, code: int, results: list[NodeResult], problems: list[str]) -> MobilityError:
    """One readable error for everything that went wrong in dbt."""
    log = log_file(settings)
    bad = sorted((result for result in results if not result.good), key=lambda result: result.unique_id)
    if not bad:
        of_the_disk = disk_error("\n".join(problems), str(settings.channel_dir))
        if of_the_disk is not None:
            return of_the_disk
        return MobilityError(
            "dbt could not read or run the project",
            where=str(DBT_PROJECT_DIR),
            expected="exit code 0",
            found="\n".join(problem for problem in problems if problem) or f"exit code {code}, no message",
            remedy=f"mend what it names; the full log is {log}",
        )
    lines = [_told(settings, result) for result in bad[:_SHOWN_FAILURES]]
    if len(bad) > _SHOWN_FAILURES:
        lines.append(f"... and {len(bad) - _SHOWN_FAILURES} more")
    failure = DbtFailure(
        f"{len(bad)} of {len(results)} models and tests of the warehouse failed",
        where="; ".join(sorted({result.unique_id.split(".")[2] for result in bad})[:_SHOWN_FAILURES]),
        expected="every model built, no test with failing rows",
        found="\n".join(lines),
        remedy=(
            f"look at the failed build in {building_warehouse(settings)} and the log {log}; "
            "the last good warehouse is untouched"
        ),
    )
    failure.results = tuple(results)
    return failure


def _told(settings: Settings, result: NodeResult) -> str:
    kind, _, name = result.unique_id.split(".", 3)[:3]
    if kind == "test" and result.status == "fail":
        what = f"test {name}: {result.rows} failing rows"
    else:
        what = f"{kind} {name}: {result.status}: {' '.join(result.message.split())[:600]}"
    compiled = _compiled_sql(settings, result.unique_id)
    return f"{what}\n            SQL: {compiled}" if compiled else what


def _compiled_sql(settings: Settings, unique_id: str) -> Path | None:
    """The SQL that ran, so that a person can run it again."""
    manifest = target_dir(settings) / "manifest.json"
    if not manifest.exists():
        return None
    node = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].get(unique_id, {})
    compiled = node.get("compiled_path")
    if not compiled:
        return None
    path = Path(compiled)
    return path if path.is_absolute() else DBT_PROJECT_DIR / path
