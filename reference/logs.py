"""Logs: JSON lines on standard error, without a secret or anything personal in them.

Warnings and errors are shown; `FOURFOLD_LOG_LEVEL=info` adds a line for each request. Nothing
passes what a request said to a logger, and of an exception the log has the types and the places,
not the words, which may quote it. Should a credential slip in, it is struck out by its shape.
Libraries tell what they handle: only their warnings are shown, whatever the level.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from functools import cached_property
from traceback import TracebackException
from typing import Any

from starlette.types import Scope

_OURS = ("fourfold", "generated")
_REQUEST_ID = "api.request_id"
"""Where the runtime of a generated server leaves the id that it gave to a request."""
_SECRET = re.compile(
    r"\b(?P<kind>hk|ldo|ab_live|alo_live|alo_test|ha_secret|whsec|ctl)_[A-Za-z0-9_+/=-]+"
    r"|\b(?P<scheme>[Bb]earer)\s+\S+"
)

answering: ContextVar[Scope | None] = ContextVar("answering", default=None)
"""The request that is being answered: its id goes on every line that is logged meanwhile."""


def request_id(scope: Scope) -> str:
    """Return the id of a request, empty before it has one."""
    given: str = scope.get(_REQUEST_ID, "")
    return given


def configure_logging(level: str) -> None:
    """Send the logs of the whole process to standard error; raise ValueError for an odd level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


class JsonLines(logging.Formatter):
    """Makes a line of JSON of a record, with what it was given as `extra`.

    structlog takes a fifth of a second to load, and most servers never write a line: the first
    one loads it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return self._formatter.format(record)

    @cached_property
    def _formatter(self) -> logging.Formatter:
        import structlog  # noqa: PLC0415 - see above

        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                add_request_id,
                tell_exception,
                strike_secrets,
                structlog.processors.JSONRenderer(),
            ],
        )


def add_request_id(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Add the id of the request that is being answered."""
    scope = answering.get()
    if scope is not None:
        event.setdefault("request_id", request_id(scope))
    return event


def tell_exception(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its type and its way through the code, and those of its causes."""
    said = event.pop("exc_info", None)
    error = sys.exc_info()[1] if said is True else said[1] if isinstance(said, tuple) else said
    if isinstance(error, BaseException):
        event["exception"] = told(error)
    return event


def told(error: BaseException) -> str:
    """Return what an exception was and where it came from, without its words."""
    parts = []
    link: TracebackException | None = TracebackException.from_exception(error)
    while link is not None:
        kind = link.exc_type.__qualname__ if link.exc_type else "Exception"
        parts.append(kind + "\n" + "".join(link.stack.format()))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "because of ".join(parts)


def strike_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace whatever looks like a credential in the texts of a log line."""
    return {
        name: struck(value) if isinstance(value, str) else value for name, value in event.items()
    }


def struck(text: str) -> str:
    """Return a text without what looks like a credential."""
    return _SECRET.sub(_shape, text)


def _shape(match: re.Match[str]) -> str:
    return f"{match['kind']}_..." if match["kind"] else f"{match['scheme']} ..."
