"""An API as the server runs it: where it answers, its keys, and its data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection
from starlette.types import ASGIApp

from reference.keys import Keyring
from reference.webhooks.profile import WebhookProfile


class DatasetError(ValueError):
    """What was asked of a dataset makes no sense; the message is one sentence."""


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
