"""The operations of HaloAgents.

A handler first has the identity of the user checked that its body names, where it names any.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from generated.haloagents.server import (
    ChatHandler,
    CompaniesHandler,
    ConfigHandler,
    EventsHandler,
    SeriesHandler,
    TicketsHandler,
    UsersHandler,
    errors,
    models,
)
from generated.haloagents.server.runtime import EventStream, Request, ServerSentEvent
from reference.clock import Clock
from reference.haloagents import records
from reference.haloagents.agent import Agent, Message, Question
from reference.haloagents.identity import IdentityCheck
from reference.haloagents.organizations import Organization, Organizations
from reference.haloagents.replies import Replies
from reference.service import UnknownOrganizationError
from reference.storage.database import Database

_NO_AGENT = "This organization has no active agent."

ChatEvent = models.ChatDelta | models.ChatReply | models.Error


@dataclass(frozen=True, slots=True)
class Chat(ChatHandler[Organization]):
    """The replies of an organization's active agent."""

    identity: IdentityCheck
    agent: Callable[[Organization], Agent]
    replies: Replies

    async def send_chat(
        self, request: Request[Organization], *, body: models.ChatRequest
    ) -> models.ChatReply:
        """Return the whole reply (HALO-10)."""
        async with aclosing(self._reply(request, body)) as pieces:
            return models.ChatReply(reply="".join([piece async for piece in pieces]))

    async def stream_chat(
        self, request: Request[Organization], *, body: models.ChatRequest
    ) -> EventStream[ChatEvent]:
        """Return the reply piece by piece (HALO-11)."""
        return EventStream(_events(self._reply(request, body)), on_error=_broken_off)

    def _reply(
        self, request: Request[Organization], body: models.ChatRequest
    ) -> AsyncGenerator[str]:
        organization = request.principal
        self.identity.identity(organization, body)
        if not organization.agent_active:
            raise errors.NotFound(_NO_AGENT)
        question = Question(
            message=body.message,
            history=[Message(said.role, said.content) for said in body.history or ()],
            behavior_context=body.behavior_context,
            custom_fields=body.custom_fields,
        )
        pieces = self.agent(organization).reply(question)
        return self.replies.watched(pieces, organization.org_id, request.operation_id)


async def _events(pieces: AsyncGenerator[str]) -> AsyncIterator[ServerSentEvent[ChatEvent]]:
    said = ""
    async with aclosing(pieces):
        async for piece in pieces:
            said += piece
            yield ServerSentEvent(models.ChatDelta(text=piece), event="delta")
    yield ServerSentEvent(models.ChatReply(reply=said), event="done")


def _broken_off(_error: Exception) -> ServerSentEvent[ChatEvent]:
    return ServerSentEvent(models.Error(error="Something went wrong on our side."), event="error")


@dataclass(frozen=True, slots=True)
class Tickets(TicketsHandler[Organization]):
    """The tickets of an organization."""

    identity: IdentityCheck
    database: Database
    clock: Clock

    async def create_ticket(
        self, request: Request[Organization], *, body: models.TicketRequest
    ) -> models.TicketReceipt:
        """Keep a ticket."""
        self.identity.identity(request.principal, body)
        work = partial(
            records.create_ticket,
            tenant=request.principal.tenant,
            ticket=_sent(body, "subject", "description", "user_id"),
            at=self.clock.microseconds(),
        )
        return models.TicketReceipt(ticket_id=await self.database.write(work))


@dataclass(frozen=True, slots=True)
class Events(EventsHandler[Organization]):
    """The events of an organization."""

    identity: IdentityCheck
    database: Database
    clock: Clock

    async def send_events(
        self, request: Request[Organization], *, body: models.EventsRequest
    ) -> models.EventsReceipt:
        """Keep all events of a batch (HALO-13); one bad one, and this is never called."""
        self.identity.identity(request.principal, body)
        user = _sent(body, "user_id")
        work = partial(
            records.add_events,
            tenant=request.principal.tenant,
            batch=[user | _sent(event, "name", "metadata") for event in body.events],
            at=self.clock.microseconds(),
        )
        await self.database.write(work)
        return models.EventsReceipt(stored=len(body.events))


@dataclass(frozen=True, slots=True)
class Users(UsersHandler[Organization]):
    """The users of an organization."""

    identity: IdentityCheck
    database: Database

    async def identify_user(
        self, request: Request[Organization], *, body: models.UserRequest
    ) -> models.UserDetail:
        """Create a user, or merge into it; a token says more than the body (HALO-05)."""
        identity = self.identity.identity(request.principal, body)
        trusted = {} if identity is None else _sent(identity, "email", "role", "plan")
        work = partial(
            records.identify_user,
            tenant=request.principal.tenant,
            user=_sent(body, "user_id", "email", "role", "plan", "traits") | trusted,
            context=body.context,
        )
        user = await self.database.write(work)
        return models.UserDetail(user=msgspec.convert(user, models.User))


@dataclass(frozen=True, slots=True)
class Companies(CompaniesHandler[Organization]):
    """The companies of an organization."""

    database: Database

    async def identify_company(
        self, request: Request[Organization], *, body: models.CompanyRequest
    ) -> models.CompanyDetail:
        """Create a company, or merge into it."""
        work = partial(
            records.identify_company,
            tenant=request.principal.tenant,
            company=_sent(body, "company_id", "traits"),
            context=body.context,
        )
        company = await self.database.write(work)
        return models.CompanyDetail(company=msgspec.convert(company, models.Company))


@dataclass(frozen=True, slots=True)
class Series(SeriesHandler[Organization]):
    """The series of an organization."""

    identity: IdentityCheck
    database: Database

    async def update_series(
        self, request: Request[Organization], *, body: models.SeriesRequest
    ) -> models.SeriesMembership:
        """Enroll a user, or remove them."""
        self.identity.identity(request.principal, body)
        enrolled = body.action == "enroll"
        work = partial(
            records.set_enrollment,
            tenant=request.principal.tenant,
            series_id=body.series_id,
            user_id=body.user_id,
            enrolled=enrolled,
        )
        try:
            await self.database.write(work)
        except records.UnknownRecordError as error:
            raise errors.NotFound(str(error)) from error
        return models.SeriesMembership(
            series_id=body.series_id, user_id=body.user_id, enrolled=enrolled
        )


@dataclass(frozen=True, slots=True)
class Config(ConfigHandler[Organization]):
    """What a widget asks for first."""

    organizations: Organizations

    async def get_config(self, request: Request[None], *, org_id: str) -> models.Config:  # noqa: ARG002 - nobody in particular asks
        """Return the active agent of an organization (HALO-02)."""
        try:
            organization = await self.organizations.of_id(org_id)
        except UnknownOrganizationError as error:
            raise errors.NotFound("There is no organization with this org_id.") from error
        if not organization.agent_active:
            raise errors.NotFound(_NO_AGENT)
        agent = models.Agent(id=organization.agent_id, name=organization.agent_name)
        return models.Config(agent=agent)


def _sent(source: object, *names: str) -> dict[str, Any]:
    """Return the fields that were sent."""
    values = {name: getattr(source, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
