"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec
from sqlalchemy import Connection, func, select, update

from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.cursors import Scope
from reference.faults.composition import answers, requests
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.keys import Keyring
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.cursors import ExpiredCursorError, ListCursors
from reference.leadiosa.lists import API, ARTICLES, CONTACTS, MESSAGES, NOTES, List, Version
from reference.leadiosa.parts import TOKEN_PREFIX, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.security import OWNER, Caller
from reference.platform import Platform
from reference.storage.tables import api_keys

Apply = Callable[[Parts], Parts]
_PAGE = 25
_AUTHOR_IS_LEFT_OUT = "x-author-is-left-out"
_KEPT = "/?#[]@!$&'()*+,;=:-._~%\"<>\\^`{|}"


class _RotatingToDefaults(Keyring):
    """Gives a token that comes of a rotation what a new one has."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, lambda _attributes: TOKEN_PREFIX, platform.database, platform.clock)
        self._platform = platform

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        fresh = await super().rotate(key, grace)
        made = await self.find(fresh)
        given = (
            update(api_keys)
            .where(api_keys.c.id == made.id)
            .values(attributes={**made.attributes, "role": OWNER})
        )
        await self._platform.database.write(lambda connection: connection.execute(given))
        return fresh


def _erasing_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    of_contact = columns.contact_id == request.path.rpartition("/")[2]
    ids = change.connection.scalars(
        select(columns.id).where(columns.tenant == change.tenant, of_contact)
    ).all()
    spared = [
        (texts, row)
        for conversation in ids
        for texts in (MESSAGES, NOTES)
        for row in change.rows(texts, conversation)[_PAGE:]
    ]
    written = work(change)
    for texts, row in spared:
        change.replace(texts, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _closing_as_at_first(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.audit_entries.c
    is_closing = (columns.tenant == change.tenant) & (columns.action == "workspace.close")
    first = change.connection.scalar(select(func.min(columns.created_at)).where(is_closing))
    written = work(change)
    if first is not None:
        of_tenant = tables.workspaces.c.tenant == change.tenant
        closing = update(tables.workspaces).where(of_tenant).values(closed_at=first)
        change.connection.execute(closing)
    return written


def _last_update_of(of: List) -> Version:
    """Return a version of a list that is when a row on it was changed last."""

    def version(connection: Connection, tenant: str, _name: str) -> int:
        last = select(func.max(of.table.c.updated_at)).where(of.rows(tenant, ""))
        return connection.scalar(last) or 0

    return version


_BY_LAST_UPDATE: Mapping[str, List] = {
    of.kind: replace(of, version=_last_update_of(of)) for of in (CONTACTS, ARTICLES)
}


class _ByLastUpdate(Reader):
    """Reads lists whose cursors end with a later update of a row."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        meant = _BY_LAST_UPDATE.get(of.kind, of)
        return await Reader.page(self, meant, tenant, after, limit, parent_id)


def _reading_by_last_update(parts: Parts) -> Parts:
    return replace(parts, reader=_ByLastUpdate(parts.reader.database, parts.reader.cursors))


def _is_without_author(asked: Asked) -> bool:
    is_message = asked.method == "POST" and asked.path.endswith("/messages")
    return is_message and "author" not in asked.fields


def _with_the_contact(event: Any) -> Any:
    data = msgspec.structs.replace(event.data, author="contact")
    return msgspec.structs.replace(event, data=data)


def _telling_of_the_contact(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    if _AUTHOR_IS_LEFT_OUT not in request.headers:
        return written
    return replace(written, events=[_with_the_contact(event) for event in written.events])


def _author_of_its_own(parts: Parts) -> Parts:
    noting: Apply = requests(
        _is_without_author, lambda asked: asked.with_header(_AUTHOR_IS_LEFT_OUT, "1")
    )
    telling: Apply = reworking("message.create", _telling_of_the_contact)
    return noting(telling(parts))


class _EqualIsSame(Change):
    """A change that takes a row as it is where the new values equal its own."""

    def update(self, on: List, row: AnyRow, values: Mapping[str, object]) -> bool:
        """Give a row these values, now; return whether they are other ones than it had."""
        is_same = all(getattr(row, name) == value for name, value in values.items())
        return False if is_same else Change.update(self, on, row, values)


def _comparing_equals(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    return work(_EqualIsSame(change.connection, change.workspace, change.at))


def _is_redirect(_: Asked, answered: Answered) -> bool:
    return answered.status == 308


def _decoded(answered: Answered) -> Answered:
    parts = urlsplit(answered.headers["location"])
    path = quote(unquote(parts.path), safe=_KEPT)
    query = f"?{parts.query}" if parts.query else ""
    return answered.with_header("location", f"{parts.scheme}://{parts.netloc}{path}{query}")


def _of_any_workspace(scope: Scope) -> Scope:
    return {name: value for name, value in scope.items() if name != "tenant"}


class _VersionFirst(ListCursors):
    """Cursors whose version is compared before anything says whose they are."""

    def mint(self, position: int, version: int, scope: Scope) -> str:
        """Return the cursor of a position in a version of the list of `scope`."""
        _, dot, sealed = ListCursors.mint(self, position, version, scope).partition(".")
        return f"cur_{self.cursors.mint(version, _of_any_workspace(scope))}{dot}{sealed}"

    def read(self, cursor: str, version: int, scope: Scope) -> int:
        """Return the position of a cursor; raise UnknownCursorError or ExpiredCursorError."""
        of_version, dot, sealed = cursor.removeprefix("cur_").partition(".")
        if self.cursors.read(of_version, _of_any_workspace(scope)) != version:
            raise ExpiredCursorError
        own = f"cur_{self.cursors.mint(version, scope)}{dot}{sealed}"
        return ListCursors.read(self, own if cursor.startswith("cur_") else cursor, version, scope)


def _version_first(parts: Parts) -> Parts:
    cursors = _VersionFirst(parts.reader.cursors.cursors)
    return replace(parts, reader=replace(parts.reader, cursors=cursors))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F3849",
        title="A token that is rotated comes back as an owner's, whatever it was",
        promises=("LEAD-08", "LEAD-19"),
        mistake="The new token is minted with the defaults, and not with the role of the old one.",
        apply=lambda parts: replace(parts, keyring=_RotatingToDefaults(parts.platform)),
        held_out=20,
    ),
    Fault(
        id="PRI-F3850",
        title="Erasure reaches the first 25 messages and notes of each conversation",
        promises=("LEAD-14",),
        mistake="The texts are read through the list, and nobody asks for its second page.",
        apply=reworking("contact.delete", _erasing_a_page),
        held_out=20,
    ),
    Fault(
        id="LIF-F3851",
        title="A workspace closed again has been closed since the first time",
        promises=("LEAD-19",),
        mistake="The moment is that of the first closing in the log.",
        apply=reworking("workspace.close", _closing_as_at_first),
        held_out=20,
    ),
    Fault(
        id="PAG-F3852",
        title="Cursors of contacts and of articles outlive the removal of an older row",
        promises=("LEAD-10",),
        mistake="The version of a list is the newest updated_at on it.",
        apply=_reading_by_last_update,
        held_out=20,
    ),
    Fault(
        id="WHK-F3853",
        title="The event of a message sent without an author says that the contact wrote it",
        promises=("LEAD-17", "LEAD-13"),
        mistake="The event is made of the request, with a default of its own.",
        apply=_author_of_its_own,
        held_out=20,
    ),
    Fault(
        id="SCH-F3854",
        title="An attribute cannot be changed from 1 to true, nor from 0 to false",
        promises=("LEAD-14",),
        mistake="What equals the old value is not written, and to Python 1 is True.",
        apply=reworking("contact.update", _comparing_equals),
        held_out=20,
    ),
    Fault(
        id="TLS-F3855",
        title="The redirect to HTTPS has the path decoded, so that %2F becomes a slash",
        promises=("LEAD-01",),
        mistake="The proxy's variable for the path is the decoded one.",
        apply=answers(_is_redirect, _decoded),
        held_out=20,
    ),
    Fault(
        id="TEN-F3856",
        title="The cursor of another workspace has expired, as if it had been one's own",
        promises=("LEAD-10",),
        mistake="The version is compared before the part is opened that names the workspace.",
        apply=_version_first,
        held_out=20,
    ),
)
