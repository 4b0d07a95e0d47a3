"""Who calls: the API key that a request carries, and whether its tier has the API."""

from dataclasses import dataclass

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.keys import Keyring, UnknownKeyError

TIERS = ("team_max", "team", "team_plus")
"""What a key may be minted with, the default first."""
TIERS_WITH_API = frozenset({"team_max"})


@dataclass(frozen=True, slots=True)
class Caller:
    """The tenant that a request is for, and the key that it came with."""

    tenant: str
    key_id: str


class ApiKeys(Security[Caller]):
    """Lets those in who have a key of a tier with the API (HALE-02, HALE-05)."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:  # noqa: ARG002 - the token says it all
        """Return the caller whose key it is."""
        try:
            key = await self._keyring.find(token)
        except UnknownKeyError as error:
            raise errors.Unauthorized("This API key is unknown, or was revoked.") from error
        if key.attributes["tier"] not in TIERS_WITH_API:
            raise errors.PlanRequired("API access needs the Team Max tier or above.")
        return Caller(key.tenant, key.id)
