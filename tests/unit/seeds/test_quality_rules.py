"""What the flags of a metric are said to be is what its models compute: limits in words stand in the SQL."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from orchestration.base.settings import DBT_PROJECT_DIR
from tests.unit.seeds.reading import seed

RULES = {row["metric"]: row["quality_rule"] for row in seed("metric_methods")}
"""Of the newest period."""
# Words of a share where the SQL has the number, and numbers that are no limit of a flag.
_WORDED = {"20 %": "0.2", "40 %": "0.4", "80 %": "0.8", "5 %": "0.05"}
_NOT_LIMITS = {
    "injury_deaths": {"20"},  # what the agency withholds
    "membership_associations": set(),
}


@cache
def _files() -> dict[str, str]:
    models = {path.stem: path for path in (DBT_PROJECT_DIR / "models").rglob("*.sql")}
    return {name: path.read_text(encoding="utf-8") for name, path in models.items()}


@cache
def _macros() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(Path(DBT_PROJECT_DIR / "macros").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        found |= dict.fromkeys(re.findall(r"macro\s+(\w+)\(", text), text)
    return found


def sql_behind(metric: str) -> str:
    """The SQL of a metric's models, of all that they read, and of the macros called in any of it."""
    waiting = [path.stem for path in (DBT_PROJECT_DIR / "models" / "metrics" / metric).glob("*.sql")]
    seen: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name not in seen and name in _files():
            seen[name] = _files()[name]
            called = {text for macro, text in _macros().items() if re.search(rf"\b{macro}\(", seen[name])}
            seen[name] += "".join(sorted(called))
            waiting += re.findall(r"ref\('(\w+)'\)", seen[name])
    return "\n".join(text for _, text in sorted(seen.items()))


@pytest.mark.parametrize("metric", sorted(RULES))
def test_the_limits_of_a_flag_are_those_of_the_models(metric: str) -> None:
    rule = RULES[metric]
    for words, number in _WORDED.items():
        rule = rule.replace(words, number)
    said = set(re.findall(r"\d+(?:\.\d+)?", rule)) - _NOT_LIMITS.get(metric, set())
    sql = sql_behind(metric)
    lacking = {
        number for number in said if not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]\d|\d)", sql)
    }
    assert not lacking, f"{metric}: {RULES[metric]}"


def test_a_limit_that_no_model_has_is_found() -> None:
    assert not re.search(r"(?<![\d.])0\.77(?!\d)", sql_behind("employment"))
    assert re.search(r"(?<![\d.])0\.75(?!\d)", sql_behind("employment"))
