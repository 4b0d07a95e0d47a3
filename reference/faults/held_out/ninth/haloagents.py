"""Faults of HaloAgents, planted from its documentation alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reference.faults.composition import (
    around,
    around_with_parts,
    requests,
    retelling,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Retell, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies

_COMPANY = 50_000
"""Bytes."""


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_CHAT, _ON_SERIES, _ON_CONFIG = _is("/chat"), _is("/series"), _is("/config")
_ON_USERS, _ON_COMPANIES = _is("/users/identify"), _is("/companies/identify")


@dataclass(frozen=True, slots=True)
class _KnownTokens:
    """Remembers with which secret a token was verified."""

    inner: IdentityCheck
    secrets: dict[str, str] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        secret = self.secrets.get(token, organization.identity_secret)
        proved = self.inner.identity(replace(organization, identity_secret=secret), body)
        if proved is not None:
            self.secrets[token] = secret
        return proved


def _asks_for_a_stream(asked: Asked) -> bool:
    return _ON_CHAT(asked) and asked.fields.get("stream") is True


def _streamed(asked: Asked) -> Asked:
    return replace(asked, path=f"{BASE_PATH}/chat/stream")


def _told_together() -> Callable[[], Retell]:
    """Collect what is said in one place, that each stream empties when it begins."""
    said: list[str] = []

    def retold(event: bytes) -> Sequence[bytes]:
        name, _, data = event.decode().strip().partition("\n")
        match name:
            case "event: delta":
                said.append(json.loads(data.removeprefix("data: "))["text"])
            case "event: done":
                reply = json.dumps({"reply": "".join(said)}, separators=(",", ":"))
                return [f"{name}\ndata: {reply}\n\n".encode()]
        return [event] if event else []

    def begin() -> Retell:
        said.clear()
        return retold

    return begin


async def _origin_named(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    origin = asked.headers.get("origin")
    if origin is None or "cookie" not in asked.headers:
        return answered
    return answered.with_header("access-control-allow-origin", origin).with_header("vary", "Origin")


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _merged_first(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        before: Mapping[str, Any] = known.get("traits", {})
        context = _bytes(asked.fields["context"]) if "context" in asked.fields else 0
        is_too_large = _bytes({**before, **traits}) + context > _COMPANY
        if not before or not is_too_large:
            return await ask(asked)
        answered = await ask(asked.with_json({**asked.fields, "traits": None}))
        error = f"The fields traits and context are larger than {_COMPANY} bytes."
        return answered.with_json({"error": error}) if answered.status == 400 else answered

    return tamper


def _organization_of_the_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _ON_CONFIG(asked) or asked.parameter("org_id") is not None:
            return await ask(asked)
        tenant = await tenant_of(parts, asked)
        if tenant is None:
            return await ask(asked)
        org_id = await parts.organizations.org_id(tenant)
        return await ask(asked.with_query([*asked.query, ("org_id", org_id)]))

    return tamper


Membership = tuple[str | None, Any, Any]


def _softly_deleted(parts: Parts) -> Tamper:
    """Keep the rows of those who were removed, so that nothing is inserted for them again."""
    enrolled: set[Membership] = set()
    removed: set[Membership] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        series, user = asked.fields.get("series_id"), asked.fields.get("user_id")
        if not _ON_SERIES(asked) or not isinstance(series, str) or not isinstance(user, str):
            return await ask(asked)
        membership = await tenant_of(parts, asked), series, user
        action = asked.fields.get("action")
        if action == "enroll" and membership in removed:
            return await ask(asked.with_json({**asked.fields, "action": "remove"}))
        answered = await ask(asked)
        if answered.status == 200 and action == "enroll":
            enrolled.add(membership)
        if answered.status == 200 and action == "remove" and membership in enrolled:
            removed.add(membership)
        return answered

    return tamper


def _has_dotted_traits(asked: Asked) -> bool:
    traits = asked.fields.get("traits")
    return _ON_USERS(asked) and isinstance(traits, dict) and any(map(_path, traits))


def _path(name: str) -> Sequence[str]:
    """Return what is between the dots of a name; nothing where it is no path."""
    steps = name.split(".")
    return steps if len(steps) > 1 and all(steps) else []


def _by_path(asked: Asked) -> Asked:
    traits: dict[str, Any] = {}
    for name, value in asked.fields["traits"].items():
        *outer, last = _path(name) or [name]
        place = traits
        for step in outer:
            inner = place.get(step)
            place[step] = dict(inner) if isinstance(inner, dict) else {}
            place = place[step]
        place[last] = value
    return asked.with_json({**asked.fields, "traits": traits})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F1709",
        title="A token that one organization has taken is taken by every other one",
        promises=("HALO-03", "HALO-04"),
        mistake="The secret that verified a token is cached by the token alone.",
        apply=lambda parts: replace(parts, identity=_KnownTokens(parts.identity)),
        held_out=9,
    ),
    Fault(
        id="ENV-F1710",
        title="The chat streams where a field stream, that is not documented, is true",
        promises=("HALO-08", "HALO-10"),
        mistake="Two routes share one handler, which goes by a switch in the body.",
        apply=requests(_asks_for_a_stream, _streamed),
        held_out=9,
    ),
    Fault(
        id="SSE-F1711",
        title="The done of a stream that overlaps another has what both said",
        promises=("HALO-11",),
        mistake="What is said is collected in the handler, and there is one for all.",
        apply=retelling(_told_together()),
        held_out=9,
    ),
    Fault(
        id="COR-F1712",
        title="Where a cookie is sent along, only the origin that sent it may read the answer",
        promises=("HALO-06",),
        mistake="A CORS library's way with credentials.",
        apply=around(_origin_named),
        held_out=9,
    ),
    Fault(
        id="LIM-F1713",
        title="A company's traits are measured together with those that it has",
        promises=("HALO-07",),
        mistake="The limit is checked after merging.",
        apply=around_with_parts(_merged_first),
        held_out=9,
    ),
    Fault(
        id="AUT-F1714",
        title="Without an org_id, the configuration is that of the key's organization",
        promises=("HALO-02",),
        mistake="A fallback that was handy for testing.",
        apply=around_with_parts(_organization_of_the_key),
        held_out=9,
    ),
    Fault(
        id="LIF-F1715",
        title="Who was enrolled and removed is not enrolled again",
        promises=("HALO-12",),
        mistake="Removing marks the row as deleted, and enrolling finds that there is one.",
        apply=around_with_parts(_softly_deleted),
        held_out=9,
    ),
    Fault(
        id="STA-F1716",
        title="A user's trait with a dot in its name becomes one within another",
        promises=("HALO-12", "HALO-13"),
        mistake="Traits are set by path in a database that reads dots as steps.",
        apply=requests(_has_dotted_traits, _by_path),
        held_out=9,
    ),
)
