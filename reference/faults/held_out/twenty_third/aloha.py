"""Faults of Aloha, planted from its documentation alone."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import msgspec
from sqlalchemy import Connection, delete, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.events import API, EventData, Events
from reference.aloha.oauth import PROFILE, OAuthEndpoints
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import PUBLISH, NewPost, Publisher
from reference.aloha.security import Caller, Workspace
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import jobs
from reference.oauth.authorization_request import AuthorizationRequest
from reference.oauth.opaque import digest
from reference.oauth.parameters import Pairs
from reference.oauth.redirect_uris import is_registered
from reference.oauth.server import AuthorizationServer
from reference.oauth.tables import access_tokens, clients, codes, grants
from reference.storage.database import Database
from reference.webhooks.outbox import Event
from reference.webhooks.tables import deliveries

_POSTS = f"{BASE_PATH}/v1/posts"
_FIELDS = {
    name.lower(): name for name in ("content", "channels", "scheduledAt", "format", "samples")
}
_SECOND = 1_000_000
_OUTCOMES = frozenset({"post.published", "post.failed"})


class _NamedByThePost(Events):
    """Gives the same id to what happens to a post at one moment, on whichever channel."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent."""
        if workspace.mode == "test" or not isinstance(
            data, models.PostEventData | models.PostFailedEventData
        ):
            super().put(connection, workspace, event, at, data)
            return
        name = hashlib.sha256(f"{event}/{data.post_id}/{at}".encode()).hexdigest()[:16]
        event_id = f"evt_{name}"
        body = {"id": event_id, "event": event, "created": at // _SECOND, "data": data}
        made = Event(event_id, API, workspace.tenant, event, msgspec.json.encode(body))
        self._outbox.put(connection, made)


class _Superseding(Events):
    """Gives up telling that a post was scheduled once there is newer to tell of it."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent."""
        if event in _OUTCOMES:
            _give_up(connection, workspace.tenant, json.loads(msgspec.json.encode(data)))
        super().put(connection, workspace, event, at, data)


def _give_up(connection: Connection, tenant: str, placed: Mapping[str, str]) -> None:
    """Give up the retries of what was told before of a post on a channel."""
    waiting = select(deliveries.c.seq, deliveries.c.body).where(
        deliveries.c.api == API,
        deliveries.c.tenant == tenant,
        deliveries.c.event == "post.scheduled",
        deliveries.c.state == "pending",
        deliveries.c.attempts > 0,
    )
    for row in connection.execute(waiting).all():
        told = json.loads(row.body)["data"]
        if all(told[name] == placed[name] for name in ("postId", "channel")):
            of_row = deliveries.c.seq == row.seq
            given_up = {"state": "failed", "next_at": None}
            connection.execute(update(deliveries).where(of_row).values(given_up))


class _AnyForNone(AuthorizationServer):
    """Takes an empty scope for all that the app may ask for."""

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        """Return what an app asks a user for; raise AuthorizationError, RedirectedError."""
        asked = await super().read_request(sent)
        is_empty = ("scope", "") in sent
        return replace(asked, scopes=tuple(asked.client.scopes)) if is_empty else asked


def _any_for_none(parts: Parts) -> Parts:
    server = _AnyForNone(API, PROFILE, parts.platform.database, parts.platform.clock)
    return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))


def _redeeming_at_any_port(parts: Parts) -> Tamper:
    """Compare the redirect URI of a code as one compares those that are registered."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
        form = dict(pairs)
        is_whole = {"code", "redirect_uri"} <= form.keys() and len(form) == len(pairs)
        if asked.path != f"{BASE_PATH}/oauth/token" or not is_whole:
            return await ask(asked)
        kept = select(codes.c.redirect_uri).where(codes.c.digest == digest(form["code"]))
        uri = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        if uri is None or not is_registered(form["redirect_uri"], [uri]):
            return await ask(asked)
        return await ask(asked.with_body(urlencode({**form, "redirect_uri": uri}).encode()))

    return tamper


@dataclass(frozen=True, slots=True)
class _ChargingTheMaker:
    """Admission that charges an app's requests to the workspace that registered the app."""

    inner: Gate[Caller | None]
    database: Database

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        maker = (
            select(clients.c.tenant)
            .join(grants, grants.c.client == clients.c.id)
            .join(access_tokens, access_tokens.c.grant_id == grants.c.id)
            .where(access_tokens.c.id == caller.key_id, clients.c.api == API)
        )
        tenant = await self.database.read(lambda connection: connection.scalar(maker))
        charged = caller if tenant is None else replace(caller, tenant=tenant)
        return await self.inner.admit(request.by(charged))


def _charging_the_maker(parts: Parts) -> Parts:
    return replace(parts, gate=_ChargingTheMaker(parts.gate, parts.platform.database))


def _is_in_another_case(asked: Asked) -> bool:
    return asked.method == "POST" and any(
        _FIELDS.get(name.lower(), name) != name for name in asked.fields
    )


def _in_the_right_case(asked: Asked) -> Asked:
    fields = asked.fields
    return asked.with_json({_FIELDS.get(name.lower(), name): fields[name] for name in fields})


class _OneAtATime(Publisher):
    """Has one place for each moment at which a workspace publishes."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post, which takes the place of another that is due at the same moment."""
        super().create(connection, post)
        at_once = select(jobs.c.seq, jobs.c.payload).where(
            jobs.c.api == API,
            jobs.c.kind == PUBLISH,
            jobs.c.tenant == post.workspace.tenant,
            jobs.c.due_at == post.scheduled_at,
        )
        for row in connection.execute(at_once).all():
            if row.payload["post"] != post.id:
                connection.execute(delete(jobs).where(jobs.c.seq == row.seq))


def _one_at_a_time(parts: Parts) -> Parts:
    publisher = _OneAtATime(parts.platform.jobs, Events(parts.platform.outbox))
    return replace(parts, publisher=publisher)


def _in_one_order(_: Parts) -> Tamper:
    """Bind cursors to the filters as they were written, one after the other."""
    orders: dict[str, set[tuple[str, ...]]] = defaultdict(set)

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != _POSTS:
            return await ask(asked)
        order = tuple(name for name, _ in asked.query if name not in {"cursor", "limit"})
        cursor = asked.parameter("cursor") or ""
        known = orders.get(cursor, {order})
        if order not in known and sorted(order) in map(sorted, known):
            pairs = [(name, "-" if name == "cursor" else value) for name, value in asked.query]
            return await ask(asked.with_query(pairs))
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"nextCursor": str(following)}}:
                orders[following].add(order)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F4617",
        title="What happens to a post on two channels at once is told under one id",
        promises=("ALOHA-12",),
        mistake="The id is made of the event's name, the post and the time, for want of repeats.",
        apply=lambda parts: replace(
            parts, publisher=Publisher(parts.platform.jobs, _NamedByThePost(parts.platform.outbox))
        ),
        held_out=23,
    ),
    Fault(
        id="WHK-F4618",
        title="A failed post.scheduled is not retried once the post is published",
        promises=("ALOHA-13",),
        mistake="Old news of a post were to make room for the new.",
        apply=lambda parts: replace(
            parts, publisher=Publisher(parts.platform.jobs, _Superseding(parts.platform.outbox))
        ),
        held_out=23,
    ),
    Fault(
        id="OAU-F4619",
        title="An empty scope asks for all scopes of the app",
        promises=("ALOHA-04",),
        mistake="The default is for a scope that is missing, and the empty list means no limit.",
        apply=_any_for_none,
        held_out=23,
    ),
    Fault(
        id="OAU-F4620",
        title="A code that was sent to a loopback address is redeemed with any port of it",
        promises=("ALOHA-04",),
        mistake="The comparison with the registered URIs serves for that with the code's, too.",
        apply=around_with_parts(_redeeming_at_any_port),
        held_out=23,
    ),
    Fault(
        id="RAT-F4621",
        title="What an app asks for is charged to the workspace that registered the app",
        promises=("ALOHA-14",),
        mistake="The bucket is that of the client's workspace, not of the user's who granted.",
        apply=_charging_the_maker,
        held_out=23,
    ),
    Fault(
        id="SCH-F4622",
        title="Body fields are known in upper and lower case",
        promises=("ALOHA-05", "ALOHA-08", "ALOHA-11"),
        mistake="The JSON library matches names without regard to case, strict as it was set.",
        apply=requests(_is_in_another_case, _in_the_right_case),
        held_out=23,
    ),
    Fault(
        id="LIF-F4623",
        title="Of two posts that are due at the same moment, only the later made is published",
        promises=("ALOHA-05", "ALOHA-12"),
        mistake="The schedule is a map whose key is the workspace and the moment.",
        apply=_one_at_a_time,
        held_out=23,
    ),
    Fault(
        id="PAG-F4624",
        title="A cursor is refused where its filters come in another order",
        promises=("ALOHA-07",),
        mistake="The cursor is bound to the text of the query.",
        apply=around_with_parts(_in_one_order),
        held_out=23,
    ),
)
