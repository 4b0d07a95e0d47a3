"""Server-sent events, parsed as the WHATWG HTML standard says (§9.2.6), and given their types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from . import values
from .errors import APIResponseValidationError
from .operation import Events
from .response import Response
from .unions import Unknown

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"


class RawEvent(msgspec.Struct, frozen=True):
    """An event as it was sent. `id` is that of the last event that had one."""

    event: str
    data: str
    id: str = ""
    retry: int | None = None


class Event(msgspec.Struct, Generic[T], frozen=True):
    """An event with its data decoded; that of an event the contract does not know is `Unknown`."""

    event: str
    data: T
    id: str = ""


class EventParser:
    """Turns bytes, however they are cut, into events.

    `last_event_id` is that of the last event that ended, `reconnection_time` what the stream last
    asked for, in seconds.
    """

    def __init__(self, last_event_id: str = "", reconnection_time: float | None = None) -> None:
        self.last_event_id = last_event_id
        self.reconnection_time = reconnection_time
        self._rest = b""
        self._started = False
        self._after_return = False  # where a line feed belongs to the line that ended before it
        self._name = ""
        self._id = last_event_id
        self._retry: int | None = None
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[RawEvent]:
        """The events that `chunk` completes. What follows the last blank line is never one."""
        for line in self._lines(chunk):
            event = self._line(line)
            if event is not None:
                yield event

    def _lines(self, chunk: bytes) -> Iterator[str]:
        if chunk:
            unread = chunk.removeprefix(b"\n") if self._after_return else chunk
            self._after_return, chunk = chunk.endswith(b"\r"), unread
        buffer = self._rest + chunk
        if not self._started:
            if len(buffer) < len(_BOM) and _BOM.startswith(buffer):
                self._rest = buffer
                return
            buffer, self._started = buffer.removeprefix(_BOM), True
        lines = buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            yield line.decode("utf-8", "replace")

    def _line(self, line: str) -> RawEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._data.append(value)
            case "event":
                self._name = value
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit():
                self._retry = int(value)
                self.reconnection_time = self._retry / 1000
            case _:
                pass
        return None

    def _dispatch(self) -> RawEvent | None:
        name, data, retry = self._name, self._data, self._retry
        self._name, self._data, self._retry = "", [], None
        self.last_event_id = self._id
        return RawEvent(name or "message", "\n".join(data), self._id, retry) if data else None


def typed_event(raw: RawEvent, events: Events, response: Response[Any]) -> Event[Any]:
    """The event with its data as the contract says.

    Raises `APIResponseValidationError` where the data of an event it knows is not as it says.
    """
    if raw.event not in events.types:
        data = _plain(raw.data)
        return Event(raw.event, Unknown(data) if events.types else data, raw.id)
    try:
        data = values.decode(raw.data.encode(), events.types[raw.event])
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"the data of an event {raw.event!r} is not as documented: {error}"
        raise APIResponseValidationError(message, response) from error
    return Event(raw.event, data, raw.id)


def _plain(data: str) -> Any:
    try:
        return values.decode(data.encode(), Any)
    except (msgspec.DecodeError, RecursionError):
        return data
