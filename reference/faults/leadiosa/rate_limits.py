"""Planted faults of rate limits."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from generated.leadiosa.server.runtime import Gate, Request
from reference.faults.composition import around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.answers import OPENAPI
from reference.faults.limiting import header_faults, without_headers
from reference.keys import UnknownKeyError
from reference.leadiosa.admission import POLICY, Admission
from reference.leadiosa.lists import API
from reference.leadiosa.parts import Parts
from reference.leadiosa.security import Caller
from reference.token_bucket import Policy

Apply = Callable[[Parts], Parts]
AnyRequest = Request[Caller | None]


@dataclass(frozen=True, slots=True)
class _Other:
    """Counts a request as another token's."""

    inner: Gate[Caller | None]
    change: Callable[[Caller], Caller]

    async def admit(self, request: AnyRequest) -> Mapping[str, str]:
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        return await self.inner.admit(replace(request, principal=self.change(caller)))


def _counted(change: Callable[[Caller], Caller]) -> Apply:
    return lambda parts: replace(parts, gate=_Other(parts.gate, change))


def _limited(policy: Policy) -> Apply:
    def apply(parts: Parts) -> Parts:
        platform = parts.platform
        return replace(parts, gate=Admission(platform.buckets, platform.clock, policy))

    return apply


def _spending_on_the_document(parts: Parts) -> Tamper:
    buckets = parts.platform.buckets

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path == OPENAPI and asked.token:
            with suppress(UnknownKeyError):
                key = await parts.keyring.find(asked.token)
                await buckets.take(f"{API}/{key.id}", POLICY)
        return await ask(asked)

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    *header_faults(71, "LEAD-11", "LEAD-11"),
    Fault(
        id="RAT-F84",
        title="There is no rate limit to speak of",
        promises=("LEAD-11",),
        mistake="A number for tests was left in.",
        apply=_limited(replace(POLICY, limit=300_000, burst=300_000)),
    ),
    Fault(
        id="RAT-F85",
        title="All tokens of a workspace share one limit",
        promises=("LEAD-11",),
        mistake="The bucket is named after the workspace.",
        apply=_counted(lambda caller: replace(caller, token_id=caller.tenant)),
    ),
    Fault(
        id="RAT-F86",
        title="All tokens share one limit",
        promises=("LEAD-11",),
        mistake="The bucket is named after the address of the load balancer.",
        apply=_counted(lambda caller: replace(caller, token_id="all")),  # noqa: S106 - an id
    ),
    Fault(
        id="RAT-F87",
        title="The limit is 200 a minute",
        promises=("LEAD-11",),
        mistake="The number was changed in a hurry.",
        apply=_limited(replace(POLICY, limit=200, burst=200)),
    ),
    Fault(
        id="RAT-F88",
        title="The OpenAPI document has no rate limit headers",
        promises=("LEAD-11",),
        mistake="It is a static file.",
        apply=without_headers(lambda asked, _: asked.path == OPENAPI),
    ),
    Fault(
        id="RAT-F89",
        title="An unknown path has no rate limit headers",
        promises=("LEAD-11",),
        mistake="The router answers before they are written.",
        apply=without_headers(lambda _, answered: answered.code == "not_found"),
    ),
    Fault(
        id="RAT-F90",
        title="The OpenAPI document spends a request where a token comes with it",
        promises=("LEAD-11",),
        mistake="Whoever has a token is counted, whatever for.",
        apply=around_with_parts(_spending_on_the_document),
    ),
)
