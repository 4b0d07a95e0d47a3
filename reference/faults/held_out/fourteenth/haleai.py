"""Faults of HaleAI, planted from its documentation alone."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generated.haleai.server import Security
from generated.haleai.server.runtime import Gate, Request
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Repaged, gate, is_detail, security
from reference.haleai.parts import Parts
from reference.haleai.security import Caller

_CACHED_FOR = 60_000_000
"""Microseconds."""
_OFFSET = re.compile(r"([+-]\d\d):\d\d$")
_OVERRIDE = "x-http-method-override"


async def _without_a_last_row(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    if page.next_position is None:
        return page
    rest = await inner.page(selection, page.next_position, 2)
    return page if len(rest.rows) > 1 else Page(page.rows, None)


def _single_rows_lost(parts: Parts) -> Parts:
    collections = {
        name: Repaged(inner, _without_a_last_row) for name, inner in parts.collections.items()
    }
    return replace(parts, collections=collections)


def _in_whole_hours(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _OFFSET.sub(r"\1:00", value) if name == "updatedSince" else value)
        for name, value in asked.query
    )


def _composed(asked: Asked) -> Asked:
    return asked.with_query(
        (name, unicodedata.normalize("NFC", value) if name == "source" else value)
        for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _AnyCase(Security[Caller]):
    """Security that remembers the keys it has seen, in lower case."""

    inner: Security[Caller]
    known: dict[str, str] = field(default_factory=dict)

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        key = self.known.get(token.lower(), token)
        caller = await self.inner.api_key(key, request)
        self.known[token.lower()] = key
        return caller


def _cached_by_id(parts: Parts) -> Tamper:
    cached: dict[str, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        now = parts.platform.clock.microseconds()
        if answered.status == 200 and is_detail(asked.path):
            cached[asked.path] = now, answered
        if answered.status != 404 or asked.path not in cached:
            return answered
        since, kept = cached[asked.path]
        return kept if now - since < _CACHED_FOR else answered

    return tamper


@dataclass(frozen=True, slots=True)
class _HeadsOfTheTenant:
    """Counts the HEAD requests of a tenant's keys together."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token of the key, or of all of the tenant's."""
        tenant = request.principal.tenant
        together = request.by(Caller(tenant, f"{tenant}/HEAD"))
        return await self.inner.admit(together if request.method == "HEAD" else request)


def _is_overridden(asked: Asked) -> bool:
    return asked.method == "POST" and asked.headers.get(_OVERRIDE, "").upper() == "GET"


def _by_key(parts: Parts) -> Tamper:
    minted: dict[tuple[str, str], set[str]] = {}
    """The keys that were given a cursor, by tenant and cursor."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if answered.status != 200 or tenant is None or is_detail(asked.path):
            return answered
        owners = minted.get((tenant, asked.parameter("cursor") or ""), {asked.token})
        if asked.token not in owners:
            return refusal(400, "invalid_cursor", "This cursor does not belong to this list.")
        following = answered.json["pagination"]["nextCursor"]
        if following is not None:
            minted.setdefault((tenant, following), set()).add(asked.token)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2501",
        title="A last page that would have one row is never reached",
        promises=("HALE-07", "HALE-15"),
        mistake="One row more is fetched to see whether there is more, and compared with >.",
        apply=_single_rows_lost,
        held_out=14,
    ),
    Fault(
        id="FIL-F2502",
        title="The minutes of an offset in updatedSince are ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="A parser of one's own, tried in time zones of whole hours.",
        apply=requests(lambda asked: asked.parameter("updatedSince") is not None, _in_whole_hours),
        held_out=14,
    ),
    Fault(
        id="FIL-F2503",
        title="A source with decomposed accents finds the composed one, and not itself",
        promises=("HALE-11", "HALE-12"),
        mistake="The query is normalized to NFC, the rows are not.",
        apply=requests(lambda asked: asked.parameter("source") is not None, _composed),
        held_out=14,
    ),
    Fault(
        id="AUT-F2504",
        title="A key that was used once works with its letters in any case",
        promises=("HALE-02",),
        mistake="The cache of keys puts the whole header in lower case, for the scheme's sake.",
        apply=security(lambda parts: _AnyCase(parts.security)),
        held_out=14,
    ),
    Fault(
        id="TEN-F2505",
        title="For a minute after its tenant read it, a row can be read by every tenant",
        promises=("HALE-04",),
        mistake="Details are cached by their path.",
        apply=around_with_parts(_cached_by_id),
        held_out=14,
    ),
    Fault(
        id="RAT-F2506",
        title="The HEAD requests of all keys of a tenant spend from one bucket",
        promises=("HALE-06",),
        mistake="HEAD takes another way through the limiter, which counts by tenant.",
        apply=gate(lambda parts: _HeadsOfTheTenant(parts.gate)),
        held_out=14,
    ),
    Fault(
        id="STA-F2507",
        title="A POST with X-HTTP-Method-Override: GET is answered as a GET",
        promises=("HALE-01",),
        mistake="A middleware of the framework that nobody switched off.",
        apply=requests(_is_overridden, lambda asked: replace(asked, method="GET")),
        held_out=14,
    ),
    Fault(
        id="PAG-F2508",
        title="A cursor is refused where another key of the same tenant sends it",
        promises=("HALE-15", "HALE-07"),
        mistake="Cursors are bound to the key in place of its tenant.",
        apply=around_with_parts(_by_key),
        held_out=14,
    ),
)
