"""What is left of texts once their contact is erased (LEAD-14)."""

from dataclasses import dataclass

from reference.collection import AnyRow
from reference.leadiosa.changing import Change
from reference.leadiosa.resources import CONTACT


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a message or a note."""

    body: str
    redacted: bool = False


REDACTED = Text("[redacted]", redacted=True)


def written(change: Change, conversation: AnyRow, body: str) -> Text:
    """Return what is kept of a text that is written in a conversation.

    That is nothing once the contact is erased: nobody could have it erased any more.
    """
    is_there = change.find(CONTACT, conversation.contact_id) is not None
    return Text(body) if is_there else REDACTED
