"""OAuth as Aloha has it: its two endpoints, and the access tokens they give (ALOHA-04).

`OAuthEndpoints` is the handler of `/oauth/authorize` and `/oauth/token`; `AccessTokens` are the
`Credentials` that `BearerTokens` asks when a token is no API key: `find(token)` returns the
caller, mode `live`, the plan of a key that is minted with no more than its workspace, with the
scopes that the token was granted. Both are made of the platform.
"""

from typing import NoReturn

from generated.aloha.server import OauthHandler, errors
from generated.aloha.server.runtime import Request
from reference.aloha.security import Caller
from reference.platform import Platform


class AccessTokens:
    """The access tokens that apps were granted: none."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def find(self, token: str) -> Caller | None:  # noqa: ARG002 - there is none
        """Return whose token it is, None where it is nobody's, or no longer good."""
        return None


class OAuthEndpoints(OauthHandler[Caller]):
    """The two endpoints, which grant nothing."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def authorize(self, request: Request[None], **_parameters: object) -> NoReturn:  # noqa: ARG002 - refused anyway
        """Refuse."""
        raise errors.ServerError("Something went wrong on our side.")

    async def issue_token(self, request: Request[None], **_body: object) -> NoReturn:  # noqa: ARG002 - refused anyway
        """Refuse."""
        raise errors.ServerError("Something went wrong on our side.")
