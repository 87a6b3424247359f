"""Findings of the last release's verdict that hold again: the same rule, over the same content.

What a rule finds depends on its expectations, as Great Expectations is given them, and on the relations that
their SQL names. A rule's *key* is the hash of both. A table of the candidate or of the last release counts by
the hash of its Parquet file, a table of schema `work` by the SQL that makes it and by what that reads. A rule
without a key is judged anew each time: its SQL names something else than the bench's relations.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.gate.manifest import Manifest
from orchestration.gate.verdict import Checked, Judged, read_verdict

_RELATION = re.compile(r'\b(candidate|previous|work)\.[\\"]*(\w+)')
# What SQL may read beside relations; a rule that does so is never carried over.
_ELSEWHERE = re.compile(
    r"\b(?:(?:read|pragma|duckdb)_\w+|random|uuid|now|today|getvariable|getenv)\s*\(|\bcurrent_(?:date|time)",
    re.IGNORECASE,
)
# A cast to an enumeration gives nothing for a text that neither long table has.
_ENUMERATION = re.compile(r"\bas of_\w+")
_OF_ENUMERATIONS = ("candidate.metric_values", "candidate.published_values")


def reads(text: str) -> set[str]:
    """The relations of the bench that SQL names."""
    return {f"{schema}.{name}" for schema, name in _RELATION.findall(text)}


def digest(*facts: Any) -> str:
    """Hash of facts that JSON can say."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


@dataclass
class Contents:
    """What each relation of the bench holds, as a hash; one that is not here is not known."""

    known: dict[str, str] = field(default_factory=dict)

    def note(self, relation: str, content: str | None) -> None:
        """Say what a relation holds; nothing is known of it without a hash."""
        self.known.pop(relation, None)
        if content is not None:
            self.known[relation] = content

    def derive(self, relation: str, select: str, instead: Mapping[str, str | None] | None = None) -> None:
        """Note a relation that SQL makes.

        Args:
            relation: its name with its schema.
            select: the SQL.
            instead: hashes of the parts that it takes of relations, where it does not depend on the whole.
        """
        self.note(relation, self.of(select, instead))

    def of(self, text: str, instead: Mapping[str, str | None] | None = None) -> str | None:
        """Hash of SQL together with all that it reads; None if that is not known."""
        if _ELSEWHERE.search(text):
            return None
        named = reads(text)
        if _ENUMERATION.search(text) and instead is None:
            named.update(name for name in _OF_ENUMERATIONS if name in self.known)
        contents = {name: (instead or {}).get(name, self.known.get(name)) for name in sorted(named)}
        return None if None in contents.values() else digest(text, contents)


def rules_of(suite: Any) -> dict[str, list[Any]]:
    """The expectations of a suite by rule, in their order."""
    rules: dict[str, list[Any]] = {}
    for one in suite.expectations:
        rules.setdefault(one.meta["rule"], []).append(one)
    return rules


def text_of(expectations: Iterable[Any]) -> str:
    """All that expectations say, as text."""
    said = []
    for one in expectations:
        made = one.configuration
        said.append([made.type, made.kwargs, made.meta, made.description, str(made.severity)])
    return json.dumps(said, sort_keys=True, default=str)


def key_of(table: str, expectations: Iterable[Any], contents: Contents) -> str | None:
    """The key of one rule of a table's suite."""
    found = contents.of(text_of(expectations) + f" candidate.{table}")
    return None if found is None else digest(table, found)


@dataclass(frozen=True)
class Findings:
    """What the verdict on the last release found, by key."""

    by_key: Mapping[str, Judged] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_key)

    def again(self, rule: str, key: str | None) -> Judged | None:
        """The finding of the rule with this key, if there is one."""
        found = self.by_key.get(key or "")
        return found if found is not None and found.rule == rule else None


def findings_of(before: Manifest | None, gate_sha256: str, versions: Mapping[str, str]) -> Findings:
    """What may be carried over from the release before: nothing if another gate judged it."""
    if before is None:
        return Findings()
    try:
        data = read_verdict(before.folder)
    except MobilityError:
        return Findings()
    same = (data["manifest_sha256"], data["gate_sha256"], data["versions"], data["outcome"])
    if same != (before.sha256, gate_sha256, dict(versions), "passed"):
        return Findings()
    judged = [
        _judged(one, before.version or before.sha256[:12])
        for table in data["tables"]
        for one in table["expectations"]
    ]
    return Findings({one.key: one for one in judged if one.key and one.outcome in ("passed", "failed")})


def _judged(one: Mapping[str, Any], version: str) -> Judged:
    """A finding as it was written, without its waiver: whether that still holds is asked anew."""
    parts = [Checked(**part) for part in one["parts"]]
    known = {name: one[name] for name in Judged.__dataclass_fields__ if name in one}
    origin = one.get("carried_from") or version
    return Judged(**{**known, "parts": parts, "waiver": None, "carried_from": origin})
