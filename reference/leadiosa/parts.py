"""What Leadiosa is made of, and how the parts become a service.

Each part can be replaced before the service is put together: that is how planted faults come in,
with nothing here knowing of them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.types import ASGIApp, Scope

from generated.leadiosa.server import Handlers, Security, create_app
from generated.leadiosa.server.runtime import Gate, ServerOptions
from reference.cursors import SealedCursors
from reference.keys import Keyring
from reference.leadiosa.admission import POLICY, Admission, allowance
from reference.leadiosa.audit import Audit
from reference.leadiosa.changing import Writer
from reference.leadiosa.contacts import Contacts
from reference.leadiosa.conversations import Conversations
from reference.leadiosa.cursors import ListCursors
from reference.leadiosa.dataset import LeadiosaDataset
from reference.leadiosa.document import Document
from reference.leadiosa.events import PROFILE
from reference.leadiosa.https_redirect import HttpsRedirect
from reference.leadiosa.knowledge import Chunks, Knowledge
from reference.leadiosa.lists import API
from reference.leadiosa.messages import Messages
from reference.leadiosa.notes import Notes
from reference.leadiosa.reading import Reader
from reference.leadiosa.security import ROLES, Caller, Tokens
from reference.leadiosa.webhooks import CheckTarget, Webhooks
from reference.leadiosa.workspace import Subscription, Workspaces
from reference.platform import Platform
from reference.rate_limits import RateLimitHeaders
from reference.service import Dataset, Service
from reference.webhooks.profile import WebhookProfile

BASE_PATH = "/leadiosa/api/v1"
TOKEN_PREFIX = "ldo_"  # noqa: S105 - what every token begins with


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of Leadiosa."""

    platform: Platform
    keyring: Keyring
    security: Security[Caller]
    gate: Gate[Caller | None]
    allowance: Callable[[Scope], Awaitable[Mapping[str, str]]]
    """The rate limit headers of a request that spent nothing."""
    reader: Reader
    writer: Writer
    check_target: CheckTarget
    dataset: Dataset
    webhooks: WebhookProfile
    require_tls: Callable[[ASGIApp], ASGIApp]
    middleware: Callable[[ASGIApp], ASGIApp]
    """What stands around the API, if anything does."""


def honest_parts(platform: Platform) -> Parts:
    """Return the parts of a Leadiosa that keeps its promises."""
    keyring = Keyring(API, lambda _attributes: TOKEN_PREFIX, platform.database, platform.clock)
    return Parts(
        platform=platform,
        keyring=keyring,
        security=Tokens(keyring),
        gate=Admission(platform.buckets, platform.clock, POLICY),
        allowance=allowance(keyring, platform.buckets, platform.clock, POLICY),
        reader=Reader(platform.database, ListCursors(SealedCursors(platform.cursor_secret))),
        writer=Writer(platform.database, platform.clock, platform.outbox),
        check_target=platform.targets.check,
        dataset=LeadiosaDataset(platform.clock),
        webhooks=PROFILE,
        require_tls=HttpsRedirect,
        middleware=lambda app: app,
    )


def assemble(parts: Parts) -> Service:
    """Put the parts together."""
    app = create_app(
        _handlers(parts),
        security=parts.security,
        gate=parts.gate,
        base_path=BASE_PATH,
        options=ServerOptions(),
    )
    return Service(
        name=API,
        base_path=BASE_PATH,
        app=parts.middleware(RateLimitHeaders(parts.require_tls(app), parts.allowance)),
        keyring=parts.keyring,
        key_attributes={"role": ROLES},
        key_grace=timedelta(0),
        dataset=parts.dataset,
        webhooks=parts.webhooks,
    )


def _handlers(parts: Parts) -> Handlers[Caller]:
    platform, reader, writer = parts.platform, parts.reader, parts.writer
    return Handlers(
        conversations=Conversations(reader, writer),
        conversation_messages=Messages(reader, writer),
        conversation_notes=Notes(reader, writer),
        contacts=Contacts(reader, writer),
        knowledge=Knowledge(reader, writer),
        knowledge_chunks=Chunks(reader),
        webhooks=Webhooks(reader, writer, platform.subscriptions, parts.check_target),
        audit=Audit(reader),
        workspace=Workspaces(platform.database, writer),
        billing_subscription=Subscription(platform.database, platform.clock),
        openapi=Document(),
    )
