"""What HaloAgents is made of, and how the parts become a service.

Each part can be replaced before the service is put together: that is how planted faults come in,
with nothing here knowing of them.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.types import ASGIApp

from generated.haloagents.server import Handlers, Security, create_app
from generated.haloagents.server.runtime import ServerOptions
from reference.haloagents import handlers
from reference.haloagents.agent import Agent
from reference.haloagents.dataset import HaloAgentsDataset
from reference.haloagents.identity import IdentityCheck, IdentityVerification
from reference.haloagents.model_settings import (
    ModelSettings,
    ModelSettingsError,
    model_settings,
)
from reference.haloagents.organizations import Organization, Organizations
from reference.haloagents.replies import Replies
from reference.haloagents.scripted_agent import ScriptedAgent
from reference.haloagents.security import PublishableKeys
from reference.haloagents.tables import companies, enrollments, events, series, tickets, users
from reference.keys import Keyring
from reference.platform import Platform
from reference.service import ConfigurationError, Dataset, Service

NAME = "haloagents"
BASE_PATH = "/haloagents/api/sdk"
KEY_PREFIX = "ab_live_"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of HaloAgents."""

    platform: Platform
    keyring: Keyring
    organizations: Organizations
    security: Security[Organization]
    identity: IdentityCheck
    agent: Callable[[Organization], Agent]
    """The agent that answers for an organization."""
    replies: Replies
    dataset: Dataset
    middleware: Callable[[ASGIApp], ASGIApp]
    """What stands around the API, if anything does."""


def honest_parts(platform: Platform) -> Parts:
    """Return the parts of a HaloAgents that keeps its promises; raise ConfigurationError."""
    keyring = Keyring(NAME, lambda _attributes: KEY_PREFIX, platform.database, platform.clock)
    organizations = Organizations(platform.database)
    try:
        settings = model_settings(os.environ)
    except ModelSettingsError as error:
        raise ConfigurationError(str(error)) from error
    return Parts(
        platform=platform,
        keyring=keyring,
        organizations=organizations,
        security=PublishableKeys(keyring, organizations),
        identity=IdentityVerification(platform.clock),
        agent=scripted if settings is None else asking(settings),
        replies=Replies(platform.clock),
        dataset=HaloAgentsDataset(),
        middleware=lambda app: app,
    )


def scripted(organization: Organization) -> Agent:
    """Return the agent that says the same to everybody, as the organization has set it."""
    return ScriptedAgent(organization.agent_pause, organization.agent_fails_after)


def asking(settings: ModelSettings) -> Callable[[Organization], Agent]:
    """Return what gives every organization an agent that asks a model."""
    from reference.haloagents.chat_completions import ModelAgent  # noqa: PLC0415 - if it is asked

    return lambda _organization: ModelAgent(settings)


def assemble(parts: Parts) -> Service:
    """Put the parts together."""
    database, clock = parts.platform.database, parts.platform.clock
    app = create_app(
        Handlers(
            chat=handlers.Chat(parts.identity, parts.agent, parts.replies),
            tickets=handlers.Tickets(parts.identity, database, clock),
            events=handlers.Events(parts.identity, database, clock),
            users=handlers.Users(parts.identity, database),
            companies=handlers.Companies(database),
            series=handlers.Series(parts.identity, database),
            config=handlers.Config(parts.organizations),
        ),
        security=parts.security,
        base_path=BASE_PATH,
        options=ServerOptions(),
    )
    return Service(
        name=NAME,
        base_path=BASE_PATH,
        app=parts.middleware(app),
        keyring=parts.keyring,
        key_attributes={},
        key_grace=timedelta(0),
        dataset=parts.dataset,
        organizations=parts.organizations,
        replies=parts.replies,
        stored={
            "users": users,
            "companies": companies,
            "series": series,
            "enrollments": enrollments,
            "tickets": tickets,
            "events": events,
        },
    )
