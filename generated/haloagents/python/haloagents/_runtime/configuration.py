"""What a client was made with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

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


class Configuration(msgspec.Struct, frozen=True):
    """Everything that shapes a request or the reading of its answer.

    `security` is what the contract asks of operations that say nothing of their own. `root` and
    `sent_headers` are the base URL and the headers as requests have them. Raises `ArgumentError`
    for what no request can be made of. Its text shows no secret.
    """

    base_url: str
    user_agent: str
    timeout: Timeout
    retries: RetryPolicy
    credentials: Mapping[str, Credential] = msgspec.field(default_factory=dict[str, Credential])
    webhook_secrets: tuple[str, ...] = ()
    headers: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    security: tuple[tuple[str, ...], ...] = ()
    errors: ErrorFormat = msgspec.field(default_factory=ErrorFormat)
    rate_limit: RateLimitHeaders = msgspec.field(default_factory=RateLimitHeaders)
    hooks: Hooks = msgspec.field(default_factory=Hooks)
    max_response_bytes: int = MAX_RESPONSE_BYTES
    root: str = ""
    sent_headers: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])

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
        sent = {**fixed, **sendable(self.headers)}
        msgspec.structs.force_setattr(self, "root", self.base_url.rstrip("/"))
        msgspec.structs.force_setattr(self, "sent_headers", sent)

    def __repr__(self) -> str:
        return f"Configuration(base_url={self.base_url!r})"


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
    return msgspec.structs.replace(
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
