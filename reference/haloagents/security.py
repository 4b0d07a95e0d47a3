"""Who calls: the organization whose publishable key a request carries."""

from generated.haloagents.server import Security, errors
from generated.haloagents.server.runtime import Request
from reference.haloagents.organizations import Organization, Organizations
from reference.keys import Keyring, UnknownKeyError


class PublishableKeys(Security[Organization]):
    """Lets those in who have a key (HALO-01)."""

    def __init__(self, keyring: Keyring, organizations: Organizations) -> None:
        self._keyring = keyring
        self._organizations = organizations

    async def publishable_key(self, token: str, request: Request[None]) -> Organization:  # noqa: ARG002 - the token says it all
        """Return the organization whose key it is."""
        try:
            key = await self._keyring.find(token)
        except UnknownKeyError as error:
            raise errors.Unauthorized("This key is unknown, or was revoked.") from error
        return await self._organizations.of_tenant(key.tenant)
