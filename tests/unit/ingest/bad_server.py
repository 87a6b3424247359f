"""A real HTTP server on the loopback that fails in every way a download can fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Plays the server's script: one answer a request, the last one for ever."""

    protocol_version = "HTTP/1.1"
    server: BadServer

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.requests.append({name.lower(): value for name, value in self.headers.items()})
        script = self.server.script
        answer = script.pop(0) if len(script) > 1 else script[0]
        self.close_connection = True
        answer(self)

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer; a header's underscores become hyphens."""
        self.start(
            status,
            **({"Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}),
        )
        self.wfile.write(body)

    def start(self, status: int, **headers: str) -> None:
        """Send status and headers only."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class BadServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.requests = script, list[dict[str, str]]()
        self.paths = list[str]()

    def handle_error(self, *_: object) -> None:
        pass

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/file.csv"


@contextmanager
def serving(*script: Answer) -> Iterator[BadServer]:
    server = BadServer(list(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def whole(body: bytes, **headers: str) -> Answer:
    """The file, as it should be."""
    return lambda handler: handler.reply(200, body, **headers)


def status(code: int, **headers: str) -> Answer:
    """Only a status."""
    return lambda handler: handler.reply(code, b"", **headers)


def cut(body: bytes, after: int, **headers: str) -> Answer:
    """Announces the whole body, sends a part, hangs up."""

    def answer(handler: Handler) -> None:
        handler.start(200, **{"Content-Length": str(len(body))}, **headers)
        handler.wfile.write(body[:after])

    return answer


def resumable(body: bytes, etag: str) -> Answer:
    """Continues where asked if the condition holds, else sends everything."""

    def answer(handler: Handler) -> None:
        wanted = handler.headers.get("Range")
        if wanted and handler.headers.get("If-Range") == etag:
            begin = int(wanted.removeprefix("bytes=").rstrip("-"))
            part = body[begin:]
            handler.reply(206, part, ETag=etag, Content_Range=f"bytes {begin}-{len(body) - 1}/{len(body)}")
        else:
            handler.reply(200, body, ETag=etag)

    return answer


def silent(seconds: float) -> Answer:
    """Accepts the request and says nothing."""

    def answer(handler: Handler) -> None:
        time.sleep(seconds)

    return answer


def dripping(body: bytes, pause: float) -> Answer:
    """One byte at a time, never silent for long."""

    def answer(handler: Handler) -> None:
        handler.start(200, **{"Content-Length": str(len(body))})
        for i in range(len(body)):
            handler.wfile.write(body[i : i + 1])
            handler.wfile.flush()
            time.sleep(pause)

    return answer
