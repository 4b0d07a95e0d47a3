"""What HaleAI does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from . import models
from .runtime import Request, Result

P = TypeVar("P")


class ContactsHandler(ABC, Generic[P]):
    """The people your team knows."""

    @abstractmethod
    async def list_contacts(
        self,
        request: Request[P],
        *,
        limit: int = 50,
        cursor: str | None = None,
        source: str | None = None,
        updated_since: datetime | None = None,
    ) -> Result[models.ContactPage]:
        """List contacts.

        Returns one page of your team's contacts. Combine `source` and `updatedSince` to narrow
        the list; a contact is on it only if it matches both.

        Walking all pages gives every matching contact exactly once, also while contacts are
        added or updated during the walk: one that is there throughout and does not change is
        neither lost nor repeated.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API, or was given for other
                filters.
            errors.Unauthorized: The API key is missing, malformed, unknown or revoked.
            errors.PlanRequired: The API key is valid, but its team is below the Team Max tier.
            errors.RateLimited: The key sent more than a burst of 60 requests, or 600 a minute
                sustained.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_contact(
        self,
        request: Request[P],
        contact_id: str,
    ) -> Result[models.ContactDetail]:
        """Get a contact.

        Returns the contact with this id. The id of another team's contact is answered exactly
        like one that does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: The API key is missing, malformed, unknown or revoked.
            errors.PlanRequired: The API key is valid, but its team is below the Team Max tier.
            errors.NotFound: The id does not exist, or belongs to another team.
            errors.RateLimited: The key sent more than a burst of 60 requests, or 600 a minute
                sustained.
            errors.InternalError: Something went wrong on the server.
        """


class LeadsHandler(ABC, Generic[P]):
    """Prospects, by stage, on their way to a deal."""

    @abstractmethod
    async def list_leads(
        self,
        request: Request[P],
        *,
        limit: int = 50,
        cursor: str | None = None,
        stage: models.LeadStage | None = None,
        source: str | None = None,
        updated_since: datetime | None = None,
    ) -> Result[models.LeadPage]:
        """List leads.

        Returns one page of your team's leads. Combine `stage`, `source` and `updatedSince` to
        narrow the list; a lead is on it only if it matches all of them.

        Walking all pages gives every matching lead exactly once, also while leads are added or
        updated during the walk: one that is there throughout and does not change is neither lost
        nor repeated.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API, or was given for other
                filters.
            errors.Unauthorized: The API key is missing, malformed, unknown or revoked.
            errors.PlanRequired: The API key is valid, but its team is below the Team Max tier.
            errors.RateLimited: The key sent more than a burst of 60 requests, or 600 a minute
                sustained.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_lead(
        self,
        request: Request[P],
        lead_id: str,
    ) -> Result[models.LeadDetail]:
        """Get a lead.

        Returns the lead with this id. The id of another team's lead is answered exactly like one
        that does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: The API key is missing, malformed, unknown or revoked.
            errors.PlanRequired: The API key is valid, but its team is below the Team Max tier.
            errors.NotFound: The id does not exist, or belongs to another team.
            errors.RateLimited: The key sent more than a burst of 60 requests, or 600 a minute
                sustained.
            errors.InternalError: Something went wrong on the server.
        """


class DealsHandler(ABC, Generic[P]):
    """Transactions, by stage, from opportunity to closing."""

    @abstractmethod
    async def list_deals(
        self,
        request: Request[P],
        *,
        limit: int = 50,
        cursor: str | None = None,
        stage: models.DealStage | None = None,
        updated_since: datetime | None = None,
    ) -> Result[models.DealPage]:
        """List deals.

        Returns one page of your team's deals. Combine `stage` and `updatedSince` to narrow the
        list; a deal is on it only if it matches both. Deals have no source: asking for one with
        `source` is answered with 400.

        Walking all pages gives every matching deal exactly once, also while deals are added or
        updated during the walk: one that is there throughout and does not change is neither lost
        nor repeated.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API, or was given for other
                filters.
            errors.Unauthorized: The API key is missing, malformed, unknown or revoked.
            errors.PlanRequired: The API key is valid, but its team is below the Team Max tier.
            errors.RateLimited: The key sent more than a burst of 60 requests, or 600 a minute
                sustained.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_deal(
        self,
        request: Request[P],
        deal_id: str,
    ) -> Result[models.DealDetail]:
        """Get a deal.

        Returns the deal with this id. The id of another team's deal is answered exactly like one
        that does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: The API key is missing, malformed, unknown or revoked.
            errors.PlanRequired: The API key is valid, but its team is below the Team Max tier.
            errors.NotFound: The id does not exist, or belongs to another team.
            errors.RateLimited: The key sent more than a burst of 60 requests, or 600 a minute
                sustained.
            errors.InternalError: Something went wrong on the server.
        """


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    contacts: ContactsHandler[P]
    leads: LeadsHandler[P]
    deals: DealsHandler[P]
