"""What faults of Leadiosa share: paths, and rows read and written behind the API's back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from reference.collection import AnyRow
from reference.faults.exchange import Asked
from reference.leadiosa.parts import BASE_PATH, Parts

CONTACTS, CONVERSATIONS = f"{BASE_PATH}/contacts", f"{BASE_PATH}/conversations"


async def read(parts: Parts, table: Table[Any], condition: Any) -> Sequence[AnyRow]:
    """Return the rows of a table that fit a condition."""
    wanted = select(table).where(condition)
    return await parts.platform.database.read(lambda connection: connection.execute(wanted).all())


async def write(parts: Parts, *statements: Any) -> None:
    """Execute some statements in one transaction."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    await parts.platform.database.write(work)


def id_in(asked: Asked, place: int = 2) -> str:
    """Return the id at a place of the path, counted in slashes; empty where there is none."""
    parts = asked.path.removeprefix(BASE_PATH).split("/")
    return parts[place] if len(parts) > place else ""
