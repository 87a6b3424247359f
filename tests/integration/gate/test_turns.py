"""Long turns of threads last as long as the judging."""

from __future__ import annotations

import sys

from orchestration.gate import judge
from tests.support.candidate import Bench


def test_threads_switch_as_before_once_a_verdict_is_there(bench: Bench) -> None:
    before = sys.getswitchinterval()
    assert judge(bench.folder).tables
    assert sys.getswitchinterval() == before
