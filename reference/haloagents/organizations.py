"""The organizations: their agent, and how they verify identities."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Row, Select, select, update

from reference.haloagents.tables import fingerprint, organizations
from reference.service import AgentSettings, UnknownOrganizationError
from reference.storage.database import Database

_SECRET_PREFIX = "ha_secret_"  # noqa: S105 - what each begins with
_SECRET_BYTES = 32
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization; `tenant` is the server's own name for it."""

    tenant: str
    org_id: str
    agent_id: str
    agent_name: str
    agent_active: bool
    agent_pause: float
    """Seconds between two pieces of what the scripted agent says."""
    agent_fails_after: int
    """How many pieces the scripted agent says before it fails; below 0, it does not."""
    verifies_identity: bool
    identity_secret: str = field(repr=False)


class Organizations:
    """Finds organizations, and keeps their settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_tenant(self, tenant: str) -> Organization:
        """Return the organization of a tenant; raise UnknownOrganizationError."""
        return await self._find(select(organizations).where(organizations.c.tenant == tenant))

    async def of_id(self, org_id: str) -> Organization:
        """Return the organization with an id; raise UnknownOrganizationError."""
        is_it = organizations.c.fingerprint == fingerprint(org_id)
        return await self._find(select(organizations).where(is_it))

    async def org_id(self, tenant: str) -> str:
        """Return the id of a tenant's organization."""
        return (await self.of_tenant(tenant)).org_id

    async def verify_identity(self, org: str, *, enabled: bool) -> str:
        """Ask for proof of identities, or no more; return the secret to sign them with."""
        organization = await self._named(org)
        await self._change(organization, {"verifies_identity": enabled})
        return organization.identity_secret

    async def set_agent(self, org: str, settings: AgentSettings) -> Mapping[str, object]:
        """Change the agent; return how it is now."""
        organization = await self._named(org)
        now = {
            "agent_active": _or(settings.active, organization.agent_active),
            "agent_pause": _or(settings.pause, organization.agent_pause),
            "agent_fails_after": _or(settings.fails_after, organization.agent_fails_after),
        }
        await self._change(organization, now)
        return {"id": organization.agent_id, "name": organization.agent_name} | {
            name.removeprefix("agent_"): value for name, value in now.items()
        }

    async def _named(self, org: str) -> Organization:
        try:
            return await self.of_tenant(org)
        except UnknownOrganizationError:
            return await self.of_id(org)

    async def _change(self, organization: Organization, values: Mapping[str, object]) -> None:
        is_it = organizations.c.tenant == organization.tenant
        statement = update(organizations).where(is_it).values(**values)
        await self._database.write(lambda connection: connection.execute(statement))

    async def _find(self, statement: Select[*tuple[object, ...]]) -> Organization:
        row = await self._database.read(lambda connection: connection.execute(statement).first())
        if row is None:
            raise UnknownOrganizationError
        return _organization(row)


def _organization(row: Row[*tuple[object, ...]]) -> Organization:
    values = row._asdict()
    del values["fingerprint"]
    return Organization(**values)


def _or(value: T | None, default: T) -> T:
    return default if value is None else value


def new_identity_secret() -> str:
    """Return a secret to sign identities with."""
    return _SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
