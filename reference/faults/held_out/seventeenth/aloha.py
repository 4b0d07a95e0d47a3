"""Faults of Aloha, planted from its documentation alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from generated.aloha.server.runtime import Gate, Request
from reference.aloha.events import API, Events
from reference.aloha.oauth import PROFILE, OAuthEndpoints
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Caller
from reference.aloha.tables import placements, posts
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.deliveries import headers
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.oauth.clients import Client, read_credentials
from reference.oauth.parameters import Parameters
from reference.oauth.server import AuthorizationServer
from reference.webhooks.profile import Attempt

_POSTS = f"{BASE_PATH}/v1/posts"
_LISTS = {_POSTS, f"{BASE_PATH}/v1/inbox/threads"}


def _unnamed_retries(parts: Parts) -> Parts:
    """Send the event's name on the first attempt, and on no other."""
    tried: set[tuple[str, str]] = set()

    def unnamed(attempt: Attempt, honest: Mapping[str, str]) -> Mapping[str, str]:
        key = (attempt.event_id, attempt.url)
        if key not in tried:
            tried.add(key)
            return honest
        return {name: value for name, value in honest.items() if name != "X-Aloha-Event"}

    planted: Callable[[Parts], Parts] = headers(unnamed)
    return planted(parts)


def _telling_of_others(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        parent, _, named = asked.path.rpartition("/")
        if answered.code != "not_found" or parent != _POSTS:
            return answered
        tenant = await tenant_of(parts, asked)
        of_whom = select(posts.c.tenant).where(posts.c.id == named)
        owner = await parts.platform.database.read(lambda connection: connection.scalar(of_whom))
        if tenant is None or owner in (None, tenant):
            return answered
        message = "This post does not belong to your workspace."
        return answered.with_json({"error": {"code": "not_found", "message": message}})

    return tamper


def _is_page(asked: Asked, answered: Answered) -> bool:
    return asked.path in _LISTS and asked.method in {"GET", "HEAD"} and answered.status == 200


def _as_long_as_it_is(answered: Answered) -> Answered:
    page = answered.json
    pagination = {**page["pagination"], "limit": len(page["data"])}
    return answered.with_json({**page, "pagination": pagination})


class _SecretOnceOnly(AuthorizationServer):
    """Asks a client for its secret where it redeems a code, and not where it refreshes."""

    async def _authenticate(self, parameters: Parameters, authorization: Sequence[str]) -> Client:
        given = read_credentials(parameters, authorization)
        client = await self._find_client(given.client_id)
        refreshes = parameters.get("grant_type") == "refresh_token"
        if client is not None and refreshes and given.secret is None:
            return client
        return await super()._authenticate(parameters, authorization)


def _secret_once_only(parts: Parts) -> Parts:
    platform = parts.platform
    server = _SecretOnceOnly(API, PROFILE, platform.database, platform.clock)
    return replace(parts, oauth=OAuthEndpoints(server))


def _spelt_otherwise(asked: Asked) -> bool:
    scheme = asked.headers.get("authorization", "").partition(" ")[0]
    is_access_token = asked.token.startswith(PROFILE.access_prefix)
    return is_access_token and scheme != "Bearer" and scheme.lower() == "bearer"


@dataclass(frozen=True, slots=True)
class _TestsAsFree:
    """Admits what comes with a test key as it does on Free."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is None or caller.mode != "test":
            return await self.inner.admit(request)
        return await self.inner.admit(replace(request, principal=replace(caller, plan="free")))


def _refused_method(asked: Asked, answered: Answered) -> bool:
    return asked.path == _POSTS and answered.status == 405


def _reading_alone(answered: Answered) -> Answered:
    allowed = [method.strip() for method in answered.headers["allow"].split(",")]
    return answered.with_header("allow", ", ".join(name for name in allowed if name != "POST"))


class _PublishedInThePast(Publisher):
    """Publishes a post whose time has passed as if that had been done in time."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        super().create(connection, post)
        if post.scheduled_at is not None and post.scheduled_at <= post.created_at:
            published = (placements.c.post == post.id) & placements.c.published_at.is_not(None)
            in_time = update(placements).where(published).values(published_at=post.scheduled_at)
            connection.execute(in_time)


def _published_in_the_past(parts: Parts) -> Parts:
    platform = parts.platform
    publisher = _PublishedInThePast(platform.jobs, Events(platform.outbox))
    return replace(parts, publisher=publisher)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F3441",
        title="A retry has no X-Aloha-Event",
        promises=("ALOHA-12", "ALOHA-13"),
        mistake="The queue of retries keeps the body and the URL, and puts the rest together anew.",
        apply=_unnamed_retries,
        held_out=17,
    ),
    Fault(
        id="TEN-F3442",
        title="The 404 for another workspace's post says that it is another's",
        promises=("ALOHA-06",),
        mistake="The owner is checked after the post was found, with a message of its own.",
        apply=around_with_parts(_telling_of_others),
        held_out=17,
    ),
    Fault(
        id="PAG-F3443",
        title="The limit that a page names is the number of its rows",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="It is counted, where it should be echoed; on full pages that is the same.",
        apply=answers(_is_page, _as_long_as_it_is),
        held_out=17,
    ),
    Fault(
        id="OAU-F3444",
        title="An app that has a secret refreshes without it",
        promises=("ALOHA-04",),
        mistake="The refresh token was thought to be proof enough.",
        apply=_secret_once_only,
        held_out=17,
    ),
    Fault(
        id="AUT-F3445",
        title="Before an access token, only Bearer with a capital is read",
        promises=("ALOHA-02", "ALOHA-04"),
        mistake="The middleware of OAuth compares the scheme as it stands.",
        apply=requests(_spelt_otherwise, lambda asked: asked.with_header("authorization", "")),
        held_out=17,
    ),
    Fault(
        id="RAT-F3446",
        title="A test key has the allowance of Free, whatever the plan",
        promises=("ALOHA-14",),
        mistake="The test data was made a workspace of its own, which has no plan.",
        apply=lambda parts: replace(parts, gate=_TestsAsFree(parts.gate)),
        held_out=17,
    ),
    Fault(
        id="HDR-F3447",
        title="A 405 on the posts does not allow POST",
        promises=("ALOHA-17",),
        mistake="Each method has a route, and the first one answers.",
        apply=answers(_refused_method, _reading_alone),
        held_out=17,
    ),
    Fault(
        id="LIF-F3448",
        title="A post whose time had passed has that time for its publishedAt",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="publishedAt is copied from scheduledAt, which is right for those in the future.",
        apply=_published_in_the_past,
        held_out=17,
    ),
)
