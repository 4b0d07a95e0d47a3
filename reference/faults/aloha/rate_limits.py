"""Planted faults of rate limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from generated.aloha.server.runtime import Gate, Request
from reference.aloha.limiter import Limiter
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.security import Caller
from reference.aloha.tables import posts
from reference.clock import Clock
from reference.faults.composition import answers, everywhere
from reference.faults.exchange import Answered
from reference.faults.fault import Fault
from reference.faults.limiting import RESET, header_faults, with_all_left, without_headers
from reference.storage.database import Database
from reference.token_bucket import Grant, Policy, TokenBuckets

_SECOND = 1_000_000_000
Apply = Callable[[Parts], Parts]
AnyRequest = Request[Caller | None]


@dataclass(frozen=True, slots=True)
class _Other:
    """Counts a request as another caller's."""

    inner: Gate[Caller | None]
    change: Callable[[Caller], Caller]

    async def admit(self, request: AnyRequest) -> Mapping[str, str]:
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        return await self.inner.admit(replace(request, principal=self.change(caller)))


@dataclass(frozen=True, slots=True)
class _Uncounted:
    """Lets some requests pass without counting them."""

    inner: Limiter
    applies: Callable[[AnyRequest], bool]

    async def admit(self, request: AnyRequest) -> Mapping[str, str]:
        caller = request.principal
        if caller is not None and self.applies(request):
            return await self.inner.allowance(caller)
        return await self.inner.admit(request)


@dataclass(frozen=True, slots=True)
class _Punishing:
    """Refuses who is refused for a whole second, from then on."""

    inner: TokenBuckets
    clock: Clock
    until: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        waits = now < self.until.get(name, 0) <= now + _SECOND
        grant = await (self.inner.peek if waits else self.inner.take)(name, policy)
        if grant.granted and not waits:
            return grant
        self.until[name] = now + _SECOND
        return replace(grant, granted=False, remaining=0, retry_after=max(grant.retry_after, 1))

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        return await self.inner.peek(name, policy)

    async def reset(self) -> None:
        """Fill every bucket."""
        self.until.clear()
        await self.inner.reset()


def _punishing(parts: Parts) -> Parts:
    clock = parts.platform.clock
    return replace(parts, gate=Limiter(_Punishing(parts.platform.buckets, clock), clock))


@dataclass(frozen=True, slots=True)
class _OfTheRow:
    """Charges what is asked of a post to the workspace that has it."""

    inner: Gate[Caller | None]
    database: Database

    async def admit(self, request: AnyRequest) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller, (*_, id_) = request.principal, request.path.split("/")
        owner = select(posts.c.tenant).where(posts.c.id == id_)
        tenant = await self.database.read(lambda connection: connection.scalar(owner))
        if caller is None or tenant is None:
            return await self.inner.admit(request)
        return await self.inner.admit(request.by(replace(caller, tenant=tenant)))


def _of_the_row(parts: Parts) -> Parts:
    return replace(parts, gate=_OfTheRow(parts.gate, parts.platform.database))


def _in_the_month_before(answered: Answered) -> Answered:
    """The answer, with a reset on a first of the month that is on that of the month before."""
    if RESET not in answered.headers:
        return answered
    reset = datetime.fromtimestamp(int(answered.headers[RESET]), UTC)
    if reset.day > 1 or reset.month == 1:
        return answered
    return answered.with_header(RESET, str(int(reset.replace(month=reset.month - 1).timestamp())))


def _in_a_common_year(answered: Answered) -> Answered:
    moment = answered.headers.get(RESET)
    if moment is None:
        return answered
    told = datetime.fromtimestamp(int(moment), UTC)
    if (told.month, told.day) != (2, 29):
        return answered
    return answered.with_header(RESET, str(int((told + timedelta(days=1)).timestamp())))


def _counted(change: Callable[[Caller], Caller]) -> Apply:
    return lambda parts: replace(parts, gate=_Other(parts.gate, change))


def _uncounted(applies: Callable[[AnyRequest], bool]) -> Apply:
    return lambda parts: replace(
        parts, gate=_Uncounted(Limiter(parts.platform.buckets, parts.platform.clock), applies)
    )


def _more_for_free(caller: Caller) -> Caller:
    return replace(caller, plan="working_team") if caller.plan == "free" else caller


def _less_for_agencies(caller: Caller) -> Caller:
    return replace(caller, plan="working_team") if caller.plan == "agency" else caller


FAULTS: tuple[Fault[Parts], ...] = (
    *header_faults(41, "ALOHA-14", "ALOHA-15"),
    Fault(
        id="RAT-F54",
        title="There is no rate limit",
        promises=("ALOHA-14",),
        mistake="The limiter is switched on for one environment only.",
        apply=_uncounted(lambda _: True),
    ),
    Fault(
        id="RAT-F55",
        title="Free has the limit of Working Team",
        promises=("ALOHA-14",),
        mistake="A line of the table of plans was copied.",
        apply=_counted(_more_for_free),
    ),
    Fault(
        id="RAT-F56",
        title="Agencies have the limit of Working Team",
        promises=("ALOHA-14",),
        mistake="The newest plan is not in the table.",
        apply=_counted(_less_for_agencies),
    ),
    Fault(
        id="RAT-F57",
        title="Each key of a workspace has the whole limit",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the key.",
        apply=_counted(lambda c: replace(c, tenant=f"{c.tenant}/{c.key_id}")),
    ),
    Fault(
        id="RAT-F58",
        title="All workspaces of a plan share one limit",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the plan.",
        apply=_counted(lambda c: replace(c, tenant="all")),
    ),
    Fault(
        id="RAT-F59",
        title="Writes are not counted",
        promises=("ALOHA-14",),
        mistake="The limiter was put on reading, which is what gets scraped.",
        apply=_uncounted(lambda request: request.method == "POST"),
    ),
    Fault(
        id="RAT-F60",
        title="The OAuth endpoints have no rate limit headers",
        promises=("ALOHA-14",),
        mistake="They are mounted outside of the middleware.",
        apply=without_headers(lambda asked, _: asked.path.startswith(f"{BASE_PATH}/oauth/")),
    ),
    Fault(
        id="RAT-F61",
        title="What came in the clear has no rate limit headers",
        promises=("ALOHA-14",),
        mistake="The refusal is sent before anything else is done.",
        apply=without_headers(lambda _, answered: b"tls_required" in answered.body),
    ),
    Fault(
        id="RAT-F96",
        title="A 405 has no rate limit headers",
        promises=("ALOHA-14",),
        mistake="The router answers before the middleware is reached.",
        apply=without_headers(lambda _, answered: answered.status == 405),
    ),
    Fault(
        id="SCH-F4001",
        title="A PATCH of what cannot be changed has no rate limit headers",
        promises=("ALOHA-14",),
        mistake="The gateway knows which methods there are, and refuses the others itself.",
        apply=without_headers(
            lambda asked, answered: asked.method == "PATCH" and answered.status == 405
        ),
    ),
    Fault(
        id="RAT-F4177",
        title="Who asks too early is refused for a second more, each time",
        promises=("ALOHA-14", "ALOHA-15"),
        mistake="The wait of Retry-After was enforced from the last refusal, not from the first.",
        apply=_punishing,
    ),
    Fault(
        id="RAT-F4002",
        title="A 405 tells of the whole limit as what remains",
        promises=("ALOHA-14",),
        mistake="The router's own refusals take the headers from the plan, not from the bucket.",
        apply=answers(lambda _, answered: answered.status == 405, with_all_left),
    ),
    Fault(
        id="RAT-F4600",
        title="What is asked of another workspace's post is charged to that workspace",
        promises=("ALOHA-14",),
        mistake="The limiter asks whose post it is, not who asks.",
        apply=_of_the_row,
    ),
    Fault(
        id="RAT-F4665",
        title="At the end of a month the reset is a month too early",
        promises=("ALOHA-14",),
        mistake="The moment is put together from its parts, and the month is that of the request.",
        apply=everywhere(_in_the_month_before),
    ),
    Fault(
        id="RAT-F4668",
        title="On 29 February the reset is on 1 March",
        promises=("ALOHA-14",),
        mistake="The day is made of its number in the year, and the year is a common one.",
        apply=everywhere(_in_a_common_year),
    ),
)
