"""Faults of HaloAgents, planted from its documentation alone."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from reference.faults.composition import (
    answers,
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
from reference.haloagents.tables import fingerprint, series, users

_COMPANY = 50_000
"""Bytes."""
_ON_SERIES = f"{BASE_PATH}/series"
_ON_USERS = f"{BASE_PATH}/users/identify"
_ON_COMPANIES = f"{BASE_PATH}/companies/identify"


def _identity(make: Callable[[IdentityCheck], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=make(parts.identity))


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Checks a token once, and remembers what it proved."""

    inner: IdentityCheck
    proved: dict[tuple[str, str | None, str | None], Identity] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        shown = (organization.identity_secret, body.user_id, body.user_token)
        if organization.verifies_identity and shown in self.proved:
            return self.proved[shown]
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.proved[shown] = proved
        return proved


@dataclass(frozen=True, slots=True)
class _NothingEmpty:
    """Takes a claim that is empty for one that is absent."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        if proved is None:
            return None
        return replace(
            proved,
            email=proved.email or None,
            role=proved.role or None,
            plan=proved.plan or None,
        )


def _always_done() -> Retell:
    """Tell the end of a reply also after what broke it off."""
    said: list[str] = []

    def retell(event: bytes) -> Sequence[bytes]:
        name, _, data = event.decode().partition("\ndata: ")
        if name == "event: delta":
            said.append(json.loads(data)["text"])
        if name != "event: error":
            return [event] if event else []
        done = json.dumps({"reply": "".join(said)}, ensure_ascii=False)
        return [event, f"event: done\ndata: {done}\n\n".encode()]

    return retell


def _only_context_too_large(asked: Asked) -> bool:
    context = asked.fields.get("context")
    if asked.path != _ON_COMPANIES or "traits" in asked.fields or not isinstance(context, dict):
        return False
    compact = json.dumps(context, ensure_ascii=False, separators=(",", ":"))
    return len(compact.encode()) > _COMPANY


def _without_context(asked: Asked) -> Asked:
    kept = {name: value for name, value in asked.fields.items() if name != "context"}
    return asked.with_json(kept)


def _of_any_organization(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        name = asked.fields.get("user_id")
        if asked.path != _ON_SERIES or answered.status != 404 or not isinstance(name, str):
            return answered
        if await known_data(parts, asked, series, "series_id") is None:
            return answered
        anywhere = select(users.c.seq).where(users.c.fingerprint == fingerprint(name)).limit(1)
        if await parts.platform.database.read(lambda one: one.scalar(anywhere)) is None:
            return answered
        membership = {
            "series_id": asked.fields["series_id"],
            "user_id": name,
            "enrolled": asked.fields["action"] == "enroll",
        }
        return answered.with_status(200).with_json(membership)

    return tamper


def _no_json(asked: Asked, answered: Answered) -> bool:
    return answered.status == 400 and asked.method == "POST" and asked.json is None


def _gone_for_good(parts: Parts) -> Tamper:
    """Leave removed whoever was enrolled and removed."""
    enrolled: set[tuple[Any, ...]] = set()
    removed: set[tuple[Any, ...]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != _ON_SERIES:
            return await ask(asked)
        action = asked.fields.get("action")
        names = (asked.fields.get("series_id"), asked.fields.get("user_id"))
        place = (await tenant_of(parts, asked), *map(str, names))
        if action == "enroll" and place in removed:
            return await ask(asked.with_json({**asked.fields, "action": "remove"}))
        answered = await ask(asked)
        if answered.status == 200 and action == "enroll":
            enrolled.add(place)
        elif answered.status == 200 and place in enrolled:
            removed.add(place)
        return answered

    return tamper


def _counts(value: object) -> bool:
    return bool(value) or isinstance(value, dict | list)


def _merged_if_true(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path != _ON_USERS or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id") or {}
        before = known.get("traits", {})
        kept = {
            name: value for name, value in traits.items() if _counts(value) or name not in before
        }
        return await ask(
            asked if kept == traits else asked.with_json(asked.fields | {"traits": kept})
        )

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F2409",
        title="A token that was good once is good after it has expired",
        promises=("HALO-04",),
        mistake="What a token proved is kept in a cache, which knows nothing of exp.",
        apply=_identity(_Remembered),
        held_out=13,
    ),
    Fault(
        id="JWT-F2410",
        title="A trusted claim that is empty gives way to what the body says",
        promises=("HALO-05",),
        mistake="The claim or else the field: an empty text counts as none.",
        apply=_identity(_NothingEmpty),
        held_out=13,
    ),
    Fault(
        id="SSE-F2411",
        title="After the event error comes done, with what was said until then",
        promises=("HALO-11",),
        mistake="The last event is sent in the finally clause.",
        apply=retelling(_always_done),
        held_out=13,
    ),
    Fault(
        id="LIM-F2412",
        title="A company's context that comes without traits and is too large is dropped",
        promises=("HALO-07",),
        mistake="A payload is measured where it has traits; the context is tidied up later.",
        apply=requests(_only_context_too_large, _without_context),
        held_out=13,
    ),
    Fault(
        id="TEN-F2413",
        title="A series takes users whom only another organization has identified",
        promises=("HALO-09",),
        mistake="The query for the user does not name the organization.",
        apply=around_with_parts(_of_any_organization),
        held_out=13,
    ),
    Fault(
        id="COR-F2414",
        title="The 400 to a body that is not JSON has no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The parser of bodies stands before the layer that adds the header.",
        apply=answers(
            _no_json, lambda answered: answered.without_header("access-control-allow-origin")
        ),
        held_out=13,
    ),
    Fault(
        id="LIF-F2415",
        title="Whoever was removed from a series cannot be enrolled again",
        promises=("HALO-12",),
        mistake="Removing marks the row, and enrolling leaves alone a row that is there.",
        apply=around_with_parts(_gone_for_good),
        held_out=13,
    ),
    Fault(
        id="STA-F2416",
        title="A user's trait that becomes 0, false or empty keeps its old value",
        promises=("HALO-13",),
        mistake="The new value or else the old one.",
        apply=around_with_parts(_merged_if_true),
        held_out=13,
    ),
)
