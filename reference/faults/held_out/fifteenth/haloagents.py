"""Faults of HaloAgents, planted from its documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generated.haloagents.server import errors
from reference.faults.composition import around_with_parts, requests, tenant_of, wrapped
from reference.faults.exchange import Answered, Ask, Asked, Reheading, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies

_BODY_BYTES = 102_400
_CACHED_FOR = 60_000_000
"""Microseconds."""
_NO_JSON = b"{"


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_CHAT, _ON_CONFIG = _is("/chat"), _is("/config")
_ON_SERIES, _ON_COMPANIES = _is("/series"), _is("/companies/identify")


@dataclass(frozen=True, slots=True)
class _Remembering:
    """Verifies a token as it did when it was valid, whoever sends it now."""

    inner: IdentityCheck
    secrets: dict[str, str] = field(default_factory=dict)
    """What each token was once verified with."""

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        try:
            proved = self.inner.identity(organization, body)
        except errors.Forbidden:
            if token not in self.secrets:
                raise
            same = replace(organization, identity_secret=self.secrets[token])
            return self.inner.identity(same, body)
        if proved is not None:
            self.secrets[token] = organization.identity_secret
        return proved


@dataclass(frozen=True, slots=True)
class _Truthy:
    """Believes only claims that say something."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        if proved is None:
            return None
        return Identity(
            proved.user_id, proved.email or None, proved.role or None, proved.plan or None
        )


def _replies_by_message(parts: Parts) -> Tamper:
    """Answer what was answered to the same message less than a minute ago."""
    kept: dict[tuple[str, str], tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if not _ON_CHAT(asked) or answered.status != 200:
            return answered
        now = parts.platform.clock.microseconds()
        place = asked.token, asked.fields["message"]
        since, known = kept.get(place, (0, None))
        if known is not None and now - since < _CACHED_FOR:
            return known
        kept[place] = now, answered
        return answered

    return tamper


def _merged_first(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _without_star(_message: Message, headers: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k != "access-control-allow-origin"}


@dataclass(frozen=True, slots=True)
class _ForNamedOrigins:
    """ASGI middleware: pages whose origin is `null` are told nothing of CORS."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_nameless = (b"origin", b"null") in scope["headers"]
        app = Reheading(self.app, _without_star) if is_nameless else self.app
        await app(scope, receive, send)


def _config_of_the_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant = await tenant_of(parts, asked) if _ON_CONFIG(asked) else None
        if tenant is None:
            return await ask(asked)
        own = await parts.organizations.org_id(tenant)
        query = [(name, own if name == "org_id" else value) for name, value in asked.query]
        return await ask(asked.with_query(query))

    return tamper


def _removed_for_good(parts: Parts) -> Tamper:
    removed: set[tuple[str | None, str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        fields = asked.fields
        if not _ON_SERIES(asked):
            return await ask(asked)
        tenant = await tenant_of(parts, asked)
        place = tenant, str(fields.get("series_id")), str(fields.get("user_id"))
        if fields.get("action") == "enroll" and place in removed:
            return await ask(asked.with_json({**fields, "action": "remove"}))
        answered = await ask(asked)
        if fields.get("action") == "remove" and answered.status == 200:
            removed.add(place)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F2609",
        title="A token that one organization took is good at every other",
        promises=("HALO-03", "HALO-04"),
        mistake="How a token was verified is kept by its text, without the organization.",
        apply=lambda parts: replace(parts, identity=_Remembering(parts.identity)),
        held_out=15,
    ),
    Fault(
        id="JWT-F2610",
        title="A trusted claim that is empty does not override the body",
        promises=("HALO-05",),
        mistake="Whether a claim is there is decided by its truth.",
        apply=lambda parts: replace(parts, identity=_Truthy(parts.identity)),
        held_out=15,
    ),
    Fault(
        id="SSE-F2611",
        title="For a minute, a message gets the same whole reply, whatever went before it",
        promises=("HALO-10", "HALO-11"),
        mistake="Replies are cached by the message alone, and streams not at all.",
        apply=around_with_parts(_replies_by_message),
        held_out=15,
    ),
    Fault(
        id="LIM-F2612",
        title="A body of more than 100 kB is refused, be its parts within their limits",
        promises=("HALO-07",),
        mistake="The framework's default was never raised.",
        apply=requests(
            lambda asked: len(asked.body) > _BODY_BYTES, lambda asked: asked.with_body(_NO_JSON)
        ),
        held_out=15,
    ),
    Fault(
        id="LIM-F2613",
        title="A company's traits are measured together with those that it already has",
        promises=("HALO-07", "HALO-13"),
        mistake="They are merged before they are validated.",
        apply=around_with_parts(_merged_first),
        held_out=15,
    ),
    Fault(
        id="COR-F2614",
        title="An answer to a page whose origin is null has no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The middleware takes null for no origin at all.",
        apply=wrapped(_ForNamedOrigins),
        held_out=15,
    ),
    Fault(
        id="TEN-F2615",
        title="With a key, the configuration is that of its organization, not of org_id",
        promises=("HALO-02", "HALO-12"),
        mistake="What the other routes share sets the organization wherever there is a key.",
        apply=around_with_parts(_config_of_the_key),
        held_out=15,
    ),
    Fault(
        id="LIF-F2616",
        title="A user who was removed from a series is never enrolled in it again",
        promises=("HALO-12",),
        mistake="A removal is put on the list of those who unsubscribed.",
        apply=around_with_parts(_removed_for_good),
        held_out=15,
    ),
)
