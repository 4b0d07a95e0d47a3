"""Logs: JSON lines on standard error, without a secret in them.

Warnings and errors are shown; `FOURFOLD_LOG_LEVEL=info` adds a line for each request. Nothing
passes a secret to a logger; should one slip in, in the text of an exception say, it is struck out
here by its shape.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET = re.compile(
    r"\b(?P<kind>hk|ab_live|alo_live|alo_test|ha_secret|whsec|ctl)_[A-Za-z0-9_-]+"
    r"|\b(?P<scheme>[Bb]earer)\s+\S+"
)


def configure_logging(level: str) -> None:
    """Send the logs of the whole process to standard error; raise ValueError for an odd level."""
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            strike_secrets,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def strike_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace whatever looks like a credential in the texts of a log line."""
    return {
        name: _SECRET.sub(_shape, value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def _shape(match: re.Match[str]) -> str:
    return f"{match['kind']}_..." if match["kind"] else f"{match['scheme']} ..."
