"""Made-up rows: people, what they and the team wrote, articles. The same dice, the same rows."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Row = dict[str, object]

_GIVEN = (
    "Ana", "Bruno", "Carla", "Duarte", "Elif", "Farid", "Greta", "Hugo", "Ivana", "Jonas",
    "Kofi", "Lena", "Marta", "Nuno", "Olga", "Pedro", "Rita", "Sana", "Tomas", "Yara",
)  # fmt: skip
_FAMILY = (
    "Almeida", "Becker", "Castro", "Demir", "Esteves", "Fischer", "Gomes", "Haddad", "Ibsen",
    "Jansen", "Keller", "Lopes", "Moreau", "Novak", "Okafor", "Pinto", "Ribeiro", "Silva",
)  # fmt: skip
_PLANS = ("starter", "growth", "scale")
_FROM_CONTACT = (
    "I cannot log in since this morning.",
    "How do I add a second mailbox?",
    "The export has no headings. Is that meant to be?",
    "We were charged twice in March.",
    "Can you move our renewal to the first of the month?",
    "Thank you, that works now.",
)
_FROM_AGENT = (
    "Thanks for writing. I am looking into it.",
    "That is fixed. Please try again.",
    "You find it under Settings, on the page of your team.",
    "I have asked our billing team; they answer within the day.",
    "Glad to hear. I close this for now.",
)
_NOTES = (
    "Same question as last week; worth an article.",
    "Wants a call rather than mail.",
    "Refund approved by finance.",
)
_TOPICS = (
    "Import contacts", "Export a conversation", "Set working hours", "Connect a mailbox",
    "Merge duplicates", "Read your invoice", "Rotate a token", "Share a view", "Tag contacts",
    "Route by language", "Mute a thread", "Write a canned reply",
)  # fmt: skip
_SENTENCES = (
    "Open Settings and choose the page that is named after what you want to do.",
    "Only owners of the workspace see every option.",
    "Changes are saved at once and can be taken back for a day.",
    "If you do not find the button, ask an owner to give you the role.",
    "The list shows the latest first.",
    "Nothing is sent to your contacts before you confirm it.",
)


@dataclass(frozen=True, slots=True)
class Made:
    """Makes rows up, by rolling dice."""

    dice: random.Random

    def id(self, prefix: str) -> str:
        """Return an id."""
        return f"{prefix}_{self.dice.getrandbits(48):012x}"

    def contact(self, at: int) -> Row:
        """Return a contact of whom more or less is known."""
        given, family = self.dice.choice(_GIVEN), self.dice.choice(_FAMILY)
        number = self.dice.randrange(1_000_000)
        address = f"{given}.{family}{number % 100}@example.com".lower()
        attributes: Mapping[str, object] = {
            "plan": self.dice.choice(_PLANS),
            "seats": self.dice.randrange(1, 60),
        }
        return {
            "id": self.id("cont"),
            "name": self._maybe(f"{given} {family}", 0.95),
            "email": self._maybe(address, 0.9),
            "phone": self._maybe(f"+351210{number:06}", 0.4),
            "attributes": self._maybe(attributes, 0.6) or {},
            "created_at": at,
            "updated_at": at,
        }

    def conversation(self, at: int, contact_id: str, members: Sequence[str]) -> Row:
        """Return a conversation with a contact; old ones are mostly closed."""
        status = self.dice.choices(("open", "pending", "closed"), (3, 2, 5))[0]
        return {
            "id": self.id("conv"),
            "contact_id": contact_id,
            "status": status,
            "assignee_id": self._maybe(self.dice.choice(members), 0.7) if members else None,
            "created_at": at,
            "updated_at": at,
        }

    def message(self, at: int, conversation_id: str, author: str) -> Row:
        """Return a message."""
        return {
            "id": self.id("msg"),
            "conversation_id": conversation_id,
            "author": author,
            "body": self.dice.choice(_FROM_CONTACT if author == "contact" else _FROM_AGENT),
            "created_at": at,
        }

    def note(self, at: int, conversation_id: str) -> Row:
        """Return a note."""
        return {
            "id": self.id("note"),
            "conversation_id": conversation_id,
            "body": self.dice.choice(_NOTES),
            "created_at": at,
        }

    def article(self, at: int) -> Row:
        """Return an article of some paragraphs."""
        paragraphs = (" ".join(self.dice.sample(_SENTENCES, k=3)) for _ in range(4))
        return {
            "id": self.id("art"),
            "title": self.dice.choice(_TOPICS),
            "content": "\n\n".join(paragraphs),
            "created_at": at,
            "updated_at": at,
        }

    def chunk(self, article_id: str, position: int) -> Row:
        """Return a piece of an article."""
        content = self.dice.choice(_SENTENCES)
        chunk_id = self.id("chunk")
        return {"id": chunk_id, "article_id": article_id, "position": position, "content": content}

    def endpoint(self, at: int, secret: str) -> Row:
        """Return an endpoint that wants to hear of every conversation."""
        endpoint_id = self.id("wh")
        return {
            "id": endpoint_id,
            "api": "leadiosa",
            "url": f"https://hooks.example.com/{endpoint_id}",
            "secret": secret,
            "events": ["conversation.created"],
            "anywhere": False,
            "created_at": at,
        }

    def audit_entry(self, at: int) -> Row:
        """Return what a token did to a contact."""
        return {
            "id": self.id("aud"),
            "action": "contact.update",
            "resource_id": self.id("cont"),
            "token_id": self.id("key"),
            "request_id": self.id("req"),
            "created_at": at,
        }

    def workspace(self, name: str, at: int) -> Row:
        """Return a workspace with its subscription."""
        included = self.dice.choice((500_000, 2_000_000, 10_000_000))
        return {
            "id": self.id("ws"),
            "name": name,
            "created_at": at,
            "plan": self.dice.choice(_PLANS),
            "ai_tokens_included": included,
            "ai_tokens_used": self.dice.randrange(included),
        }

    def _maybe(self, value: object, share: float) -> object:
        return value if self.dice.random() < share else None
