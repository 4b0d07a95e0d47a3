"""Planted faults of keys, of their rotation, of workspaces and of TLS."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.aloha.server import Security, errors
from generated.aloha.server.runtime import Request
from reference.aloha.events import API
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.security import (
    SCOPES,
    ApiKeys,
    BearerTokens,
    Caller,
    Credentials,
    Mode,
    key_prefix,
)
from reference.aloha.tables import matrices, posts
from reference.faults.composition import around, around_with_parts, errors_of, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.keys import ApiKey, Keyring, UnknownKeyError
from reference.storage.tables import api_keys
from reference.transport_security import came_in_the_clear

POSTS = f"{BASE_PATH}/v1/posts"
_DASHBOARD_CHARACTERS = 14
Apply = Callable[[Parts], Parts]


class _Moded:
    """API keys whose holders see other data than theirs."""

    def __init__(self, inner: Credentials, mode: Mode) -> None:
        self._inner = inner
        self._mode: Mode = mode

    async def find(self, token: str) -> Caller | None:
        caller = await self._inner.find(token)
        return None if caller is None else replace(caller, mode=self._mode)


class _Remembered:
    """API keys that are known again by a part of them."""

    def __init__(self, inner: Credentials, part: Callable[[str], str]) -> None:
        self._inner = inner
        self._part = part
        self._known: dict[str, Caller] = {}

    async def find(self, token: str) -> Caller | None:
        part = self._part(token)
        caller = self._known.get(part) or await self._inner.find(token)
        if caller is not None:
            self._known[part] = caller
        return caller


class _Welcomed:
    """API keys of which every one of the right shape is good."""

    def __init__(self, inner: Credentials) -> None:
        self._inner = inner

    async def find(self, token: str) -> Caller | None:
        caller = await self._inner.find(token)
        if caller is None and token.startswith(("alo_live_", "alo_test_")):
            return Caller("acme", "live", "agency", "unknown", SCOPES)
        return caller


class _ReadingOnly(Security[Caller]):
    """Takes test keys for reading only."""

    def __init__(self, inner: Security[Caller]) -> None:
        self._inner = inner

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        caller = await self._inner.api_key(token, request)
        if caller.mode == "test" and request.method == "POST":
            raise errors.Unauthorized("This key is for reading.")
        return caller

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        return await self._inner.oauth(token, request)


def _keys(make: Callable[[Credentials], Credentials]) -> Apply:
    """Know API keys otherwise."""

    def apply(parts: Parts) -> Parts:
        known = make(ApiKeys(parts.keyring))
        tokens = BearerTokens(known, AccessTokens(parts.authorization_server))
        return replace(parts, security=tokens)

    return apply


def _grace(grace: timedelta) -> Apply:
    return lambda parts: replace(parts, key_grace=grace)


class _Rotating(Keyring):
    """Rotates keys in another way."""

    def __init__(self, parts: Parts, attributes: Mapping[str, object] | None) -> None:
        super().__init__(API, key_prefix, parts.platform.database, parts.platform.clock)
        self._given = attributes

    async def rotate(self, key: str, grace: timedelta) -> str:
        before = await self.find(key)
        if self._given is not None:
            given = {**before.attributes, **self._given}
            made = await super().rotate(key, grace)
            await self._change((await self.find(made)).id, given)
            return made
        await super().rotate(key, grace)
        made, kept = await self.mint(before.tenant, before.attributes)
        await self._change(kept.id, before.attributes)
        return f"{made[:-1]}{'x' if made[-1] != 'x' else 'y'}"

    async def _change(self, key_id: str, attributes: Mapping[str, object]) -> None:
        of_key = update(api_keys).where(api_keys.c.id == key_id)
        change = of_key.values(attributes=dict(attributes))
        await self._database.write(lambda connection: connection.execute(change))


class _Extending(Keyring):
    """Gives the grace anew whenever an old key is used."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(API, key_prefix, parts.platform.database, parts.platform.clock)

    async def find(self, key: str) -> ApiKey:
        found = await super().find(key)
        later = self._clock.microseconds() + timedelta(hours=24) // timedelta(microseconds=1)
        of_key = (api_keys.c.id == found.id) & api_keys.c.expires_at.is_not(None)
        change = update(api_keys).where(of_key).values(expires_at=later)
        await self._database.write(lambda connection: connection.execute(change))
        return found


class _Succeeding(Keyring):
    """Ends what a key had come of when that is rotated itself."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(API, key_prefix, parts.platform.database, parts.platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        made = await super().rotate(key, grace)
        self._before[made] = key
        if key in self._before:
            await self.revoke(self._before[key])
        return made


def _ringed(make: Callable[[Parts], Keyring]) -> Apply:
    """Keep keys otherwise."""

    def apply(parts: Parts) -> Parts:
        keyring = make(parts)
        tokens = BearerTokens(ApiKeys(keyring), AccessTokens(parts.authorization_server))
        return replace(parts, keyring=keyring, security=tokens)

    return apply


def _old_keys_read(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method != "POST" or answered.status >= 400:
            return answered
        with suppress(UnknownKeyError):
            found = await parts.keyring.find(asked.token)
            wanted = select(api_keys.c.expires_at).where(api_keys.c.id == found.id)
            end = await parts.platform.database.read(lambda connection: connection.scalar(wanted))
            if end is not None:
                return refusal(401, "unauthorized", "This key was rotated.").with_header(
                    "www-authenticate", "Bearer"
                )
        return answered

    return tamper


def _test_data_by_id(parts: Parts) -> Tamper:
    keys: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if answered.status != 404 or tenant is None or not asked.path.startswith(f"{POSTS}/"):
            return answered
        if tenant not in keys:
            known = await parts.keyring.find(asked.token)
            given = {**known.attributes, "mode": "test"}
            keys[tenant], _ = await parts.keyring.mint(tenant, given)
        again = await ask(asked.with_header("authorization", f"Bearer {keys[tenant]}"))
        return again if again.status == 200 else answered

    return tamper


async def _key_in_query(ask: Ask, asked: Asked) -> Answered:
    key = asked.parameter("api_key")
    if key is None or "authorization" in asked.headers:
        return await ask(asked)
    return await ask(asked.without("api_key").with_header("authorization", f"Bearer {key}"))


def _foreign(parts: Parts, change: Callable[[Asked, str], Answered | None]) -> Tamper:
    """Answer otherwise where a post or a matrix is another workspace's."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 404:
            return answered
        for table, row_id in ((posts, asked.path.rpartition("/")[2]), (matrices, _matrix(asked))):
            wanted = select(table.c.tenant).where(table.c.id == row_id)
            owner = await parts.platform.database.read(
                lambda connection, wanted=wanted: connection.scalar(wanted)  # type: ignore[misc] # bound now
            )
            if owner is not None:
                return change(asked, str(owner)) or answered
        return answered

    return tamper


def _matrix(asked: Asked) -> str:
    return asked.path.removeprefix(f"{BASE_PATH}/v1/matrix/").removesuffix("/run")


def _forbidden(_asked: Asked, _owner: str) -> Answered:
    return refusal(403, "forbidden", "This belongs to another workspace.")


def _told(_asked: Asked, _owner: str) -> Answered:
    return refusal(404, "not_found", "This belongs to another workspace.")


def _run_anyway(asked: Asked, _owner: str) -> Answered | None:
    if not asked.path.endswith("/run"):
        return None
    job = {"id": "job_01J000000000000000000000", "createdAt": "2026-11-22T00:00:00Z"}
    return refusal(202, "", "").with_json(job)


def _clear(answer: Callable[[Scope], Response | None]) -> Apply:
    """Answer otherwise what came in the clear; None serves it."""

    def apply(parts: Parts) -> Parts:
        honest = parts.require_tls

        def require(app: ASGIApp) -> ASGIApp:
            strict = honest(app)

            async def required(scope: Scope, receive: Receive, send: Send) -> None:
                if not came_in_the_clear(scope):
                    await app(scope, receive, send)
                    return
                said = answer(scope)
                if isinstance(said, Response):
                    await said(scope, receive, send)
                elif scope["path"].startswith(f"{BASE_PATH}/oauth/") or answer is _served:
                    await app(scope, receive, send)
                else:
                    await strict(scope, receive, send)

            return required

        return replace(parts, require_tls=require)

    return apply


def _redirected(scope: Scope) -> Response:
    return RedirectResponse(f"https://api.usealoha.app{scope['path']}", 301)


def _served(_scope: Scope) -> Response | None:
    return None


def _oauth_served(_scope: Scope) -> Response | None:
    return None


async def _tls_code(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code != "tls_required":
        return answered
    return answered.with_json({"error": {**answered.json["error"], "code": "forbidden"}})


async def _tls_unauthorized(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code != "tls_required" or asked.token:
        return answered
    missing = refusal(401, "unauthorized", "Send an API key.")
    return missing.with_header("www-authenticate", "Bearer")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F41",
        title="Any key that begins with alo_ is taken",
        promises=("ALOHA-02",),
        mistake="A failed look-up falls back to a demo workspace.",
        apply=_keys(_Welcomed),
    ),
    Fault(
        id="AUT-F42",
        title="Test keys see live data",
        promises=("ALOHA-02",),
        mistake="The prefix is never looked at.",
        apply=_keys(lambda inner: _Moded(inner, "live")),
    ),
    Fault(
        id="AUT-F43",
        title="A key is known by its first 14 characters",
        promises=("ALOHA-02",),
        mistake="Keys are cached under what the dashboard shows of them.",
        apply=_keys(lambda inner: _Remembered(inner, lambda token: token[:_DASHBOARD_CHARACTERS])),
    ),
    Fault(
        id="AUT-F44",
        title="A key goes on working once it was used, whatever becomes of it",
        promises=("ALOHA-03",),
        mistake="Keys are cached, and nothing clears the cache.",
        apply=_keys(lambda inner: _Remembered(inner, lambda token: token)),
    ),
    Fault(
        id="AUT-F45",
        title="The key is taken from the query too",
        promises=("ALOHA-02",),
        mistake="A convenience for feeds was left in.",
        apply=around(_key_in_query),
    ),
    Fault(
        id="AUT-F46",
        title="A key of any case is taken",
        promises=("ALOHA-02",),
        mistake="The cache of keys is case-insensitive.",
        apply=_keys(lambda inner: _Remembered(inner, str.lower)),
    ),
    Fault(
        id="AUT-F47",
        title="Test keys may not write",
        promises=("ALOHA-02",),
        mistake="The sandbox was made read-only.",
        apply=lambda parts: replace(parts, security=_ReadingOnly(parts.security)),
    ),
    Fault(
        id="ROT-F01",
        title="A rotated key dies at once",
        promises=("ALOHA-03",),
        mistake="Rotating was made of revoking and minting.",
        apply=_grace(timedelta(0)),
    ),
    Fault(
        id="ROT-F02",
        title="A rotated key never dies",
        promises=("ALOHA-03",),
        mistake="The job that removes old keys does not run.",
        apply=_grace(timedelta(days=3650)),
    ),
    Fault(
        id="ROT-F03",
        title="A rotated key dies after 23 hours",
        promises=("ALOHA-03",),
        mistake="Local time, in the wrong season.",
        apply=_grace(timedelta(hours=23)),
    ),
    Fault(
        id="ROT-F04",
        title="A rotated key dies after 25 hours",
        promises=("ALOHA-03",),
        mistake="Old keys are removed by the hour.",
        apply=_grace(timedelta(hours=25)),
    ),
    Fault(
        id="ROT-F05",
        title="A rotated key has the plan Free",
        promises=("ALOHA-03",),
        mistake="The new key is made with the defaults.",
        apply=lambda parts: replace(parts, keyring=_Rotating(parts, {"plan": "free"})),
    ),
    Fault(
        id="ROT-F06",
        title="The key that comes of a rotation does not work",
        promises=("ALOHA-03",),
        mistake="It is cut on its way to the page.",
        apply=lambda parts: replace(parts, keyring=_Rotating(parts, None)),
    ),
    Fault(
        id="ROT-F07",
        title="The 24 hours begin anew whenever the old key is used",
        promises=("ALOHA-03",),
        mistake="The expiry is that of a session, which slides.",
        apply=_ringed(_Extending),
    ),
    Fault(
        id="ROT-F08",
        title="A rotated key may only read",
        promises=("ALOHA-03",),
        mistake="The grace was meant for what still runs, and nobody asked what that does.",
        apply=around_with_parts(_old_keys_read),
    ),
    Fault(
        id="ROT-F09",
        title="A second rotation ends the first key at once",
        promises=("ALOHA-03",),
        mistake="A key has room for one predecessor.",
        apply=_ringed(_Succeeding),
    ),
    Fault(
        id="AUT-F48",
        title="Posts of test data can be read by their id with a live key",
        promises=("ALOHA-02",),
        mistake="The list is narrowed by mode, the detail is not.",
        apply=around_with_parts(_test_data_by_id),
    ),
    Fault(
        id="TEN-F41",
        title="The id of another workspace's post is 403",
        promises=("ALOHA-06",),
        mistake="Rows are looked up first and permissions after.",
        apply=around_with_parts(lambda parts: _foreign(parts, _forbidden)),
    ),
    Fault(
        id="TEN-F42",
        title="The id of another workspace's post is a 404 that says so",
        promises=("ALOHA-06",),
        mistake="The message was made to help.",
        apply=around_with_parts(lambda parts: _foreign(parts, _told)),
    ),
    Fault(
        id="TEN-F43",
        title="The matrix of another workspace can be run",
        promises=("ALOHA-10",),
        mistake="The look-up by id forgets the workspace.",
        apply=around_with_parts(lambda parts: _foreign(parts, _run_anyway)),
    ),
    Fault(
        id="HDR-F41",
        title="A 401 has no WWW-Authenticate",
        promises=("ALOHA-02",),
        mistake="The header was forgotten.",
        apply=errors_of(401, lambda answered: answered.without_header("www-authenticate")),
    ),
    Fault(
        id="TLS-F01",
        title="Plain HTTP is redirected",
        promises=("ALOHA-01",),
        mistake="What every web site does.",
        apply=_clear(_redirected),
    ),
    Fault(
        id="TLS-F02",
        title="Plain HTTP is served",
        promises=("ALOHA-01",),
        mistake="The proxy was thought to see to it.",
        apply=_clear(_served),
    ),
    Fault(
        id="TLS-F03",
        title="The OAuth endpoints are served over plain HTTP",
        promises=("ALOHA-01",),
        mistake="They are mounted outside of the check.",
        apply=_clear(_oauth_served),
    ),
    Fault(
        id="TLS-F04",
        title="Plain HTTP has the code forbidden",
        promises=("ALOHA-01",),
        mistake="One code for every 403.",
        apply=around(_tls_code),
    ),
    Fault(
        id="TLS-F05",
        title="Plain HTTP without a key is 401",
        promises=("ALOHA-01",),
        mistake="The key is looked at first, though nobody should send it so.",
        apply=around(_tls_unauthorized),
    ),
)
