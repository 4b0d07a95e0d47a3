"""What every client of Aloha is made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._runtime.configuration import Configuration, setting
from ._runtime.credentials import Credential, Scheme, SigningSecret, signing_secrets
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.pace import Bucket
from ._runtime.rate_limit import RateLimitHeaders
from ._runtime.response import ErrorFormat
from ._runtime.retries import RetryPolicy
from ._version import __version__

if TYPE_CHECKING:
    from .errors import APIStatusError

_BASE_URL = "https://api.usealoha.app"
BUCKET = Bucket(limit=3000, window=60, burst=3000)
API_KEY = Scheme("apiKey", "api_key", variable="ALOHA_KEY", prefix="Bearer ")
ACCESS_TOKEN = Scheme("oauth", "access_token", auth="auth", prefix="Bearer ")


def configuration(
    credentials: Mapping[str, Credential],
    webhook_secret: SigningSecret | None,
    base_url: str | None,
    timeout: Timeout,
    max_retries: int | None,
    retries: RetryPolicy | None,
    headers: Mapping[str, str] | None,
    hooks: Hooks | None,
    max_response_bytes: int,
) -> Configuration:
    """What a client was given, and what the contract says where it was given nothing."""
    return Configuration(
        base_url=setting(base_url, "ALOHA_BASE_URL", _BASE_URL),
        user_agent=f"aloha-python/{__version__}",
        timeout=timeout,
        retries=(retries or RetryPolicy()).limited_to(max_retries),
        credentials=credentials,
        webhook_secrets=signing_secrets(webhook_secret, "ALOHA_WEBHOOK_SECRET"),
        headers=headers or {},
        security=(("apiKey",), ("oauth",)),
        errors=ErrorFormat(_envelope, ("error", "message"), ("error", "code"), (), _error_classes),
        rate_limit=RateLimitHeaders(
            limit="x-ratelimit-limit", remaining="x-ratelimit-remaining", reset="x-ratelimit-reset"
        ),
        hooks=hooks or Hooks(),
        max_response_bytes=max_response_bytes,
    )


def _envelope() -> Any:
    from .types.shared import Error

    return Error


def _error_classes() -> Mapping[tuple[int, str], type[APIStatusError]]:
    from .errors import CODE_ERRORS

    return CODE_ERRORS
