"""Faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Request
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import API, EventData, Events
from reference.aloha.inbox import Inbox, Thread
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import AnyCredentials, ApiKeys, Caller, Workspace, key_prefix
from reference.aloha.tables import threads
from reference.cursors import Scope
from reference.faults.composition import around, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens, grants, refresh_tokens
from reference.storage.tables import api_keys

_TOKEN_PATH = f"{BASE_PATH}/oauth/token"
_AUTHORIZE_PATH = f"{BASE_PATH}/oauth/authorize"
_OFFSET_WITH_MINUTES = re.compile(r"([+-]\d\d):(?!00)\d\d$")


def _is_in_the_last_fraction(post: models.Post) -> bool:
    at = post.scheduled_at
    return at is not None and f"{at:%H:%M:%S}" == "23:59:59" and at.microsecond > 0


@dataclass(frozen=True, slots=True)
class _WholeSeconds:
    """Posts of days that end with the beginning of their last second."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(selection, position, 1)
            position = one.next_position
            kept = (post for post in one.rows if not _is_in_the_last_fraction(post))
            found.extend((post, position) for post in kept)
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _form(asked: Asked) -> dict[str, str]:
    """Return what is sent to refresh a token; nothing where something else is asked."""
    if asked.method != "POST" or asked.path != _TOKEN_PATH:
        return {}
    form = dict(parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True))
    return form if form.get("grant_type") == "refresh_token" else {}


def _narrowing_the_grant(parts: Parts) -> Tamper:
    """Write the scopes that a refresh asked for back to the grant."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if "scope" not in _form(asked) or answered.status != 200:
            return answered
        tokens = answered.json
        of_token = access_tokens.c.digest == digest(tokens["access_token"])
        its_grant = select(access_tokens.c.grant_id).where(of_token).scalar_subquery()
        narrow = update(grants).where(grants.c.id == its_grant)
        narrowed = narrow.values(scopes=tokens["scope"].split(" "))
        await parts.platform.database.write(lambda connection: connection.execute(narrowed))
        return answered

    return tamper


def _ending_with_the_first(parts: Parts) -> Tamper:
    """Leave the end of a grant where it was, however often it is refreshed."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        of_token = refresh_tokens.c.digest == digest(_form(asked).get("refresh_token", ""))
        kept = (
            select(grants.c.id, grants.c.expires_at)
            .join(refresh_tokens, refresh_tokens.c.grant_id == grants.c.id)
            .where(of_token)
        )
        database = parts.platform.database
        grant = await database.read(lambda connection: connection.execute(kept).first())
        answered = await ask(asked)
        if grant is not None and answered.status == 200:
            restored = update(grants).where(grants.c.id == grant.id)
            as_before = restored.values(expires_at=grant.expires_at)
            await database.write(lambda connection: connection.execute(as_before))
        return answered

    return tamper


def _with_a_bucket_of_its_own(caller: Caller) -> Caller:
    is_app = caller.key_id.startswith("access_")
    return replace(caller, tenant=f"{caller.tenant}/apps") if is_app else caller


class _AppsApart(Limiter):
    """Has one bucket for the keys of a workspace, and one for its apps."""

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is None:
            return await Limiter.admit(self, request)
        counted = replace(request, principal=_with_a_bucket_of_its_own(caller))
        return await Limiter.admit(self, counted)

    async def allowance(self, caller: Caller) -> Mapping[str, str]:
        """Return what a workspace has left, taking nothing."""
        return await Limiter.allowance(self, _with_a_bucket_of_its_own(caller))


def _apps_apart(parts: Parts) -> Parts:
    limiter = _AppsApart(parts.platform.buckets, parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


class _Silent(Events):
    """Tells nobody anything."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep nothing."""


class _FirstMessages(Inbox):
    """Tells of the message that begins a thread, and of no other."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(Events(parts.platform.outbox))
        self._silent = Inbox(_Silent(parts.platform.outbox))

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message, in a thread that there is or in a new one, which is now the first."""
        known = select(threads.c.id).where(threads.c.id == thread.id)
        if connection.scalar(known) is None:
            super().receive(connection, thread, preview, now)
        else:
            self._silent.receive(connection, thread, preview, now)


def _telling_of_new_threads(parts: Parts) -> Parts:
    platform = parts.platform
    dataset = AlohaDataset(platform.clock, platform.jobs, _FirstMessages(parts))
    return replace(parts, dataset=dataset)


async def _browsers_redirected(ask: Ask, asked: Asked) -> Answered:
    """Send a browser that comes over plain HTTP to the same page over TLS."""
    answered = await ask(asked)
    if asked.path != _AUTHORIZE_PATH or answered.status != 403:
        return answered
    query = asked.query_string.decode("latin-1")
    page = f"https://{asked.headers.get('host', '')}{asked.path}"
    located = answered.with_header("location", f"{page}?{query}" if query else page)
    return located.with_status(302).with_text("")


class _EndingOnce(Keyring):
    """Keys of which one that is to end anyway cannot be revoked."""

    async def revoke(self, key: str) -> None:
        """Make a key worthless at once; raise UnknownKeyError."""
        known = await self.find(key)
        ends = select(api_keys.c.expires_at).where(api_keys.c.id == known.id)
        if await self._database.read(lambda connection: connection.scalar(ends)) is None:
            await Keyring.revoke(self, key)


def _rotated_for_good(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, keyring=_EndingOnce(API, key_prefix, platform.database, platform.clock))


def _has_minutes_of_offset(asked: Asked) -> bool:
    at = asked.fields.get("scheduledAt")
    is_new = asked.method == "POST" and asked.path == f"{BASE_PATH}/v1/posts"
    return is_new and isinstance(at, str) and _OFFSET_WITH_MINUTES.search(at) is not None


def _with_whole_hours(asked: Asked) -> Asked:
    at = _OFFSET_WITH_MINUTES.sub(r"\1:00", asked.fields["scheduledAt"])
    return asked.with_json({**asked.fields, "scheduledAt": at})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2641",
        title="A post of the last fraction of a day's last second is not on that day",
        promises=("ALOHA-07",),
        mistake="The day ends at 23:59:59, and the column has microseconds.",
        apply=lambda parts: replace(parts, posts=_WholeSeconds(parts.posts)),
        held_out=15,
    ),
    Fault(
        id="OAU-F2642",
        title="A refresh that asks for fewer scopes takes the others from the grant for good",
        promises=("ALOHA-04",),
        mistake="The scopes of the new token are written back to the grant.",
        apply=around_with_parts(_narrowing_the_grant),
        held_out=15,
    ),
    Fault(
        id="OAU-F2643",
        title="A grant ends 90 days after it was made, refreshed or not",
        promises=("ALOHA-04",),
        mistake="The end is computed when the grant is made, and a refresh leaves it.",
        apply=around_with_parts(_ending_with_the_first),
        held_out=15,
    ),
    Fault(
        id="RAT-F2644",
        title="The apps of a workspace have an allowance beside that of its keys",
        promises=("ALOHA-14",),
        mistake="The name of the bucket begins with the kind of the credential.",
        apply=_apps_apart,
        held_out=15,
    ),
    Fault(
        id="WHK-F2645",
        title="Nobody is told of a second message in a thread",
        promises=("ALOHA-12", "ALOHA-09"),
        mistake="The event is sent where the thread is inserted, and not where it is updated.",
        apply=_telling_of_new_threads,
        held_out=15,
    ),
    Fault(
        id="TLS-F2646",
        title="Over plain HTTP, the page on which the user decides is redirected to",
        promises=("ALOHA-01",),
        mistake="What browsers open was to be spared the refusal.",
        apply=around(_browsers_redirected),
        held_out=15,
    ),
    Fault(
        id="ROT-F2647",
        title="A key that was rotated cannot be revoked in its last 24 hours",
        promises=("ALOHA-02", "ALOHA-03"),
        mistake="A key with an end is taken for one that was revoked already.",
        apply=_rotated_for_good,
        held_out=15,
    ),
    Fault(
        id="SCH-F2648",
        title="Of the offset of scheduledAt, the minutes are ignored",
        promises=("ALOHA-05",),
        mistake="Offsets are thought to be whole hours.",
        apply=requests(_has_minutes_of_offset, _with_whole_hours),
        held_out=15,
    ),
)
