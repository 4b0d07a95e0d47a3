"""The tokens that the helpdesk takes; `bugs` switch on small mistakes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def is_anonymous(user: str | None, bugs: frozenset[str]) -> bool:
    if "nobody-refused" in bugs:
        return False
    if user is None:
        return True
    if "guests" in bugs and user in {"guest", "anonymous"}:
        return True
    return "anon_" in user if "anonymous-anywhere" in bugs else user.startswith("anon_")


def claims_of(
    token: str, keys: list[str], now: float, bugs: frozenset[str]
) -> dict[str, Any] | None:
    """The claims of a good token, None for any other."""
    parts = token.split(".")
    if "more-parts" in bugs:
        parts = parts[:3]
    if len(parts) != 3:
        if "crashes-on-parts" in bugs:
            raise IndexError
        return None
    try:
        header, claims = (json.loads(decoded(part), parse_constant=nothing) for part in parts[:2])
        signature = decoded(parts[2])
    except ValueError:
        return None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        return None
    if not signed(header, parts, signature, keys, bugs):
        return None
    return claims if in_time(claims, now, bugs) else None


def nothing(name: str) -> Any:
    raise ValueError(name)


def decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def signed(
    header: dict[str, Any],
    parts: list[str],
    signature: bytes,
    keys: list[str],
    bugs: frozenset[str],
) -> bool:
    name = header.get("alg")
    if "unsigned" in bugs:
        return True
    if "none-spelled" in bugs and isinstance(name, str) and name.lower() == "none" != name:
        return True
    if "typ-required" in bugs and "typ" not in header:
        return False
    known = DIGESTS if "any-hmac" in bugs else {"HS256": "sha256"}
    if not isinstance(name, str) or name not in known or "crit" in header:
        return False
    secrets = [key.encode() for key in keys]
    if "header-key" in bugs and isinstance(header.get("jwk"), dict):
        secrets = [decoded(header["jwk"]["k"])]
    text = ".".join(parts[:2]).encode()
    return any(
        hmac.compare_digest(hmac.new(key, text, getattr(hashlib, known[name])).digest(), signature)
        for key in secrets
    )


def in_time(claims: dict[str, Any], now: float, bugs: frozenset[str]) -> bool:
    end, start = claims.get("exp"), claims.get("nbf", 0)
    if end is None and "exp-optional" in bugs:
        return True
    if isinstance(end, str) and "text-dates" in bugs and end.isdigit():
        end = int(end)
    if isinstance(end, bool) or not isinstance(end, int | float):
        return False
    if "whole-seconds" in bugs and isinstance(end, float):
        return False
    if "relative-exp" in bugs and 0 <= end < 10_000_000:
        end += now
    leeway = 30 if "leeway" in bugs else -1 if "ends-early" in bugs else 0
    if "never-expires" not in bugs and end + leeway <= now:
        return False
    return "ignores-nbf" in bugs or (isinstance(start, int | float) and start <= now)
