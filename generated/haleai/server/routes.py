"""The operations of HaleAI, and what they are called in Python."""

from __future__ import annotations

from datetime import datetime

from . import models
from .runtime import Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="listContacts",
        method="GET",
        path="/contacts",
        resource="contacts",
        handler="list_contacts",
        parameters=(
            Parameter("query", "limit", "limit", int),
            Parameter("query", "cursor", "cursor", str),
            Parameter("query", "source", "source", str),
            Parameter("query", "updatedSince", "updated_since", datetime),
        ),
    ),
    Route(
        operation_id="getContact",
        method="GET",
        path="/contacts/{contactId}",
        resource="contacts",
        handler="get_contact",
        parameters=(Parameter("path", "contactId", "contact_id", str),),
    ),
    Route(
        operation_id="listLeads",
        method="GET",
        path="/leads",
        resource="leads",
        handler="list_leads",
        parameters=(
            Parameter("query", "limit", "limit", int),
            Parameter("query", "cursor", "cursor", str),
            Parameter("query", "stage", "stage", models.LeadStage),
            Parameter("query", "source", "source", str),
            Parameter("query", "updatedSince", "updated_since", datetime),
        ),
    ),
    Route(
        operation_id="getLead",
        method="GET",
        path="/leads/{leadId}",
        resource="leads",
        handler="get_lead",
        parameters=(Parameter("path", "leadId", "lead_id", str),),
    ),
    Route(
        operation_id="listDeals",
        method="GET",
        path="/deals",
        resource="deals",
        handler="list_deals",
        parameters=(
            Parameter("query", "limit", "limit", int),
            Parameter("query", "cursor", "cursor", str),
            Parameter("query", "stage", "stage", models.DealStage),
            Parameter("query", "updatedSince", "updated_since", datetime),
        ),
    ),
    Route(
        operation_id="getDeal",
        method="GET",
        path="/deals/{dealId}",
        resource="deals",
        handler="get_deal",
        parameters=(Parameter("path", "dealId", "deal_id", str),),
    ),
)
