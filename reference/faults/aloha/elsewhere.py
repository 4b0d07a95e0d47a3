"""Planted faults that sit where nobody looks first: later, beside, on one day, for one kind."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, func, select, update

from generated.aloha.server import models
from reference.aloha.events import API, EventData, Events
from reference.aloha.oauth import PROFILE, OAuthEndpoints
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.security import Workspace
from reference.faults.aloha.webhooks import telling
from reference.faults.composition import answers, around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.oauth.opaque import digest
from reference.oauth.parameters import Pairs
from reference.oauth.server import AuthorizationServer, Tokens
from reference.oauth.tables import access_tokens

POSTS = f"{BASE_PATH}/v1/posts"
EXPORT = f"{BASE_PATH}/v1/analytics/export"
_MOST_SCHEDULED = 10
_FIELDS = frozenset({"content", "channels", "scheduledAt"})
Apply = Callable[[Parts], Parts]


def _without_moment(answered: Answered) -> Answered:
    kept = {name: value for name, value in answered.json.items() if name != "scheduledAt"}
    return answered.with_json(kept)


def _is_out(asked: Asked, answered: Answered) -> bool:
    is_detail = asked.path.startswith(f"{POSTS}/") and answered.status == 200
    return is_detail and answered.json["status"] == "published"


def _none_took_it(asked: Asked, answered: Answered) -> bool:
    is_detail = asked.path.startswith(f"{POSTS}/") and answered.status == 200
    channels = answered.json["channels"] if is_detail else []
    return len(channels) > 1 and {each["status"] for each in channels} == {"failed"}


def _ends_a_month(asked: Asked, answered: Answered) -> bool:
    day = asked.parameter("date") or ""
    return asked.path == POSTS and answered.status == 200 and day.endswith("-31")


def _emptied(answered: Answered) -> Answered:
    pagination = {**answered.json["pagination"], "nextCursor": None}
    return answered.with_json({"data": [], "pagination": pagination})


def _is_long_for_instagram(asked: Asked) -> bool:
    sent = asked.fields if asked.method == "POST" and asked.path == POSTS else {}
    is_alone = sent.get("channels") == ["instagram"]
    return is_alone and isinstance(sent.get("content"), str) and len(sent["content"]) > 2_200


async def _short_on_instagram(ask: Ask, asked: Asked) -> Answered:
    if _is_long_for_instagram(asked):
        return refusal(400, "invalid_request", "The caption is too long.")
    return await ask(asked)


async def _made_without_the_unknown(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    known = {name: value for name, value in asked.fields.items() if name in _FIELDS}
    is_post = asked.method == "POST" and asked.path == POSTS
    if is_post and answered.status == 400 and len(known) < len(asked.fields):
        await ask(asked.with_json(known))
    return answered


def _failed(asked: Asked, answered: Answered) -> bool:
    is_detail = asked.path.startswith(f"{POSTS}/") and answered.status == 200
    return is_detail and answered.json["status"] == "failed"


def _made_when_due(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "createdAt": answered.json["scheduledAt"]})


def _few_scheduled(parts: Parts) -> Tamper:
    scheduled: dict[str | None, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method == "POST" and asked.path == POSTS and answered.status == 201:
            tenant = await tenant_of(parts, asked)
            scheduled[tenant] = scheduled.get(tenant, 0) + (answered.json["status"] == "scheduled")
            if scheduled[tenant] > _MOST_SCHEDULED:
                return refusal(400, "invalid_request", "Too many posts are scheduled.")
        return answered

    return tamper


def _made_all_the_same(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.method == "POST" and asked.path == POSTS and answered.status == 429 and tenant:
            key, _ = await parts.keyring.mint(tenant, {"plan": "agency", "mode": "live"})
            await ask(asked.with_header("authorization", f"Bearer {key}"))
        return answered

    return tamper


class _EndingTogether(AuthorizationServer):
    """Lets all access tokens of a grant end when the first of them does."""

    async def issue(self, sent: Pairs, authorization: object) -> Tokens:
        tokens = await super().issue(sent, authorization)  # type: ignore[arg-type] # passed on
        newest = access_tokens.c.digest == digest(tokens.access_token)
        its_grant = select(access_tokens.c.grant_id).where(newest).scalar_subquery()
        of_grant = select(func.min(access_tokens.c.expires_at)).where(
            access_tokens.c.grant_id == its_grant
        )

        def end(connection: Connection) -> None:
            first = connection.scalar(of_grant)
            connection.execute(update(access_tokens).where(newest).values(expires_at=first))

        await self._database.write(end)
        return tokens


def _ending_together(parts: Parts) -> Parts:
    platform = parts.platform
    server = _EndingTogether(API, PROFILE, platform.database, platform.clock)
    return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))


class _RunsOfTests(Events):
    """Tells of runs with test data as of those with live data."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        told = replace(workspace, mode="live") if event == "matrix.completed" else workspace
        super().put(connection, told, event, at, data)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F2101",
        title="A post that is out has no scheduledAt any more",
        promises=("ALOHA-06",),
        mistake="The column is what the scheduler looks for, and is emptied.",
        apply=answers(_is_out, _without_moment),
    ),
    Fault(
        id="LIF-F2102",
        title="A post that no channel took is read as published",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="Failed is what failed on some channels, and not on all.",
        apply=answers(
            _none_took_it,
            lambda answered: answered.with_json({**answered.json, "status": "published"}),
        ),
    ),
    Fault(
        id="LIF-F2103",
        title="A workspace has ten scheduled posts at most",
        promises=("ALOHA-05",),
        mistake="A limit of the first plan, which no document names.",
        apply=around_with_parts(_few_scheduled),
    ),
    Fault(
        id="FIL-F2104",
        title="The 31st of a month has no posts",
        promises=("ALOHA-07",),
        mistake="Months are thirty days of a calendar that was written by hand.",
        apply=answers(_ends_a_month, _emptied),
    ),
    Fault(
        id="RAT-F2105",
        title="A post that is refused with 429 is made all the same",
        promises=("ALOHA-15", "ALOHA-05"),
        mistake="The limiter stands behind the queue that requests are put in.",
        apply=around_with_parts(_made_all_the_same),
    ),
    Fault(
        id="RAT-F2106",
        title="A 429 to an export has no Retry-After",
        promises=("ALOHA-15",),
        mistake="Exports have a limiter in front of them, of another library.",
        apply=answers(
            lambda asked, answered: asked.path == EXPORT and answered.status == 429,
            lambda answered: answered.without_header("retry-after"),
        ),
    ),
    Fault(
        id="OAU-F2107",
        title="An access token that a refresh gave ends with the one before it",
        promises=("ALOHA-04",),
        mistake="The end is that of the session, which the first token began.",
        apply=_ending_together,
    ),
    Fault(
        id="WHK-F2108",
        title="Runs of matrices of test data are told of",
        promises=("ALOHA-02", "ALOHA-12"),
        mistake="The mode is known to the request, and not to the job.",
        apply=telling(lambda parts: _RunsOfTests(parts.platform.outbox)),
    ),
    Fault(
        id="LIM-F2933",
        title="A post for Instagram alone has 2,200 characters at most",
        promises=("ALOHA-05",),
        mistake="The channel's own bound is checked, and documented nowhere.",
        apply=around(_short_on_instagram),
    ),
    Fault(
        id="LIF-F2934",
        title="A post that is refused for an unknown field is made without it",
        promises=("ALOHA-05",),
        mistake="Fields are checked once what is known of them is stored.",
        apply=around(_made_without_the_unknown),
    ),
    Fault(
        id="LIF-F2935",
        title="A post that failed says that it was made when it was due",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="Failing writes the post anew, with its moment as the beginning of all.",
        apply=answers(_failed, _made_when_due),
    ),
)
