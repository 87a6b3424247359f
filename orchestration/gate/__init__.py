"""The gate: runs the suites of `expectations/` over a candidate and gives a verdict bound to its bytes.

Fail closed: a table passes only if its suite was found, declares something, every declared
expectation was evaluated exactly once, none raised, the table has rows, and none of severity
`error` failed. One refused table refuses the whole release.
"""

from __future__ import annotations

from orchestration.gate.judging import judge
from orchestration.gate.verdict import Verdict
from orchestration.gate.verified import check_verdict

__all__ = ["Verdict", "check_verdict", "judge"]
