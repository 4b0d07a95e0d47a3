"""What HaloAgents does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from . import models
from .runtime import EventStream, Request, Result

P = TypeVar("P")


class ChatHandler(ABC, Generic[P]):
    """Messages to the active agent, and its replies."""

    @abstractmethod
    async def send_chat(
        self,
        request: Request[P],
        *,
        body: models.ChatRequest,
    ) -> Result[models.ChatReply]:
        """Send a message and get the whole reply.

        Sends a message to the organization's active agent and answers with its complete reply.

        The API keeps no conversation: send the messages that came before as `history`, the
        oldest first. Use `POST /chat/stream` to show the reply while it is being written.
        """

    @abstractmethod
    async def stream_chat(
        self,
        request: Request[P],
        *,
        body: models.ChatRequest,
    ) -> Result[EventStream[models.ChatDelta | models.ChatReply | models.Error]]:
        """Send a message and get the reply as it is written.

        Takes what `POST /chat` takes and gives the same reply, as a stream of server-sent
        events: `delta` for each piece of it, in order, and `done` with the whole reply at the
        end.

        What goes wrong before the stream starts is answered with an ordinary JSON error; what
        goes wrong later ends the stream with an `error` event. Hanging up stops the agent.
        """


class TicketsHandler(ABC, Generic[P]):
    """Support tickets."""

    @abstractmethod
    async def create_ticket(
        self,
        request: Request[P],
        *,
        body: models.TicketRequest,
    ) -> Result[models.TicketReceipt]:
        """Create a ticket.

        Creates a support ticket. It belongs to the user that `user_id` names, or to nobody in
        particular.
        """


class EventsHandler(ABC, Generic[P]):
    """What people do on your site or in your product."""

    @abstractmethod
    async def send_events(
        self,
        request: Request[P],
        *,
        body: models.EventsRequest,
    ) -> Result[models.EventsReceipt]:
        """Send events.

        Stores up to 100 events of one user or anonymous visitor, all of them or none: one event
        that is not as documented, and nothing is stored.
        """


class UsersHandler(ABC, Generic[P]):
    """The end users that you know."""

    @abstractmethod
    async def identify_user(
        self,
        request: Request[P],
        *,
        body: models.UserRequest,
    ) -> Result[models.UserDetail]:
        """Create or update a user.

        Creates the end user that `user_id` names, or updates it. Traits are merged: one that is
        sent replaces the one of the same name, and the others stay. Sending the same again
        changes nothing.

        The claims `email`, `role` and `plan` of a valid `user_token` override the fields of the
        same name.
        """


class CompaniesHandler(ABC, Generic[P]):
    """The companies that your end users belong to."""

    @abstractmethod
    async def identify_company(
        self,
        request: Request[P],
        *,
        body: models.CompanyRequest,
    ) -> Result[models.CompanyDetail]:
        """Create or update a company.

        Creates the company that `company_id` names, or updates it. Traits are merged: one that
        is sent replaces the one of the same name, and the others stay. Sending the same again
        changes nothing.
        """


class SeriesHandler(ABC, Generic[P]):
    """Series of emails, and who gets them."""

    @abstractmethod
    async def update_series(
        self,
        request: Request[P],
        *,
        body: models.SeriesRequest,
    ) -> Result[models.SeriesMembership]:
        """Enroll or remove a user.

        Enrolls a user in a series of emails, or removes them from it. Enrolling a user who is
        enrolled, and removing one who is not, changes nothing.
        """


class ConfigHandler(ABC, Generic[P]):
    """What a widget needs to know before it starts."""

    @abstractmethod
    async def get_config(
        self,
        request: Request[None],
        *,
        org_id: str,
    ) -> Result[models.Config]:
        """Get the configuration of the active agent.

        Returns the configuration of an organization's active agent. A widget calls this first,
        so it takes the organization's id instead of a key.
        """


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    chat: ChatHandler[P]
    tickets: TicketsHandler[P]
    events: EventsHandler[P]
    users: UsersHandler[P]
    companies: CompaniesHandler[P]
    series: SeriesHandler[P]
    config: ConfigHandler[P]
