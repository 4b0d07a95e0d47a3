"""Faults of HaloAgents, the sixth set planted from its documentation alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generated.haloagents.server import errors, models
from reference.clock import Clock
from reference.faults.composition import around, around_with_parts, requests, retelling, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Retell, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, users

_MINUTE = 60_000_000
"""In microseconds."""
_TOKEN_LIFE = 10 * _MINUTE
_CONFIG_LIFE = 5 * _MINUTE
_MEGABYTE = 1_048_576
_LARGEST_METADATA = 10_000
_LARGEST_OF_USER = 20_000
_LARGEST_OF_COMPANY = 50_000
_EVENTS = f"{BASE_PATH}/events"
_IDENTIFIED = {
    f"{BASE_PATH}/users/identify": (users, "user_id"),
    f"{BASE_PATH}/companies/identify": (companies, "company_id"),
}
_TOO_LARGE = (
    "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n"
    "<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n"
)


def _has_key_in_query(asked: Asked) -> bool:
    is_beacon = "authorization" not in asked.headers and asked.path == _EVENTS
    return is_beacon and asked.parameter("key") is not None


def _with_key_of_query(asked: Asked) -> Asked:
    return asked.without("key").with_header("authorization", f"Bearer {asked.parameter('key')}")


@dataclass(frozen=True, slots=True)
class _Remembering:
    """Takes a token that it took before for ten minutes, and looks no further."""

    inner: IdentityCheck
    clock: Clock
    proved: dict[tuple[str, str], tuple[int, Identity]] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        now, name = self.clock.microseconds(), (organization.tenant, body.user_token or "")
        try:
            identity = self.inner.identity(organization, body)
        except errors.Forbidden:
            at, known = self.proved.get(name, (now - _TOKEN_LIFE, None))
            if known is None or known.user_id != body.user_id or now - at >= _TOKEN_LIFE:
                raise
            return known
        if identity is not None:
            self.proved[name] = (now, identity)
        return identity


@dataclass(frozen=True, slots=True)
class _PlanOfBody:
    """Trusts a token's word on everything but the plan, where the body says something of it."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        identity = self.inner.identity(organization, body)
        says_plan = isinstance(body, models.UserRequest) and body.plan is not None
        return replace(identity, plan=None) if identity is not None and says_plan else identity


def _size(*parts: object) -> int:
    """Return the bytes of compact JSON."""
    texts = [json.dumps(part, separators=(",", ":"), ensure_ascii=False) for part in parts]
    return sum(len(text.encode(errors="surrogatepass")) for text in texts)


def _metadata(asked: Asked) -> list[object]:
    batch = asked.fields.get("events")
    events = batch if isinstance(batch, list) else []
    return [each["metadata"] for each in events if isinstance(each, dict) and "metadata" in each]


def _is_too_large_together(asked: Asked) -> bool:
    return asked.path == _EVENTS and _size(*_metadata(asked)) > _LARGEST_METADATA


def _with_large_event(asked: Asked) -> Asked:
    large = {"name": "large", "metadata": {"size": "x" * _LARGEST_METADATA}}
    return asked.with_json({**asked.fields, "events": [large]})


def _is_too_large_for_user(asked: Asked) -> bool:
    payload = [asked.fields[name] for name in ("traits", "context") if name in asked.fields]
    is_company = asked.path == f"{BASE_PATH}/companies/identify"
    return is_company and _size(*payload) > _LARGEST_OF_USER


def _with_large_traits(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "traits": {"size": "x" * _LARGEST_OF_COMPANY}})


async def _behind_proxy(ask: Ask, asked: Asked) -> Answered:
    """Answer as the proxy does where a body is over a megabyte."""
    if len(asked.body) <= _MEGABYTE:
        return await ask(asked)
    return Answered(413, {}, b"").with_text(_TOO_LARGE, "text/html")


def _always_done() -> Retell:
    """Tell that a reply is done also where it broke off, with what there is of it."""
    said: list[str] = []

    def retell(event: bytes) -> Sequence[bytes]:
        name, _, rest = event.decode().partition("\n")
        if name == "event: delta":
            said.append(json.loads(rest.removeprefix("data: "))["text"])
        if name != "event: error":
            return [event] if event else []
        done = json.dumps({"reply": "".join(said)}, ensure_ascii=False)
        return [event, f"event: done\ndata: {done}\n\n".encode()]

    return retell


def _suppressing(parts: Parts) -> Tamper:
    """Enroll nobody in a series who was removed from it."""
    removed: set[tuple[object, ...]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != f"{BASE_PATH}/series":
            return await ask(asked)
        sent = asked.fields
        name = (await tenant_of(parts, asked), str(sent.get("series_id")), str(sent.get("user_id")))
        if sent.get("action") == "enroll" and name in removed:
            asked = asked.with_json({**sent, "action": "remove"})
        answered = await ask(asked)
        if sent.get("action") == "remove" and answered.status == 200:
            removed.add(name)
        return answered

    return tamper


def _adding_to_lists(parts: Parts) -> Tamper:
    """Add the items of a list to those that are known of the trait."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path not in _IDENTIFIED or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, *_IDENTIFIED[asked.path]) or {}
        before = known.get("traits", {})
        lists = {name: _longer(before.get(name), value) for name, value in traits.items()}
        return await ask(
            asked if lists == traits else asked.with_json(asked.fields | {"traits": lists})
        )

    return tamper


def _longer(before: Any, value: Any) -> Any:
    return [*before, *value] if isinstance(before, list) and isinstance(value, list) else value


def _kept_configuration(parts: Parts) -> Tamper:
    """Answer with the configuration that was read last, for five minutes."""
    kept: dict[bytes, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != f"{BASE_PATH}/config" or asked.method not in {"GET", "HEAD"}:
            return await ask(asked)
        now = parts.platform.clock.microseconds()
        at, before = kept.get(asked.query_string, (now - _CONFIG_LIFE, None))
        if before is not None and 0 <= now - at < _CONFIG_LIFE:
            return before
        answered = await ask(asked)
        if answered.status == 200:
            kept[asked.query_string] = (now, answered)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1311",
        title="Events are taken with a key in the query",
        promises=("HALO-01",),
        mistake="What a browser sends as a page closes cannot carry the header.",
        apply=requests(_has_key_in_query, _with_key_of_query),
        held_out=6,
    ),
    Fault(
        id="IDN-F1312",
        title="A token that was taken once is good for ten minutes more, expired or not",
        promises=("HALO-04",),
        mistake="Tokens that were verified are cached, with a life that is not their own.",
        apply=lambda parts: replace(
            parts, identity=_Remembering(parts.identity, parts.platform.clock)
        ),
        held_out=6,
    ),
    Fault(
        id="IDN-F1313",
        title="The plan that a token claims does not override that of the body",
        promises=("HALO-05",),
        mistake="The list of trusted claims was copied from the snippet, which has no plan.",
        apply=lambda parts: replace(parts, identity=_PlanOfBody(parts.identity)),
        held_out=6,
    ),
    Fault(
        id="LIM-F1314",
        title="The metadata of all events of a batch may have 10,000 bytes together",
        promises=("HALO-07",),
        mistake="The size is summed up in the loop that should look at each.",
        apply=requests(_is_too_large_together, _with_large_event),
        held_out=6,
    ),
    Fault(
        id="LIM-F1315",
        title="Traits and context of a company may have as many bytes as those of a user",
        promises=("HALO-07",),
        mistake="The endpoint was copied from the other, its limit with it.",
        apply=requests(_is_too_large_for_user, _with_large_traits),
        held_out=6,
    ),
    Fault(
        id="ENV-F1316",
        title="A body of more than a megabyte is answered with 413, by the proxy's own page",
        promises=("HALO-06", "HALO-08"),
        mistake="The proxy has a limit of its own, and nobody had set it.",
        apply=around(_behind_proxy),
        held_out=6,
    ),
    Fault(
        id="STR-F1317",
        title="A stream that breaks off says that it is done, after its error",
        promises=("HALO-11",),
        mistake="The last event is sent in the block that runs whatever happens.",
        apply=retelling(_always_done),
        held_out=6,
    ),
    Fault(
        id="LIF-F1318",
        title="Who was removed from a series is not enrolled again",
        promises=("HALO-12",),
        mistake="Who is removed lands on the list of those who want no emails.",
        apply=around_with_parts(_suppressing),
        held_out=6,
    ),
    Fault(
        id="STA-F1319",
        title="The items of a trait that is a list are added to the known ones",
        promises=("HALO-13",),
        mistake="The library that merges goes deep, and joins lists.",
        apply=around_with_parts(_adding_to_lists),
        held_out=6,
    ),
    Fault(
        id="TIM-F1320",
        title="A configuration is told for five minutes after its agent was switched off",
        promises=("HALO-02", "HALO-09"),
        mistake="Every page asks for it, so that it was cached.",
        apply=around_with_parts(_kept_configuration),
        held_out=6,
    ),
)
