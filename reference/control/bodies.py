"""The bodies of the control plane's calls."""

from typing import Annotated

import msgspec
from msgspec import Meta

_TEN_YEARS = 10 * 366 * 24 * 3_600

TenantName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Seconds = Annotated[float, Meta(ge=0, le=_TEN_YEARS)]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body that has no more than the call takes."""


class Nothing(Body):
    """The body of a call that takes none."""


class ResetBody(Body):
    """`POST reset`: the seed of the rows."""

    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None


class SeedBody(Body):
    """`POST seed`: tenants of an API, and how many rows each of their collections is to have."""

    api: str
    tenants: Annotated[list[TenantName], Meta(min_length=1, max_length=100)]
    rows: Annotated[int, Meta(ge=0, le=100_000)]


class ClockBody(Body):
    """`POST clock`: seconds to put it forward, and whether it stands still."""

    advance: Seconds = 0
    frozen: bool | None = None


class KeyBody(Body):
    """`POST keys`: whose key it is, and what the API grants it."""

    api: str
    tenant: TenantName
    tier: str | None = None
    plan: str | None = None
    role: str | None = None
    mode: str | None = None
    scopes: list[str] | None = None


class KeyReferenceBody(Body):
    """`POST keys/rotate` and `POST keys/revoke`: a key."""

    api: str
    key: str


class RowsBody(Body):
    """`POST rows`: how many rows to add, or the ids of those to update, and their values."""

    api: str
    tenant: TenantName
    collection: str
    insert: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    update: Annotated[list[str], Meta(min_length=1, max_length=1_000)] | None = None
    values: dict[str, str] = {}
