"""What Aloha is made of, and how the parts become a service.

Each part can be replaced before the service is put together: that is how planted faults come in,
with nothing here knowing of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.types import ASGIApp

from generated.aloha.server import Handlers, OauthHandler, Security, create_app
from generated.aloha.server.runtime import Gate, ServerOptions
from reference.aloha import handlers
from reference.aloha.background import DURATIONS, BackgroundWork
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import API, PROFILE, Events
from reference.aloha.inbox import Inbox
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens, OAuthEndpoints, authorization_server
from reference.aloha.posts import Posts, SqlPosts
from reference.aloha.publishing import PUBLISH, Publisher
from reference.aloha.security import (
    MODES,
    PLANS,
    AnyCredentials,
    ApiKeys,
    BearerTokens,
    Caller,
    key_prefix,
)
from reference.aloha.tables import inbox
from reference.aloha.transport import TlsRequired
from reference.collection import Collection, SqlCollection
from reference.cursors import Cursors, SealedCursors
from reference.jobs import DoJob
from reference.keys import Keyring
from reference.oauth.server import AuthorizationServer
from reference.platform import Platform
from reference.rate_limits import Allowance, RateLimitHeaders
from reference.service import Dataset, Service
from reference.webhooks.profile import WebhookProfile

BASE_PATH = "/aloha"
KEY_GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of Aloha."""

    platform: Platform
    keyring: Keyring
    key_grace: timedelta
    security: Security[Caller]
    gate: Gate[Caller | None]
    allowance: Allowance
    """The rate limit of the answers that the gate has not seen."""
    authorization_server: AuthorizationServer
    oauth: OauthHandler[Caller]
    posts: Posts
    threads: Collection
    cursors: Cursors
    publisher: Publisher
    background: BackgroundWork
    dataset: Dataset
    webhooks: WebhookProfile
    require_tls: Callable[[ASGIApp], ASGIApp]
    middleware: Callable[[ASGIApp], ASGIApp]
    """What stands around the API, if anything does."""


def honest_parts(platform: Platform) -> Parts:
    """Return the parts of an Aloha that keeps its promises."""
    clock, database, jobs = platform.clock, platform.database, platform.jobs
    keyring = Keyring(API, key_prefix, database, clock)
    server = authorization_server(API, platform)
    api_keys, access_tokens = ApiKeys(keyring), AccessTokens(server)
    limiter = Limiter(platform.buckets, clock)
    events = Events(platform.outbox)
    return Parts(
        platform=platform,
        keyring=keyring,
        key_grace=KEY_GRACE,
        security=BearerTokens(api_keys, access_tokens),
        gate=limiter,
        allowance=Allowances(limiter, AnyCredentials((api_keys, access_tokens))),
        authorization_server=server,
        oauth=OAuthEndpoints(server),
        posts=SqlPosts(database),
        threads=SqlCollection(database, inbox()),
        cursors=SealedCursors(platform.cursor_secret),
        publisher=Publisher(jobs, events),
        background=BackgroundWork(database, clock, jobs, events),
        dataset=AlohaDataset(clock, jobs, Inbox(events)),
        webhooks=PROFILE,
        require_tls=lambda app: TlsRequired(app, oauth_path=f"{BASE_PATH}/oauth/"),
        middleware=lambda app: app,
    )


def assemble(parts: Parts) -> Service:
    """Put the parts together."""
    platform = parts.platform
    doers: dict[str, DoJob] = dict.fromkeys(DURATIONS, parts.background.do)
    for kind, do in (doers | {PUBLISH: parts.publisher.do}).items():
        platform.jobs.register(API, kind, do)
    app = create_app(
        Handlers(
            posts=handlers.PostOperations(
                platform.database, platform.clock, parts.publisher, parts.posts, parts.cursors
            ),
            analytics=handlers.Analytics(parts.background),
            inbox_threads=handlers.Threads(parts.threads, parts.cursors),
            matrix=handlers.Matrices(platform.database, parts.background),
            voice=handlers.Voice(parts.background),
            oauth=parts.oauth,
        ),
        security=parts.security,
        gate=parts.gate,
        base_path=BASE_PATH,
        options=ServerOptions(),
    )
    limited = RateLimitHeaders(parts.require_tls(app), parts.allowance)
    return Service(
        name=API,
        base_path=BASE_PATH,
        app=parts.middleware(limited),
        keyring=parts.keyring,
        key_attributes={"plan": PLANS, "mode": MODES},
        key_grace=parts.key_grace,
        dataset=parts.dataset,
        webhooks=parts.webhooks,
        oauth=parts.authorization_server,
    )
