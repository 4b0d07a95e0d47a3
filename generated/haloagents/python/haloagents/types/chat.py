"""Types of the resource chat."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .._runtime.values import UNSET, Model, Unset

ChatMessageRole: TypeAlias = Literal["user", "assistant"] | str
"""Who said it, the visitor or the agent."""


class ChatRequest(Model, kw_only=True):
    """A message to the agent, with what it should know."""

    message: str
    """What the visitor says."""

    history: list[ChatMessage] | Unset = UNSET
    """The conversation so far, the oldest message first."""

    behavior_context: str | Unset = UNSET
    """What the visitor has been doing, for the agent to take into account."""

    custom_fields: dict[str, Any] | Unset = UNSET
    """Whatever else the agent should know; at most 10,000 characters of JSON."""

    user_id: str | Unset = UNSET
    """The user, by the name that your own system gives them. One that starts with `anon_` is
    anonymous.
    """

    user_token: str | Unset = UNSET
    """A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
    `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where
    your organization verifies identities and the user is not anonymous.
    """


class ChatMessage(Model, kw_only=True):
    """A message of the conversation."""

    role: ChatMessageRole
    """Who said it, the visitor or the agent."""

    content: str
    """What was said."""


class ChatReply(Model, kw_only=True):
    """What the agent says."""

    reply: str
    """The whole reply."""


class ChatDelta(Model, kw_only=True):
    """A piece of what the agent says."""

    text: str
    """Follows the pieces before it; together they are the reply."""
