"""OAuth as Aloha has it: its two endpoints, and the access tokens they give (ALOHA-04)."""

from collections.abc import Mapping
from typing import Protocol

from starlette.responses import Response as RawResponse

from generated.aloha.server import OauthHandler, errors, models
from generated.aloha.server.runtime import ApiError, Pairs, Request, Response
from reference.aloha.consent_page import consent_page
from reference.aloha.security import PLANS, Caller
from reference.oauth.clients import Client
from reference.oauth.errors import AuthorizationError, OAuthError, RedirectedError
from reference.oauth.server import AuthorizationServer, Profile
from reference.platform import Platform

PATH = "/oauth/authorize"
PROFILE = Profile(
    scopes=("read", "write", "webhook:admin"),
    default_scope="read",
    path=PATH,
    client_prefix="app_",
    secret_prefix="aos_",  # noqa: S106 - what secrets begin with
    code_prefix="aoc_",
    access_prefix="aoa_",
    refresh_prefix="aor_",
)
DOCUMENTED_APP = Client(
    id="app_01HWM9J4RB6TYE",
    tenant="acme",
    name="Partner",
    redirect_uris=("https://partner.example/callback",),
    scopes=("read", "write"),
    secret=None,
)
"""The app that the contract's examples name."""
_UNCACHED = {"Pragma": "no-cache"}
"""Besides `Cache-Control`, which every answer of the two endpoints has (RFC 6749 §5.1)."""


class _Refusal(Protocol):
    def __call__(self, message: str, headers: Mapping[str, str] | None = None, /) -> ApiError: ...


_REFUSALS: Mapping[str, _Refusal] = {
    "invalid_request": errors.InvalidRequest,
    "invalid_client": errors.InvalidClient,
    "invalid_grant": errors.InvalidGrant,
    "invalid_scope": errors.InvalidScope,
    "unsupported_grant_type": errors.UnsupportedGrantType,
}


def authorization_server(name: str, platform: Platform) -> AuthorizationServer:
    """Return the authorization server of Aloha."""
    return AuthorizationServer(name, PROFILE, platform.database, platform.clock)


class AccessTokens:
    """The access tokens that users granted to apps: live data, the default plan."""

    def __init__(self, server: AuthorizationServer) -> None:
        self._server = server

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        if not token.startswith(PROFILE.access_prefix):
            return None
        access = await self._server.find_access(token)
        if access is None:
            return None
        return Caller(access.tenant, "live", PLANS[0], access.token_id, frozenset(access.scopes))


class OAuthEndpoints(OauthHandler[Caller]):
    """Where apps send users to ask for access, and where they get their tokens."""

    def __init__(self, server: AuthorizationServer) -> None:
        self._server = server

    async def authorize(self, request: Request[None]) -> RawResponse:
        """Show what an app asks for, or send the browser back with what is wrong."""
        try:
            asked = await self._server.read_request(request.query)
        except AuthorizationError as error:
            raise errors.InvalidRequest(str(error), _UNCACHED) from error
        except RedirectedError as error:
            return RawResponse(status_code=302, headers={"Location": error.location})
        return consent_page(asked)

    async def issue_token(self, request: Request[None], *, body: Pairs) -> Response[models.Token]:
        """Exchange a code or a refresh token."""
        try:
            tokens = await self._server.issue(body, request.headers.getlist("authorization"))
        except OAuthError as error:
            raise _refused(error) from error
        token = models.Token(
            access_token=tokens.access_token,
            token_type="Bearer",  # noqa: S106 - its type
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh_token,
            scope=" ".join(tokens.scopes),
        )
        return Response(token, headers=_UNCACHED)


def _refused(error: OAuthError) -> ApiError:
    asks = {"WWW-Authenticate": 'Basic realm="oauth"'} if error.code == "invalid_client" else {}
    return _REFUSALS[error.code](str(error), {**_UNCACHED, **asks})
