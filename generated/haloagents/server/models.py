"""The data of HaloAgents: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct


class ChatRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A message to the agent, with what it should know."""

    message: str
    """What the visitor says."""
    history: list[ChatMessage] | None = None
    """The conversation so far, the oldest message first."""
    behavior_context: str | None = None
    """What the visitor has been doing, for the agent to take into account."""
    custom_fields: dict[str, Any] | None = None
    """Whatever else the agent should know; at most 10,000 characters of JSON."""
    user_id: str | None = None
    user_token: str | None = None


class ChatMessage(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A message of the conversation."""

    role: ChatMessageRole
    """Who said it, the visitor or the agent."""
    content: str
    """What was said."""


ChatMessageRole: TypeAlias = Literal["user", "assistant"]
"""Who said it, the visitor or the agent."""


class ChatReply(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the agent says."""

    reply: str
    """The whole reply."""


class ChatDelta(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A piece of what the agent says."""

    text: str
    """Follows the pieces before it; together they are the reply."""


class TicketRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A ticket to create."""

    subject: str
    """What it is about, in a line."""
    description: str
    """What it is about, in full."""
    user_id: str | None = None
    user_token: str | None = None


class TicketReceipt(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The ticket that was created."""

    ticket_id: str
    """Identifies the ticket."""


class EventsRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A batch of events."""

    events: list[Event]
    """What happened, in order."""
    user_id: str | None = None
    user_token: str | None = None


class Event(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Something that a user or visitor did."""

    name: str
    """What was done."""
    metadata: dict[str, Any] | None = None
    """The particulars; at most 10,000 bytes of JSON."""


class EventsReceipt(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What became of a batch."""

    stored: int
    """How many events were stored, which is all of them."""


class UserRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A user to create or update."""

    user_id: str
    user_token: str | None = None
    email: str | None = None
    role: str | None = None
    plan: str | None = None
    traits: Traits | None = None
    context: Context | None = None


class User(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An end user."""

    user_id: str
    email: str | None = None
    role: str | None = None
    plan: str | None = None
    traits: Traits


class UserDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One user."""

    user: User


class CompanyRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A company to create or update."""

    company_id: str
    traits: Traits | None = None
    context: Context | None = None


class Company(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A company."""

    company_id: str
    traits: Traits


class CompanyDetail(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One company."""

    company: Company


class SeriesRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A user to enroll in a series, or to remove from it."""

    series_id: str
    user_id: str
    user_token: str | None = None
    action: SeriesRequestAction
    """What to do."""


SeriesRequestAction: TypeAlias = Literal["enroll", "remove"]
"""What to do."""


class SeriesMembership(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Whether a user gets the emails of a series."""

    series_id: str
    user_id: str
    enrolled: bool
    """Whether they do, from now on."""


class Config(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What a widget needs to know before it starts."""

    agent: Agent


class Agent(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The active agent."""

    id: str
    """Identifies the agent."""
    name: str
    """What the agent is called."""


Traits: TypeAlias = dict[str, Any]
"""What is known, by name. Free-form."""

Context: TypeAlias = dict[str, Any]
"""The circumstances under which it became known. Free-form."""


class Error(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What every answer other than a success looks like."""

    error: str
    """What went wrong."""
