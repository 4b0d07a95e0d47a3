"""A headless Chromium that is driven over a pipe with the DevTools Protocol."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
SECONDS_TO_ANSWER = 60.0


def installed() -> str | None:
    """The path of a Chromium on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Tab:
    """A page of the browser; a command that fails raises RuntimeError, silence TimeoutError."""

    def __init__(self, source: int, sink: int) -> None:
        self.events: list[Mapping[str, Any]] = []
        self._source, self._sink = source, sink
        self._buffer, self._number, self._session = b"", 0, ""
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result; events in between are kept."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._sink, json.dumps(command | session).encode() + b"\0")
        while (message := self._next()).get("id") != self._number:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    def open(self, url: str, *, script: bool = True) -> None:
        """Load an address and wait until it is loaded."""
        self("Emulation.setScriptExecutionDisabled", value=not script)
        self.events.clear()
        self("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def wait(self, event: str) -> None:
        """Wait for an event that was not there yet."""
        while not any(message.get("method") == event for message in self.events):
            self.events.append(self._next())

    def value(self, expression: str) -> Any:
        """The value of an expression, a promise awaited; what it throws is raised."""
        found = self(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def size(self, width: int, height: int) -> None:
        """Give the window a size in CSS pixels."""
        self(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str, medium: str = "") -> None:
        """Prefer a colour scheme, without motion; `medium` may be `print`."""
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        self(
            "Emulation.setEmulatedMedia",
            media=medium,
            features=[{"name": name, "value": value} for name, value in features.items()],
        )

    def press(self, key: str, *, text: str = "", code: int = 0) -> None:
        """Press and release a key."""
        event = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        self("Input.dispatchKeyEvent", type="keyUp", **event)

    def tab(self) -> None:
        """Move the focus on."""
        self.press("Tab", code=9)

    def enter(self) -> None:
        """Activate what has the focus."""
        self.press("Enter", text="\r", code=13)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        for character in text:
            self.press(character, text=character)

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """Write a picture of the page."""
        image = self("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(image["data"]))

    def _next(self) -> Any:
        while b"\0" not in self._buffer:
            if not select([self._source], [], [], SECONDS_TO_ANSWER)[0]:
                raise TimeoutError("Chromium does not answer.")
            chunk = os.read(self._source, 1 << 20)
            if not chunk:
                raise RuntimeError("Chromium is gone.")
            self._buffer += chunk
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


@contextmanager
def chromium(executable: str, profile: Path) -> Iterator[Tab]:
    """A browser with an empty profile, for as long as the block runs."""
    to_browser, from_browser = _pipe(), _pipe()
    pid = os.posix_spawn(
        executable,
        [executable, *OPTIONS, f"--user-data-dir={profile}"],
        {**os.environ, "HOME": str(profile)},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, to_browser[0], 3),
            (os.POSIX_SPAWN_DUP2, from_browser[1], 4),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setpgroup=0,
    )
    os.close(to_browser[0])
    os.close(from_browser[1])
    try:
        yield Tab(from_browser[0], to_browser[1])
    finally:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(to_browser[1])
        os.close(from_browser[0])


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are not among those that the browser is given (3 and 4)."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]
