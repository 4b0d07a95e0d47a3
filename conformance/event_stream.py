"""Server-sent events, read as they come (HTML Living Standard §9.2.6)."""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conformance.caller import Caller
from conformance.exchange import Exchange
from conformance.sample import Sample
from generator.model import Operation

ACCEPT = ("Accept", "text/event-stream")
KNOWN_FIELDS = frozenset({"event", "data", "id", "retry", ""})


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `arrived` is in seconds of a monotonic clock."""

    name: str
    data: str
    arrived: float

    @property
    def json(self) -> Any:
        """The data as JSON, or None where it is not."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            return None


def told(exchange: Exchange) -> Any:
    """What an answer tells: its JSON, or that of the event which ends a stream; None without."""
    if exchange.answer.media_type != "text/event-stream":
        return exchange.json
    parser = Parser()
    parser.feed(exchange.answer.body)
    return parser.events[-1].json if parser.events else None


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a request for a stream; `rest` is what no blank line ended."""

    exchange: Exchange
    events: tuple[Event, ...]
    rest: str
    strange: tuple[str, ...]
    """Names of fields that the standard does not know, and bytes that are not UTF-8."""


@dataclass(slots=True)
class Parser:
    """Takes bytes in pieces of any size; what is complete is in `events`."""

    events: list[Event] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    _text: str = ""
    _name: str = ""
    _data: list[str] = field(default_factory=list)
    _begun: bool = False
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def feed(self, piece: bytes) -> None:
        """Read on."""
        text = self._decoder.decode(piece)
        if text and not self._begun:
            self._begun, text = True, text.removeprefix("\ufeff")
        if "\ufffd" in text and b"\xef\xbf\xbd" not in piece:
            self.strange.append("bytes that are not UTF-8")
        *lines, self._text = _lines(self._text + text)
        for line in lines:
            self._take(line)

    @property
    def rest(self) -> str:
        """What was not ended with a blank line."""
        return self._text + "".join(self._data)

    def _take(self, line: str) -> None:
        if not line:
            if self._data:
                event = Event(self._name or "message", "\n".join(self._data), time.monotonic())
                self.events.append(event)
            self._name, self._data = "", []
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name not in KNOWN_FIELDS:
            self.strange.append(name)


def _lines(text: str) -> list[str]:
    """Lines by CRLF, LF or CR; the last one is not ended. A CR at the end may be half a CRLF."""
    held = text.endswith("\r")
    whole = text[:-1] if held else text
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if held:
        lines[-1] += "\r"
    return lines


def read(
    caller: Caller,
    operation: Operation,
    sample: Sample,
    *,
    told: Callable[[Event], bool] = lambda _: True,
) -> Received:
    """Call an operation and read its events; hang up once `told` of one says False."""
    parser = Parser()

    def arriving(piece: bytes) -> bool:
        before = len(parser.events)
        parser.feed(piece)
        return all(told(event) for event in parser.events[before:])

    exchange = caller.listen(operation, sample, arriving, headers=(ACCEPT,))
    return Received(exchange, tuple(parser.events), parser.rest, tuple(parser.strange))
