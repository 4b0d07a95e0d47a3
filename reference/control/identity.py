"""What organizations set on their dashboard: identity verification (HALO-04) and their agent."""

from typing import Annotated

from msgspec import Meta

from reference.control.bodies import Body, Nothing
from reference.control.call import Answer, Call, Controlled, RefusedError
from reference.service import AgentSettings, Organizations, UnknownOrganizationError

_LONGEST_PAUSE = 60
_MOST_PIECES = 1_000

OrganizationName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,66}$")]


class IdentityBody(Body):
    """`POST identity`: whether an organization has identities verified."""

    org: OrganizationName
    enabled: bool


class AgentBody(Body):
    """`POST agents`: whether an organization's agent is active, how slow it is, where it fails."""

    org: OrganizationName
    active: bool | None = None
    pause: Annotated[float, Meta(ge=0, le=_LONGEST_PAUSE)] | None = None
    fails_after: Annotated[int, Meta(ge=-1, le=_MOST_PIECES)] | None = None


async def _verify_identity(controlled: Controlled, body: IdentityBody) -> Answer:
    try:
        secret = await _organizations(controlled).verify_identity(body.org, enabled=body.enabled)
    except UnknownOrganizationError as error:
        raise _no_such_organization(body.org) from error
    return {"org": body.org, "enabled": body.enabled, "secret": secret}


async def _set_agent(controlled: Controlled, body: AgentBody) -> Answer:
    settings = AgentSettings(body.active, body.pause, body.fails_after)
    try:
        agent = await _organizations(controlled).set_agent(body.org, settings)
    except UnknownOrganizationError as error:
        raise _no_such_organization(body.org) from error
    return {"org": body.org, "agent": agent}


async def _list_replies(controlled: Controlled, _body: Nothing) -> Answer:
    logs = [service.replies for service in controlled.services.values() if service.replies]
    return {"replies": [reply for log in logs for reply in log.entries()]}


def _organizations(controlled: Controlled) -> Organizations:
    found = (service.organizations for service in controlled.services.values())
    return next(organizations for organizations in found if organizations is not None)


def _no_such_organization(org: str) -> RefusedError:
    return RefusedError(404, f"There is no organization {org!r}, by tenant or by id.")


def _applies(controlled: Controlled) -> bool:
    return any(service.organizations is not None for service in controlled.services.values())


CALLS = (
    Call("POST", "identity", IdentityBody, _verify_identity, _applies),
    Call("POST", "agents", AgentBody, _set_agent, _applies),
    Call("GET", "replies", Nothing, _list_replies, _applies),
)
