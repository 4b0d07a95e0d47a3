"""Planted faults that show once something has ended: a key, a limit, a first page, a first job."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, String, cast, select, update

from generated.aloha.server import models
from reference.aloha.events import API, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Workspace, key_prefix
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import jobs
from reference.keys import Keyring
from reference.storage.tables import api_keys

_POSTS = f"{BASE_PATH}/v1/posts"
_INBOX = f"{BASE_PATH}/v1/inbox/threads"
_VOICE = f"{BASE_PATH}/v1/voice/train"
_TOKEN = f"{BASE_PATH}/oauth/token"
_LIMIT, _REMAINING, _RESET = (f"x-ratelimit-{part}" for part in ("limit", "remaining", "reset"))
_YEAR = 365 * 86_400 * 1_000_000
_TEST_KEY = "alo_test_"


class _LiveOnly(Keyring):
    """Revokes live keys."""

    async def revoke(self, key: str) -> None:
        """Make a key worthless at once; raise UnknownKeyError."""
        if (await self.find(key)).attributes["mode"] == "live":
            await super().revoke(key)


def _live_only(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, keyring=_LiveOnly(API, key_prefix, platform.database, platform.clock))


def _without_old_keys(applies: Callable[[Asked], bool]) -> Callable[[Parts], Parts]:
    """Refuse keys that are to end some of what they ask for."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            digest = hashlib.sha256(asked.token.encode()).digest()
            ends = select(api_keys.c.expires_at).where(api_keys.c.digest == digest)
            end = await parts.platform.database.read(lambda connection: connection.scalar(ends))
            is_old = end is not None and applies(asked)
            return await ask(asked.with_header("authorization", "Bearer -") if is_old else asked)

        return tamper

    return around_with_parts(make)


def _filling_on_revocation(parts: Parts) -> Parts:
    platform = parts.platform

    class Filling(Keyring):
        """Forgets what was spent where a key is revoked."""

        async def revoke(self, key: str) -> None:
            """Make a key worthless at once; raise UnknownKeyError."""
            await super().revoke(key)
            await platform.buckets.reset()

    return replace(parts, keyring=Filling(API, key_prefix, platform.database, platform.clock))


def _reset_now(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        now = str(parts.platform.clock.microseconds() // 1_000_000)
        return answered.with_header(_RESET, now) if answered.status == 404 else answered

    return tamper


def _as_agency(answered: Answered) -> Answered:
    return answered.with_header(_LIMIT, "3000").with_header(_REMAINING, "3000")


@dataclass(frozen=True, slots=True)
class _SameJob:
    """Knows the training sets that it has seen."""

    jobs: dict[tuple[str, bytes], bytes] = field(default_factory=dict)

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request."""
        answered = await ask(asked)
        if asked.path != _VOICE or answered.status != 202:
            return answered
        known = self.jobs.setdefault((asked.token, asked.body), answered.body)
        return replace(answered, body=known)


class _WithinTheYear(Publisher):
    """Publishes a post after a year at the latest."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        super().create(connection, post)
        latest = post.created_at + _YEAR
        of_post = cast(jobs.c.payload, String).contains(post.id)
        late = update(jobs).where(of_post, jobs.c.due_at > latest)
        connection.execute(late.values(due_at=latest, next_at=latest))


@dataclass(frozen=True, slots=True)
class _FirstPreviews:
    """Remembers the preview that a thread was first listed with, and gives it on later pages."""

    seen: dict[str, str] = field(default_factory=dict)

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request."""
        answered = await ask(asked)
        if asked.path != _INBOX or asked.method != "GET" or answered.status != 200:
            return answered
        page = answered.json
        first = [
            {**row, "preview": self.seen.setdefault(row["id"], row["preview"])}
            for row in page["data"]
        ]
        is_later = asked.parameter("cursor") is not None
        return answered.with_json({**page, "data": first}) if is_later else answered


@dataclass(frozen=True, slots=True)
class _Forgetting:
    """Posts of which a later page of two filters is of the kept one alone."""

    inner: Posts
    kept: str
    lost: str

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        is_later = position is not None and self.kept in selection
        asked = without(selection, self.lost) if is_later else selection
        return await self.inner.page(asked, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _is_page_of_posts(asked: Asked, answered: Answered) -> bool:
    return asked.path == _POSTS and asked.method == "GET" and answered.status == 200


def _without_publishing(answered: Answered) -> Answered:
    page = answered.json
    for post in page["data"] if isinstance(page, dict) else ():
        for channel in post["channels"] if post["status"] == "failed" else ():
            channel.pop("publishedAt", None)
    return answered.with_json(page)


def _is_limited_test(asked: Asked, answered: Answered) -> bool:
    return answered.status == 429 and asked.token.startswith(_TEST_KEY)


def _is_clear_with_key(asked: Asked, answered: Answered) -> bool:
    return answered.code == "tls_required" and asked.token.startswith("alo_")


def _is_refreshed_by_basic(asked: Asked, answered: Answered) -> bool:
    is_token = asked.path == _TOKEN and answered.status == 200 and "authorization" in asked.headers
    return is_token and b"grant_type=refresh_token" in asked.body


def _without_refresh_token(answered: Answered) -> Answered:
    return answered.with_json({k: v for k, v in answered.json.items() if k != "refresh_token"})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F3921",
        title="A test key cannot be revoked",
        promises=("ALOHA-02",),
        mistake="What is revoked is looked for among the live keys.",
        apply=_live_only,
    ),
    Fault(
        id="ROT-F3922",
        title="A key that was rotated is refused HEAD at once",
        promises=("ALOHA-03",),
        mistake="The grace is looked up for the methods that are documented.",
        apply=_without_old_keys(lambda asked: asked.method == "HEAD"),
    ),
    Fault(
        id="ROT-F3923",
        title="A key that was rotated cannot follow a cursor",
        promises=("ALOHA-03", "ALOHA-07"),
        mistake="Later pages come by a path of their own, which knows no grace.",
        apply=_without_old_keys(lambda asked: asked.parameter("cursor") is not None),
    ),
    Fault(
        id="RAT-F3924",
        title="The 429 to a test key does not say when to come back",
        promises=("ALOHA-15",),
        mistake="Test data is limited by another layer, which was written first.",
        apply=answers(_is_limited_test, lambda answered: answered.without_header("retry-after")),
    ),
    Fault(
        id="RAT-F3925",
        title="To revoke a key fills the bucket of its workspace",
        promises=("ALOHA-14",),
        mistake="All that is cached of a workspace is dropped with the key, its bucket too.",
        apply=_filling_on_revocation,
    ),
    Fault(
        id="RAT-F3926",
        title="X-RateLimit-Reset of a 404 is now",
        promises=("ALOHA-14",),
        mistake="The handler of errors knows no bucket, and writes the header all the same.",
        apply=around_with_parts(_reset_now),
    ),
    Fault(
        id="RAT-F3927",
        title="A token that is granted comes with the allowance of an agency",
        promises=("ALOHA-14", "ALOHA-04"),
        mistake="The answer shows what the new token may send.",
        apply=answers(
            lambda asked, answered: asked.path == _TOKEN and answered.status == 200, _as_agency
        ),
    ),
    Fault(
        id="RAT-F3928",
        title="Over plain HTTP a key is told the allowance of an agency",
        promises=("ALOHA-14", "ALOHA-01"),
        mistake="The headers are written from the key before the transport is looked at.",
        apply=answers(_is_clear_with_key, _as_agency),
    ),
    Fault(
        id="LIF-F3929",
        title="The same training set again has the job of the first",
        promises=("ALOHA-11",),
        mistake="Jobs are found again by a digest of what they are about.",
        apply=around_with_parts(lambda _: _SameJob()),
    ),
    Fault(
        id="LIF-F3930",
        title="A post that is due in more than a year is published after a year",
        promises=("ALOHA-05",),
        mistake="The queue keeps nothing longer.",
        apply=lambda parts: replace(
            parts, publisher=_WithinTheYear(parts.platform.jobs, Events(parts.platform.outbox))
        ),
    ),
    Fault(
        id="PAG-F3931",
        title="On later pages of the inbox the preview of a thread is the one first listed",
        promises=("ALOHA-09",),
        mistake="Rows of later pages are cached by their id.",
        apply=around_with_parts(lambda _: _FirstPreviews()),
    ),
    Fault(
        id="PAG-F3932",
        title="Of a day and a status, the second page is of the status alone",
        promises=("ALOHA-07",),
        mistake="The cursor carries one filter.",
        apply=lambda parts: replace(parts, posts=_Forgetting(parts.posts, "status", "date")),
    ),
    Fault(
        id="PAG-F4151",
        title="Of a day and a channel, the second page is of the day alone",
        promises=("ALOHA-07",),
        mistake="The join with the channels is left out where a page begins at a position.",
        apply=lambda parts: replace(parts, posts=_Forgetting(parts.posts, "date", "channel")),
    ),
    Fault(
        id="TEN-F4176",
        title="From its second page on, the list of posts has live and test posts alike",
        promises=("ALOHA-02", "ALOHA-07"),
        mistake="The condition on the mode is left out where a page begins at a position.",
        apply=lambda parts: replace(parts, posts=_Forgetting(parts.posts, "mode", "mode")),
    ),
    Fault(
        id="OAU-F4152",
        title="A refresh by HTTP Basic gives no further refresh token",
        promises=("ALOHA-04",),
        mistake="Whether an app may refresh is looked up by the client_id of the form.",
        apply=answers(_is_refreshed_by_basic, _without_refresh_token),
    ),
    Fault(
        id="LIF-F3933",
        title="In lists, a post that failed does not say when the other channel published it",
        promises=("ALOHA-06", "ALOHA-07"),
        mistake="publishedAt is read where the post as a whole is published.",
        apply=answers(_is_page_of_posts, _without_publishing),
    ),
)
