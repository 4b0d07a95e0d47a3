"""Our checks of every generated answer, and the codes of the rules that they prove.

They are registered on import, once for whatever runs Schemathesis: this suite, pytest, or plain
`schemathesis run` (see `conformance.schemathesis_hooks`).
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure, Severity
from schemathesis.core.transport import Response as Received

from conformance.insides import told

Case = schemathesis.Case[Any]


class NotInEnvelope(Failure):
    """ENV-101."""

    code = "ENV-101"
    checks = ("error_is_an_object",)
    kind_title = "An error is not in the envelope"
    __slots__ = ()


class TellsInsides(Failure):
    """ENV-103."""

    code = "ENV-103"
    checks = ("no_insides",)
    kind_title = "An answer tells of the server's insides"
    __slots__ = ()


class Stored(Failure):
    """HDR-101."""

    code = "HDR-101"
    checks = ("not_stored",)
    kind_title = "An answer to a credential may be stored by caches"
    __slots__ = ()


@schemathesis.check
def error_is_an_object(_: Any, response: Received, case: Case) -> bool | None:
    """Every error is JSON with a member `error`, whatever was sent (see ENV-001)."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return True
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or "error" not in body:
        raise NotInEnvelope(
            operation=case.operation.label,
            message=f"{response.status_code} has a body without `error`.",
            severity=Severity.HIGH,
        )
    return None


@schemathesis.check
def no_insides(_: Any, response: Received, case: Case) -> bool | None:
    """No error tells of exceptions, queries or frameworks (see ENV-003)."""
    text = response.content.decode("utf-8", "replace")
    found = told(text) if response.status_code >= 400 else ""
    if found and found not in str(response.request.url):
        raise TellsInsides(
            operation=case.operation.label,
            message=f"The answer tells {found!r}.",
            severity=Severity.HIGH,
        )
    return None


@schemathesis.check
def not_stored(_: Any, response: Received, case: Case) -> bool | None:
    """Whoever is authenticated gets answers that no cache keeps (see HDR-001)."""
    values = ",".join(response.headers.get("cache-control", []))
    for_all = case.operation.definition.raw.get("security") == [] or case.method == "OPTIONS"
    if response.status_code < 300 and not for_all and "no-store" not in values:
        raise Stored(
            operation=case.operation.label,
            message=f"Cache-Control is {values or 'absent'!r}.",
            severity=Severity.MEDIUM,
        )
    return None


REGISTERED = (error_is_an_object, no_insides, not_stored)
"""Every check of ours."""
