"""Work begun before its Dagster step: the step gets what the work gave, also its error, and only once."""

from __future__ import annotations

import threading

import pytest

from orchestration.warehouse import ahead


def test_a_step_takes_what_was_begun() -> None:
    with ahead.beginning(("first", lambda: 1), ("second", lambda: 2)):
        assert ahead.done("second", lambda: -2) == 2
        assert ahead.done("first", lambda: -1) == 1


def test_without_a_beginning_the_step_does_the_work() -> None:
    assert ahead.done("first", lambda: 5) == 5


def test_a_result_is_taken_once() -> None:
    with ahead.beginning(("first", lambda: 1)):
        assert ahead.done("first", lambda: 7) == 1
        assert ahead.done("first", lambda: 7) == 7


def test_works_keep_their_order_and_the_block_waits_for_them() -> None:
    told: list[str] = []
    gate = threading.Event()

    def slow() -> None:
        gate.wait(10)
        told.append("first")

    with ahead.beginning(("first", slow), ("second", lambda: told.append("second"))):
        assert told == []
        gate.set()
    assert told == ["first", "second"]


def test_after_an_error_nothing_more_is_begun_and_every_step_hears_it() -> None:
    told: list[str] = []

    def broken() -> None:
        raise ValueError("no such table")

    with ahead.beginning(("first", broken), ("second", lambda: told.append("second"))):
        for name in ("second", "first"):
            with pytest.raises(ValueError, match="no such table"):
                ahead.done(name, lambda: told.append("now"))
    assert told == []


def test_a_step_that_waits_already_hears_the_error_too() -> None:
    gate = threading.Event()

    def broken() -> None:
        gate.wait(10)
        raise ValueError("no such table")

    with ahead.beginning(("first", broken)):
        threading.Timer(0.2, gate.set).start()
        with pytest.raises(ValueError, match="no such table"):
            ahead.done("first", lambda: None)
