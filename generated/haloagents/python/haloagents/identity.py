"""Who the end users of HaloAgents are, proved by tokens that you sign."""

from __future__ import annotations

import datetime as dt

from ._runtime.identity import Identity

__all__ = ["sign_user_token"]

_IDENTITY = Identity("user_id", "HALOAGENTS_SECRET_KEY", anonymous_prefix="anon_")


def sign_user_token(
    user_id: str,
    *,
    email: str | None = None,
    role: str | None = None,
    plan: str | None = None,
    secret: str | None = None,
    expires_in: dt.timedelta = dt.timedelta(hours=24),
    now: float | None = None,
) -> str:
    """The token that proves to the API who an end user is. Sign it on your server only.

    Args:
        user_id: Whom the token names.
        email: Their email, which the API then trusts.
        role: Their role, which the API then trusts.
        plan: Their plan, which the API then trusts.
        secret: The identity secret; else `HALOAGENTS_SECRET_KEY` of the environment.
        expires_in: How long the token is good for.
        now: The Unix time of its issue; else that of the clock.

    Raises:
        ArgumentError: There is no token for such a user or lifetime.
        MissingCredentialsError: There is no secret.
    """
    claims = {"email": email, "role": role, "plan": plan}
    return _IDENTITY.sign(user_id, claims, secret=secret, expires_in=expires_in, now=now)
