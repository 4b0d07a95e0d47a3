"""Identity verification: who a user is, proved by a token that the organization's backend signed.

The token is a JSON Web Token (RFC 7519) as a JWS in compact form (RFC 7515), read as RFC 8725
asks: one algorithm, decided here and not by the token; no key but the organization's; every claim
of the right type.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from generated.haloagents.server import errors
from generated.haloagents.server.runtime.json_text import JsonError, decode_json
from reference.clock import Clock
from reference.haloagents.organizations import Organization

ANONYMOUS_PREFIX = "anon_"
_ALGORITHM = "HS256"
_LONGEST_TOKEN = 8_192
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TRUSTED = ("email", "role", "plan")
_LAST_SECOND = 253_402_300_799
"""Of the year 9999: a later date is none that anybody meant (milliseconds are a usual mistake)."""
_MICROSECONDS = 1_000_000


class InvalidTokenError(Exception):
    """The token proves nothing; why is not for its sender to know."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user whose identity is proved, with what the organization says of them."""

    user_id: str
    email: str | None
    role: str | None
    plan: str | None


class Identified(Protocol):
    """A body that names a user."""

    @property
    def user_id(self) -> str | None:
        """Who it is about; None for nobody in particular."""

    @property
    def user_token(self) -> str | None:
        """What proves it."""


class IdentityCheck(Protocol):
    """Decides whether a body may speak for the user that it names."""

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""


class IdentityVerification:
    """Asks for a token where the organization has identities verified (HALO-04)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if not organization.verifies_identity or is_anonymous(body.user_id):
            return None
        if body.user_token is None:
            raise errors.Forbidden("The field user_token is required for this user_id.")
        proved = self._proved(organization, body.user_token)
        if proved is None or proved.user_id != body.user_id:
            raise errors.Forbidden("The user_token is invalid, expired, or for another user.")
        return proved

    def _proved(self, organization: Organization, token: str) -> Identity | None:
        try:
            return read_token(token, organization.identity_secret, self._clock.microseconds())
        except InvalidTokenError:
            return None


def is_anonymous(user_id: str | None) -> bool:
    """Return whether a user has no identity to be proved."""
    return user_id is None or user_id.startswith(ANONYMOUS_PREFIX)


def read_token(token: str, secret: str, now: int) -> Identity:
    """Return whom a token names at `now`, in microseconds since 1970; raise InvalidTokenError."""
    import jwt  # noqa: PLC0415 - it is slow to load, and most servers never see a token

    if len(token) > _LONGEST_TOKEN or not _COMPACT.fullmatch(token):
        raise InvalidTokenError("no compact JWS")
    try:
        verified = jwt.PyJWS(algorithms=[_ALGORITHM]).decode_complete(
            token, secret, algorithms=[_ALGORITHM]
        )
    except jwt.InvalidTokenError as error:
        raise InvalidTokenError("not verified") from error
    _check_header(_members(jwt.utils.base64url_decode(token.partition(".")[0])))
    claims = _members(verified["payload"])
    _check_times(claims, now)
    return _identity(claims)


def _members(text: bytes) -> Mapping[str, object]:
    """Return the members of a JSON object that names none of them twice."""
    try:
        value = decode_json(text)
    except JsonError as error:
        raise InvalidTokenError("no JSON") from error
    if not isinstance(value, dict):
        raise InvalidTokenError("no object")
    return value


def _check_header(header: Mapping[str, object]) -> None:
    """Refuse what would have to be understood (RFC 7515 §4.1.11), and tokens of another type.

    Keys that a header brings along (`jwk`, `jku`, `x5u`, `x5c`, `kid`) are never looked at.
    """
    kind = header.get("typ", "JWT")
    if "crit" in header or not isinstance(kind, str) or kind.upper() != "JWT":
        raise InvalidTokenError("no plain JWT")


def _check_times(claims: Mapping[str, object], now: int) -> None:
    """Require an `exp` that lies ahead, and an `nbf`, where there is one, that does not.

    A token expires at its `exp`, not after it (RFC 7519 §4.1.4); no leeway is given. When a token
    says that it was issued decides nothing, since nothing in RFC 7519 §4.1.6 makes it.
    """
    if "exp" not in claims:
        raise InvalidTokenError("no exp")
    times = {name: _date(claims[name]) for name in ("exp", "nbf", "iat") if name in claims}
    if times["exp"] * _MICROSECONDS <= now:
        raise InvalidTokenError("expired")
    if times.get("nbf", 0) * _MICROSECONDS > now:
        raise InvalidTokenError("not valid yet")


def _date(value: object) -> int | float:
    """Return a NumericDate (RFC 7519 §2): seconds since 1970, of a year that people count in."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidTokenError("no date")
    if not 0 <= value <= _LAST_SECOND:
        raise InvalidTokenError("no date")
    return value


def _identity(claims: Mapping[str, object]) -> Identity:
    """Return whom claims name: `user_id`, or `sub` where that is absent (HALO-03).

    Raises InvalidTokenError also for an audience: there is none that this API is known by, so that
    a token with one is for somebody else (RFC 7519 §4.1.3).
    """
    if "aud" in claims:
        raise InvalidTokenError("for another audience")
    texts = {name: _text(claims[name]) for name in ("user_id", "sub", *_TRUSTED) if name in claims}
    user_id = texts.get("user_id", texts.get("sub"))
    if user_id is None:
        raise InvalidTokenError("no user")
    return Identity(user_id, *(texts.get(name) for name in _TRUSTED))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidTokenError("no text")
    return value
