"""A call of the control plane: what it takes, what it may touch, what it answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from reference.background import Background
from reference.journal import Journal
from reference.metrics import Metrics
from reference.platform import Platform
from reference.service import Service
from reference.tenants import Tenants


class RefusedError(Exception):
    """A call that cannot be done: the status that says so, and one sentence."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers: Mapping[str, str] = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Text:
    """An answer that is not JSON."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Controlled:
    """What the control plane controls."""

    platform: Platform
    services: Mapping[str, Service]
    faults: Sequence[str]
    tenants: Tenants
    journal: Journal
    metrics: Metrics
    background: Background

    def service(self, api: str) -> Service:
        """Return an API by its name; raise RefusedError."""
        if api not in self.services:
            raise RefusedError(
                400, f"There is no API {api!r} here, only {', '.join(self.services)}."
            )
        return self.services[api]


Answer = Mapping[str, object] | Text


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the type of its body, and what it does."""

    method: str
    path: str
    body: type[msgspec.Struct]
    run: Callable[[Controlled, Any], Awaitable[Answer]]
    applies: Callable[[Controlled], bool] = lambda _controlled: True
    """Whether any API that is served has to do with it; the call is a 501 otherwise."""
