"""Runs dbt as its documentation says: a command in a process of its own, its events, `run_results.json`.

A process of its own, because dbt in ours would keep the DuckDB file open (docs/decisions/0008). One
that is at hand is taken, else one is started (`dbt_at_hand`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb

from orchestration.base.errors import MobilityError, disk_error
from orchestration.base.processes import ends_with_us
from orchestration.base.progress import Progress
from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import dbt_at_hand, dbt_process

# One event per finished node; they drive the progress display.
_FINISHED = {"LogModelResult", "LogSeedResult", "LogTestResult", "LogSnapshotResult"}
_GOOD = {"success", "pass", "warn", "skipped", "no-op"}
_SHOWN_FAILURES = 12
_SHOWN_ROWS = 3


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
    def kept(self) -> bool:
        """Whether a model stayed as it was, since nothing that it is made of changed."""
        return self.message == "unchanged"

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


def remembered(settings: Settings) -> Path:
    """What dbt remembers of each file of the project that it read for this channel."""
    return target_dir(settings) / "partial_parse.msgpack"


def log_file(settings: Settings) -> Path:
    """What dbt told in its last build; its own log lies beside it if DBT_LOG_LEVEL_FILE=debug asks for it."""
    return settings.channel_dir / "dbt" / "logs" / "build.log"


def building_warehouse(settings: Settings) -> Path:
    """The DuckDB file that dbt writes; renamed to `settings.warehouse` once all is well.

    It has its final name already: dbt takes the database's name from the file's.
    """
    return settings.channel_dir / "building" / settings.warehouse.name


def parse(folder: Path, last: Path | None = None, mark: str = "") -> Path:
    """Let dbt read the project; gives its manifest, which lies in `folder` with whatever else dbt writes.

    Args:
        folder: where dbt writes.
        last: the `partial_parse.msgpack` of an earlier time: dbt then reads only files that changed since.
        mark: the hash of the project as it is, under which a process at hand remembers what it read.

    Raises:
        MobilityError: the project cannot be read.
    """
    arguments = ["parse", "--target-path", str(folder)]
    arguments += [] if last is None else ["--partial-parse-file-path", str(last)]
    # The warehouse need not be there, but its name stands in the manifest.
    code, problems = _run(arguments, folder / Settings().warehouse.name, {}, folder / "parse.log", None, mark)
    if code != 0 and last is not None:  # dbt may take a changed unit test for a second one of its name
        return parse(folder, mark=mark)
    if code != 0:
        raise _unreadable(code, problems, str(folder), "mend what it names")
    return folder / "manifest.json"


def build(
    settings: Settings, options: Sequence[str] = (), progress: Progress | None = None, mark: str = ""
) -> list[NodeResult]:
    """Build seeds and models and run their tests.

    Args:
        settings: channel, threads, memory.
        options: more options of `dbt build`, say which nodes to select; all without.
        progress: called once per finished node with (done, total, name).
        mark: the hash of the project as it is: what a process at hand read of it then need not be read again.

    Raises:
        MobilityError: a model or a test of severity error failed, or dbt could not start.
    """
    results_file = target_dir(settings) / "run_results.json"
    results_file.unlink(missing_ok=True)  # an old file must not be taken for this run's
    building_warehouse(settings).parent.mkdir(parents=True, exist_ok=True)
    arguments = ["build", "--full-refresh", "--exclude-resource-type", "unit_test"]
    arguments += ["--target-path", str(target_dir(settings)), *options]
    limits = {"MOBILITY_THREADS": str(settings.threads), "MOBILITY_MEMORY_LIMIT": settings.memory_limit}
    code, problems = _run(arguments, building_warehouse(settings), limits, log_file(settings), progress, mark)
    if code != 0 and not results_file.exists() and remembered(settings).exists():
        remembered(settings).unlink()  # see `parse`: nothing ran yet, so let dbt read the project anew
        code, problems = _run(arguments, building_warehouse(settings), limits, log_file(settings), progress)
    results = list(read_results(results_file)) if results_file.exists() else []
    hooks = [result for result in results if result.unique_id.startswith("operation.") and result.good]
    results = [result for result in results if result not in hooks]
    if code != 0 or any(not result.good for result in results):
        raise _failure(settings, code, results, problems)
    return results


def read_ahead(process: dbt_at_hand.AtHand, settings: Settings, mark: str) -> None:
    """Let a process at hand read the project for a build; nobody waits for it, and it tells nothing."""
    target = target_dir(settings)
    target.mkdir(parents=True, exist_ok=True)
    arguments = ["parse", "--no-write-json", "--target-path", str(target)]
    place = target / settings.warehouse.name
    process.order([*arguments, *_places(target)], target, _environment(place, {}), mark, last=False)


def rendered(settings: Settings, models: Sequence[str], folder: Path) -> dict[str, str]:
    """Model -> the SQL that dbt makes of it, as it would run on the warehouse; nothing is built.

    Args:
        settings: whose warehouse's name stands in the SQL.
        models: their names.
        folder: where dbt writes.

    Raises:
        MobilityError: dbt cannot read the project.
    """
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = folder / settings.warehouse.name
    arguments = ["compile", "--target-path", str(folder), "--select", *models]
    code, problems = _run(arguments, warehouse, {}, folder / "compile.log", None)
    if code != 0:
        raise _unreadable(code, problems, str(folder), "mend what it names")
    found = {path.stem: path for path in (folder / "compiled").rglob("*.sql")}
    return {model: found[model].read_text(encoding="utf-8") for model in models}


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


def _run(
    arguments: list[str],
    warehouse: Path,
    limits: dict[str, str],
    log: Path,
    progress: Progress | None,
    mark: str = "",
) -> tuple[int, list[str]]:
    """One command of dbt; gives its exit code and the errors it told of.

    It runs in the folder of the warehouse and knows it by its bare name: dbt reads a project anew, from its
    first file on, when a path in the profile is another one than last time, and a home is a path.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [*arguments, *_places(log.parent)]
    process = _process(command, warehouse.parent, _environment(warehouse, limits), mark)
    try:
        with process, log.open("w", encoding="utf-8") as told:
            assert process.stdout is not None
            problems = _followed(process.stdout, told, progress)
            return process.wait(), problems
    except BaseException:
        process.kill()
        raise


def _places(log_folder: Path) -> list[str]:
    """The options that say where project, profile and dbt's own log are."""
    project = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
    return [*project, "--log-path", str(log_folder)]


def _environment(warehouse: Path, limits: Mapping[str, str]) -> dict[str, str]:
    quiet = {"DBT_LOG_LEVEL_FILE": os.environ.get("DBT_LOG_LEVEL_FILE", "none"), "DO_NOT_TRACK": "1"}
    own = {"MOBILITY_WAREHOUSE": warehouse.name, "PYTHONUTF8": "1", "TZ": "UTC"}
    return {**os.environ, **limits, **quiet, **own}


def _process(
    command: list[str], folder: Path, environment: dict[str, str], mark: str
) -> subprocess.Popen[str] | dbt_at_hand.AtHand:
    """The process that runs a command of dbt: the one at hand, or one of its own."""
    writes = command[0] != "parse"
    at_hand = dbt_at_hand.take(last=writes)
    if at_hand is not None:
        at_hand.order(command, folder, environment, mark, last=writes)
        return at_hand
    return subprocess.Popen(
        ends_with_us([sys.executable, "-m", dbt_process.__name__, *command]),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        process_group=0,  # Ctrl-C at the terminal is for the command, which takes this one along
    )


def _followed(lines: Iterable[str], log: IO[str], progress: Progress | None) -> list[str]:
    """Hear what dbt tells until it ends; gives the errors among it."""
    problems: deque[str] = deque(maxlen=40)
    finished = 0
    for line in lines:
        event = _event(line)
        info, data = event["info"], event["data"]
        if info["level"] == "error":
            problems.append(info["msg"].strip())
        if info["name"] in _FINISHED and progress:
            finished += 1
            # Of a test it is called otherwise.
            total = data.get("total") or data.get("num_models") or finished
            progress(finished, total, data["node_info"]["node_name"])
        print(f"{info['level']:5} {info['msg'].strip()}", file=log)
    return list(problems)


def _event(line: str) -> dict[str, Any]:
    """An event as `dbt_process` tells it; what Python itself prints beside it counts as an error."""
    with suppress(ValueError):
        found = json.loads(line)
        if isinstance(found, dict) and {"level", "name", "msg"} <= found.get("info", {}).keys():
            return {"info": found["info"], "data": found.get("data", {})}
    return {"info": {"level": "error", "name": "", "msg": line.rstrip()}, "data": {}}


def _unreadable(code: int, problems: list[str], folder: str, remedy: str) -> MobilityError:
    """The error of a command that ended before it ran any node."""
    return disk_error("\n".join(problems), folder) or MobilityError(
        "dbt could not read or run the project",
        where=str(DBT_PROJECT_DIR),
        expected="exit code 0",
        found="\n".join(problem for problem in problems if problem) or f"exit code {code}, no message",
        remedy=remedy,
    )


def _failure(settings: Settings, code: int, results: list[NodeResult], problems: list[str]) -> MobilityError:
    """One readable error for everything that went wrong in dbt."""
    log = log_file(settings)
    bad = sorted((result for result in results if not result.good), key=lambda result: result.unique_id)
    if not bad:
        remedy = f"mend what it names; the full log is {log}"
        return _unreadable(code, problems, str(settings.channel_dir), remedy)
    lines = [line for result in bad[:_SHOWN_FAILURES] for line in _told(settings, result)]
    if len(bad) > _SHOWN_FAILURES:
        lines.append(f"... and {len(bad) - _SHOWN_FAILURES} more")
    failure = DbtFailure(
        f"{len(bad)} of {len(results)} models and tests of the warehouse failed",
        where="; ".join(sorted({_named(settings, result.unique_id)[0] for result in bad})[:_SHOWN_FAILURES]),
        expected="every model built, no test with failing rows",
        found="\n            ".join(lines),
        remedy=(
            f"look at the failed build in {building_warehouse(settings)} and the log {log}; "
            "the last good warehouse is untouched"
        ),
    )
    failure.results = tuple(results)
    return failure


def _told(settings: Settings, result: NodeResult) -> list[str]:
    """What became of one bad node: what it is, the rows that a test found, the SQL that ran."""
    name, file = _named(settings, result.unique_id)
    compiled = _compiled_sql(settings, result.unique_id)
    told = []
    if result.unique_id.startswith("test.") and result.status == "fail":
        told.append(f"{name}{file}: {result.rows} failing rows")
        told += _failing_rows(building_warehouse(settings), compiled)
    else:
        told.append(f"{name}{file}: {result.status}: {' '.join(result.message.split())[:600]}")
    return told if compiled is None else [*told, f"  SQL: {compiled}"]


def _named(settings: Settings, unique_id: str) -> tuple[str, str]:
    """A node for people, and the file of a table's rules: the test of these has a name made of them all."""
    kind, _, name = unique_id.split(".", 3)[:3]
    node = _node(settings, unique_id)
    table = node.get("attached_node")
    if kind != "test" or not table:
        return f"{kind} {name}", ""
    of, _, name = table.split(".", 3)[:3]
    return f"rules of {of} {name}", f" (dbt_project/{node['original_file_path']})"


def _failing_rows(warehouse: Path, compiled: Path | None) -> list[str]:
    """The first rows that a failed test found, as `column=value`, for dbt tells but their number.

    Ordered by all columns, so that the same failure reads the same each time. None if they cannot be
    had any more: then the number and the SQL stand alone.
    """
    if compiled is None or not compiled.exists() or not warehouse.exists():
        return []
    query = compiled.read_text(encoding="utf-8").strip().rstrip(";")
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = connection.execute(f"select * from ({query}\n) order by all limit {_SHOWN_ROWS}")
            names = [column[0] for column in found.description or ()]
            rows = [", ".join(map("{}={}".format, names, row)) for row in found.fetchall()]
    except duckdb.Error:
        return []
    return [f"  row: {row[:600]}" for row in rows]


def _compiled_sql(settings: Settings, unique_id: str) -> Path | None:
    """The SQL that ran, so that a person can run it again."""
    compiled = _node(settings, unique_id).get("compiled_path")
    if not compiled:
        return None
    path = Path(compiled)
    return path if path.is_absolute() else DBT_PROJECT_DIR / path


def _node(settings: Settings, unique_id: str) -> dict[str, Any]:
    """What dbt knows of a node of its last run; nothing if it wrote nothing."""
    manifest = target_dir(settings) / "manifest.json"
    if not manifest.exists():
        return {}
    known: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].get(unique_id, {})
    return known
