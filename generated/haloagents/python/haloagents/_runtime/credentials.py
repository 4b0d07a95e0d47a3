"""Credentials: what a client proves itself with, and how each is put on a request."""

from __future__ import annotations

import base64
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

from .errors import ArgumentError, MissingCredentialsError

Secret: TypeAlias = str | Callable[[], str]
"""A secret, or a function that returns the one of the moment."""

AsyncSecret: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""The same for asynchronous clients, whose function may be a coroutine function."""

SigningSecret: TypeAlias = str | Iterable[str]
"""A secret that webhooks are signed with, or several while one replaces another."""


@runtime_checkable
class Renewable(Protocol):
    """A secret that knows what to do where it is refused, as OAuth's tokens do."""

    def renew(self, refused: str) -> str | Awaitable[str]:
        """Another secret than the one that was refused; the same one where there is no other."""
        ...


class Credential(msgspec.Struct, frozen=True):
    """A secret and where it goes: `Authorization: <prefix> <secret>`, or a place of its own.

    One that was `given` is taken before one that the environment happens to hold.
    """

    secret: Secret | AsyncSecret
    location: Literal["header", "query", "cookie"] = "header"
    name: str = "authorization"
    prefix: str = ""
    given: bool = True

    def current(self) -> str | Awaitable[str]:
        """The secret of the moment."""
        return self.secret if isinstance(self.secret, str) else self.secret()

    def renewed(self, refused: str) -> str | Awaitable[str]:
        """The secret to try where `refused` was answered with 401; the same where it is fixed."""
        if isinstance(self.secret, str):
            return refused
        return self.secret.renew(refused) if isinstance(self.secret, Renewable) else self.secret()

    def __repr__(self) -> str:
        return f"Credential(location={self.location!r}, name={self.name!r})"


class Scheme(msgspec.Struct, frozen=True):
    """A security scheme of the contract: how the client is given the secret, and where it goes.

    `argument` and `variable` name the constructor's argument and the environment variable, `auth`
    the argument that takes OAuth's flows instead.
    """

    name: str
    argument: str
    variable: str = ""
    auth: str = ""
    location: Literal["header", "query", "cookie"] = "header"
    parameter: str = "authorization"
    prefix: str = ""


def gather(
    client: str,
    given: Mapping[Scheme, Secret | AsyncSecret | tuple[str, str] | None],
    *,
    required: bool,
) -> dict[str, Credential]:
    """The credentials that a client was given, by scheme: arguments, then the environment.

    Raises `MissingCredentialsError`, naming both ways, where one is `required` and none is there.
    """
    found: dict[str, Credential] = {}
    for scheme, argument in given.items():
        secret = _secret(scheme, argument)
        if secret:
            found[scheme.name] = Credential(
                secret, scheme.location, scheme.parameter, scheme.prefix, given=bool(argument)
            )
    if required and not found:
        ways = " or ".join(_ways(client, scheme) for scheme in given)
        raise MissingCredentialsError(f"{client} was given no credential: {ways}")
    return found


def _secret(
    scheme: Scheme, argument: Secret | AsyncSecret | tuple[str, str] | None
) -> Secret | AsyncSecret | None:
    secret = argument or (os.environ.get(scheme.variable) if scheme.variable else None)
    if secret is None or isinstance(secret, str) or callable(secret):
        return secret
    return base64.b64encode(":".join(secret).encode()).decode()


def one_of(token: Secret | AsyncSecret | None, auth: AsyncSecret | None) -> AsyncSecret | None:
    """The one of the two that a client was given. Raises `ArgumentError` for both."""
    if token is not None and auth is not None:
        raise ArgumentError("a client takes a token or what gets it tokens, not both")
    return token if auth is None else auth


def signing_secrets(given: SigningSecret | None, variable: str) -> tuple[str, ...]:
    """The secrets that a client was given, else that of the environment variable."""
    found = os.environ.get(variable, "") if given is None else given
    return tuple(each for each in ([found] if isinstance(found, str) else found) if each)


def _ways(client: str, scheme: Scheme) -> str:
    named = f"{scheme.auth}=… or {scheme.argument}" if scheme.auth else scheme.argument
    way = f"pass {named}=… to {client}(…)"
    return f"{way}, or set the environment variable {scheme.variable}" if scheme.variable else way


def choose(
    alternatives: tuple[tuple[str, ...], ...], credentials: Mapping[str, Credential]
) -> tuple[Credential, ...]:
    """The credentials of the first alternative that is complete; none where none is needed.

    One that was given comes before one of which the environment holds a part, one that needs
    nothing last. Raises `MissingCredentialsError` where no alternative is complete.
    """
    fallback: tuple[Credential, ...] = ()
    for schemes in alternatives:
        if schemes and all(scheme in credentials for scheme in schemes):
            found = tuple(credentials[scheme] for scheme in schemes)
            if all(credential.given for credential in found):
                return found
            fallback = fallback or found
    if fallback or not alternatives or () in alternatives:
        return fallback
    wanted = " or ".join(" and ".join(schemes) for schemes in alternatives if schemes)
    raise MissingCredentialsError(f"this call needs a credential that the client lacks: {wanted}")


class Authentication(msgspec.Struct, frozen=True):
    """What credentials add to one request."""

    headers: Mapping[str, str]
    query: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "Authentication(…)"


def authentication(credentials: tuple[Credential, ...], secrets: list[str]) -> Authentication:
    """What the credentials, with their secrets of the moment, add to a request."""
    headers: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    cookies: list[str] = []
    for credential, secret in zip(credentials, secrets, strict=True):
        if credential.location == "query":
            query.append((credential.name, secret))
        elif credential.location == "cookie":
            cookies.append(f"{credential.name}={secret}")
        else:
            headers[credential.name.lower()] = credential.prefix + secret
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    return Authentication(headers, tuple(query))
