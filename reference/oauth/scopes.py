"""Scopes as requests ask for them: names with single spaces between them (RFC 6749 §3.3)."""

from collections.abc import Collection, Sequence

from reference.oauth.errors import OAuthError

Scopes = tuple[str, ...]


def read_scopes(text: str, allowed: Sequence[str]) -> Scopes:
    """Return the scopes in a text, each once; raise OAuthError for one not allowed."""
    asked = text.split(" ")
    require(asked, allowed)
    return tuple(scope for scope in allowed if scope in asked)


def require(asked: Collection[str], allowed: Sequence[str]) -> None:
    """Raise OAuthError (`invalid_scope`) where more is asked for than is allowed."""
    if not {*asked} <= {*allowed}:
        raise OAuthError("invalid_scope", f"The scope can be no more than: {' '.join(allowed)}.")
