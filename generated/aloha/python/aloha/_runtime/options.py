"""What a caller may say about one call, whatever the operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict

import httpx2

Timeout: TypeAlias = float | httpx2.Timeout | None
"""Seconds, or httpx2's finer settings; None waits for ever."""


class RequestOptions(TypedDict, total=False):
    """Options that every method takes by keyword.

    `query` and `extra_body` add members or replace them; `headers` replaces what the client would
    send.
    """

    timeout: Timeout
    max_retries: int
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    extra_body: Mapping[str, Any]


def check_options(options: RequestOptions) -> None:
    """Raises `TypeError` for an option that there is not: a misspelt argument, most likely."""
    unknown = sorted(options.keys() - RequestOptions.__optional_keys__)
    if unknown:
        raise TypeError(f"unexpected keyword arguments: {', '.join(unknown)}")
