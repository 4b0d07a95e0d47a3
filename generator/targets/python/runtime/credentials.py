"""Credentials: what a client proves itself with, and how each is put on a request."""

from __future__ import annotations

import base64
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .errors import MissingCredentialsError

Secret: TypeAlias = str | Callable[[], str]
"""A secret, or a function that returns the one of the moment."""

AsyncSecret: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""The same for asynchronous clients, whose function may be a coroutine function."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret and where it goes: `Authorization: <prefix> <secret>`, or a place of its own."""

    secret: Secret | AsyncSecret = field(repr=False)
    location: Literal["header", "query", "cookie"] = "header"
    name: str = "authorization"
    prefix: str = ""


def bearer(secret: Secret | AsyncSecret) -> Credential:
    """A bearer token (RFC 6750)."""
    return Credential(secret, prefix="Bearer ")


def basic(username: str, password: str) -> Credential:
    """A user name and a password (RFC 7617)."""
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return Credential(pair, prefix="Basic ")


def from_environment(variable: str) -> str | None:
    """What an environment variable holds; None where it is empty or not set."""
    return os.environ.get(variable) or None


def missing(client: str, argument: str, variable: str) -> MissingCredentialsError:
    """The error of a client that was given no credential: both ways to give it one."""
    ways = f"pass {argument}=… to {client}(…)"
    if variable:
        ways += f", or set the environment variable {variable}"
    return MissingCredentialsError(f"there is no credential: {ways}")


def choose(
    alternatives: tuple[tuple[str, ...], ...], credentials: Mapping[str, Credential]
) -> tuple[Credential, ...]:
    """The credentials of the first alternative that is complete; none where none is needed.

    An alternative that needs nothing is taken last. Raises `MissingCredentialsError` where no
    alternative is complete.
    """
    for schemes in alternatives:
        if schemes and all(scheme in credentials for scheme in schemes):
            return tuple(credentials[scheme] for scheme in schemes)
    if not alternatives or () in alternatives:
        return ()
    wanted = " or ".join(" and ".join(schemes) for schemes in alternatives if schemes)
    raise MissingCredentialsError(f"this call needs a credential that the client lacks: {wanted}")


@dataclass(frozen=True, slots=True)
class Authentication:
    """What credentials add to one request."""

    headers: Mapping[str, str] = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(repr=False)


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
