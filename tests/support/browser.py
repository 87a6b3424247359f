"""A headless Chromium that opens pages and tells what they did: requests, console, what a script finds.

It is spoken to by pipe, in the protocol of its developer tools: no driver, no port, no package.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)

# The browser reads pipe 3 and writes pipe 4. They are put there by a process of its own: between fork and
# exec a child of a process with many threads may crash. First out of the way: they may be 3 and 4 already.
_AS_THREE_AND_FOUR = """
import os, sys
given = [int(pipe) for pipe in sys.argv[1:3]]
copies = [os.dup(pipe) for pipe in given]
for number, pipe in zip((3, 4), copies):
    os.dup2(pipe, number)
    os.set_inheritable(number, True)
for pipe in set(given) - {3, 4}:
    os.close(pipe)
os.execv(sys.argv[3], sys.argv[3:])
"""


@dataclass
class Visit:
    """What happened while a page was open."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    found: Any = None


class Browser:
    """One browser with one tab; use it as a context."""

    def __init__(self, profile: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()

        self._said = profile.parent / f"{profile.name}.stderr"
        with self._said.open("wb") as said:
            self._process = self._started(profile, (to_read, to_write), said)
        os.close(to_read)
        os.close(to_write)
        self._buffer = b""
        self._number = 0
        self._session = ""
        self._visit = Visit()
        self._loaded = False

    @staticmethod
    def _started(profile: Path, pipes: tuple[int, int], said: IO[bytes]) -> subprocess.Popen[bytes]:
        assert CHROMIUM is not None
        return subprocess.Popen(
            [
                sys.executable, "-S", "-c", _AS_THREE_AND_FOUR, *map(str, pipes),
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-quic", "--disable-sync",
                "--disable-component-update", "--remote-debugging-pipe",
                f"--user-data-dir={profile}", "about:blank",
            ],
            pass_fds=pipes, stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip

    def __enter__(self) -> Browser:
        (target,) = (one for one in self._call("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self._session = self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._call("Browser.close")
        self._process.kill()
        self._process.wait()
        os.close(self._read)
        os.close(self._write)

    def visit(self, page: Path, script: str = "null", settle: str = "", query: str = "") -> Visit:
        """Open a file, wait until it is loaded (and `settle` is true), and give what `script` finds in it."""
        self._visit, self._loaded = Visit(), False
        self._call("Page.navigate", url=page.as_uri() + query)
        while not self._loaded:
            self._hear()
        if settle:
            self.wait_until(settle)
        self._visit.found = self.ask(script)
        return self._visit

    def wait_until(self, condition: str, seconds: int = 60) -> None:
        """Wait until an expression in the page is true; a browser on a busy machine may be slow."""
        look = f"({condition}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 50)"
        steps = f"const end = Date.now() + {seconds * 1000}; const look = () => {look}; look()"
        waiting = f"new Promise(done => {{{steps}}})"
        try:
            said = self.ask(waiting)
        except AssertionError as gone:  # the page that was asked has made room for the next one
            if "navigated or closed" not in str(gone):
                raise
            said = self.ask(waiting)
        assert said, f"never became true: {condition}"

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        said = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as a person does: a letter, or the name of a key."""
        for key in keys:
            code = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27, "Tab": 9}.get(key)
            text = {"text": "\r" if key == "Enter" else key} if code in (None, 13) else {}
            facts = {"key": key, "windowsVirtualKeyCode": code or ord(key.upper()), **text}
            self._call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **facts)
            self._call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def width(self, width: int) -> None:
        """Look through a window of that width from now on."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def pdf(self) -> bytes:
        """The open page as it would be printed."""
        return base64.b64decode(self._call("Page.printToPDF")["data"])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._write, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise self._ended() from error
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                assert "error" not in heard, (method, heard["error"])
                return dict(heard["result"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            some = os.read(self._read, 1 << 16)
            if not some:
                raise self._ended()
            self._buffer += some
        line, self._buffer = self._buffer.split(b"\0", 1)
        heard: dict[str, Any] = json.loads(line)
        self._note(heard.get("method", ""), heard.get("params", {}))
        return heard

    def _ended(self) -> OSError:
        code = self._process.wait()
        last_words = self._said.read_text(encoding="utf-8", errors="replace")[-2000:]
        return OSError(f"the browser ended with {code}: {last_words}")

    def _note(self, event: str, said: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self._visit.requests.append(said["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self._visit.complaints.append(
                said["exceptionDetails"].get("text", "")
                + str(said["exceptionDetails"].get("exception", {}).get("description", ""))
            )
        elif event == "Runtime.consoleAPICalled" and said["type"] in ("error", "warning", "assert"):
            self._visit.complaints.append(str([one.get("value") for one in said["args"]]))
        elif event == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
            self._visit.complaints.append(said["entry"]["text"])
