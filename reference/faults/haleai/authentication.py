"""Planted faults of authentication and of tiers."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import update

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Request
from reference.faults.composition import around, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import is_detail, is_list, security
from reference.haleai.parts import BASE_PATH, KEY_PREFIX, NAME, Parts
from reference.haleai.security import Caller
from reference.keys import ApiKey, Keyring
from reference.storage.tables import api_keys

_DASHBOARD_CHARACTERS = 12


class _Remembering(Security[Caller]):
    """Knows again, by a part of it, a key that was once let in."""

    def __init__(self, inner: Security[Caller], part: Callable[[str], str]) -> None:
        self._inner = inner
        self._part = part
        self._known: dict[str, Caller] = {}

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        part = self._part(token)
        if part not in self._known:
            self._known[part] = await self._inner.api_key(token, request)
        return self._known[part]


class _Welcoming(Security[Caller]):
    """Takes any key of the right shape for one of acme."""

    def __init__(self, inner: Security[Caller]) -> None:
        self._inner = inner

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        try:
            return await self._inner.api_key(token, request)
        except errors.Unauthorized:
            if not token.startswith("hk_"):
                raise
            return Caller("acme", "unknown")


class _AnyTier(Security[Caller]):
    """Does not look at the tier of a key."""

    def __init__(self, parts: Parts) -> None:
        self._inner = parts.security
        self._keyring = parts.keyring

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        try:
            return await self._inner.api_key(token, request)
        except errors.PlanRequired:
            key = await self._keyring.find(token)
            return Caller(key.tenant, key.id)


class _KeepingKeyring(Keyring):
    """Keeps more of a key than its hash."""

    def __init__(self, parts: Parts, keep: Callable[[str], str]) -> None:
        platform = parts.platform
        super().__init__(NAME, lambda _given: KEY_PREFIX, platform.database, platform.clock)
        self._keep = keep

    async def mint(self, tenant: str, attributes: Mapping[str, object]) -> tuple[str, ApiKey]:
        key, kept = await super().mint(tenant, attributes)
        row = update(api_keys).where(api_keys.c.id == kept.id)
        change = row.values(attributes={**attributes, "key": self._keep(key)})
        await self._database.write(lambda connection: connection.execute(change))
        return key, kept


def _keeping(keep: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, keyring=_KeepingKeyring(parts, keep))


def _encoded(key: str) -> str:
    return base64.b64encode(key.encode()).decode()


def _remembering(part: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return security(lambda parts: _Remembering(parts.security, part))


def _open_detail(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if "authorization" in asked.headers or not asked.path.startswith(f"{BASE_PATH}/deals/"):
            return await ask(asked)
        key, _ = await parts.keyring.mint("acme", {"tier": "team_max"})
        return await ask(asked.with_header("authorization", f"Bearer {key}"))

    return tamper


async def _malformed_crashes(ask: Ask, asked: Asked) -> Answered:
    words = asked.headers.get("authorization", "Bearer key").split(" ")
    if len(words) != 2:
        return refusal(500, "internal_error", "Something went wrong on our side.")
    return await ask(asked)


async def _key_in_query(ask: Ask, asked: Asked) -> Answered:
    key = asked.parameter("api_key")
    if key is None or "authorization" in asked.headers:
        return await ask(asked)
    return await ask(asked.without("api_key").with_header("authorization", f"Bearer {key}"))


async def _bearer_spelled_so(ask: Ask, asked: Asked) -> Answered:
    scheme = asked.headers.get("authorization", "Bearer").partition(" ")[0]
    return await ask(asked if scheme == "Bearer" else asked.with_header("authorization", ""))


async def _scheme_optional(ask: Ask, asked: Asked) -> Answered:
    sent = asked.headers.get("authorization", "")
    if not sent.startswith("hk_"):
        return await ask(asked)
    return await ask(asked.with_header("authorization", f"Bearer {sent}"))


async def _any_scheme(ask: Ask, asked: Asked) -> Answered:
    scheme, space, key = asked.headers.get("authorization", "").partition(" ")
    if not space or not key.startswith("hk_") or not scheme:
        return await ask(asked)
    return await ask(asked.with_header("authorization", f"Bearer {key}"))


async def _validated_first(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    limit = asked.parameter("limit") or "1"
    if answered.status != 401 or not is_list(asked.path) or limit.isdecimal():
        return answered
    return refusal(400, "invalid_request", "The query parameter limit must be an integer.")


def _plan_required(change: Callable[[Answered], Answered]) -> Callable[[Parts], Parts]:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        return change(answered) if answered.code == "plan_required" else answered

    return around(tamper)


def _plainly_unauthorized(answered: Answered) -> Answered:
    return answered.with_json({"error": {**answered.json["error"], "code": "unauthorized"}})


async def _repeats_key(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    sent = asked.headers.get("authorization", "")
    if answered.status != 401 or not sent:
        return answered
    error = {**answered.json["error"], "message": f"The credential {sent} is not known."}
    return answered.with_json({"error": error})


async def _not_found_first(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status == 401 and is_detail(asked.path):
        return refusal(404, "not_found", "There is nothing with this id.")
    return answered


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F01",
        title="A deal can be read without a key",
        promises=("HALE-02",),
        mistake="One route was registered outside the router that asks for the key.",
        apply=around_with_parts(_open_detail),
    ),
    Fault(
        id="AUT-F02",
        title="Any key that begins with hk_ is taken",
        promises=("HALE-02",),
        mistake="The key's shape is checked, and a failed look-up falls back to a demo team.",
        apply=security(lambda parts: _Welcoming(parts.security)),
    ),
    Fault(
        id="AUT-F03",
        title="A malformed Authorization header is a 500",
        promises=("HALE-02", "HALE-09"),
        mistake="The header is split in two without looking.",
        apply=around(_malformed_crashes),
    ),
    Fault(
        id="AUT-F06",
        title="A key is known by its first 12 characters",
        promises=("HALE-02",),
        mistake="Verified keys are cached under the part that the dashboard shows.",
        apply=_remembering(lambda token: token[:_DASHBOARD_CHARACTERS]),
    ),
    Fault(
        id="AUT-F09",
        title="A revoked key goes on working once it was used",
        promises=("HALE-02",),
        mistake="Verified keys are cached, and revoking does not clear the cache.",
        apply=_remembering(lambda token: token),
    ),
    Fault(
        id="AUT-F10",
        title="The key is taken from the query too",
        promises=("HALE-02",),
        mistake="A convenience for browsers was left in.",
        apply=around(_key_in_query),
    ),
    Fault(
        id="AUT-F11",
        title="The scheme must be spelled Bearer",
        promises=("HALE-02",),
        mistake="The header is compared as text, case included.",
        apply=around(_bearer_spelled_so),
    ),
    Fault(
        id="AUT-F12",
        title="A bad limit is a 400 before the key is looked at",
        promises=("HALE-02",),
        mistake="Validation runs before security.",
        apply=around(_validated_first),
    ),
    Fault(
        id="AUT-F13",
        title="Keys of every tier are let in",
        promises=("HALE-05",),
        mistake="The tier is checked when a key is made, and not when the team's plan is lowered.",
        apply=security(_AnyTier),
    ),
    Fault(
        id="AUT-F14",
        title="A key of a lower tier gets 403",
        promises=("HALE-05",),
        mistake="403 seemed to be the right status.",
        apply=_plan_required(lambda answered: replace(answered, status=403)),
    ),
    Fault(
        id="AUT-F15",
        title="A key of a lower tier gets the code unauthorized",
        promises=("HALE-05",),
        mistake="All 401s come from one place.",
        apply=_plan_required(_plainly_unauthorized),
    ),
    Fault(
        id="AUT-F16",
        title="A key without a scheme is taken",
        promises=("HALE-02",),
        mistake="The scheme is stripped where it is there.",
        apply=around(_scheme_optional),
    ),
    Fault(
        id="AUT-F17",
        title="A key of any case is taken",
        promises=("HALE-02",),
        mistake="The column of the keys has a case-insensitive collation.",
        apply=_remembering(str.lower),
    ),
    Fault(
        id="AUT-F18",
        title="A key is taken with any scheme",
        promises=("HALE-02",),
        mistake="The header is split, and its first word never looked at.",
        apply=around(_any_scheme),
    ),
    Fault(
        id="AUT-F19",
        title="A 401 repeats the key that was sent",
        promises=("HALE-03",),
        mistake="The message was made to help with debugging.",
        apply=around(_repeats_key),
    ),
    Fault(
        id="AUT-F20",
        title="Without a key, a detail is 404",
        promises=("HALE-02",),
        mistake="Rows are looked up before the key is.",
        apply=around(_not_found_first),
    ),
    Fault(
        id="AUT-F21",
        title="Keys are kept as they are",
        promises=("HALE-03",),
        mistake="A copy was kept for the support team, to read keys back to customers.",
        apply=_keeping(lambda key: key),
    ),
    Fault(
        id="AUT-F22",
        title="Keys are kept encoded, next to their hash",
        promises=("HALE-03",),
        mistake="Base64 was taken for encryption.",
        apply=_keeping(_encoded),
    ),
)
