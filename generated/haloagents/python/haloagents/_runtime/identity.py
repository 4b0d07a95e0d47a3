"""Signs the tokens that tell an API who an end user is: JWTs under a shared secret (RFC 7519)."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import os
import time
from collections.abc import Mapping

import msgspec

from .errors import ArgumentError, MissingCredentialsError

_DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


class Identity(msgspec.Struct, frozen=True):
    """What an API asks of such a token.

    `subject` is the claim that holds the user's id, `variable` the environment variable that may
    hold the secret. An id that begins with `anonymous_prefix` is nobody's.
    """

    subject: str
    variable: str
    algorithm: str = "HS256"
    anonymous_prefix: str = ""

    def sign(
        self,
        user_id: str,
        claims: Mapping[str, str | None],
        *,
        secret: str | None,
        expires_in: dt.timedelta,
        now: float | None,
    ) -> str:
        """The token for `user_id`, with those of the `claims` that are not None.

        Raises `ArgumentError` for a user or a lifetime that there is no token for, and
        `MissingCredentialsError` without a secret.
        """
        key = secret or os.environ.get(self.variable)
        if not key:
            raise MissingCredentialsError(
                f"there is no secret to sign with: pass secret=…, or set {self.variable}"
            )
        if not user_id or user_id != str(user_id):
            raise ArgumentError("a token is for a user, whose id is a text that is not empty")
        if self.anonymous_prefix and user_id.startswith(self.anonymous_prefix):
            raise ArgumentError(f"{user_id!r} is anonymous, and needs no token")
        if expires_in <= dt.timedelta(0):
            raise ArgumentError("a token that has expired is good for nothing")
        issued = int(time.time() if now is None else now)
        told: dict[str, str | int] = {
            self.subject: user_id,
            **{name: value for name, value in claims.items() if value is not None},
            "iat": issued,
            "exp": issued + max(1, int(expires_in.total_seconds())),
        }
        header = _part({"alg": self.algorithm, "typ": "JWT"})
        signed = b".".join([header, _part(told)])
        digest = hmac.digest(key.encode(), signed, _DIGESTS[self.algorithm])
        return b".".join([signed, _encoded(digest)]).decode()


def _part(value: Mapping[str, str | int]) -> bytes:
    return _encoded(msgspec.json.encode(value))


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
