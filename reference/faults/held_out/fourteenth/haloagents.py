"""Faults of HaloAgents, planted from its documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from reference.faults.composition import around, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts

_LONGEST_MESSAGE = 10_000
_REMEMBERED_FOR = 300_000_000
"""Microseconds."""
_ALLOWED = "access-control-allow-headers"
_REQUESTED = "access-control-request-headers"


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_STREAM, _ON_COMPANIES, _ON_SERIES = (
    _is("/chat/stream"),
    _is("/companies/identify"),
    _is("/series"),
)


def _more_than_a_key(asked: Asked) -> bool:
    return len(asked.headers.get("authorization", "").split()) > 2


def _key_alone(asked: Asked) -> Asked:
    scheme, key, *_ = asked.headers["authorization"].split()
    return asked.with_header("authorization", f"{scheme} {key}")


@dataclass(frozen=True, slots=True)
class _PassingOverTheEmpty:
    """Takes a claim that is empty for one that is not there."""

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


class _Remembering:
    """Believes a token for five minutes once it was found good."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._good: dict[tuple[str, str | None, str], tuple[int, Identity]] = {}

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        now = self._parts.platform.clock.microseconds()
        key = (organization.identity_secret, body.user_id, body.user_token or "")
        since, known = self._good.get(key, (0, None))
        if known is not None and organization.verifies_identity and now - since < _REMEMBERED_FOR:
            return known
        proved = self._parts.identity.identity(organization, body)
        if proved is not None:
            self._good[key] = now, proved
        return proved


def _is_long_reply(said: object) -> bool:
    match said:
        case {"role": "assistant", "content": str(content)}:
            return len(content) > _LONGEST_MESSAGE
    return False


def _with_long_replies(asked: Asked) -> bool:
    history = asked.fields.get("history")
    return _ON_STREAM(asked) and isinstance(history, list) and any(map(_is_long_reply, history))


def _one_too_many(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": "a" * (_LONGEST_MESSAGE + 1)})


def _names_headers(asked: Asked, answered: Answered) -> bool:
    return (
        asked.method == "OPTIONS" and _ALLOWED in answered.headers and _REQUESTED in asked.headers
    )


async def _allowing_the_first(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if not _names_headers(asked, answered):
        return answered
    first = asked.headers[_REQUESTED].partition(",")[0].strip()
    return answered.with_header(_ALLOWED, first)


def _any_case(parts: Parts) -> Tamper:
    """Find companies as a database does that compares without regard to case."""
    spelled: dict[tuple[str, str], str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant, name = await tenant_of(parts, asked), asked.fields.get("company_id")
        if not _ON_COMPANIES(asked) or tenant is None or not isinstance(name, str):
            return await ask(asked)
        key = (tenant, name.lower())
        known = spelled.get(key, name)
        answered = await ask(asked.with_json({**asked.fields, "company_id": known}))
        if answered.status != 200:
            return answered
        spelled[key] = known
        company = {**answered.json["company"], "company_id": name}
        return answered.with_json({"company": company})

    return tamper


def _left_for_good(parts: Parts) -> Tamper:
    """Keep the enrollments that were ended, and take them for what they are no more."""
    enrolled: set[tuple[str, str, str]] = set()
    left: set[tuple[str, str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if not _ON_SERIES(asked) or tenant is None or answered.status != 200:
            return answered
        body = asked.fields
        place = (tenant, body["series_id"], body["user_id"])
        if body["action"] == "remove":
            left.update({place} & enrolled)
            return answered
        enrolled.add(place)
        return answered.with_json({**answered.json, "enrolled": place not in left})

    return tamper


def _repeating(parts: Parts) -> Tamper:
    """Give a stream the history that its message had when it was first answered."""
    asked_with: dict[tuple[str, str], object] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant, message = await tenant_of(parts, asked), asked.fields.get("message")
        if not _ON_STREAM(asked) or tenant is None or not isinstance(message, str):
            return await ask(asked)
        key = (tenant, message)
        history = asked.fields.get("history", [])
        known = asked_with.get(key)
        if known is None or not isinstance(history, list):
            answered = await ask(asked)
            if answered.status == 200:
                asked_with[key] = history
            return answered
        return await ask(asked.with_json({**asked.fields, "history": known}))

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F2509",
        title="What follows a key in the Authorization header is passed over",
        promises=("HALO-01",),
        mistake="The header is split at blanks, and the second word is the key.",
        apply=requests(_more_than_a_key, _key_alone),
        held_out=14,
    ),
    Fault(
        id="JWT-F2510",
        title="A trusted claim that is empty lets the body's value stand",
        promises=("HALO-05",),
        mistake="Whether a claim is there is asked by its truth value.",
        apply=lambda parts: replace(parts, identity=_PassingOverTheEmpty(parts.identity)),
        held_out=14,
    ),
    Fault(
        id="JWT-F2511",
        title="A token that was good once is good for five minutes, expired or not",
        promises=("HALO-04",),
        mistake="Verified tokens are cached, for as long as the cache has things.",
        apply=lambda parts: replace(parts, identity=_Remembering(parts)),
        held_out=14,
    ),
    Fault(
        id="LIM-F2512",
        title="A stream refuses a history with a reply of more than 10,000 characters",
        promises=("HALO-07",),
        mistake="The limit of a message is checked on all that was said.",
        apply=requests(_with_long_replies, _one_too_many),
        held_out=14,
    ),
    Fault(
        id="COR-F2513",
        title="A preflight allows no header but the one that is asked for first",
        promises=("HALO-06",),
        mistake="The list of headers is split, and its head is taken for all of it.",
        apply=around(_allowing_the_first),
        held_out=14,
    ),
    Fault(
        id="STA-F2514",
        title="Companies whose ids differ in case only are one company",
        promises=("HALO-13", "HALO-12"),
        mistake="The database compares text without regard to case.",
        apply=around_with_parts(_any_case),
        held_out=14,
    ),
    Fault(
        id="LIF-F2515",
        title="A user who was removed from a series is not enrolled again",
        promises=("HALO-12",),
        mistake="Enrollments are marked as ended, and then found to be there already.",
        apply=around_with_parts(_left_for_good),
        held_out=14,
    ),
    Fault(
        id="SSE-F2516",
        title="A stream repeats the reply that its message had before, whatever the history",
        promises=("HALO-11", "HALO-10"),
        mistake="Replies are cached by the message alone.",
        apply=around_with_parts(_repeating),
        held_out=14,
    ),
)
