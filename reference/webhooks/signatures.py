"""How deliveries are signed: hex HMAC-SHA256 of the body (ALOHA-12), Standard Webhooks (LEAD-17).

A `WebhookProfile` takes the three functions of one way: headers, new secret, check of a secret.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from reference.webhooks.profile import Attempt

_STANDARD_PREFIX = "whsec_"
_STANDARD_KEY_BYTES = (24, 64)
_TEXT_SECRET_CHARACTERS = 256
_NEW_SECRET_BYTES = 32
_SECOND = 1_000_000


def aloha_headers(attempt: Attempt) -> Mapping[str, str]:
    """Return `X-Aloha-Signature` and `X-Aloha-Event`; the key is the secret's text, in UTF-8."""
    digest = hmac.new(attempt.secret.encode(), attempt.body, hashlib.sha256).hexdigest()
    return {"X-Aloha-Signature": f"sha256={digest}", "X-Aloha-Event": attempt.event}


def new_text_secret() -> str:
    """Return a secret of 32 random bytes, in hexadecimal."""
    return secrets.token_hex(_NEW_SECRET_BYTES)


def check_text_secret(secret: str) -> None:
    """Raise ValueError for a secret that receivers might not read as its plain text."""
    if not 1 <= len(secret) <= _TEXT_SECRET_CHARACTERS or not secret.isprintable():
        raise ValueError(f"A secret is 1 to {_TEXT_SECRET_CHARACTERS} printable characters.")
    if secret.startswith(_STANDARD_PREFIX):
        raise ValueError(f"{_STANDARD_PREFIX} begins a secret of Standard Webhooks, not of these.")


def standard_headers(attempt: Attempt) -> Mapping[str, str]:
    """Return the three headers of Standard Webhooks; the timestamp is the attempt's, in seconds."""
    timestamp = str(attempt.at // _SECOND)
    content = b".".join((attempt.event_id.encode(), timestamp.encode(), attempt.body))
    digest = hmac.new(_standard_key(attempt.secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": attempt.event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def new_standard_secret() -> str:
    """Return `whsec_` and 32 random bytes in base64."""
    return _STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode()


def check_standard_secret(secret: str) -> None:
    """Raise ValueError for what is not `whsec_` and 24 to 64 bytes in base64."""
    shortest, longest = _STANDARD_KEY_BYTES
    try:
        fits = shortest <= len(_standard_key(secret)) <= longest
    except (binascii.Error, ValueError):
        fits = False
    if not fits or not secret.startswith(_STANDARD_PREFIX):
        raise ValueError(
            f"A secret is {_STANDARD_PREFIX} and {shortest} to {longest} bytes in base64."
        )


def _standard_key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX), validate=True)
