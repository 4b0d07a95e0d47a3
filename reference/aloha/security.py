"""Who calls: the workspace, and what its credential may do there (ALOHA-02, ALOHA-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from generated.aloha.server import Security, errors
from generated.aloha.server.runtime import Request
from reference.keys import Keyring, UnknownKeyError

Mode = Literal["live", "test"]
Plan = Literal["agency", "working_team", "free"]

MODES: tuple[Mode, ...] = ("live", "test")
PLANS: tuple[Plan, ...] = ("agency", "working_team", "free")
"""What a key may be minted with, the default first."""
SCOPES = frozenset({"read", "write", "webhook:admin"})
_INVALID_TOKEN = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
"""RFC 6750 §3.1."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace's live data, or its test data, which is apart from all else."""

    tenant: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Caller:
    """The workspace that a request is for, and what it came with."""

    tenant: str
    mode: Mode
    plan: Plan
    key_id: str
    """The API key's id, or the access token's."""
    scopes: frozenset[str]

    @property
    def workspace(self) -> Workspace:
        """Whose data it sees, and which of it."""
        return Workspace(self.tenant, self.mode)


class Credentials(Protocol):
    """Credentials of one kind, which a bearer token may be one of."""

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""


class ApiKeys:
    """The API keys, which have all scopes."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def find(self, token: str) -> Caller | None:
        """Return whose key it is, None where it is nobody's, or no longer good."""
        try:
            key = await self._keyring.find(token)
        except UnknownKeyError:
            return None
        given = key.attributes
        mode: Mode = "test" if given["mode"] == "test" else "live"
        plan = next(plan for plan in PLANS if plan == given["plan"])
        return Caller(key.tenant, mode, plan, key.id, SCOPES)


class AnyCredentials:
    """Credentials of several kinds, asked one after the other."""

    def __init__(self, kinds: Sequence[Credentials]) -> None:
        self._kinds = kinds

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        for credentials in self._kinds:
            caller = await credentials.find(token)
            if caller is not None:
                return caller
        return None


class BearerTokens(Security[Caller]):
    """Lets those in who have an API key, or an access token with the scopes that it takes."""

    def __init__(self, api_keys: Credentials, access_tokens: Credentials) -> None:
        self._api_keys = api_keys
        self._access_tokens = access_tokens

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        return _permitted(await self._api_keys.find(token), request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        return _permitted(await self._access_tokens.find(token), request)


def _permitted(caller: Caller | None, request: Request[None]) -> Caller:
    """Return a caller who is known, and has the scopes that the contract asks for here."""
    if caller is None:
        raise errors.Unauthorized(
            "The API key or access token is unknown, expired or revoked.", _INVALID_TOKEN
        )
    for scope in request.scopes:
        if scope not in caller.scopes:
            challenge = f'Bearer error="insufficient_scope", scope="{" ".join(request.scopes)}"'
            raise errors.InsufficientScope(
                f"This operation needs the scope {scope}.", {"WWW-Authenticate": challenge}
            )
    return caller


def key_prefix(attributes: Mapping[str, object]) -> str:
    """Return what a key with these attributes begins with."""
    return f"alo_{attributes['mode']}_"
