"""What can go wrong with OAuth 2.0, one class a cause. No error holds a code, token or secret."""

from __future__ import annotations

from .errors import APIError


class OAuthError(APIError):
    """The authorization server refused, or its answer cannot be used.

    `code` is its word for what went wrong (RFC 6749 §4.1.2.1, §5.2), empty where it has none;
    `description` what it says about it.
    """

    def __init__(self, message: str, code: str = "", description: str = "") -> None:
        super().__init__(message, code, description)
        self.code = code
        self.description = description


class AccessDeniedError(OAuthError):
    """The user, or the authorization server, said no."""


class StateMismatchError(OAuthError):
    """The browser came back with an answer to another question; it was not looked at."""


class SignInTimeoutError(OAuthError):
    """The browser did not come back in time."""


class SignInRequiredError(OAuthError):
    """There is no grant, or none that is good any more: the user has to sign in (again)."""
