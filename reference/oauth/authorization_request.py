"""Authorization requests: what an app asks a user for (RFC 6749 §4.1.1, RFC 7636 §4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from reference.oauth import pkce
from reference.oauth.clients import Client
from reference.oauth.errors import AuthorizationError, OAuthError, RedirectedError
from reference.oauth.parameters import Parameters
from reference.oauth.redirect_uris import is_registered, with_parameters
from reference.oauth.scopes import Scopes, read_scopes

PARAMETERS = frozenset(
    {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    }
)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that a user can grant."""

    client: Client
    redirect_uri: str
    state: str | None
    challenge: str
    scopes: Scopes

    def location(self, **answer: str) -> str:
        """Return where the browser goes with an answer."""
        return _location(self.redirect_uri, self.state, answer)


def read_client_id(parameters: Parameters) -> str:
    """Return the id of the client; raise AuthorizationError."""
    return _required_once(parameters, "client_id")


def read_request(
    parameters: Parameters, client: Client | None, default_scope: str
) -> AuthorizationRequest:
    """Return what a client asks for.

    Raises AuthorizationError where the client or its redirect URI is not known, and RedirectedError
    for whatever else is wrong.
    """
    if client is None:
        raise AuthorizationError("This client_id is unknown.")
    redirect_uri = _required_once(parameters, "redirect_uri")
    if not is_registered(redirect_uri, client.redirect_uris):
        raise AuthorizationError("This redirect_uri is not registered for the client.")
    state = parameters.get("state")
    try:
        return AuthorizationRequest(
            client,
            redirect_uri,
            state,
            challenge=_challenge(parameters),
            scopes=read_scopes(parameters.get("scope") or default_scope, client.scopes),
        )
    except OAuthError as error:
        answer = {"error": error.code, "error_description": str(error)}
        raise RedirectedError(_location(redirect_uri, state, answer)) from error


def _required_once(parameters: Parameters, name: str) -> str:
    if name in parameters.repeated:
        raise AuthorizationError(f"The parameter {name} is repeated.")
    value = parameters.get(name)
    if value is None:
        raise AuthorizationError(f"The parameter {name} is missing.")
    return value


def _challenge(parameters: Parameters) -> str:
    """Return the code challenge; raise OAuthError where anything but the scope is wrong."""
    for name in parameters.repeated:
        raise OAuthError("invalid_request", f"The parameter {name} is repeated.")
    response_type = parameters.get("response_type")
    if response_type is None:
        raise OAuthError("invalid_request", "The parameter response_type is missing.")
    if response_type != "code":
        raise OAuthError("unsupported_response_type", "The response_type is code, nothing else.")
    challenge = parameters.get("code_challenge")
    if challenge is None:
        raise OAuthError("invalid_request", "PKCE is required: code_challenge is missing.")
    if parameters.get("code_challenge_method") != pkce.METHOD:
        raise OAuthError("invalid_request", "The code_challenge_method is S256, and required.")
    if not pkce.is_challenge(challenge):
        raise OAuthError("invalid_request", "The code_challenge is 43 characters of base64url.")
    return challenge


def _location(redirect_uri: str, state: str | None, answer: Mapping[str, str]) -> str:
    given = {} if state is None else {"state": state}
    return with_parameters(redirect_uri, {**answer, **given})
