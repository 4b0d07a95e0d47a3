"""What HaloAgents' organizations have from the start, the same for the same seed.

Users and companies are named by their organization's own system, so that the documented ones are
in every organization, each with what that organization knows of them.
"""

import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update

from reference.haloagents.organizations import new_identity_secret
from reference.haloagents.tables import (
    companies,
    enrollments,
    events,
    fingerprint,
    organizations,
    series,
    tickets,
    users,
)
from reference.service import DatasetError

_DOCUMENTED_TENANT = "acme"
_DOCUMENTED_AGENT = "agt_4Rw9"
_AGENT_NAME = "Support"
_CHARACTERS = string.ascii_letters + string.digits
_TABLES: Sequence[Table[Any]] = (users, companies, series, enrollments, tickets, events)

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What the rows of a collection are like."""

    name: str
    table: Table[Any]
    key: str
    """The member that names a row."""
    prefix: str
    documented: str
    """The name of the row that the API's document has."""
    size: int
    """How many rows an organization usually has."""
    make: Callable[[random.Random], Data]
    """Makes up what is known of a row but its name."""
    columns: Sequence[str]
    """The members that can be set."""
    empty: Mapping[str, Data]
    """What its other columns are at first."""


def _user(dice: random.Random) -> Data:
    return {
        "email": f"{_letters(dice, 6).lower()}@example.com",
        "role": dice.choice(("admin", "member", "viewer")),
        "plan": dice.choice(("free", "pro", "enterprise")),
        "traits": {
            "locale": dice.choice(("en-GB", "de-DE", "ja-JP")),
            "seats": dice.randint(1, 50),
        },
    }


def _company(dice: random.Random) -> Data:
    industry = dice.choice(("logistics", "retail", "software"))
    return {"traits": {"industry": industry, "employees": dice.randint(2, 900)}}


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="users",
            table=users,
            key="user_id",
            prefix="user_",
            documented="user_123",
            size=25,
            make=_user,
            columns=("email", "role", "plan"),
            empty={"context": {}},
        ),
        Kind(
            name="companies",
            table=companies,
            key="company_id",
            prefix="company_",
            documented="company_42",
            size=5,
            make=_company,
            columns=(),
            empty={"context": {}},
        ),
        Kind(
            name="series",
            table=series,
            key="series_id",
            prefix="series_",
            documented="onboarding",
            size=3,
            make=lambda _dice: {},
            columns=(),
            empty={},
        ),
    )
}


class HaloAgentsDataset:
    """Fills and changes the tables of HaloAgents, each time in the transaction it is given."""

    collections: Sequence[str] = tuple(KINDS)

    def fill(self, connection: Connection, tenant: str, seed: int, rows: int | None) -> None:
        """Give a tenant `rows` rows a collection, or the usual number, in place of what it has.

        Its organization, made where there is none, keeps its settings.
        """
        _ensure_organization(connection, tenant, random.Random(f"{seed}/{tenant}"))
        for table in _TABLES:
            connection.execute(delete(table).where(table.c.tenant == tenant))
        for name, kind in KINDS.items():
            dice = random.Random(f"{seed}/{tenant}/{name}")
            made = _made_up(kind, dice, kind.size if rows is None else rows)
            if made:
                made[0][kind.key] = kind.documented
            _store(connection, kind, tenant, made)

    def clear(self, connection: Connection) -> None:
        """Remove every organization and all that it has."""
        for table in (*_TABLES, organizations):
            connection.execute(delete(table))

    def insert(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        count: int,
        values: Mapping[str, str],
    ) -> Sequence[str]:
        """Add rows with these values, the rest made up; return their ids; raise DatasetError."""
        kind = _kind(collection, values)
        present = select(func.count()).where(kind.table.c.tenant == tenant)
        dice = random.Random(f"{tenant}/{collection}/{connection.scalar(present)}")
        made = [{**row, **values} for row in _made_up(kind, dice, count)]
        _store(connection, kind, tenant, made)
        return [row[kind.key] for row in made]

    def update(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        ids: Sequence[str],
        values: Mapping[str, str],
    ) -> None:
        """Change rows to these values; raise DatasetError."""
        kind = _kind(collection, values)
        columns = kind.table.c
        for row_id in ids:
            row = and_(columns.tenant == tenant, columns.fingerprint == fingerprint(row_id))
            data = connection.scalar(select(columns.data).where(row))
            if data is None:
                raise DatasetError(f"{tenant} has no {row_id!r} among its {collection}.")
            changed = update(kind.table).where(row).values(data={**data, **values})
            connection.execute(changed)


def _ensure_organization(connection: Connection, tenant: str, dice: random.Random) -> None:
    known = select(organizations.c.tenant).where(organizations.c.tenant == tenant)
    if connection.scalar(known) is not None:
        return
    org_id = f"org_{tenant}"
    documented = tenant == _DOCUMENTED_TENANT
    connection.execute(
        insert(organizations).values(
            tenant=tenant,
            org_id=org_id,
            fingerprint=fingerprint(org_id),
            agent_id=_DOCUMENTED_AGENT if documented else f"agt_{_letters(dice, 8)}",
            agent_name=_AGENT_NAME,
            agent_active=True,
            agent_pause=0.01,
            agent_fails_after=-1,
            verifies_identity=False,
            identity_secret=new_identity_secret(),
        )
    )


def _kind(collection: str, values: Mapping[str, str]) -> Kind:
    """Return the kind of a collection, having checked that its rows can have these values."""
    kind = KINDS.get(collection)
    if kind is None:
        raise DatasetError(f"There is no collection {collection!r}, only {', '.join(KINDS)}.")
    for column in values:
        if column not in kind.columns:
            raise DatasetError(f"The {collection} have no {column!r} that can be set.")
    return kind


def _made_up(kind: Kind, dice: random.Random, count: int) -> list[Data]:
    return [{kind.key: kind.prefix + _letters(dice, 8), **kind.make(dice)} for _ in range(count)]


def _store(connection: Connection, kind: Kind, tenant: str, rows: Sequence[Data]) -> None:
    if rows:
        stored = [
            {
                "tenant": tenant,
                "fingerprint": fingerprint(row[kind.key]),
                "data": row,
                **kind.empty,
            }
            for row in rows
        ]
        connection.execute(insert(kind.table), stored)


def _letters(dice: random.Random, count: int) -> str:
    return "".join(dice.choices(_CHARACTERS, k=count))
