"""The calls of the control plane that every API has a use for."""

from collections.abc import Mapping
from datetime import timedelta

from reference.clock import Clock
from reference.control import bodies
from reference.control.call import Answer, Call, Controlled, RefusedError, Text
from reference.keys import UnknownKeyError
from reference.service import DatasetError, Service
from reference.storage.sqlite import SqliteDatabase
from reference.tenants import DEFAULT_SEED


async def _reset(controlled: Controlled, body: bodies.ResetBody) -> Answer:
    seed = DEFAULT_SEED if body.seed is None else body.seed
    await controlled.platform.timekeeper.change(Clock.reset)
    controlled.journal.clear()
    for service in controlled.services.values():
        if service.replies is not None:
            service.replies.clear()
    await controlled.platform.buckets.reset()
    await controlled.tenants.reset(seed)
    return {"seed": seed}


async def _seed(controlled: Controlled, body: bodies.SeedBody) -> Answer:
    await controlled.tenants.fill(controlled.service(body.api), body.tenants, body.rows)
    return {"tenants": body.tenants, "rows": body.rows}


async def _read_clock(controlled: Controlled, _body: bodies.Nothing) -> Answer:
    await controlled.platform.timekeeper.follow()
    return {"now": controlled.platform.clock.now(), "frozen": controlled.platform.clock.frozen}


async def _set_clock(controlled: Controlled, body: bodies.ClockBody) -> Answer:
    def change(clock: Clock) -> None:
        if body.frozen is True:
            clock.freeze()
        elif body.frozen is False:
            clock.resume()
        clock.advance(timedelta(seconds=body.advance))

    await controlled.platform.timekeeper.change(change)
    await controlled.platform.jobs.do_due()
    return {"now": controlled.platform.clock.now(), "frozen": controlled.platform.clock.frozen}


async def _mint_key(controlled: Controlled, body: bodies.KeyBody) -> Answer:
    service = controlled.service(body.api)
    attributes = _key_attributes(service, body)
    await controlled.tenants.ensure(service, body.tenant)
    key, kept = await service.keyring.mint(body.tenant, attributes)
    minted = {"key": key, "id": kept.id, "tenant": kept.tenant}
    if service.organizations is None:
        return minted
    return {**minted, "org_id": await service.organizations.org_id(kept.tenant)}


def _key_attributes(service: Service, body: bodies.KeyBody) -> Mapping[str, object]:
    """Return what a key is granted: what was asked for, the first value otherwise."""
    asked = {
        name: value
        for name in ("tier", "plan", "role", "mode", "scopes")
        if (value := getattr(body, name)) is not None
    }
    for name, value in asked.items():
        values = service.key_attributes.get(name)
        if values is None:
            raise RefusedError(400, f"A key of {service.name} has no {name}.")
        if unknown := set([value] if isinstance(value, str) else value) - {*values}:
            raise RefusedError(
                400,
                f"{sorted(unknown)[0]!r} is no {name} of {service.name}, only {', '.join(values)}.",
            )
    return {name: values[0] for name, values in service.key_attributes.items()} | asked


async def _rotate_key(controlled: Controlled, body: bodies.KeyReferenceBody) -> Answer:
    service = controlled.service(body.api)
    try:
        return {"key": await service.keyring.rotate(body.key, service.key_grace)}
    except UnknownKeyError as error:
        raise _no_such_key(service) from error


async def _revoke_key(controlled: Controlled, body: bodies.KeyReferenceBody) -> Answer:
    service = controlled.service(body.api)
    try:
        await service.keyring.revoke(body.key)
    except UnknownKeyError as error:
        raise _no_such_key(service) from error
    return {}


def _no_such_key(service: Service) -> RefusedError:
    return RefusedError(404, f"There is no such key of {service.name}, or it is no longer good.")


async def _change_rows(controlled: Controlled, body: bodies.RowsBody) -> Answer:
    if (body.insert is None) == (body.update is None):
        raise RefusedError(400, "Say either how many rows to insert or which ids to update.")
    service = controlled.service(body.api)
    await controlled.tenants.ensure(service, body.tenant)
    place = (body.tenant, body.collection)
    dataset = service.dataset
    try:
        if body.update is None:
            count = body.insert or 0
            ids = await controlled.platform.database.write(
                lambda connection: dataset.insert(connection, *place, count, body.values)
            )
        else:
            ids = body.update
            await controlled.platform.database.write(
                lambda connection: dataset.update(connection, *place, ids, body.values)
            )
    except DatasetError as error:
        raise RefusedError(400, str(error)) from error
    return {"ids": ids}


async def _list_requests(controlled: Controlled, _body: bodies.Nothing) -> Answer:
    return {"requests": controlled.journal.entries()}


async def _database(controlled: Controlled, _body: bodies.Nothing) -> Answer:
    database = controlled.platform.database
    assert isinstance(database, SqliteDatabase)  # noqa: S101 - the call applies to no other
    return Text("application/vnd.sqlite3", database.stored())


def _is_sqlite(controlled: Controlled) -> bool:
    return isinstance(controlled.platform.database, SqliteDatabase)


CALLS = (
    Call("POST", "reset", bodies.ResetBody, _reset),
    Call("POST", "seed", bodies.SeedBody, _seed),
    Call("GET", "clock", bodies.Nothing, _read_clock),
    Call("POST", "clock", bodies.ClockBody, _set_clock),
    Call("POST", "keys", bodies.KeyBody, _mint_key),
    Call("POST", "keys/rotate", bodies.KeyReferenceBody, _rotate_key),
    Call("POST", "keys/revoke", bodies.KeyReferenceBody, _revoke_key),
    Call("POST", "rows", bodies.RowsBody, _change_rows),
    Call("GET", "requests", bodies.Nothing, _list_requests),
    Call("GET", "database", bodies.Nothing, _database, _is_sqlite),
)
