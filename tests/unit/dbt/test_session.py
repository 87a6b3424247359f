"""What the dbt process tells: one event a line, whatever Python prints between them is not lost."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import session as dbt_session


def event(level: str, **data: object) -> SimpleNamespace:
    """An event as dbt hands it to a callback."""
    info = SimpleNamespace(level=level, name="LogTestResult", msg=" 3 of 4 PASS\n")
    return SimpleNamespace(info=info, data=SimpleNamespace(**data))


def test_a_finished_node_is_told_with_the_number_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    named = SimpleNamespace(node_name="small")
    dbt_session._tell(event("info", num_models=4, node_info=named))
    dbt_session._tell(event("debug", num_models=4, node_info=named))
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1  # nothing of level debug
    assert dbt_runner._event(told[0]) == {
        "level": "info",
        "name": "LogTestResult",
        "message": "3 of 4 PASS",
        "total": 4,
        "node": "small",
    }


@pytest.mark.parametrize(
    "line", ["Killed\n", '{"level": "info", "naKilled\n', json.dumps({"ended": "x"}), "7", ""]
)
def test_what_is_no_event_is_an_error_to_show(line: str) -> None:
    assert dbt_runner._event(line) == {"level": "error", "name": "", "message": line.rstrip()}
