"""Faults of Aloha, planted from its documentation alone."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import Publisher
from reference.aloha.security import Workspace, key_prefix
from reference.cursors import Cursors, Scope, UnknownCursorError
from reference.faults.composition import around, around_with_parts, requests
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring
from reference.oauth.opaque import digest
from reference.oauth.tables import grants, refresh_tokens
from reference.platform import Platform
from reference.webhooks.outbox import Outbox

_FILTERS = ("channel", "status", "date")
_SECOND = 1_000_000
_PART_OF_AN_HOUR = re.compile(r"(T.*[+-]\d\d):(?!00)[0-5]\d")


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """Cursors of which one that was made without filters is good with any."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in the list of `scope`."""
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor; raise UnknownCursorError where it is none of `scope`."""
        try:
            return self.inner.read(cursor, scope)
        except UnknownCursorError:
            return self.inner.read(cursor, without(scope, *_FILTERS))


def _reset_of_one(parts: Parts) -> Tamper:
    """Say in a 429 that the allowance is back when one request is."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 429:
            return answered
        now = -(-parts.platform.clock.microseconds() // _SECOND)
        reset = now + int(answered.headers["retry-after"])
        return answered.with_header("x-ratelimit-reset", str(reset))

    return tamper


def _granted_anew(parts: Parts) -> Tamper:
    """Take the scopes that a refresh asks for as those of the grant."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        is_refresh = {"refresh_token", "scope"} <= form.keys()
        if asked.path != f"{BASE_PATH}/oauth/token" or answered.status != 200 or not is_refresh:
            return answered
        fresh = refresh_tokens.c.digest == digest(answered.json["refresh_token"])
        its_own = grants.c.id == select(refresh_tokens.c.grant_id).where(fresh).scalar_subquery()
        narrowed = update(grants).where(its_own).values(scopes=answered.json["scope"].split())

        def narrow(connection: Connection) -> None:
            connection.execute(narrowed)

        await parts.platform.database.write(narrow)
        return answered

    return tamper


class _OneFailureOfAPost(Events):
    """Tells of the first channel on which a post failed, and of no other."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self._first: dict[str, str] = {}

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent, unless it is a second failure."""
        if isinstance(data, models.PostFailedEventData):
            first = self._first.setdefault(data.post_id, data.channel)
            if first != data.channel:
                return
        super().put(connection, workspace, event, at, data)


def _failing_once(parts: Parts) -> Parts:
    events = _OneFailureOfAPost(parts.platform.outbox)
    return replace(parts, publisher=Publisher(parts.platform.jobs, events))


def _is_between_hours(asked: Asked) -> bool:
    due = asked.fields.get("scheduledAt")
    is_new = asked.method == "POST" and asked.path == f"{BASE_PATH}/v1/posts"
    return is_new and isinstance(due, str) and bool(_PART_OF_AN_HOUR.search(due))


def _on_the_hour(asked: Asked) -> Asked:
    due = _PART_OF_AN_HOUR.sub(r"\1:00", asked.fields["scheduledAt"])
    return asked.with_json({**asked.fields, "scheduledAt": due})


class _OnePrevious(Keyring):
    """Keys of which the one before the last is worth nothing."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._previous: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        if key in self._previous:
            await self.revoke(self._previous.pop(key))
        self._previous[made] = key
        return made


def _is_filtered_inbox(asked: Asked) -> bool:
    is_inbox = asked.path == f"{BASE_PATH}/v1/inbox/threads"
    return is_inbox and any(name in _FILTERS for name, _ in asked.query)


async def _routed_first(ask: Ask, asked: Asked) -> Answered:
    """Answer 404 to an unknown path before asking how the request came."""
    answered = await ask(asked)
    if answered.code != "tls_required":
        return answered
    kept = {name: value for name, value in asked.headers.items() if name != "authorization"}
    secure = replace(asked, headers={**kept, "x-forwarded-proto": "https"})
    routed = await ask(secure)
    return routed if routed.status == 404 else answered


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2417",
        title="A cursor that was made without filters is good with any",
        promises=("ALOHA-07",),
        mistake="Only the filters that the cursor has are compared with those of the request.",
        apply=lambda parts: replace(parts, cursors=_Narrowing(parts.cursors)),
        held_out=13,
    ),
    Fault(
        id="RAT-F2418",
        title="X-RateLimit-Reset of a 429 is when one request may be sent",
        promises=("ALOHA-14",),
        mistake="On a refusal, the header is computed from Retry-After.",
        apply=around_with_parts(_reset_of_one),
        held_out=13,
    ),
    Fault(
        id="OAU-F2419",
        title="A refresh that asked for fewer scopes gives the others up for good",
        promises=("ALOHA-04",),
        mistake="The scopes of the new tokens are written into the grant.",
        apply=around_with_parts(_granted_anew),
        held_out=13,
    ),
    Fault(
        id="WHK-F2420",
        title="Of a post that fails on two channels, one post.failed is sent",
        promises=("ALOHA-12",),
        mistake="Events are kept from being sent twice by their name and the post.",
        apply=_failing_once,
        held_out=13,
    ),
    Fault(
        id="SCH-F2421",
        title="The minutes of the offset of scheduledAt are ignored",
        promises=("ALOHA-05",),
        mistake="The parser of offsets reads the hours.",
        apply=requests(_is_between_hours, _on_the_hour),
        held_out=13,
    ),
    Fault(
        id="ROT-F2422",
        title="A second rotation ends the first key at once, within its 24 hours",
        promises=("ALOHA-03",),
        mistake="There is one column for the previous key.",
        apply=lambda parts: replace(parts, keyring=_OnePrevious(parts.platform)),
        held_out=13,
    ),
    Fault(
        id="STA-F2423",
        title="The inbox takes the filters of the posts, and ignores them",
        promises=("ALOHA-09", "ALOHA-07"),
        mistake="One class of query parameters serves both lists.",
        apply=requests(_is_filtered_inbox, lambda asked: asked.without(*_FILTERS)),
        held_out=13,
    ),
    Fault(
        id="TLS-F2424",
        title="Plain HTTP is answered with 404 where the path is unknown",
        promises=("ALOHA-01",),
        mistake="The check stands behind the router.",
        apply=around(_routed_first),
        held_out=13,
    ),
)
