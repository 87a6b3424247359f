"""The way to the store: every connection goes through here, is delayed, counted, and cut while it is shut."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

_CHUNK = 1 << 16


@dataclass
class Passed:
    """What went through."""

    requests: int = 0
    sent: int = 0
    """Bytes to the store."""
    fetched: int = 0
    """Bytes from it."""


class Door:
    """A port in front of a port; usable from any thread."""

    def __init__(self, port: int, behind: int, delay: float = 0.0) -> None:
        self.port, self.behind, self.delay = port, behind, delay
        """The delay of every request, in seconds."""
        self.passed = Passed()
        self.is_open = True
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result()

    def shut(self) -> None:
        """Cut all connections and take no new one."""
        self.is_open = False
        self._loop.call_soon_threadsafe(self._cut)

    def reopen(self) -> None:
        """Let pass again."""
        self.is_open = True

    def close(self) -> None:
        """Stop serving."""
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self) -> None:
        await asyncio.start_server(self._visited, "127.0.0.1", self.port)

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_open:
            writer.transport.abort()
            return
        try:
            there, out = await asyncio.open_connection("127.0.0.1", self.behind)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, out}
        self._open |= ends
        turn = _Turn()
        try:
            await asyncio.gather(self._there(reader, out, turn), self._back(there, writer, turn))
        finally:
            for end in ends:
                end.transport.abort()
            self._open -= ends

    async def _there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, turn: _Turn) -> None:
        """Requests; what comes after an answer begins a new one, and is what waits."""
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if not turn.is_asking:
                    turn.is_asking = True
                    self.passed.requests += 1
                    await asyncio.sleep(self.delay)
                self.passed.sent += len(chunk)
                writer.write(chunk)
                await writer.drain()
            writer.write_eof()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, turn: _Turn) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                turn.is_asking = False
                self.passed.fetched += len(chunk)
                writer.write(chunk)
                await writer.drain()
            writer.write_eof()


@dataclass
class _Turn:
    """Of a connection: whether a request is on its way, or an answer."""

    is_asking: bool = False
