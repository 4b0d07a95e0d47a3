"""Security requirements: any of the alternatives, all schemes of one, and who the caller is."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import Headers

from .document import Document, Location
from .errors import ApiError, ContractError, RequestError
from .request import Request

logger = logging.getLogger(__name__)

CHALLENGE = {"WWW-Authenticate": "Bearer"}
TOKEN = re.compile(r"[\x21-\x7e]+")

Authenticate = Callable[[Any, Request[None]], Awaitable[Any]]
"""A scheme's function: credential and request → principal; raises ApiError."""


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """User name and password of HTTP Basic authentication (RFC 7617)."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """One security scheme of the contract, and the function that knows its credentials."""

    kind: str
    http_scheme: str
    location: str
    parameter: str
    authenticate: Authenticate

    def is_presented(self, request: Request[None]) -> bool:
        """Whether the request has something where this scheme's credential stands."""
        if self.kind == "apiKey":
            return bool(self._values(request))
        return "authorization" in request.headers

    def credential(self, request: Request[None]) -> Any:
        """The credential, None where there is none of this scheme or more than one."""
        if self.kind == "apiKey":
            values = self._values(request)
            return values[0] if len(values) == 1 and values[0] else None
        return self._from_authorization(request.headers)

    def _values(self, request: Request[None]) -> list[str]:
        if self.location == "query":
            return [value for name, value in request.query if name == self.parameter]
        if self.location == "cookie":
            pairs = (pair.strip().partition("=") for pair in _cookies(request.headers))
            return [value for name, _, value in pairs if name == self.parameter]
        return request.headers.getlist(self.parameter)

    def _from_authorization(self, headers: Headers) -> Any:
        sent = headers.getlist("authorization")
        if len(sent) != 1:
            return None
        scheme, _, rest = sent[0].strip().partition(" ")
        token = rest.strip()
        if scheme.lower() != self.http_scheme or not token:
            return None
        if self.http_scheme == "basic":
            return _basic(token)
        if self.http_scheme == "bearer":
            return token if TOKEN.fullmatch(token) else None
        return token


@dataclass(frozen=True, slots=True)
class Alternative:
    """Schemes that must all be satisfied, and the scopes they ask for."""

    schemes: tuple[Scheme, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecurityCheck:
    """Who may call one operation.

    No alternative: anybody. An alternative without schemes: anybody who presents no credential;
    one that is presented must be good.
    """

    alternatives: tuple[Alternative, ...]

    async def principal(self, request: Request[None]) -> Any:
        """The caller, None for an anonymous one.

        Where several schemes must be satisfied together, the first names the caller. Raises
        ApiError as the schemes' functions do, RequestError(401) where no credential fits.
        """
        if not self.alternatives:
            return None
        failure: ApiError | RequestError | None = None
        for alternative in self.alternatives:
            credentials = [scheme.credential(request) for scheme in alternative.schemes]
            if not credentials or None in credentials:
                continue
            try:
                return await _authenticate(alternative, credentials, request)
            except (ApiError, RequestError) as error:
                failure = error if failure is None or error.status == 403 else failure
        if failure is not None:
            raise failure
        if self._allows_anonymous and not self._is_anything_presented(request):
            return None
        raise RequestError(401, "The credential is missing or malformed.", CHALLENGE)

    @property
    def _allows_anonymous(self) -> bool:
        return any(not alternative.schemes for alternative in self.alternatives)

    def _is_anything_presented(self, request: Request[None]) -> bool:
        return any(
            scheme.is_presented(request)
            for alternative in self.alternatives
            for scheme in alternative.schemes
        )


async def _authenticate(
    alternative: Alternative, credentials: list[Any], request: Request[None]
) -> Any:
    asked = replace(request, scopes=alternative.scopes) if alternative.scopes else request
    principals = []
    for scheme, credential in zip(alternative.schemes, credentials, strict=True):
        try:
            principals.append(await scheme.authenticate(credential, asked))
        except ApiError as error:
            if error.status == 401:
                error.headers = {**CHALLENGE, **error.headers}
            raise
        except Exception:
            logger.exception(
                "security_function_failed",
                extra={"request_id": request.request_id, "operation_id": request.operation_id},
            )
            raise RequestError(401, "The credential could not be verified.", CHALLENGE) from None
    return principals[0]


def _cookies(headers: Headers) -> list[str]:
    return [pair for header in headers.getlist("cookie") for pair in header.split(";")]


def _basic(token: str) -> BasicCredentials | None:
    try:
        text = base64.b64decode(token, validate=True).decode("utf-8")
    except ValueError:
        return None
    username, separator, password = text.partition(":")
    return BasicCredentials(username, password) if separator else None


def build_security_check(
    document: Document, operation: Location, functions: Mapping[str, Authenticate]
) -> SecurityCheck:
    """The check of an operation; `functions` is scheme name → its function.

    Raises ContractError where a scheme has no function or is one that HTTP headers cannot carry.
    """
    requirements = operation.value.get("security", document.root.get("security", []))
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    alternatives = []
    for requirement in requirements:
        members = tuple(
            _scheme(name, document.resolve(schemes[name]), functions) for name in requirement
        )
        scopes = tuple(scope for listed in requirement.values() for scope in listed)
        alternatives.append(Alternative(members, scopes))
    return SecurityCheck(tuple(alternatives))


def _scheme(
    name: str, definition: Mapping[str, Any], functions: Mapping[str, Authenticate]
) -> Scheme:
    kind = definition["type"]
    if kind == "mutualTLS":
        raise ContractError(f"The security scheme {name!r} is TLS's own, not this server's.")
    if name not in functions:
        raise ContractError(f"The security scheme {name!r} has no function.")
    return Scheme(
        kind=kind,
        http_scheme=definition.get("scheme", "bearer").lower(),
        location=definition.get("in", "header"),
        parameter=definition.get("name", ""),
        authenticate=functions[name],
    )
