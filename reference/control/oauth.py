"""OAuth as a user and a partner meet it: registering apps, approving requests (ALOHA-04)."""

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from msgspec import Meta

from reference.control.bodies import Body, TenantName
from reference.control.call import Answer, Call, Controlled, RefusedError
from reference.oauth.errors import AuthorizationError, RedirectedError
from reference.oauth.parameters import Pairs
from reference.oauth.redirect_uris import complaint
from reference.oauth.server import AuthorizationServer


class ClientBody(Body):
    """`POST oauth/clients`: an app, where users may be sent back to, what it may ask for."""

    api: str
    tenant: TenantName
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    redirect_uris: Annotated[list[str], Meta(min_length=1, max_length=20)]
    scopes: Annotated[list[str], Meta(min_length=1, max_length=20)]
    confidential: bool = False


class ApprovalBody(Body):
    """`POST oauth/approve`: whose user decides, where the app sent the browser, yes or no."""

    api: str
    tenant: TenantName
    url: Annotated[str, Meta(max_length=20_000)]
    deny: bool = False


async def _register_client(controlled: Controlled, body: ClientBody) -> Answer:
    server = _server(controlled, body.api)
    for uri in body.redirect_uris:
        if fault := complaint(uri):
            raise RefusedError(400, f"The redirect URI {uri[:100]!r} {fault}.")
    if unknown := {*body.scopes} - {*server.profile.scopes}:
        known = ", ".join(server.profile.scopes)
        raise RefusedError(400, f"{sorted(unknown)[0]!r} is no scope of {body.api}, only {known}.")
    await controlled.tenants.ensure(controlled.service(body.api), body.tenant)
    made = await server.register(
        body.tenant, body.name, body.redirect_uris, body.scopes, confidential=body.confidential
    )
    secret = {} if made.client_secret is None else {"client_secret": made.client_secret}
    return {"client_id": made.client_id, **secret}


async def _approve(controlled: Controlled, body: ApprovalBody) -> Answer:
    server = _server(controlled, body.api)
    try:
        asked = await server.read_request(_parameters(body.url, server))
    except AuthorizationError as error:
        raise RefusedError(400, str(error)) from error
    except RedirectedError as error:
        return {"redirect_to": error.location}
    await controlled.tenants.ensure(controlled.service(body.api), body.tenant)
    if body.deny:
        return {"redirect_to": server.deny(asked)}
    return {"redirect_to": await server.approve(asked, body.tenant)}


def _parameters(url: str, server: AuthorizationServer) -> Pairs:
    """Return the parameters of an authorize URL; raise RefusedError."""
    try:
        parts = urlsplit(url)
        if parts.path.endswith(server.profile.path):
            return parse_qsl(parts.query, keep_blank_values=True, errors="strict")
    except ValueError:
        pass
    raise RefusedError(400, f"The url is that of no page under {server.profile.path}.")


def _server(controlled: Controlled, api: str) -> AuthorizationServer:
    server = controlled.service(api).oauth
    if server is None:
        raise RefusedError(400, f"{api} has no OAuth.")
    return server


def _applies(controlled: Controlled) -> bool:
    return any(service.oauth is not None for service in controlled.services.values())


CALLS = (
    Call("POST", "oauth/clients", ClientBody, _register_client, _applies),
    Call("POST", "oauth/approve", ApprovalBody, _approve, _applies),
)
