"""A local S3 server for tests, and one in front of it that answers as badly as a test wants."""

from __future__ import annotations

import http.client
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

import pytest

_HOP_BY_HOP = ("transfer-encoding", "connection", "keep-alive")


@contextmanager
def a_bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a bucket of a server of its own; the environment names server and account."""
    s3fs = pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # thousands of requests, each a line
    _one_put_at_a_time(monkeypatch)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    bucket = f"bucket-{uuid4()}"  # servers of one process know each other's buckets, and ports come again
    s3fs.S3FileSystem().mkdir(bucket)
    try:
        yield f"s3://{bucket}"
    finally:
        server.stop()
        s3fs.S3FileSystem.clear_instance_cache()


def _one_put_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in looks whether an object is there and then writes it: when it is busy, two create one name.

    S3 does both at once.
    """
    responses = pytest.importorskip("moto.s3.responses").S3Response
    put, alone = responses.put_object, Lock()

    def put_alone(self: Any) -> Any:
        with alone:
            return put(self)

    monkeypatch.setattr(responses, "put_object", put_alone)


@dataclass
class Trouble:
    """What a server does to requests; `strikes` says which, by method and path."""

    strikes: Callable[[str, str], bool] = lambda method, path: False
    status: int = 0
    cuts: bool = False
    delay: float = 0.0
    struck: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    """Passes requests on to the server behind, unless they are struck."""

    protocol_version = "HTTP/1.1"
    behind: str
    trouble: Trouble

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(self.trouble.delay)
        if not self.trouble.strikes(self.command, self.path):
            self._pass_on(body)
            return
        self.trouble.struck.append(f"{self.command} {self.path}")
        if self.trouble.cuts:  # it arrived, perhaps in part, and nobody is told
            self.close_connection = True
            self.connection.close()
        else:
            self._send(self.trouble.status, {}, b"<Error><Code>InternalError</Code></Error>")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer

    def _pass_on(self, body: bytes) -> None:
        there = http.client.HTTPConnection(self.behind)
        there.request(self.command, self.path, body, dict(self.headers))
        answer = there.getresponse()
        self._send(answer.status, dict(answer.getheaders()), answer.read())
        there.close()

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        own = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        if self.command != "HEAD":
            own = {name: value for name, value in own.items() if name.lower() != "content-length"}
            own["Content-Length"] = str(len(content))
        self.send_response_only(status)
        for name, value in own.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def in_front_of(monkeypatch: pytest.MonkeyPatch, trouble: Trouble) -> Iterator[None]:
    """A server before the one that the environment names; the environment then names this one."""
    import s3fs

    behind = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
    handler = type("Handler", (_Handler,), {"behind": behind, "trouble": trouble})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        patch.setenv("AWS_MAX_ATTEMPTS", "2")
        patch.setattr(s3fs.S3FileSystem, "retries", 2)
        s3fs.S3FileSystem.clear_instance_cache()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
    s3fs.S3FileSystem.clear_instance_cache()
