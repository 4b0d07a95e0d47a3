"""What a client was made with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from .credentials import Credential
from .errors import ArgumentError
from .headers import sendable
from .hooks import Hooks
from .options import Timeout
from .rate_limit import RateLimitHeaders
from .response import ErrorFormat
from .retries import RetryPolicy
from .values import UNSET, Unset

MAX_RESPONSE_BYTES = 64 * 1024 * 1024
"""The largest answer that a client reads where nothing is said, decompressed."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that shapes a request or the reading of its answer.

    `security` is what the contract asks of operations that say nothing of their own. `root` and
    `sent_headers` are the base URL and the headers as requests have them. Raises `ArgumentError`
    for what no request can be made of.
    """

    base_url: str
    user_agent: str
    timeout: Timeout
    retries: RetryPolicy
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential], repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    security: tuple[tuple[str, ...], ...] = ()
    errors: ErrorFormat = field(default_factory=ErrorFormat, repr=False)
    rate_limit: RateLimitHeaders = field(default_factory=RateLimitHeaders)
    hooks: Hooks = field(default_factory=Hooks, repr=False)
    max_response_bytes: int = MAX_RESPONSE_BYTES
    root: str = field(init=False, repr=False)
    sent_headers: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        url = urlsplit(self.base_url)
        if "@" in url.netloc:
            raise ArgumentError("the base URL must not hold a user name or a password")
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
            raise ArgumentError(
                "the base URL must be http:// or https://, a host and perhaps a path, "
                f"not {self.base_url!r}"
            )
        fixed = {"user-agent": self.user_agent, "accept-encoding": "gzip, deflate"}
        object.__setattr__(self, "root", self.base_url.rstrip("/"))
        object.__setattr__(self, "sent_headers", {**fixed, **sendable(self.headers)})


def reconfigured(
    configuration: Configuration,
    *,
    timeout: Timeout | Unset,
    max_retries: int | None,
    retries: RetryPolicy | None,
    headers: Mapping[str, str],
    base_url: str | None,
    hooks: Hooks | None,
    max_response_bytes: int | None,
) -> Configuration:
    """The configuration with some settings changed, headers added."""
    return replace(
        configuration,
        timeout=configuration.timeout if timeout is UNSET else timeout,
        retries=(retries or configuration.retries).limited_to(max_retries),
        headers={**configuration.headers, **headers},
        base_url=base_url or configuration.base_url,
        hooks=hooks or configuration.hooks,
        max_response_bytes=max_response_bytes or configuration.max_response_bytes,
    )


def setting(argument: str | None, variable: str, default: str) -> str:
    """An argument, else the environment variable of that name, else the default."""
    return argument or (os.environ.get(variable) if variable else None) or default
