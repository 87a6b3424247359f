"""Judging the tables of a candidate, one by one, by the suite of each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from expectations.rules.expectation import Expectation
from expectations.rules.history import history_tables
from expectations.rules.tables import Tables
from orchestration.base.seeds import read
from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import Entry, Manifest
from orchestration.gate.measure import Measured, measure, with_exceptions
from orchestration.gate.origins import origin_tables
from orchestration.gate.suites import find_suite, may_be_empty
from orchestration.gate.verdict import Judged, TableVerdict
from orchestration.gate.waiving import with_waivers
from orchestration.gate.workbench import Workbench

_KINDS = ("publication", "long", "reference")


@dataclass
class _Docket:
    """A table on its way to a verdict."""

    entry: Entry
    reasons: list[str] = field(default_factory=list)
    suite: str | None = None
    rows: int = 0
    declared: int = 0
    measured: Measured = field(default_factory=list)


def lay_out(workbench: Workbench, manifest: Manifest, before: Manifest | None = None) -> Tables:
    """Open the candidate's tables, and those of the release before it, and say what suites must know."""
    available = [entry for entry in manifest.tables.values() if entry.status == "available"]
    columns = workbench.open("candidate", manifest, available)
    workbench.pack()
    previous = workbench.open("previous", before, before.tables.values()) if before else {}
    has_status = {"series_id", "status"} <= set(columns.get("series", ()))
    series = "select series_id from candidate.series where status = 'available'"
    known = Tables(
        channel=manifest.channel,
        columns=columns,
        available_series=frozenset(workbench.column(series) if has_status else ()),
        previous_columns=previous,
    )
    workbench.share(origin_tables(manifest, before))
    return known


def judge_tables(
    manifest: Manifest, tables: Tables, workbench: Workbench, evaluator: Callable[[], Evaluator]
) -> list[TableVerdict]:
    """The verdict on each table of the manifest, in the order of publications, then of names.

    Publications are measured beside all other tables, most of whose queries are too short to keep two
    cores busy. `evaluator` is called after everything is measured: it may wait for a slow import.
    """
    entries = sorted(
        manifest.tables.values(),
        key=lambda entry: (entry.publication is None, entry.publication or 0, entry.name),
    )
    halves = [
        ([entry for entry in entries if entry.kind == "publication"], workbench),
        ([entry for entry in entries if entry.kind != "publication"], workbench.beside()),
    ]
    with ThreadPoolExecutor(max_workers=len(halves), thread_name_prefix="measure") as hands:
        prepared = [hands.submit(_prepare_all, half, manifest, tables, bench) for half, bench in halves]
    dockets = {docket.entry.name: docket for half in prepared for docket in half.result()}
    judge = evaluator()
    return [_conclude(dockets[entry.name], manifest, judge) for entry in entries]


def _prepare_all(
    entries: list[Entry], manifest: Manifest, tables: Tables, workbench: Workbench
) -> list[_Docket]:
    return [_prepare(entry, manifest, tables, workbench) for entry in entries]


def _prepare(entry: Entry, manifest: Manifest, tables: Tables, workbench: Workbench) -> _Docket:
    docket = _Docket(entry)
    if entry.status == "unavailable":
        docket.reasons = _not_rightly_unavailable(entry, manifest, tables)
        return docket
    docket.reasons = _not_judgeable(entry, tables)
    if docket.reasons:
        return docket
    docket.rows = workbench.count_rows(entry.name)
    if docket.rows == 0 and not may_be_empty(entry.name, manifest.channel):
        docket.reasons.append("the table has no rows")
    if docket.rows != entry.rows:
        docket.reasons.append(f"the table has {docket.rows} rows, the manifest says {entry.rows}")
    try:
        _measure(docket, manifest, tables, workbench)
    except Exception as problem:  # a suite that raises, however it raises, refuses its table
        docket.reasons.append(f"the suite raised {type(problem).__name__}: {problem}")
    return docket


def _not_rightly_unavailable(entry: Entry, manifest: Manifest, tables: Tables) -> list[str]:
    """Only a publication may be unavailable, with a reason, without a series and without a file."""
    if entry.kind != "publication":
        return ["only a publication may be unavailable"]
    reasons = [] if entry.reason else ["it is unavailable without a reason"]
    open_series = [one.series_id for one in tables.publication(entry.name).series if one.available]
    if open_series:
        reasons.append(
            f"it is unavailable although {len(open_series)} of its series are available: {open_series[0]}"
        )
    files = sorted(name for name in manifest.files if name.rsplit("/", 1)[-1].rsplit(".", 1)[0] == entry.stem)
    reasons += [f"it is unavailable but has a file: {name}" for name in files]
    return reasons


def _not_judgeable(entry: Entry, tables: Tables) -> list[str]:
    if entry.kind not in _KINDS:
        return [f"its kind is {entry.kind}, expected one of {', '.join(_KINDS)}"]
    if entry.status != "available":
        return [f"its status is {entry.status}, expected available or unavailable"]
    if entry.name not in tables.columns:
        return [f"its file {entry.file} is missing or is no Parquet file"]
    return _not_as_listed(entry)


def _not_as_listed(entry: Entry) -> list[str]:
    """Number and file name of a publication are those of seed `publication_list`."""
    listed = {row["table_name"]: row for row in read("publication_list")}.get(entry.name)
    if listed is None:
        return ["no such publication is listed"] if entry.kind == "publication" else []
    found = (entry.kind, str(entry.publication), entry.stem)
    expected = ("publication", listed["publication"], listed["stem"])
    return [] if found == expected else [f"it is {found} in the manifest, expected {expected}"]


def _measure(docket: _Docket, manifest: Manifest, tables: Tables, workbench: Workbench) -> None:
    entry = docket.entry
    suite = find_suite(entry.name, entry.kind)
    if suite is None:
        docket.reasons.append(f"it has no suite: expectations/{entry.name}.py is missing")
        return
    docket.suite = suite.file
    declared = suite.declare(tables)
    docket.declared = len(declared)
    if not declared:
        docket.reasons.append("its suite declares no expectation")
        return
    if len({one.rule for one in declared}) != len(declared):
        docket.reasons.append("its suite declares a rule twice")
        return
    docket.measured = _on_bench(entry, declared, manifest, tables, workbench)
    docket.declared = len(docket.measured)


def _on_bench(
    entry: Entry, declared: list[Expectation], manifest: Manifest, tables: Tables, workbench: Workbench
) -> Measured:
    lay_out_for(entry, manifest, tables, workbench)
    return measure(workbench, with_exceptions(declared))


def lay_out_for(entry: Entry, manifest: Manifest, tables: Tables, workbench: Workbench) -> None:
    """Make what the rules of one table share."""
    if entry.kind == "publication":
        workbench.spread(tables.publication(entry.name), manifest.folder / entry.file)
    elif entry.name == "metric_values":
        workbench.share(history_tables(tables))


def _conclude(docket: _Docket, manifest: Manifest, judge: Evaluator) -> TableVerdict:
    entry, reasons = docket.entry, list(docket.reasons)
    judged = with_waivers(manifest, entry.name, judge.judge(entry.name, docket.measured))
    evaluated = sum(one.outcome in ("passed", "failed") for one in judged)
    if evaluated < docket.declared or len(judged) != docket.declared:
        reasons.append(f"{evaluated} of {docket.declared} declared expectations were evaluated")
    if entry.status == "available" and not reasons and evaluated == 0:
        reasons.append("no expectation was evaluated")
    reasons += [_reason(one) for one in judged if _blocks(one)]
    passed = "unavailable" if entry.status == "unavailable" else "passed"
    return TableVerdict(
        table=entry.name,
        publication=entry.publication,
        title=entry.title,
        outcome="refused" if reasons else passed,  # type: ignore[arg-type]
        reasons=reasons,
        suite=docket.suite,
        file=entry.file if entry.status == "available" else None,
        sha256=manifest.files.get(entry.file),
        rows=docket.rows,
        declared=docket.declared,
        evaluated=evaluated,
        expectations=judged,
    )


def _blocks(one: Judged) -> bool:
    if one.outcome == "failed":
        return one.severity == "error" and one.waiver is None
    return one.outcome in ("raised", "not_evaluated")


def _reason(one: Judged) -> str:
    if one.outcome != "failed":
        return f"{one.rule} was not evaluated: {one.problem}"
    worst = [part for part in one.parts if not part.holds]
    counts = ", ".join(
        f"{part.name} {part.failing:,} of {part.looked_at:,}"
        if part.failing
        else f"{part.name} looked at {part.looked_at:,}, at least {part.minimum:,} expected"
        for part in worst[:3]
    )
    more = f", and {len(worst) - 3} more" if len(worst) > 3 else ""
    return f"{one.rule} ({one.statement}) fails: {counts}{more}"
