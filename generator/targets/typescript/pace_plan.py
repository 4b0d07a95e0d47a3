"""The module that keeps an API's rate limit: its token bucket, from the contract."""

from __future__ import annotations

from msgspec import Struct

from generator.model import Api, RateLimit
from generator.targets.typescript.names import Names
from generator.targets.typescript.source import comment


class PaceModule(Struct, frozen=True):
    """`pace.ts`: `bucket` is an expression, empty where the contract states no limit."""

    doc: str
    use: str
    bucket: str


def pace_module(api: Api, names: Names) -> PaceModule:
    """The module of an API."""
    limit = rate_limit(api)
    told = (
        f"It is {limit.limit:,} requests in {limit.window:,} seconds, {limit.burst:,} at once, "
        "until answers tell of another."
        if limit
        else "Answers tell of it; the contract does not."
    )
    use = (
        "What makes requests wait rather than exceed the rate limit: "
        f"`new {names.client}({{ pace: paced() }})`. Clients that are given the same one share it."
    )
    return PaceModule(
        doc=comment(f"The rate limit of {api.title}, kept by the client itself."),
        use=comment(f"{use}\n\n{told}"),
        bucket=_bucket(limit) if limit else "",
    )


def rate_limit(api: Api) -> RateLimit | None:
    """The rate limit of the API, else the first of its operations."""
    found = (each.rate_limit for each in api.operations if each.rate_limit)
    return api.rate_limit or next(found, None)


def _bucket(limit: RateLimit) -> str:
    window = limit.window * 1000
    return f"{{ limit: {limit.limit:_}, window: {window:_}, burst: {limit.burst:_} }}"
