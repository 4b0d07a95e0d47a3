"""What every client of HaloAgents is made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._runtime.configuration import Configuration, setting
from ._runtime.credentials import Credential, Scheme
from ._runtime.hooks import Hooks
from ._runtime.options import Timeout
from ._runtime.rate_limit import RateLimitHeaders
from ._runtime.response import ErrorFormat
from ._runtime.retries import RetryPolicy
from ._version import __version__

if TYPE_CHECKING:
    from .errors import APIStatusError

_BASE_URL = "https://api.haloagents.ai/api/sdk"
API_KEY = Scheme("publishableKey", "api_key", variable="HALOAGENTS_API_KEY", prefix="Bearer ")


def configuration(
    credentials: Mapping[str, Credential],
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
        base_url=setting(base_url, "HALOAGENTS_BASE_URL", _BASE_URL),
        user_agent=f"haloagents-python/{__version__}",
        timeout=timeout,
        retries=(retries or RetryPolicy()).limited_to(max_retries),
        credentials=credentials,
        headers=headers or {},
        security=(("publishableKey",),),
        errors=ErrorFormat(_envelope, ("error",), (), (), _error_classes),
        rate_limit=RateLimitHeaders(),
        hooks=hooks or Hooks(),
        max_response_bytes=max_response_bytes,
    )


def _envelope() -> Any:
    from .types.shared import Error

    return Error


def _error_classes() -> Mapping[tuple[int, str], type[APIStatusError]]:
    from .errors import CODE_ERRORS

    return CODE_ERRORS
