"""The tenants of each API: those there from the start, and those made when they are named."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select

from reference.jobs import forget_jobs
from reference.service import Service
from reference.storage.database import Database
from reference.storage.prepared import rows_of
from reference.storage.tables import settings, tenants
from reference.webhooks.permission import forget_permission
from reference.webhooks.subscriptions import forget_subscriptions

DEFAULT_SEED = 1
INITIAL_TENANTS = ("acme", "globex")
_SEED_SETTING = "seed"
_NAMED = select(tenants.c.name).where(
    tenants.c.api == bindparam("api"), tenants.c.name == bindparam("name")
)


class Tenants:
    """The tenants of the APIs that a server runs."""

    def __init__(self, database: Database, services: Mapping[str, Service]) -> None:
        self._database = database
        self._services = services

    async def start(self) -> None:
        """Make the initial tenants of the APIs that have none."""

        def make_missing(connection: Connection) -> None:
            for service in self._services.values():
                known = select(tenants.c.name).where(tenants.c.api == service.name).limit(1)
                if connection.scalar(known) is None:
                    _fill(connection, service, INITIAL_TENANTS, rows=None)

        await self._database.write(make_missing)

    async def reset(self, seed: int) -> None:
        """Leave nothing but the initial tenants, with the rows of a seed, and no key."""

        def remake(connection: Connection) -> None:
            connection.execute(delete(tenants))
            forget_permission(connection)
            connection.execute(delete(settings).where(settings.c.name == _SEED_SETTING))
            connection.execute(
                insert(settings).values(name=_SEED_SETTING, value=str(seed).encode())
            )
            for service in self._services.values():
                service.keyring.forget_all(connection)
                if service.oauth is not None:
                    service.oauth.forget_all(connection)
                service.dataset.clear(connection)
                forget_jobs(connection, service.name)
                forget_subscriptions(connection, service.name)
                _fill(connection, service, INITIAL_TENANTS, rows=None)

        await self._database.write(remake)

    async def fill(self, service: Service, names: Iterable[str], rows: int | None) -> None:
        """Give tenants fresh rows, `rows` a collection or the usual number."""
        await self._database.write(lambda connection: _fill(connection, service, names, rows))

    async def ensure(self, service: Service, name: str) -> None:
        """Make the tenant where there is none of this name."""

        named = {"api": service.name, "name": name}

        def make_missing(connection: Connection) -> None:
            if not rows_of(connection, _NAMED, named):
                _fill(connection, service, (name,), rows=None)

        if not await self._database.select(_NAMED, named):
            await self._database.write(make_missing)


def _fill(connection: Connection, service: Service, names: Iterable[str], rows: int | None) -> None:
    seed = _seed(connection)
    for name in names:
        row = (tenants.c.api == service.name) & (tenants.c.name == name)
        connection.execute(delete(tenants).where(row))
        connection.execute(insert(tenants).values(api=service.name, name=name))
        service.dataset.fill(connection, name, seed, rows)


def _seed(connection: Connection) -> int:
    value = connection.scalar(select(settings.c.value).where(settings.c.name == _SEED_SETTING))
    return DEFAULT_SEED if value is None else int(value)
