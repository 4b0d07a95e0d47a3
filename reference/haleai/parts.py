"""What HaleAI is made of, and how the parts become a service.

Each part can be replaced before the service is put together: that is how planted faults come in,
with nothing here knowing of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.types import ASGIApp

from generated.haleai.server import Handlers, Security, create_app
from generated.haleai.server.runtime import Gate, ServerOptions
from reference.collection import Collection, SqlCollection
from reference.cursors import Cursors, SealedCursors
from reference.haleai.dataset import HaleAIDataset
from reference.haleai.handlers import Contacts, Deals, Leads
from reference.haleai.kinds import KINDS
from reference.haleai.limiter import POLICY, Limiter
from reference.haleai.paging import Pager
from reference.haleai.security import TIERS, ApiKeys, Caller
from reference.haleai.tables import reading
from reference.keys import Keyring
from reference.platform import Platform
from reference.service import Dataset, Service

NAME = "haleai"
BASE_PATH = "/haleai/api/v1"
KEY_PREFIX = "hk_"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of HaleAI."""

    platform: Platform
    keyring: Keyring
    security: Security[Caller]
    gate: Gate[Caller]
    collections: Mapping[str, Collection]
    cursors: Cursors
    dataset: Dataset
    middleware: Callable[[ASGIApp], ASGIApp]
    """What stands around the API, if anything does."""


def honest_parts(platform: Platform) -> Parts:
    """Return the parts of a HaleAI that keeps its promises."""
    keyring = Keyring(NAME, lambda _attributes: KEY_PREFIX, platform.database, platform.clock)
    return Parts(
        platform=platform,
        keyring=keyring,
        security=ApiKeys(keyring),
        gate=Limiter(platform.buckets, POLICY),
        collections={
            name: SqlCollection(platform.database, reading(kind.table))
            for name, kind in KINDS.items()
        },
        cursors=SealedCursors(platform.cursor_secret),
        dataset=HaleAIDataset(platform.clock),
        middleware=lambda app: app,
    )


def assemble(parts: Parts) -> Service:
    """Put the parts together."""

    def pager(name: str) -> Pager:
        return Pager(name, parts.collections[name], parts.cursors)

    app = create_app(
        Handlers(
            contacts=Contacts(pager("contacts")),
            leads=Leads(pager("leads")),
            deals=Deals(pager("deals")),
        ),
        security=parts.security,
        gate=parts.gate,
        base_path=BASE_PATH,
        options=ServerOptions(),
    )
    return Service(
        name=NAME,
        base_path=BASE_PATH,
        app=parts.middleware(app),
        keyring=parts.keyring,
        key_attributes={"tier": TIERS},
        key_grace=timedelta(0),
        dataset=parts.dataset,
    )
