"""Who calls: the workspace, the token and the role of it (LEAD-02, LEAD-08)."""

from dataclasses import dataclass

from generated.leadiosa.server import Security, errors
from generated.leadiosa.server.runtime import Request
from reference.keys import ApiKey, Keyring, UnknownKeyError

OWNER, AGENT, READ_ONLY = "owner", "agent", "read_only"
ROLES = (OWNER, AGENT, READ_ONLY)
"""What a token may be minted with, the default first."""
_OWNERS_OPERATIONS = {"getWorkspace", "getArchiveStatus", "closeWorkspace", "restoreWorkspace"}
_READING = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Caller:
    """The workspace that a request is for, by its tenant, and the token that it came with."""

    tenant: str
    token_id: str
    role: str


def caller_with(key: ApiKey) -> Caller:
    """Return whose token it is."""
    return Caller(key.tenant, key.id, str(key.attributes["role"]))


class Tokens(Security[Caller]):
    """Lets those in who have a token."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def token(self, token: str, request: Request[None]) -> Caller:  # noqa: ARG002 - the token says it all
        """Return the caller whose token it is."""
        try:
            return caller_with(await self._keyring.find(token))
        except UnknownKeyError as error:
            raise errors.Unauthorized("This token is unknown, or was rotated.") from error


def require_permission(caller: Caller, operation_id: str, method: str) -> None:
    """Raise Forbidden where the role of the caller does not go as far as an operation."""
    if operation_id in _OWNERS_OPERATIONS:
        if caller.role != OWNER:
            raise errors.Forbidden("Only an owner of the workspace may do this.")
    elif caller.role == READ_ONLY and method not in _READING:
        raise errors.Forbidden("This token may only read.")
