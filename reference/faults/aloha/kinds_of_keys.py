"""Planted faults that show with keys of one plan or mode only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import String, cast, delete, select, update
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.aloha.server.runtime import Gate, Request
from reference.aloha.events import API
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.security import Caller, key_prefix
from reference.faults.composition import answers, around_with_parts, errors_of, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.jobs import jobs
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.tables import access_tokens, grants
from reference.storage.tables import api_keys

_LISTS = (f"{BASE_PATH}/v1/posts", f"{BASE_PATH}/v1/inbox/threads")
_EXPORT = f"{BASE_PATH}/v1/analytics/export"
_TEST_KEY = "alo_test_"


def _is_failed_for_app(asked: Asked, answered: Answered) -> bool:
    is_detail = asked.path.startswith(f"{BASE_PATH}/v1/posts/") and answered.status == 200
    return is_detail and asked.token.startswith("aoa_") and answered.json["status"] == "failed"


def _is_vain_head_of_app(asked: Asked, answered: Answered) -> bool:
    return answered.status == 404 and asked.method == "HEAD" and asked.token.startswith("aoa_")


def _is_small_bearer_of_test(asked: Asked) -> bool:
    return asked.headers.get("authorization", "").startswith(f"bearer {_TEST_KEY}")


def _without_key(asked: Asked) -> Asked:
    return asked.with_header("authorization", "")


def _is_list_of_test(asked: Asked) -> bool:
    is_list = asked.method == "GET" and asked.path in _LISTS
    return is_list and asked.token.startswith(_TEST_KEY) and asked.parameter("limit") is None


def _by_ten(asked: Asked) -> Asked:
    return asked.with_query([*asked.query, ("limit", "10")])


async def _plan_of(parts: Parts, asked: Asked) -> object:
    try:
        return (await parts.keyring.find(asked.token)).attributes["plan"]
    except UnknownKeyError:
        return None


def _never_due_on_free(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status == 201 and await _plan_of(parts, asked) == "free":
            of_post = cast(jobs.c.payload, String).contains(answered.json["id"])
            forget = delete(jobs).where(of_post)
            await parts.platform.database.write(lambda connection: connection.execute(forget))
        return answered

    return tamper


def _one_channel_on_free(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _LISTS[0] or asked.method != "GET" or answered.status != 200:
            return answered
        if await _plan_of(parts, asked) != "free":
            return answered
        rows = [{**post, "channels": post["channels"][:1]} for post in answered.json["data"]]
        return answered.with_json({**answered.json, "data": rows})

    return tamper


def _without_exports(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path == _EXPORT and await _plan_of(parts, asked) == "free":
            return refusal(403, "insufficient_scope", "Exports are not part of this plan.")
        return await ask(asked)

    return tamper


@dataclass(frozen=True, slots=True)
class _ClearForTests:
    """ASGI middleware: asks for TLS where no test key comes."""

    app: ASGIApp
    required: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        sent = Headers(scope=scope).get("authorization", "") if scope["type"] == "http" else ""
        await (self.app if _TEST_KEY in sent else self.required)(scope, receive, send)


class _TestsApart:
    """Gives the test keys of a workspace an allowance of their own."""

    def __init__(self, inner: Gate[Caller | None]) -> None:
        self._inner = inner

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is not None and caller.mode == "test":
            apart = replace(caller, tenant=f"{caller.tenant}/test")
            return await self._inner.admit(replace(request, principal=apart))
        return await self._inner.admit(request)


class _EndingTokens(Keyring):
    """Ends what users granted in a workspace with a key of it."""

    async def revoke(self, key: str) -> None:
        """Make a key worthless at once; raise UnknownKeyError."""
        tenant = (await self.find(key)).tenant
        await super().revoke(key)
        its_own = select(grants.c.id).where(grants.c.tenant == tenant)
        tokens = delete(access_tokens).where(access_tokens.c.grant_id.in_(its_own))
        await self._database.write(lambda connection: connection.execute(tokens))


class _Promoting(Keyring):
    """Gives a key that is rotated the default plan."""

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        rotated = await super().rotate(key, grace)
        made = await self.find(rotated)
        attributes: dict[str, Any] = {**made.attributes, "plan": "agency"}
        of_key = update(api_keys).where(api_keys.c.id == made.id)
        await self._database.write(
            lambda connection: connection.execute(of_key.values(attributes=attributes))
        )
        return rotated


def _keeping(kind: type[Keyring]) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        platform = parts.platform
        return replace(parts, keyring=kind(API, key_prefix, platform.database, platform.clock))

    return apply


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F2301",
        title="The word bearer in small letters is not read with a test key",
        promises=("ALOHA-02",),
        mistake="Test keys are looked for by a pattern that has the word as it is documented.",
        apply=requests(_is_small_bearer_of_test, _without_key),
    ),
    Fault(
        id="PAG-F2302",
        title="With a test key a page has 10 rows where no limit is given",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="There is little test data, so that somebody thought 10 to be enough.",
        apply=requests(_is_list_of_test, _by_ten),
    ),
    Fault(
        id="LIF-F2303",
        title="What a key of Free schedules is never published",
        promises=("ALOHA-05",),
        mistake="The workers take the jobs of plans that are paid for.",
        apply=around_with_parts(_never_due_on_free),
    ),
    Fault(
        id="RAT-F2304",
        title="Test keys have an allowance of their own, beside that of the workspace",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the data that a key sees.",
        apply=lambda parts: replace(parts, gate=_TestsApart(parts.gate)),
    ),
    Fault(
        id="ROT-F2305",
        title="A key of a small plan is one of Agency once it is rotated",
        promises=("ALOHA-03", "ALOHA-14"),
        mistake="The new key is made without what the old one was made with.",
        apply=_keeping(_Promoting),
    ),
    Fault(
        id="AUT-F2931",
        title="Keys of Free may not export",
        promises=("ALOHA-02", "ALOHA-08"),
        mistake="What costs the most was closed to those who pay the least, and not documented.",
        apply=around_with_parts(_without_exports),
    ),
    Fault(
        id="AUT-F4034",
        title="With a key of Free a listed post has the first of its channels",
        promises=("ALOHA-02", "ALOHA-07"),
        mistake="Free had one channel once, and the list was forgotten.",
        apply=around_with_parts(_one_channel_on_free),
    ),
    Fault(
        id="OAU-F2932",
        title="To revoke a key ends the access tokens of its workspace",
        promises=("ALOHA-04",),
        mistake="What was granted hangs on the workspace, as its keys do, and is swept with them.",
        apply=_keeping(_EndingTokens),
    ),
    Fault(
        id="RAT-F2936",
        title="Retry-After of Working Team is 0",
        promises=("ALOHA-15",),
        mistake="Tokens come ten a second there, and the wait was rounded down.",
        apply=answers(
            lambda _, answered: (
                answered.status == 429 and answered.headers.get("x-ratelimit-limit") == "600"
            ),
            lambda answered: answered.with_header("retry-after", "0"),
        ),
    ),
    Fault(
        id="RAT-F2937",
        title="A 401 shows that nothing remains",
        promises=("ALOHA-14",),
        mistake="Nobody's allowance was thought to be none, not that of Free.",
        apply=errors_of(401, lambda answered: answered.with_header("x-ratelimit-remaining", "0")),
    ),
    Fault(
        id="OAU-F2938",
        title="An app cannot read a post that failed",
        promises=("ALOHA-04", "ALOHA-06"),
        mistake="What went wrong is shown to the workspace's own people, and apps were forgotten.",
        apply=answers(_is_failed_for_app, lambda _: refusal(404, "not_found", "No such post.")),
    ),
    Fault(
        id="TLS-F2939",
        title="With a test key plain HTTP is served",
        promises=("ALOHA-01",),
        mistake="Tests were to run on a developer's machine, where there is no certificate.",
        apply=lambda parts: replace(
            parts,
            require_tls=lambda app: _ClearForTests(app, parts.require_tls(app)),
        ),
    ),
    Fault(
        id="RAT-F2940",
        title="With fewer than six requests left the inbox is cut to five threads",
        promises=("ALOHA-15", "ALOHA-09"),
        mistake="Who is about to be refused was to be answered cheaply.",
        apply=answers(
            lambda asked, answered: (
                asked.path == _LISTS[1]
                and answered.status == 200
                and int(answered.headers["x-ratelimit-remaining"]) < 6
            ),
            lambda answered: answered.with_json(
                {**answered.json, "data": answered.json["data"][:5]}
            ),
        ),
    ),
    Fault(
        id="STA-F3602",
        title="With an access token HEAD of what is not there is 200",
        promises=("ALOHA-04", "ALOHA-17"),
        mistake="HEAD is answered once it is clear that the token may read, without a look.",
        apply=answers(_is_vain_head_of_app, lambda answered: answered.with_status(200)),
    ),
)
