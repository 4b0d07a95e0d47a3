"""Who generated requests are sent as, and who must not see what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.auths import AuthProvider
from schemathesis.wfc.escalation import EscalatingAuthProvider

from conformance.caller import Credential

Case = schemathesis.Case[Any]
OWNER, PEER = "default", "other_tenant"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Gives each request a token of its own, so that no key exceeds its limit."""

    credential: Credential

    def get(self, _case: Case, _context: Any) -> str:
        """The token."""
        return self.credential.take() or ""

    def set(self, case: Case, data: str, _context: Any) -> None:
        """Put the token on a request."""
        case.headers["Authorization"] = f"Bearer {data}"


def authenticate(schema: Any, owner: Credential, peer: Credential | None) -> None:
    """Send every request as the owner; with a peer, try what was read as that one, too.

    The second is what Schemathesis calls object-level authorization (OWASP API1:2023).
    """
    if peer is None:
        schema.auth.providers.append(Bearer(owner))
        return
    parties: list[AuthProvider[str]] = [Bearer(owner), Bearer(peer)]
    names = [OWNER, PEER]
    schema.auth.providers.append(
        EscalatingAuthProvider(parties, names, peers=(OWNER, PEER), pinned=OWNER)
    )
