"""Logs: JSON lines on standard error, without a secret in them.

Warnings and errors are shown; `FOURFOLD_LOG_LEVEL=info` adds a line for each request. Nothing
passes a secret to a logger; should one slip in, in a path or in the text of an exception, it is
struck out here by its shape.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import cached_property
from typing import Any

_SECRET = re.compile(
    r"\b(?P<kind>hk|ab_live|alo_live|alo_test|aos|aoc|aoa|aor|ha_secret|whsec|ctl)_[A-Za-z0-9_-]+"
    r"|\b(?P<scheme>[Bb]earer)\s+\S+"
)


def configure_logging(level: str) -> None:
    """Send the logs of the whole process to standard error; raise ValueError for an odd level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


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
                structlog.processors.format_exc_info,
                strike_secrets,
                structlog.processors.JSONRenderer(),
            ],
        )


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
