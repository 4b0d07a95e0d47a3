"""One request and its answer: recorded, redacted, repeatable with curl."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Pairs = Sequence[tuple[str, str]]
REDACTED = "[redacted]"
_SPECIAL = re.compile(r"""["$`\\!]""")
"""What means something to a shell between double quotes."""
MOST_SHOWN = 20_000
"""The largest body, in bytes, that a command line repeats."""
GENERATED = "(generated)"
"""In place of an operation's id, of requests that Schemathesis made."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent. `url` is absolute and already percent-encoded."""

    method: str
    url: str
    headers: Pairs = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        return _first(self.headers, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` keep their order and repetitions, names in lower case.

    `rest` is what followed the answer on a connection of its own, where anybody looked.
    """

    status: int
    headers: Pairs
    body: bytes
    seconds: float = 0.0
    rest: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        return _first(self.headers, name)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty where there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as strict JSON (RFC 8259): UTF-8, no duplicate names, no NaN.

        Raises ValueError where it is not.
        """
        return json.loads(
            self.body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
        )


@dataclass(frozen=True)
class Exchange:
    """A request, its answer, and whether the request carried a credential that should be good.

    `operation` is the id of the operation it was meant for; empty for a route that is not one.
    `started` is in seconds from the start of the run.
    """

    request: Request
    answer: Answer
    operation: str = ""
    authenticated: bool = False
    number: int = 0
    started: float = 0.0

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status

    @cached_property
    def proxied(self) -> bool:
        """Whether the request pretended to come through a proxy."""
        return self.request.header("x-forwarded-proto") is not None

    @cached_property
    def json(self) -> Any:
        """The body of the answer as strict JSON, or None where it is not JSON.

        Read once and shared by all rules: not to be changed.
        """
        try:
            return self.answer.json()
        except (ValueError, RecursionError):
            return None


@dataclass(slots=True)
class Redactor:
    """Knows the secrets of a run and takes them out of whatever is written."""

    secrets: set[str] = field(default_factory=set)

    def learn(self, secret: str) -> None:
        """Remember a secret; strings too short to be one are ignored."""
        if len(secret) >= 6:
            self.secrets.add(secret)

    def clean(self, text: str) -> str:
        """The text without any secret, longest first."""
        for secret in sorted(
            (each for each in self.secrets if each in text), key=len, reverse=True
        ):
            text = text.replace(secret, REDACTED)
        return text


def curl(request: Request, redactor: Redactor) -> str:
    """The command line that repeats a request, with `$TOKEN` in place of the credential."""
    words = ["curl", "-sS", "-i"]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != "GET":
        words += ["-X", request.method]
    for name, value in request.headers:
        if name.lower() in {"host", "connection", "accept-encoding", "content-length"}:
            continue
        hidden = redactor.clean(value).replace(REDACTED, "$TOKEN")
        words += ["-H", f"{name}: {hidden}"]
    if len(request.body) > MOST_SHOWN:
        words += ["--data-binary", f"@{len(request.body)}-bytes.json"]
    elif request.body:
        words += ["--data-binary", request.body.decode("utf-8", "replace")]
    words.append(request.url)
    return redactor.clean(" ".join(_quote(word) for word in words))


def _quote(word: str) -> str:
    """A word of a shell's command, in which only `$TOKEN` stands for something else."""
    parts = word.split("$TOKEN")
    if len(parts) == 1 or _SPECIAL.search("".join(parts)):
        return '"$TOKEN"'.join(shlex.quote(part) for part in parts)
    return f'"{word}"'


def _first(headers: Pairs, name: str) -> str | None:
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"The name {repeated!r} appears twice in one object.")
    return members


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON.")
