"""What a caller may say about one call, whatever the operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict

import httpx2

Timeout: TypeAlias = float | httpx2.Timeout | None
"""Seconds, or httpx2's finer settings; None waits for ever."""


class RequestOptions(TypedDict, total=False):
    """Options that every method takes by keyword.

    `extra_query` and `extra_body` add members or replace them; `extra_headers` replaces what the
    client would send.
    """

    timeout: Timeout
    max_retries: int
    extra_headers: Mapping[str, str]
    extra_query: Mapping[str, Any]
    extra_body: Mapping[str, Any]
