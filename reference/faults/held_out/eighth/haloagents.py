"""Faults of HaloAgents, the eighth set planted from its documentation alone."""

import json
from dataclasses import replace

import jwt

from reference.faults.composition import answers, around, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import InvalidTokenError, read_token
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, series, users

_CHAT, _STREAM = f"{BASE_PATH}/chat", f"{BASE_PATH}/chat/stream"
_EVENTS, _SERIES = f"{BASE_PATH}/events", f"{BASE_PATH}/series"
_NAMED_LIKE = {
    f"{BASE_PATH}/users/identify": (companies, "user_id"),
    f"{BASE_PATH}/companies/identify": (users, "company_id"),
}
"""The table of the other kind, and the field that names the one of this kind."""
_LARGEST = {
    f"{BASE_PATH}/users/identify": 20_000,
    f"{BASE_PATH}/companies/identify": 50_000,
}
_ALLOWED_HEADERS = {
    "accept",
    "accept-language",
    "authorization",
    "content-language",
    "content-type",
}
_AT_ONCE, _MOST_EVENTS = 50, 100
_NO_SERIES = "There is no series with this series_id."


def _changed(asked: Asked, name: str, value: object) -> Asked:
    """Return a request with another value of a field of its body."""
    return asked.with_body(json.dumps({**asked.fields, name: value}).encode())


def _says_more_than_key(asked: Asked) -> bool:
    return len(asked.headers.get("authorization", "").split()) > 2


def _with_key_alone(asked: Asked) -> Asked:
    scheme, key, *_ = asked.headers["authorization"].split()
    return asked.with_header("authorization", f"{scheme} {key}")


def _signed_by_widget(parts: Parts) -> Tamper:
    """Sign again with the Identity Secret what is signed with the publishable key."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        token, tenant = asked.fields.get("user_token"), await tenant_of(parts, asked)
        if answered.status != 403 or not isinstance(token, str) or tenant is None:
            return answered
        try:
            read_token(token, asked.token, parts.platform.clock.microseconds())
        except InvalidTokenError:
            return answered
        secret = (await parts.organizations.of_tenant(tenant)).identity_secret
        claims = jwt.decode(token, options={"verify_signature": False})
        signed = jwt.encode(claims, secret, algorithm="HS256")
        return await ask(_changed(asked, "user_token", signed))

    return tamper


def _series_first(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _SERIES or answered.status != 403:
            return answered
        if await known_data(parts, asked, series, "series_id") is not None:
            return answered
        return answered.with_status(404).with_json({"error": _NO_SERIES})

    return tamper


def _asks_for_another_header(asked: Asked, _answered: Answered) -> bool:
    listed = asked.headers.get("access-control-request-headers", "").lower().split(",")
    names = {name.strip() for name in listed if name.strip()}
    return asked.method == "OPTIONS" and not names <= _ALLOWED_HEADERS


def _disallowed(answered: Answered) -> Answered:
    return answered.with_status(400).with_text("Disallowed CORS headers")


def _has_large_context_alone(asked: Asked) -> bool:
    match asked.fields:
        case {"traits": _}:
            return False
        case {"context": {**context}}:
            text = json.dumps(context, separators=(",", ":"), ensure_ascii=False)
            size = len(text.encode(errors="surrogatepass"))
            return size > _LARGEST.get(asked.path, size)
    return False


def _without_context(asked: Asked) -> Asked:
    return _changed(asked, "context", {})


def _wants_json(asked: Asked) -> bool:
    accepted = asked.headers.get("accept", "*/*")
    wants_events = "text/event-stream" in accepted or "*/*" in accepted
    return asked.path == _STREAM and "application/json" in accepted and not wants_events


def _answered_whole(asked: Asked) -> Asked:
    return replace(asked, path=_CHAT)


async def _stored_in_two(ask: Ask, asked: Asked) -> Answered:
    """Store the first events of a long batch before the others are looked at."""
    answered = await ask(asked)
    match asked.fields:
        case {"events": [*batch]} if asked.path == _EVENTS and answered.status == 400:
            if _AT_ONCE < len(batch) <= _MOST_EVENTS:
                await ask(_changed(asked, "events", batch[:_AT_ONCE]))
    return answered


def _of_one_table(parts: Parts) -> Tamper:
    """Add to a user's traits those of the company of the same id, and the other way round."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits", {})
        if asked.path not in _NAMED_LIKE or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, *_NAMED_LIKE[asked.path])
        if known is None:
            return await ask(asked)
        return await ask(_changed(asked, "traits", {**known.get("traits", {}), **traits}))

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1609",
        title="What follows a key in its header is not looked at",
        promises=("HALO-01",),
        mistake="The header is split at its spaces, and the second part taken.",
        apply=requests(_says_more_than_key, _with_key_alone),
        held_out=8,
    ),
    Fault(
        id="IDN-F1610",
        title="A token that is signed under the publishable key is good",
        promises=("HALO-03", "HALO-04"),
        mistake="Tokens from before there was a secret were to stay good.",
        apply=around_with_parts(_signed_by_widget),
        held_out=8,
    ),
    Fault(
        id="IDN-F1611",
        title="Whether a series exists is told before the token is looked at",
        promises=("HALO-04", "HALO-09"),
        mistake="The series is looked up first, and nobody is asked who they are for none.",
        apply=around_with_parts(_series_first),
        held_out=8,
    ),
    Fault(
        id="HDR-F1612",
        title="A preflight that asks for any other header is 400, in plain text",
        promises=("HALO-06", "HALO-08"),
        mistake="The library answers so where a header is not on its list.",
        apply=answers(_asks_for_another_header, _disallowed),
        held_out=8,
    ),
    Fault(
        id="LIM-F1613",
        title="A context that is sent without traits may be of any size",
        promises=("HALO-07",),
        mistake="The sum is made where there are traits, and only there.",
        apply=requests(_has_large_context_alone, _without_context),
        held_out=8,
    ),
    Fault(
        id="SSE-F1614",
        title="Who accepts nothing but JSON gets the reply whole from the stream",
        promises=("HALO-11",),
        mistake="One handler serves both paths, and looks at Accept.",
        apply=requests(_wants_json, _answered_whole),
        held_out=8,
    ),
    Fault(
        id="STA-F1615",
        title="Of a batch of more than fifty, the first fifty are stored though a later one is bad",
        promises=("HALO-13", "HALO-07"),
        mistake="Events are validated and stored by fifties.",
        apply=around(_stored_in_two),
        held_out=8,
    ),
    Fault(
        id="LIF-F1616",
        title="A user and a company of the same id have their traits in common",
        promises=("HALO-12", "HALO-13"),
        mistake="Both are kept in one table, by the id that the caller gave.",
        apply=around_with_parts(_of_one_table),
        held_out=8,
    ),
)
