"""The operations of HaloAgents, and what they are called in Python."""

from __future__ import annotations

from . import models
from .runtime import Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="sendChat",
        method="POST",
        path="/chat",
        resource="chat",
        handler="send_chat",
        bodies={
            "application/json": models.ChatRequest,
        },
    ),
    Route(
        operation_id="streamChat",
        method="POST",
        path="/chat/stream",
        resource="chat",
        handler="stream_chat",
        bodies={
            "application/json": models.ChatRequest,
        },
    ),
    Route(
        operation_id="createTicket",
        method="POST",
        path="/tickets/create",
        resource="tickets",
        handler="create_ticket",
        bodies={
            "application/json": models.TicketRequest,
        },
    ),
    Route(
        operation_id="sendEvents",
        method="POST",
        path="/events",
        resource="events",
        handler="send_events",
        bodies={
            "application/json": models.EventsRequest,
        },
    ),
    Route(
        operation_id="identifyUser",
        method="POST",
        path="/users/identify",
        resource="users",
        handler="identify_user",
        bodies={
            "application/json": models.UserRequest,
        },
    ),
    Route(
        operation_id="identifyCompany",
        method="POST",
        path="/companies/identify",
        resource="companies",
        handler="identify_company",
        bodies={
            "application/json": models.CompanyRequest,
        },
    ),
    Route(
        operation_id="updateSeries",
        method="POST",
        path="/series",
        resource="series",
        handler="update_series",
        bodies={
            "application/json": models.SeriesRequest,
        },
    ),
    Route(
        operation_id="getConfig",
        method="GET",
        path="/config",
        resource="config",
        handler="get_config",
        parameters=(Parameter("query", "org_id", "org_id", str),),
    ),
)
