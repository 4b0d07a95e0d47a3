"""What the press keeps of clients, grants and tickets, and how it says no."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

LONELY = 5.0
"""Seconds that a request waits for another one to race it."""


class Nowhere(Exception):  # noqa: N818 - an answer
    pass


class Back(Exception):  # noqa: N818 - an answer
    def __init__(self, location: str) -> None:
        self.location = location


class Refused(Exception):  # noqa: N818 - an answer
    def __init__(self, error: str, text: str = "No.", status: int = 400, basic: bool = False):
        self.error, self.text, self.status, self.basic = error, text, status, basic


class Closed(Exception):  # noqa: N818 - an answer
    def __init__(self, status: int, code: str, challenge: str = "") -> None:
        self.status, self.code, self.challenge = status, code, challenge


@dataclass
class Client:
    id: str
    tenant: str
    name: str
    uris: list[str]
    scopes: list[str]
    secret: str


@dataclass
class Asked:
    client: Client
    uri: str
    scopes: list[str]
    state: str | None
    challenge: str
    method: str = "S256"


@dataclass
class Grant:
    client: str
    tenant: str
    scopes: list[str]
    code: str
    ended: bool = False
    latest: str = ""
    ends: float = 0.0
    """When it ends that nobody refreshes, as it was when it was made."""


@dataclass
class Ticket:
    """A code or a token: what it came of, when it ends."""

    value: str
    ends: float
    grant: Grant
    scopes: list[str]
    asked: Asked | None = None
    used: bool = False
    _second: asyncio.Event | None = None

    async def met(self) -> None:
        """Wait until a second request has come for this ticket: what it takes to race.

        One that nobody races goes on after a while.
        """
        if self._second is not None:
            self._second.set()
            return
        self._second = asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._second.wait(), LONELY)
