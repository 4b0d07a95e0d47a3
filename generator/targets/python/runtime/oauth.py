"""OAuth 2.0 without input or output: what is asked (RFC 6749, PKCE of RFC 7636), what is answered.

The synchronous and the asynchronous flows share every decision made here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import msgspec

from .errors import ArgumentError
from .oauth_errors import AccessDeniedError, OAuthError, SignInRequiredError, StateMismatchError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DUE = 30.0


@dataclass(frozen=True, slots=True)
class Provider:
    """Where an API's authorization server is. A URL that begins with `/` is below its base URL."""

    token_url: str
    authorization_url: str = ""
    refresh_url: str = ""
    revocation_url: str = ""

    def below(self, base_url: str) -> Provider:
        """The provider with whole URLs. Raises `ArgumentError` for one that is not secure."""
        urls = (self.token_url, self.authorization_url, self.refresh_url, self.revocation_url)
        return Provider(*(_whole(base_url, url) for url in urls))


@dataclass(frozen=True, slots=True)
class App:
    """A client as the authorization server knows it; one without a secret is a public client."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was granted. `expires_at` is a Unix time, None where the server does not say."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: float | None = None
    scopes: tuple[str, ...] = ()

    def is_due(self, now: float) -> bool:
        """Whether it is time for the next: the access token expires within half a minute."""
        return self.expires_at is not None and self.expires_at - now < _DUE


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """Send the user's browser to `url`, and keep the rest for when it comes back."""

    url: str = field(repr=False)
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A form for the authorization server; `secrets` may not be told on."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    scopes: tuple[str, ...] = ()


class _Answer(msgspec.Struct):
    access_token: str
    token_type: str = ""
    expires_in: float | None = None
    refresh_token: str | None = None
    scope: str | None = None


class _Refusal(msgspec.Struct):
    error: str
    error_description: str = ""


def listed(scopes: str | Iterable[str]) -> tuple[str, ...]:
    """Scopes one by one, also where they came as a text with spaces (RFC 6749 §3.3)."""
    return tuple(scopes.split() if isinstance(scopes, str) else scopes)


def authorization_request(
    provider: Provider, app: App, redirect_uri: str, scopes: tuple[str, ...]
) -> AuthorizationRequest:
    """The question for the user, with a fresh `state` and PKCE verifier (S256, RFC 7636 §4)."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        **({"scope": " ".join(scopes)} if scopes else {}),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    separator = "&" if urlsplit(provider.authorization_url).query else "?"
    url = f"{provider.authorization_url}{separator}{urlencode(asked)}"
    return AuthorizationRequest(url, redirect_uri, state, verifier, scopes)


def authorization_code(asked: AuthorizationRequest, url: str) -> str:
    """The code in the URL that the browser came back to; `state` is checked before all else.

    Raises `StateMismatchError`, `AccessDeniedError` and, for other refusals, `OAuthError`.
    """
    pairs = parse_qsl(urlsplit(url).query)
    told = dict(pairs)
    state = told.get("state", "")
    if not secrets.compare_digest(state.encode(), asked.state.encode()):
        raise StateMismatchError("the browser came back with another state than it was sent with")
    if len(told) != len(pairs):
        raise OAuthError("the browser came back with a parameter that is there twice")
    if error := told.get("error"):
        description = told.get("error_description", "")
        kind = AccessDeniedError if error == "access_denied" else OAuthError
        raise kind(_sentence("access was not granted", error, description), error, description)
    if not told.get("code"):
        raise OAuthError("the browser came back with neither a code nor an error")
    return told["code"]


def code_exchange(
    provider: Provider, app: App, asked: AuthorizationRequest, code: str
) -> TokenRequest:
    """Exchanges the code for tokens (RFC 6749 §4.1.3)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.redirect_uri,
        "code_verifier": asked.verifier,
    }
    return _request(provider.token_url, app, form, (code, asked.verifier), asked.scopes)


def refreshing(provider: Provider, app: App, tokens: Tokens) -> TokenRequest:
    """Exchanges the refresh token for the next tokens (RFC 6749 §6)."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    url = provider.refresh_url or provider.token_url
    return _request(url, app, form, (tokens.refresh_token,), tokens.scopes)


def client_grant(provider: Provider, app: App, scopes: tuple[str, ...]) -> TokenRequest:
    """Asks for a token of the app's own (RFC 6749 §4.4.2)."""
    form = {"grant_type": "client_credentials"}
    form |= {"scope": " ".join(scopes)} if scopes else {}
    return _request(provider.token_url, app, form, (), scopes)


def revocation(provider: Provider, app: App, tokens: Tokens) -> TokenRequest:
    """Gives back the grant, or the access token where there is no refresh token (RFC 7009 §2.1)."""
    hint = "refresh_token" if tokens.refresh_token else "access_token"
    token = tokens.refresh_token or tokens.access_token
    form = {"token": token, "token_type_hint": hint}
    return _request(provider.revocation_url, app, form, (token,), ())


def read_tokens(request: TokenRequest, status: int, content: bytes, now: float) -> Tokens:
    """The tokens that the server answers with (RFC 6749 §5.1), `now` being the Unix time.

    Raises `SignInRequiredError` for `invalid_grant`, and `OAuthError` for all else.
    """
    check_accepted(request, status, content)
    try:
        answer = msgspec.convert(msgspec.json.decode(content), _Answer, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise OAuthError(f"the token endpoint's answer is not a token: {error}") from None
    if answer.token_type.lower() not in {"", "bearer"}:
        raise OAuthError("the token endpoint gave a token that is no bearer token")
    return Tokens(
        answer.access_token,
        answer.refresh_token or "",
        None if answer.expires_in is None else now + answer.expires_in,
        listed(answer.scope) if answer.scope is not None else request.scopes,
    )


def renewed(old: Tokens, new: Tokens) -> Tokens:
    """The new tokens; the refresh token stays the old one where no new one was given."""
    return new if new.refresh_token else replace(new, refresh_token=old.refresh_token)


def check_accepted(request: TokenRequest, status: int, content: bytes) -> None:
    """Raise for an answer that is none of success (RFC 6749 §5.2)."""
    if status in {200, 201, 204}:
        return
    try:
        refusal = msgspec.json.decode(content, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise OAuthError(f"the authorization server answered with status {status}") from None
    code, description = (
        _without(request.secrets, text) for text in (refusal.error, refusal.error_description)
    )
    kind = SignInRequiredError if code == "invalid_grant" else OAuthError
    told = _sentence("the authorization server refused", code, description)
    raise kind(told, code, description)


def _request(
    url: str, app: App, form: dict[str, str], told: tuple[str, ...], scopes: tuple[str, ...]
) -> TokenRequest:
    headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    if app.client_secret is None:
        form["client_id"] = app.client_id
    else:
        pair = f"{quote_plus(app.client_id)}:{quote_plus(app.client_secret)}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        told = (*told, app.client_secret)
    return TokenRequest(url, headers, urlencode(form).encode(), told, scopes)


def _whole(base_url: str, url: str) -> str:
    whole = base_url.rstrip("/") + url if url.startswith("/") else url
    parts = urlsplit(whole)
    if whole and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ArgumentError(f"tokens travel by https only, not to {whole!r} (RFC 6749 §3.2)")
    return whole


def _without(secret: Iterable[str], text: str) -> str:
    for each in secret:
        text = text.replace(each, "…") if each else text
    return text


def _sentence(what: str, code: str, description: str) -> str:
    return f"{what}: {code}" + (f" ({description})" if description else "")
