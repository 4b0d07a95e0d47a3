"""The operations on contacts: records, attributes, and erasure (LEAD-14)."""

from dataclasses import asdict

from sqlalchemy import select

from generated.leadiosa.server import ContactsHandler, models
from generated.leadiosa.server.runtime import Request
from reference.collection import AnyRow
from reference.leadiosa.changing import Change, Writer, Written
from reference.leadiosa.events import contact_deleted
from reference.leadiosa.lists import CONTACTS, MESSAGES, NOTES
from reference.leadiosa.reading import Reader
from reference.leadiosa.redaction import REDACTED
from reference.leadiosa.resources import CONTACT
from reference.leadiosa.security import Caller
from reference.leadiosa.tables import Attributes, conversations
from reference.leadiosa.timestamps import timestamp

_EXACT_INTEGERS = 2**53


class Contacts(ContactsHandler[Caller]):
    """The contacts of the caller's workspace."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def list_contacts(
        self, request: Request[Caller], *, limit: int = 25, after: str | None = None
    ) -> models.ContactPage:
        """Return one page of contacts."""
        rows, pagination = await self._reader.page(CONTACTS, request.principal.tenant, after, limit)
        return models.ContactPage(data=[_contact(row) for row in rows], pagination=pagination)

    async def get_contact(self, request: Request[Caller], contact_id: str) -> models.Contact:
        """Return one contact."""
        return _contact(await self._reader.get(CONTACT, request.principal.tenant, contact_id))

    async def update_contact(
        self, request: Request[Caller], contact_id: str, *, body: models.ContactUpdate
    ) -> models.Contact:
        """Change what is known of a contact; attributes are replaced as a whole."""
        given = {
            "name": body.name,
            "email": body.email,
            "phone": body.phone,
            "attributes": None if body.attributes is None else _numbered(body.attributes),
        }
        values = {name: value for name, value in given.items() if value is not None}

        def change_it(change: Change) -> Written[models.Contact]:
            change.update(CONTACTS, change.get(CONTACT, contact_id), values)
            return Written(contact_id, _contact(change.get(CONTACT, contact_id)))

        return await self._writer.write(request, "contact.update", change_it)

    async def delete_contact(self, request: Request[Caller], contact_id: str) -> None:
        """Erase a contact, and whatever was written in its conversations."""

        def erase(change: Change) -> Written[None]:
            change.delete(CONTACTS, [change.get(CONTACT, contact_id)])
            of_contact = (conversations.c.tenant == change.tenant) & (
                conversations.c.contact_id == contact_id
            )
            with_contact = select(conversations.c.id).where(of_contact)
            for conversation_id in change.connection.scalars(with_contact).all():
                for texts in (MESSAGES, NOTES):
                    change.replace(texts, change.rows(texts, conversation_id), asdict(REDACTED))
            return Written(contact_id, None, [contact_deleted(contact_id, change.at)])

        await self._writer.write(request, "contact.delete", erase)
        await self._writer.database.scrub()


def _numbered(attributes: models.ContactAttributes) -> Attributes:
    """Return attributes with whole numbers as such: the generated type has one kind of number."""
    return {name: _whole(value) for name, value in attributes.items()}


def _whole(value: str | float | bool) -> str | int | float | bool:
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_INTEGERS
    return int(value) if is_whole else value


def _contact(row: AnyRow) -> models.Contact:
    return models.Contact(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        attributes=row.attributes or None,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
    )
