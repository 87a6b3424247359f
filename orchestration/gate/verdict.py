"""The verdict: what each expectation found, table by table, and the bytes it was found in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from orchestration.base.errors import MobilityError

FORMAT = 1
VERDICT_FILE = "gate/verdict.json"
Outcome = Literal["passed", "refused", "unavailable"]


@dataclass(frozen=True)
class Checked:
    """One part of an expectation, measured: how many cells were looked at, how many fail."""

    name: str
    looked_at: int | None
    failing: int | None
    minimum: int
    raised: str | None = None
    examples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Nothing fails, and enough was looked at."""
        return self.failing == 0 and self.looked_at is not None and self.looked_at >= self.minimum


@dataclass(frozen=True)
class Judged:
    """One expectation and what Great Expectations said of it.

    `key` is the hash of the rule and of all that it reads, None if that is not known; `carried_from` the
    release whose verdict found this, over the same content, where it was not looked at again.
    """

    id: str
    rule: str
    severity: str
    statement: str
    outcome: Literal["passed", "failed", "raised", "not_evaluated"]
    looked_at: int
    unexpected: int
    parts: list[Checked]
    problem: str | None = None
    waiver: dict[str, Any] | None = None
    key: str | None = None
    carried_from: str | None = None


@dataclass(frozen=True)
class TableVerdict:
    """The verdict on one table."""

    table: str
    publication: int | None
    title: str
    outcome: Outcome
    reasons: list[str]
    suite: str | None = None
    file: str | None = None
    sha256: str | None = None
    rows: int = 0
    declared: int = 0
    evaluated: int = 0
    expectations: list[Judged] = field(default_factory=list)

    @property
    def warnings(self) -> list[Judged]:
        """Expectations of severity warning that do not hold."""
        return [one for one in self.expectations if one.severity == "warning" and one.outcome != "passed"]

    @property
    def waived(self) -> list[Judged]:
        """Expectations that fail and are let through."""
        return [one for one in self.expectations if one.waiver]


@dataclass(frozen=True)
class Verdict:
    """The verdict on a candidate. `reasons` are those that concern it as a whole."""

    channel: str
    outcome: Literal["passed", "refused"]
    reasons: list[str]
    manifest_sha256: str
    previous_manifest_sha256: str | None
    gate_sha256: str
    versions: dict[str, str]
    tables: list[TableVerdict]
    reports: dict[str, str] = field(default_factory=dict)
    unused_waivers: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the candidate may be published."""
        return self.outcome == "passed"

    @property
    def refusals(self) -> list[str]:
        """Every reason for refusal, those of tables with the table's name in front."""
        of_tables = [
            f"{table.table}: {reason}"
            for table in self.tables
            if table.outcome == "refused"
            for reason in table.reasons
        ]
        return self.reasons + of_tables


def to_json(verdict: Verdict) -> str:
    """The verdict as text, with the hash of all the rest; the same bytes for the same verdict."""
    data = {"format": FORMAT, **asdict(verdict)}
    data["verdict_sha256"] = _own_hash(data)
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False, sort_keys=True) + "\n"


def _own_hash(data: dict[str, Any]) -> str:
    rest = {key: value for key, value in data.items() if key != "verdict_sha256"}
    canonical = json.dumps(rest, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_verdict(candidate: Path) -> dict[str, Any]:
    """The stored verdict as data, after a look whether it is whole.

    Raises:
        MobilityError: there is none, or it was edited.
    """
    path = candidate / VERDICT_FILE
    judge_it = "let the gate judge the candidate with `mobility release gate`"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise MobilityError("The candidate was not judged.", where=str(path), remedy=judge_it) from problem
    except (OSError, ValueError) as problem:
        raise MobilityError(
            "The verdict cannot be read.", where=str(path), found=str(problem), remedy=judge_it
        ) from problem
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise MobilityError(
            "The verdict has another format.", where=str(path), expected=f"format {FORMAT}", remedy=judge_it
        )
    if data.get("verdict_sha256") != _own_hash(data):
        raise MobilityError(
            "The verdict was edited after the gate wrote it.",
            where=str(path),
            expected=f"verdict_sha256 {_own_hash(data)}",
            found=str(data.get("verdict_sha256")),
            remedy=judge_it,
        )
    return data
