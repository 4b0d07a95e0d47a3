"""Whether webhooks may be sent into private networks, and where they may be sent then (LEAD-17)."""

from sqlalchemy import Connection, delete, insert, select

from reference.storage.database import Database
from reference.storage.tables import settings
from reference.webhooks.targets import Allowed, Resolve, check_target, is_any, is_public

_SETTING = "private_webhooks"
_YES, _NO = b"yes", b"no"


class Targets:
    """Where the webhooks of a server may be sent.

    What was set with `allow_private` goes for every process on the database; what goes until then
    is said at the start.
    """

    def __init__(self, database: Database, resolve: Resolve, *, private_at_first: bool) -> None:
        self.resolve = resolve
        """Looks hosts up."""
        self._database = database
        self._at_first = _YES if private_at_first else _NO

    async def check(self, url: str) -> None:
        """Check the target of a subscription before it is kept; raise TargetError."""
        await check_target(url, self.resolve, await self.allowed())

    async def allowed(self) -> Allowed:
        """Return whether an address may be sent to."""
        setting = await self._database.read(_setting)
        return is_any if (setting or self._at_first) == _YES else is_public

    async def allow_private(self, *, allowed: bool) -> None:
        """Let webhooks into private networks, or do not."""

        def replace(connection: Connection) -> None:
            forget_permission(connection)
            value = _YES if allowed else _NO
            connection.execute(insert(settings).values(name=_SETTING, value=value))

        await self._database.write(replace)


def forget_permission(connection: Connection) -> None:
    """Go back to what was said at the start."""
    connection.execute(delete(settings).where(settings.c.name == _SETTING))


def _setting(connection: Connection) -> bytes | None:
    return connection.scalar(select(settings.c.value).where(settings.c.name == _SETTING))
