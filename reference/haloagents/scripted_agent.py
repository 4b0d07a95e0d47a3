"""The agent that is there by default: the same question, the same reply, piece by piece."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from reference.haloagents.agent import AgentError, Question

_REPLIES: Mapping[str, str] = {
    "refund": "Refunds take five working days.",
    "price": "Our prices are on the pricing page, and the first month is free.",
    "hello": "Hello! What can I help you with today?",
}
"""What is said to a message with a word in it."""
_PIECE = re.compile(r"\S+\s*(?:\S+\s*)?")


@dataclass(frozen=True, slots=True)
class ScriptedAgent:
    """Says what its script has for a message, two words at a time."""

    pause: float
    """Seconds before each piece but the first."""
    fails_after: int
    """How many pieces it says before it fails; below 0, it does not."""

    async def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply; raise AgentError where it is to fail."""
        for index, piece in enumerate(_PIECE.findall(_line(question))):
            if index == self.fails_after:
                raise AgentError(f"the scripted agent was told to fail after {index} pieces")
            if index:
                await asyncio.sleep(self.pause)
            yield piece


def _line(question: Question) -> str:
    message = question.message.lower()
    for word, line in _REPLIES.items():
        if word in message:
            return line
    return (
        f"Thank you for your message of {len(question.message)} characters, "
        f"which follows {len(question.history)} others. A colleague will look into it."
    )
