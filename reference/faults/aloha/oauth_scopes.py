"""Planted faults of scopes, where an access token is used."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from generated.aloha.server import Security
from generated.aloha.server.runtime import Request
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import Parts
from reference.aloha.security import ApiKeys, BearerTokens, Caller
from reference.faults.aloha.oauth import Apply
from reference.faults.composition import answers
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault


@dataclass(frozen=True, slots=True)
class _Scoped:
    """Access tokens that have other scopes than were granted."""

    inner: AccessTokens
    change: Callable[[frozenset[str]], frozenset[str]]

    async def find(self, token: str) -> Caller | None:
        caller = await self.inner.find(token)
        return None if caller is None else replace(caller, scopes=self.change(caller.scopes))


def _scoped(change: Callable[[frozenset[str]], frozenset[str]]) -> Apply:
    def apply(parts: Parts) -> Parts:
        tokens = _Scoped(AccessTokens(parts.authorization_server), change)
        return replace(parts, security=BearerTokens(ApiKeys(parts.keyring), tokens))

    return apply


class _Exempting(Security[Caller]):
    """Asks for no scope on one operation."""

    def __init__(self, parts: Parts, operation: str) -> None:
        self._inner = parts.security
        self._tokens = AccessTokens(parts.authorization_server)
        self._operation = operation

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        return await self._inner.api_key(token, request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        caller = await self._tokens.find(token)
        if caller is not None and request.operation_id == self._operation:
            return caller
        return await self._inner.oauth(token, request)


def _exempt(operation: str) -> Apply:
    return lambda parts: replace(parts, security=_Exempting(parts, operation))


def _lacks_scope(_asked: Asked, answered: Answered) -> bool:
    return answered.code == "insufficient_scope"


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F21",
        title="Too little scope is 401",
        promises=("ALOHA-04",),
        mistake="One exception for all that is wrong with a token.",
        apply=answers(_lacks_scope, lambda answered: answered.with_status(401)),
    ),
    Fault(
        id="OAU-F22",
        title="Too little scope is 403 without WWW-Authenticate",
        promises=("ALOHA-04",),
        mistake="The header was thought to belong to 401.",
        apply=answers(_lacks_scope, lambda answered: answered.without_header("www-authenticate")),
    ),
    Fault(
        id="OAU-F23",
        title="The scope read is enough to write",
        promises=("ALOHA-04",),
        mistake="Scopes are stored, and not looked at.",
        apply=_scoped(lambda scopes: scopes | {"write"} if "read" in scopes else scopes),
    ),
    Fault(
        id="OAU-F24",
        title="The scope write is enough to read",
        promises=("ALOHA-04",),
        mistake="Whoever may write was thought to be allowed to read.",
        apply=_scoped(lambda scopes: scopes | {"read"} if "write" in scopes else scopes),
    ),
    Fault(
        id="OAU-F25",
        title="A matrix can be run without the scope write",
        promises=("ALOHA-04",),
        mistake="The route was added without its decorator.",
        apply=_exempt("runMatrix"),
    ),
    Fault(
        id="OAU-F26",
        title="The inbox can be read without the scope read",
        promises=("ALOHA-04",),
        mistake="The route was added without its decorator.",
        apply=_exempt("listInboxThreads"),
    ),
)
