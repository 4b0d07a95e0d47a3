"""The authorization server: what apps and users ask of it, without HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from reference.clock import Clock
from reference.oauth import authorization_request, clients, grants, pkce
from reference.oauth.authorization_request import AuthorizationRequest
from reference.oauth.clients import Client
from reference.oauth.errors import OAuthError
from reference.oauth.grants import Access, Code, FreshTokens, PresentedCode, PresentedRefreshToken
from reference.oauth.opaque import digest, mint, mint_id
from reference.oauth.parameters import Pairs, Parameters, read_parameters
from reference.oauth.scopes import Scopes, read_scopes
from reference.storage.database import Database

_TOKEN_PARAMETERS = frozenset(
    {
        "grant_type",
        "client_id",
        "client_secret",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
    }
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an API's authorization server knows: its scopes, and how what it mints begins."""

    scopes: Sequence[str]
    default_scope: str
    path: str
    """Where users are sent, below the API's base path."""
    client_prefix: str
    secret_prefix: str
    code_prefix: str
    access_prefix: str
    refresh_prefix: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A client as it is told of itself, its secret this once; a public client has none."""

    client_id: str
    client_secret: str | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens as a client gets it; `expires_in` is in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str
    scopes: Scopes


class AuthorizationServer:
    """Registers clients, lets users grant them access, gives out tokens and knows them again."""

    def __init__(self, api: str, profile: Profile, database: Database, clock: Clock) -> None:
        self._api = api
        self.profile = profile
        self._database = database
        self._clock = clock

    async def register(
        self,
        tenant: str,
        name: str,
        redirect_uris: Sequence[str],
        scopes: Sequence[str],
        *,
        confidential: bool,
    ) -> Registered:
        """Keep a client, whose redirect URIs and scopes were checked before."""
        secret = mint(self.profile.secret_prefix) if confidential else None
        client = Client(
            mint_id(self.profile.client_prefix),
            tenant,
            name,
            tuple(redirect_uris),
            tuple(scope for scope in self.profile.scopes if scope in scopes),
            None if secret is None else digest(secret),
        )
        await self._database.write(
            lambda connection: clients.add_client(connection, self._api, client)
        )
        return Registered(client.id, secret)

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        """Return what an app asks a user for; raise AuthorizationError, RedirectedError."""
        parameters = read_parameters(sent, authorization_request.PARAMETERS)
        client_id = authorization_request.read_client_id(parameters)
        client = await self._find_client(client_id)
        return authorization_request.read_request(parameters, client, self.profile.default_scope)

    async def approve(self, asked: AuthorizationRequest, tenant: str) -> str:
        """Grant what was asked for; return where the browser goes, with the code."""
        text = mint(self.profile.code_prefix)
        code = Code(
            digest=digest(text),
            client=asked.client.id,
            tenant=tenant,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            scopes=asked.scopes,
        )
        await self._sweep()
        await self._database.write(
            lambda connection: grants.keep_code(
                connection, self._api, code, self._clock.microseconds()
            )
        )
        return asked.location(code=text)

    def deny(self, asked: AuthorizationRequest) -> str:
        """Grant nothing; return where the browser goes."""
        return asked.location(error="access_denied", error_description="The user said no.")

    async def issue(self, sent: Pairs, authorization: Sequence[str]) -> Tokens:
        """Answer a token request, given its parameters and its Authorization headers.

        Raises OAuthError, with a code of RFC 6749 §5.2.
        """
        parameters = read_parameters(sent, _TOKEN_PARAMETERS)
        for name in parameters.repeated:
            raise OAuthError("invalid_request", f"The parameter {name} is repeated.")
        client = await self._authenticate(parameters, authorization)
        await self._sweep()
        match _required(parameters, "grant_type"):
            case "authorization_code":
                return await self._redeem(parameters, client)
            case "refresh_token":
                return await self._refresh(parameters, client)
        raise OAuthError("unsupported_grant_type", "Use authorization_code or refresh_token.")

    async def find_access(self, token: str) -> Access | None:
        """Return what an access token gives access to, None where it is not good (any more)."""
        kept = digest(token)
        return await self._database.read(
            lambda connection: grants.find_access(
                connection, self._api, kept, self._clock.microseconds()
            )
        )

    def forget_all(self, connection: Connection) -> None:
        """Remove every client, with all that users granted to them."""
        grants.forget_all(connection, self._api)

    async def _sweep(self) -> None:
        """Remove what has expired, in a transaction that is in nobody's way."""
        await self._database.write(
            lambda connection: grants.sweep(connection, self._clock.microseconds())
        )

    async def _find_client(self, client_id: str) -> Client | None:
        return await self._database.read(
            lambda connection: clients.find_client(connection, self._api, client_id)
        )

    async def _authenticate(self, parameters: Parameters, authorization: Sequence[str]) -> Client:
        given = clients.read_credentials(parameters, authorization)
        client = await self._find_client(given.client_id)
        if client is None or not clients.is_proved(client, given.secret):
            raise OAuthError("invalid_client", "The client could not be authenticated.")
        return client

    async def _redeem(self, parameters: Parameters, client: Client) -> Tokens:
        code = _required(parameters, "code")
        redirect_uri = _required(parameters, "redirect_uri")
        verifier = _required(parameters, "code_verifier")
        if not pkce.is_verifier(verifier):
            raise OAuthError(
                "invalid_request", "The code_verifier is not 43 to 128 unreserved characters."
            )
        presented = PresentedCode(digest(code), client.id, redirect_uri, verifier)
        pair = self._mint()
        scopes = await self._database.write(
            lambda connection: grants.redeem_code(
                connection, self._api, presented, pair.kept, self._clock.microseconds()
            )
        )
        if scopes is None:
            raise OAuthError(
                "invalid_grant",
                "The code is unknown, used or expired, or was given for another client, "
                "redirect_uri or code_verifier.",
            )
        return pair.as_tokens(scopes)

    async def _refresh(self, parameters: Parameters, client: Client) -> Tokens:
        token = _required(parameters, "refresh_token")
        asked = parameters.get("scope")
        pair = self._mint()
        scopes = None if asked is None else read_scopes(asked, client.scopes)
        presented = PresentedRefreshToken(digest(token), client.id, scopes)
        granted = await self._database.write(
            lambda connection: grants.rotate_refresh_token(
                connection, self._api, presented, pair.kept, self._clock.microseconds()
            )
        )
        if granted is None:
            raise OAuthError(
                "invalid_grant",
                "The refresh token is unknown, used or expired, or was given to another client.",
            )
        return pair.as_tokens(granted)

    def _mint(self) -> "_Pair":
        access, refresh = mint(self.profile.access_prefix), mint(self.profile.refresh_prefix)
        kept = FreshTokens(mint_id("grant_"), mint_id("access_"), digest(access), digest(refresh))
        return _Pair(access, refresh, kept)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two new tokens, and what is to be kept of them."""

    access: str
    refresh: str
    kept: FreshTokens

    def as_tokens(self, scopes: Scopes) -> Tokens:
        seconds = grants.ACCESS_LIFETIME // timedelta(seconds=1)
        return Tokens(self.access, seconds, self.refresh, scopes)


def _required(parameters: Parameters, name: str) -> str:
    value = parameters.get(name)
    if value is None:
        raise OAuthError("invalid_request", f"The parameter {name} is missing.")
    return value
