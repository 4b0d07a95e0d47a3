"""Planted faults of tokens, of roles, of workspaces and of TLS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.leadiosa.server import Security, errors, models
from generated.leadiosa.server.runtime import ApiError, Gate, Request
from reference.collection import AnyRow
from reference.faults.composition import answers, around, around_with_parts, errors_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.lists import API
from reference.leadiosa.parts import BASE_PATH, TOKEN_PREFIX, Parts
from reference.leadiosa.reading import Reader
from reference.leadiosa.resources import Resource
from reference.leadiosa.security import OWNER, Caller
from reference.transport_security import came_in_the_clear

T = TypeVar("T")
Apply = Callable[[Parts], Parts]
AnyRequest = Request[Caller | None]
_DASHBOARD_CHARACTERS = 10
_OWNED: Sequence[Table[Any]] = (tables.conversations, tables.contacts, tables.articles)


class _Known(Security[Caller]):
    """Knows tokens otherwise."""

    def __init__(self, inner: Security[Caller], part: Callable[[str], str]) -> None:
        self._inner = inner
        self._part = part
        self._known: dict[str, Caller] = {}

    async def token(self, token: str, request: Request[None]) -> Caller:
        part = self._part(token)
        if part not in self._known:
            self._known[part] = await self._inner.token(token, request)
        return self._known[part]


class _Welcoming(Security[Caller]):
    """Takes any token of the right shape for one of acme."""

    def __init__(self, inner: Security[Caller]) -> None:
        self._inner = inner

    async def token(self, token: str, request: Request[None]) -> Caller:
        try:
            return await self._inner.token(token, request)
        except errors.Unauthorized:
            if not token.startswith(TOKEN_PREFIX):
                raise
            return Caller("acme", "unknown", "owner")


class _Lingering(Keyring):
    """Leaves a rotated token good for a while."""

    def __init__(self, parts: Parts, grace: timedelta) -> None:
        platform = parts.platform
        super().__init__(API, lambda _given: TOKEN_PREFIX, platform.database, platform.clock)
        self._grace = grace

    async def rotate(self, key: str, grace: timedelta) -> str:
        return await super().rotate(key, max(grace, self._grace))


@dataclass(frozen=True, slots=True)
class _As:
    """Takes the caller of some operations for one with another role."""

    inner: Gate[Caller | None]
    role: Callable[[str, Caller], str]

    async def admit(self, request: AnyRequest) -> Mapping[str, str]:
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        role = self.role(request.operation_id, caller)
        return await self.inner.admit(replace(request, principal=replace(caller, role=role)))


@dataclass(frozen=True, slots=True)
class _HeadForAll:
    """Takes whoever sends HEAD for an owner."""

    inner: Gate[Caller | None]

    async def admit(self, request: AnyRequest) -> Mapping[str, str]:
        caller = request.principal
        if request.method == "HEAD" and caller is not None:
            request = replace(request, principal=replace(caller, role=OWNER))
        return await self.inner.admit(request)


def _known(part: Callable[[str], str]) -> Apply:
    return lambda parts: replace(parts, security=_Known(parts.security, part))


def _lingering(grace: timedelta) -> Apply:
    return lambda parts: replace(parts, keyring=_Lingering(parts, grace))


def _roles(role: Callable[[str, Caller], str]) -> Apply:
    return lambda parts: replace(parts, gate=_As(parts.gate, role))


def _owner_for(*operations: str) -> Apply:
    return _roles(lambda operation, caller: "owner" if operation in operations else caller.role)


@dataclass(frozen=True, slots=True)
class _AnyReader(Reader):
    """Reads the resources of all workspaces."""

    async def get(self, resource: Resource, tenant: str, row_id: str) -> AnyRow:
        try:
            return await Reader.get(self, resource, tenant, row_id)
        except ApiError:
            wanted = select(resource.table).where(resource.table.c.id == row_id)
            row = await self.database.read(lambda connection: connection.execute(wanted).first())
            if row is None:
                raise
            return row


@dataclass(frozen=True, slots=True)
class _AnyWriter(Writer):
    """Writes the contacts of all workspaces."""

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        caller = request.principal
        if action.startswith("contact."):
            contact_id = request.path.rpartition("/")[2]
            wanted = select(tables.contacts.c.tenant).where(tables.contacts.c.id == contact_id)
            owner = await self.database.read(lambda connection: connection.scalar(wanted))
            caller = replace(caller, tenant=owner or caller.tenant)
        as_owner = replace(request, principal=caller)
        return await Writer.write(self, as_owner, action, work, precondition)


def _any_reader(parts: Parts) -> Parts:
    return replace(parts, reader=_AnyReader(parts.reader.database, parts.reader.cursors))


def _any_writer(parts: Parts) -> Parts:
    writer = parts.writer
    return replace(parts, writer=_AnyWriter(writer.database, writer.clock, writer.outbox))


def _is_anybodys(connection: Connection, row_id: str) -> bool:
    return any(
        connection.scalar(select(table.c.id).where(table.c.id == row_id)) is not None
        for table in _OWNED
    )


def _foreign(change: Callable[[Answered], Answered]) -> Apply:
    """Answer otherwise where an id is another workspace's."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            ids = asked.path.removeprefix(BASE_PATH).split("/")[2:3]
            if answered.status != 404 or not ids:
                return answered
            is_there = await parts.platform.database.read(
                lambda connection: _is_anybodys(connection, ids[0])
            )
            return change(answered) if is_there else answered

        return tamper

    return around_with_parts(make)


def says(code: str | None = None, message: str | None = None) -> Callable[[Answered], Answered]:
    """Give an error another code or message."""
    given = {k: v for k, v in (("code", code), ("message", message)) if v is not None}
    return lambda answered: answered.with_json({"error": {**answered.json["error"], **given}})


def _forbidden(answered: Answered) -> Answered:
    return says("forbidden", "This belongs to another workspace.")(answered.with_status(403))


def _generic(answered: Answered) -> Answered:
    return says("not_found")(answered) if answered.code else answered


async def _token_in_query(ask: Ask, asked: Asked) -> Answered:
    token = asked.parameter("access_token")
    if token is None or "authorization" in asked.headers:
        return await ask(asked)
    return await ask(asked.without("access_token").with_header("authorization", f"Bearer {token}"))


def _clear(answer: Callable[[Scope], Response | None]) -> Apply:
    """Answer otherwise what came in the clear; None serves it."""

    def apply(parts: Parts) -> Parts:
        honest = parts.require_tls

        def require(app: ASGIApp) -> ASGIApp:
            strict = honest(app)

            async def required(scope: Scope, receive: Receive, send: Send) -> None:
                if not came_in_the_clear(scope):
                    await strict(scope, receive, send)
                    return
                said = answer(scope)
                await (app if said is None else said)(scope, receive, send)

            return required

        return replace(parts, require_tls=require)

    return apply


def _without_query(scope: Scope) -> Response:
    return RedirectResponse(f"https://leadiosa.com{scope['path']}", 308)


def _to_start(_scope: Scope) -> Response:
    return RedirectResponse("https://leadiosa.com/", 308)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F51",
        title="Any token that begins with ldo_ is taken",
        promises=("LEAD-02",),
        mistake="A failed look-up falls back to a demo workspace.",
        apply=lambda parts: replace(parts, security=_Welcoming(parts.security)),
    ),
    Fault(
        id="AUT-F52",
        title="A token is known by its first 10 characters",
        promises=("LEAD-02",),
        mistake="Tokens are cached under what the dashboard shows of them.",
        apply=_known(lambda token: token[:_DASHBOARD_CHARACTERS]),
    ),
    Fault(
        id="AUT-F53",
        title="The token is taken from the query too",
        promises=("LEAD-02",),
        mistake="RFC 6750 has it, and nobody read that it should not be used.",
        apply=around(_token_in_query),
    ),
    Fault(
        id="AUT-F54",
        title="A read-only token may write notes",
        promises=("LEAD-08",),
        mistake="Notes were thought to be harmless.",
        apply=_owner_for("createNote"),
    ),
    Fault(
        id="AUT-F55",
        title="Whoever may write may close the workspace",
        promises=("LEAD-19",),
        mistake="The route asks for a role that may write, not for the owner.",
        apply=_owner_for("closeWorkspace"),
    ),
    Fault(
        id="AUT-F56",
        title="A token that may not do something is 401",
        promises=("LEAD-08",),
        mistake="One exception for all that is wrong with a token.",
        apply=errors_of(403, lambda answered: says("unauthorized")(answered.with_status(401))),
    ),
    Fault(
        id="AUT-F60",
        title="An agent may not erase contacts",
        promises=("LEAD-08",),
        mistake="What cannot be undone was thought to be the owner's.",
        apply=_roles(
            lambda operation, caller: (
                "read_only"
                if caller.role == "agent" and operation == "deleteContact"
                else caller.role
            )
        ),
    ),
    Fault(
        id="AUT-F61",
        title="Every token may send HEAD to the workspace",
        promises=("LEAD-19", "LEAD-08"),
        mistake="Roles are asked for by method, and HEAD is in no list.",
        apply=lambda parts: replace(parts, gate=_HeadForAll(parts.gate)),
    ),
    Fault(
        id="AUT-F57",
        title="An agent may not write",
        promises=("LEAD-08",),
        mistake="The two lower roles are treated alike.",
        apply=_roles(
            lambda operation, caller: (
                "read_only"
                if caller.role == "agent" and "orkspace" not in operation
                else caller.role
            )
        ),
    ),
    Fault(
        id="AUT-F58",
        title="The archive status is shown to everybody in the workspace",
        promises=("LEAD-19",),
        mistake="Reading was thought to be harmless.",
        apply=_owner_for("getArchiveStatus"),
    ),
    Fault(
        id="AUT-F59",
        title="A read-only token may erase contacts",
        promises=("LEAD-08",),
        mistake="DELETE is missing from the methods that write.",
        apply=_owner_for("deleteContact"),
    ),
    Fault(
        id="ROT-F11",
        title="A rotated token goes on working once it was used",
        promises=("LEAD-02",),
        mistake="Tokens are cached, and rotating does not clear the cache.",
        apply=_known(lambda token: token),
    ),
    Fault(
        id="ROT-F12",
        title="A rotated token is good for 24 hours more",
        promises=("LEAD-02",),
        mistake="The code of another product was taken over.",
        apply=_lingering(timedelta(hours=24)),
    ),
    Fault(
        id="ROT-F13",
        title="A rotated token is good for five minutes more",
        promises=("LEAD-02",),
        mistake="The replicas take their time.",
        apply=_lingering(timedelta(minutes=5)),
    ),
    Fault(
        id="TEN-F51",
        title="The id of another workspace is 403",
        promises=("LEAD-08",),
        mistake="Rows are looked up first and permissions after.",
        apply=_foreign(_forbidden),
    ),
    Fault(
        id="TEN-F52",
        title="The id of another workspace is a 404 that says so",
        promises=("LEAD-08",),
        mistake="The message was made to help.",
        apply=_foreign(says(message="This belongs to another workspace.")),
    ),
    Fault(
        id="TEN-F53",
        title="What is missing has the code not_found, whatever it is",
        promises=("LEAD-08",),
        mistake="One error for everything that is missing.",
        apply=errors_of(404, _generic),
    ),
    Fault(
        id="TEN-F54",
        title="Whatever has an id can be read from any workspace",
        promises=("LEAD-08",),
        mistake="The look-up by id forgets the workspace.",
        apply=_any_reader,
    ),
    Fault(
        id="TEN-F55",
        title="Contacts can be changed and erased from any workspace",
        promises=("LEAD-08", "LEAD-14"),
        mistake="The look-up of writes forgets the workspace.",
        apply=_any_writer,
    ),
    Fault(
        id="HDR-F51",
        title="A 401 has no WWW-Authenticate",
        promises=("LEAD-08",),
        mistake="The header was forgotten.",
        apply=errors_of(401, lambda answered: answered.without_header("www-authenticate")),
    ),
    Fault(
        id="HDR-F52",
        title="Answers may be kept by every cache for a minute",
        promises=("LEAD-02",),
        mistake="A default for the web site holds for the API too.",
        apply=answers(
            lambda _, answered: answered.status == 200,
            lambda answered: answered.with_header("cache-control", "public, max-age=60"),
        ),
    ),
    Fault(
        id="TLS-F11",
        title="Plain HTTP is redirected with 302",
        promises=("LEAD-01",),
        mistake="The proxy's default; a POST comes back as a GET.",
        apply=errors_of(308, lambda answered: answered.with_status(302)),
    ),
    Fault(
        id="TLS-F12",
        title="Plain HTTP is served",
        promises=("LEAD-01",),
        mistake="The proxy was thought to see to it.",
        apply=_clear(lambda _: None),
    ),
    Fault(
        id="TLS-F13",
        title="Plain HTTP is 403",
        promises=("LEAD-01",),
        mistake="Another product rejects it.",
        apply=errors_of(
            308,
            lambda answered: (
                answered.with_status(403)
                .without_header("location")
                .with_header("content-type", "application/json")
                .with_json({"error": {"code": "tls_required", "message": "Use https."}})
            ),
        ),
    ),
    Fault(
        id="TLS-F14",
        title="The redirect to HTTPS loses the query",
        promises=("LEAD-01",),
        mistake="Only the path was thought of.",
        apply=_clear(_without_query),
    ),
    Fault(
        id="TLS-F15",
        title="The redirect to HTTPS goes to the start page",
        promises=("LEAD-01",),
        mistake="A rule for browsers.",
        apply=_clear(_to_start),
    ),
    Fault(
        id="TLS-F16",
        title="The redirect goes to plain HTTP again",
        promises=("LEAD-01",),
        mistake="The URL is put together from what the framework thinks that the scheme is.",
        apply=errors_of(
            308,
            lambda answered: answered.with_header(
                "location", answered.headers["location"].replace("https:", "http:")
            ),
        ),
    ),
)
