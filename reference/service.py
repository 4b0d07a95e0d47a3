"""An API as the server runs it: where it answers, its keys, and its data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Table
from starlette.types import ASGIApp

from reference.keys import Keyring
from reference.oauth.server import AuthorizationServer
from reference.webhooks.profile import WebhookProfile


class DatasetError(ValueError):
    """What was asked of a dataset makes no sense; the message is one sentence."""


class ConfigurationError(Exception):
    """An API cannot be built as its environment asks; the message is one sentence."""


class UnknownOrganizationError(LookupError):
    """There is no such organization."""


class Dataset(Protocol):
    """The rows of an API's tenants. Each method works in the transaction it is given."""

    collections: Sequence[str]

    def fill(self, connection: Connection, tenant: str, seed: int, rows: int | None) -> None:
        """Give a tenant `rows` rows a collection, or the usual number, in place of what it has."""

    def clear(self, connection: Connection) -> None:
        """Remove the rows of every tenant."""

    def insert(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        count: int,
        values: Mapping[str, str],
    ) -> Sequence[str]:
        """Add rows with these values, the rest made up; return their ids; raise DatasetError."""

    def update(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        ids: Sequence[str],
        values: Mapping[str, str],
    ) -> None:
        """Change rows to these values, or only when they were updated; raise DatasetError."""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """How an organization's agent is to be; what is None stays as it is."""

    active: bool | None = None
    pause: float | None = None
    """Seconds between two pieces of what it says."""
    fails_after: int | None = None
    """How many pieces it says before it fails; below 0, it does not."""


class Organizations(Protocol):
    """Tenants as their callers know them, by an id that is not their name, and their settings.

    An `org` is the name of a tenant, or such an id. All but `org_id` raise
    UnknownOrganizationError.
    """

    async def org_id(self, tenant: str) -> str:
        """Return the id of a tenant."""

    async def verify_identity(self, org: str, *, enabled: bool) -> str:
        """Ask for proof of identities, or no more; return the secret to sign them with."""

    async def set_agent(self, org: str, settings: AgentSettings) -> Mapping[str, object]:
        """Change the agent; return how it is now."""


class Replies(Protocol):
    """The replies that agents worked at."""

    def entries(self) -> Sequence[object]:
        """Return the latest ones, oldest first."""

    def clear(self) -> None:
        """Forget all."""


@dataclass(frozen=True, slots=True)
class Service:
    """One API, ready to answer."""

    name: str
    base_path: str
    app: ASGIApp
    keyring: Keyring
    key_attributes: Mapping[str, Sequence[str]]
    """What a key may be minted with: the values of each attribute, the default one first."""
    key_grace: timedelta
    """How long a rotated key stays good."""
    dataset: Dataset
    webhooks: WebhookProfile | None = None
    """How its webhooks are sent, where it has any."""
    oauth: AuthorizationServer | None = None
    """What apps get their tokens from, where they can."""
    organizations: Organizations | None = None
    """Its tenants as organizations, where they are."""
    replies: Replies | None = None
    """What its agents say, where it has any."""
    stored: Mapping[str, Table[Any]] = field(default_factory=dict)
    """Tables with a `tenant`, by the name under which the control plane lists their rows."""
