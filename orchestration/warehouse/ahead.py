"""Work of a run that begins before Dagster asks for it.

Loading Dagster's definitions takes four seconds, recording a warehouse's 250 events three, both with one
core in Python alone. `mobility run` therefore begins the warehouse as soon as the lake is filled, and the
candidate as soon as the warehouse stands; the asset waits for what was begun, takes its result or its
error, and records it. A job that was launched from the UI finds nothing begun and does the work itself:
it is the same function either way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
Work = tuple[str, Callable[[], Any]]

_begun: ContextVar[dict[str, Future[Any]]] = ContextVar("begun")


@contextmanager
def beginning(*works: Work) -> Iterator[None]:
    """While the block runs, one thread does the works in their order, up to the first that raises.

    The block waits for the thread at its end.
    """
    waiting: list[tuple[Future[Any], Callable[[], Any]]] = [(Future(), work) for _, work in works]
    thread = threading.Thread(target=copy_context().run, args=(_work, waiting))
    token = _begun.set({name: future for (name, _), (future, _) in zip(works, waiting, strict=True)})
    thread.start()
    try:
        yield
    finally:
        _begun.reset(token)
        thread.join()


def done(name: str, otherwise: Callable[[], T]) -> T:
    """The result of what was begun under this name, once; without such, `otherwise` does it now.

    Raises:
        Exception: whatever the work raised.
    """
    future = _begun.get({}).pop(name, None)
    return otherwise() if future is None else future.result()


def _work(waiting: list[tuple[Future[Any], Callable[[], Any]]]) -> None:
    problem: BaseException | None = None
    for future, work in waiting:
        try:
            if problem is None:
                future.set_result(work())
                continue
        except BaseException as error:
            problem = error
        future.set_exception(problem)
