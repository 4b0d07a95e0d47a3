"""What answers a chat: a question in, the pieces of a reply out."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: str
    """`user` or `assistant`."""
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What an agent is asked, and what it may take into account."""

    message: str
    history: Sequence[Message]
    behavior_context: str | None
    custom_fields: Mapping[str, object] | None


class AgentError(Exception):
    """The agent cannot answer; the message says why, for the log."""


class Agent(Protocol):
    """Answers questions."""

    def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply, none of them empty; raise AgentError.

        A reply that is wanted no more is cancelled where it waits, or closed between two pieces.
        """
