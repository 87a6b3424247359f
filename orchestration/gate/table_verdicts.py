"""Judging the tables of a candidate, one by one, by the suite of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from expectations.rules.history import history_tables
from expectations.rules.publication import Tables
from orchestration.base.seeds import read
from orchestration.gate.carried import Findings, key_of, rules_of, text_of
from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import Entry, Manifest
from orchestration.gate.origins import origin_tables
from orchestration.gate.suites import NoSuite, find_suite, may_be_empty
from orchestration.gate.verdict import Judged, TableVerdict
from orchestration.gate.waiving import with_waivers
from orchestration.gate.workbench import Workbench

_LONG_TABLE = "metric_values"
_KINDS = ("publication", "long", "reference")


@dataclass
class _Findings:
    """What is found of a table on its way to a verdict."""

    entry: Entry
    reasons: list[str] = field(default_factory=list)
    suite: str | None = None
    rows: int = 0
    declared: int = 0
    judged: list[Judged] = field(default_factory=list)

    def attempt(self, step: Callable[..., None], *arguments: object) -> None:
        """Take a step; a suite that raises, however it raises, refuses its table."""
        try:
            step(*arguments)
        except Exception as problem:
            self.reasons.append(f"the suite raised {type(problem).__name__}: {problem}")


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
        rows={entry.name: entry.rows for entry in available},
    )
    workbench.share(origin_tables(manifest, before))
    return known


def judge_tables(
    manifest: Manifest,
    tables: Tables,
    workbench: Workbench,
    wait_for_import: Callable[[], None],
    last: Findings | None = None,
) -> list[TableVerdict]:
    """The verdict on each table of the manifest, in the order of publications, then of names.

    Publications are judged beside all other tables, most of whose queries are too short to keep two
    cores busy; who is done with these takes publications too. `wait_for_import` returns when Great
    Expectations is imported: two threads must not begin that at once. What `last` found of the same rule over
    the same content is carried over.
    """
    entries = sorted(
        manifest.tables.values(),
        key=lambda entry: (entry.publication is None, entry.publication or 0, entry.name),
    )
    publications = deque(entry for entry in entries if entry.kind == "publication")
    # The long table first: what its rules share is made while the import runs.
    others = sorted(
        (entry for entry in entries if entry.kind != "publication"), key=lambda one: one.name != _LONG_TABLE
    )
    last = last or Findings()
    works = [[(_taken(publications), workbench)], [(iter(others), workbench.beside())]]
    if not last:
        works[1].append((_taken(publications), workbench.aside()))

    def judge_all(work: list[tuple[Iterator[Entry], Workbench]]) -> list[TableVerdict]:
        return [
            verdict
            for waiting, bench in work
            for verdict in _judge_one_by_one(waiting, manifest, tables, bench, wait_for_import, last)
        ]

    with ThreadPoolExecutor(max_workers=len(works), thread_name_prefix="judge") as hands:
        judged = hands.map(judge_all, works)
        verdicts = {verdict.table: verdict for some in judged for verdict in some}
    return [verdicts[entry.name] for entry in entries]


def _taken(waiting: deque[Entry]) -> Iterator[Entry]:
    """The next that nobody has taken, until none is left."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def _judge_one_by_one(
    entries: Iterator[Entry],
    manifest: Manifest,
    tables: Tables,
    workbench: Workbench,
    wait_for_import: Callable[[], None],
    last: Findings,
) -> list[TableVerdict]:
    verdicts = []
    evaluator = None
    for entry in entries:
        found = _Findings(entry, _not_judgeable(entry, manifest, tables))
        is_judged = entry.status == "available" and not found.reasons
        if is_judged:
            found.attempt(lay_out_for, entry, manifest, tables, workbench)
            is_judged = not found.reasons
        if evaluator is None:
            wait_for_import()
            evaluator = Evaluator(workbench)
        if is_judged:
            _count_rows(found, manifest, workbench)
            found.attempt(_validate, found, tables, evaluator, workbench, last)
        verdicts.append(_conclude(found, manifest))
    return verdicts


def _count_rows(found: _Findings, manifest: Manifest, workbench: Workbench) -> None:
    entry = found.entry
    found.rows = workbench.count_rows(entry.name)
    if found.rows == 0 and not may_be_empty(entry.name, manifest.channel):
        found.reasons.append("the table has no rows")
    if found.rows != entry.rows:
        found.reasons.append(f"the table has {found.rows} rows, the manifest says {entry.rows}")


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


def _not_judgeable(entry: Entry, manifest: Manifest, tables: Tables) -> list[str]:
    if entry.status == "unavailable":
        return _not_rightly_unavailable(entry, manifest, tables)
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


def _validate(
    found: _Findings, tables: Tables, evaluator: Evaluator, workbench: Workbench, last: Findings
) -> None:
    entry = found.entry
    try:
        module = find_suite(entry.name, entry.kind)
    except NoSuite as problem:
        found.reasons.append(f"it has no suite: {problem}")
        return
    found.suite = module.file
    suite = module.make(entry.name, tables)
    rules = rules_of(suite)
    found.declared = len(rules)
    if not rules:
        found.reasons.append("its suite declares no expectation")
        return
    keys = {rule: key_of(entry.name, declared, workbench.contents) for rule, declared in rules.items()}
    judged = {rule: one for rule, key in keys.items() if (one := last.again(rule, key)) is not None}
    suite.expectations = [one for one in suite.expectations if one.meta["rule"] not in judged]
    if suite.expectations:
        workbench.need(text_of(suite.expectations))
        anew = evaluator.judge(entry.name, suite)
        judged |= {one.rule: replace(one, key=keys[one.rule]) for one in anew}
    found.judged = [judged[rule] for rule in rules if rule in judged]


def lay_out_for(entry: Entry, manifest: Manifest, tables: Tables, workbench: Workbench) -> None:
    """Make what the rules of one table share."""
    if entry.kind == "publication":
        workbench.spread(tables.publication(entry.name), manifest.folder / entry.file)
    elif entry.name == _LONG_TABLE:
        workbench.share(history_tables(tables))


def _conclude(found: _Findings, manifest: Manifest) -> TableVerdict:
    entry, reasons = found.entry, list(found.reasons)
    judged = with_waivers(manifest, entry.name, found.judged)
    evaluated = sum(one.outcome in ("passed", "failed") for one in judged)
    if evaluated < found.declared or len(judged) != found.declared:
        reasons.append(f"{evaluated} of {found.declared} declared expectations were evaluated")
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
        suite=found.suite,
        file=entry.file if entry.status == "available" else None,
        sha256=manifest.files.get(entry.file),
        rows=found.rows,
        declared=found.declared,
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
