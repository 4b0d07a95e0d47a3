"""What an answer says of the end of its operation: RFC 9745, RFC 8594, and a word of one's own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec

_LINK = re.compile(r"<([^>]*)>[^,]*;\s*rel=\"?(?:deprecation|sunset|successor-version)\"?", re.I)


class DeprecationNotice(msgspec.Struct, frozen=True):
    """That an operation is deprecated. `text` is what the headers say, as they say it.

    `since` and `sunset` are when it became deprecated, and when it will be gone; `link` is where
    more is said. None and nothing where the answer does not tell.
    """

    text: str
    since: dt.datetime | None = None
    sunset: dt.datetime | None = None
    link: str = ""


def deprecation_notice(headers: Mapping[str, str]) -> DeprecationNotice | None:
    """The notice in the headers of an answer, if there is one."""
    told = [
        f"{name}: {headers[name]}"
        for name in ("deprecation", "sunset", "x-api-deprecation")
        if name in headers
    ]
    if not told:
        return None
    link = _LINK.search(headers.get("link", ""))
    return DeprecationNotice(
        ", ".join(told),
        _moment(headers.get("deprecation", "")),
        _moment(headers.get("sunset", "")),
        link[1] if link else "",
    )


def _moment(text: str) -> dt.datetime | None:
    """A structured date (`@1688169599`, RFC 9651) or one of HTTP; both are in use."""
    try:
        if text.startswith("@"):
            return dt.datetime.fromtimestamp(int(text[1:]), dt.UTC)
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
