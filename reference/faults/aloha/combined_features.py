"""Planted faults of two features used at once: a cursor, a filter, a browser, a refresh."""

from dataclasses import dataclass, field, replace

from reference.aloha.parts import BASE_PATH, Parts
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault

_LISTS = (f"{BASE_PATH}/v1/posts", f"{BASE_PATH}/v1/inbox/threads")
_FILTERS = frozenset({"channel", "status", "date"})
_TOKEN_PATH = f"{BASE_PATH}/oauth/token"
_MOST = "100"


def _asks_later_page_for_too_much(asked: Asked) -> bool:
    limit = asked.parameter("limit") or ""
    is_later = asked.path in _LISTS and asked.parameter("cursor") is not None
    return is_later and limit.isdigit() and int(limit) > int(_MOST)


def _for_the_most(asked: Asked) -> Asked:
    return asked.with_query((n, _MOST if n == "limit" else value) for n, value in asked.query)


@dataclass(frozen=True, slots=True)
class _OneWalk:
    """Knows of each workspace and list the filters of the walk that began last."""

    parts: Parts
    begun: dict[tuple[str | None, str], list[tuple[str, str]]] = field(default_factory=dict)

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request; a cursor of a walk before that one is invalid."""
        answered = await ask(asked)
        if asked.path not in _LISTS or asked.method != "GET" or answered.status != 200:
            return answered
        place = (await tenant_of(self.parts, asked), asked.path)
        filters = sorted(pair for pair in asked.query if pair[0] in _FILTERS)
        if asked.parameter("cursor") is None:
            self.begun[place] = filters
        elif self.begun.get(place, filters) != filters:
            return refusal(400, "invalid_cursor", "This walk has ended, as another one began.")
        return answered


def _one_walk(parts: Parts) -> Tamper:
    return _OneWalk(parts)


def _is_stray_of_browser(asked: Asked, answered: Answered) -> bool:
    return answered.status in {404, 405} and "text/html" in asked.headers.get("accept", "")


def _is_strange_head_of_app(asked: Asked) -> bool:
    is_list = asked.path in _LISTS and asked.method == "HEAD"
    return is_list and asked.token.startswith("aoa_")


def _without_strange(asked: Asked) -> Asked:
    known = {*_FILTERS, "limit", "cursor"}
    return asked.with_query(pair for pair in asked.query if pair[0] in known)


def _page(answered: Answered) -> Answered:
    return answered.with_text("<h1>Not found</h1>", "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class _NoRuns:
    """Knows the access tokens that came of a refresh, which find no matrix."""

    refreshed: set[str] = field(default_factory=set)

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request."""
        if asked.token in self.refreshed and "/matrix/" in asked.path:
            return refusal(404, "not_found", "There is nothing with this id.")
        answered = await ask(asked)
        if asked.path == _TOKEN_PATH and answered.status == 200:
            form = dict(replace(asked, query_string=asked.body).query)
            if form.get("grant_type") == "refresh_token":
                self.refreshed.add(answered.json["access_token"])
        return answered


def _no_runs(_parts: Parts) -> Tamper:
    return _NoRuns()


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIM-F3401",
        title="A limit that is too large is cut where a cursor comes with it",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="Limits are checked where a walk begins.",
        apply=requests(_asks_later_page_for_too_much, _for_the_most),
    ),
    Fault(
        id="LIM-F3405",
        title="An app's HEAD of a list takes any parameter",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="Parameters are checked where a list is read, and tokens lead past that.",
        apply=requests(_is_strange_head_of_app, _without_strange),
    ),
    Fault(
        id="PAG-F3402",
        title="A cursor is invalid once its workspace lists the same with other filters",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="A workspace has one walk of each list at a time.",
        apply=around_with_parts(_one_walk),
    ),
    Fault(
        id="ENV-F3403",
        title="Unknown paths and wrong methods are answered to browsers with a page",
        promises=("ALOHA-17",),
        mistake="The framework negotiates what its own errors look like.",
        apply=answers(_is_stray_of_browser, _page),
    ),
    Fault(
        id="OAU-F3404",
        title="Once refreshed, an access token finds no matrix",
        promises=("ALOHA-04", "ALOHA-10"),
        mistake="A refresh keeps the user, and loses the workspace that matrices are looked up by.",
        apply=around_with_parts(_no_runs),
    ),
)
