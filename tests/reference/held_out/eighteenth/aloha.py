"""What shows the faults of Aloha in the eighteenth set."""

from collections.abc import Mapping

from tests.reference.aloha import later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register

_PAST = "2020-01-01T00:00:00Z"
_IN_THE_CLEAR = {"X-Forwarded-Proto": "http"}


def _narrowed(server: Running) -> object:
    app = register(server)
    tokens = app.tokens(scope="read write")
    narrowed = app.refresh(tokens["refresh_token"], scope="read").json()
    draft = {"content": "a", "channels": ["linkedin"]}
    return [
        narrowed["scope"],
        server.post("/v1/posts", tokens["access_token"], draft).status_code,
        server.post("/v1/posts", narrowed["access_token"], draft).status_code,
    ]


def _states(server: Running) -> object:
    app = register(server)
    return [
        "state=af0" in app.authorize(app.request(state="af0", **wrong)).headers["Location"]
        for wrong in ({"scope": "admin"}, {"response_type": "token"})
    ]


def _spent(server: Running) -> object:
    old = server.key(plan="free")
    new = server.control("keys/rotate", {"api": "aloha", "key": old})["key"]
    return [
        server.get("/v1/posts", key).headers["X-RateLimit-Remaining"] for key in (new, old, new)
    ]


def _last_pages(server: Running) -> object:
    space = workspace(server, "last")
    for channel in ("instagram", "linkedin", "linkedin"):
        space.create(channels=[channel])
    return [
        [len(page["data"]) for page in server.pages("/v1/posts", space.key, limit=2, **filters)]
        for filters in ({"channel": "linkedin"}, {"channel": "instagram"}, {})
    ]


def _days(server: Running) -> object:
    space = workspace(server, "days")
    space.create(scheduledAt=_PAST)
    space.create(scheduledAt="2090-01-01T12:00:00Z")
    today = later(server, 0)[:10]
    return [len(space.listed(date=day)) for day in ("2020-01-01", today, "2090-01-01")]


def _published(server: Running) -> object:
    space = workspace(server, "published")
    post = space.read(space.create(scheduledAt=_PAST)["id"])
    return post["channels"][0]["publishedAt"] < post["createdAt"]


def _ids(server: Running) -> object:
    space = workspace(server, "ids")
    space.create(channels=["instagram", "linkedin"], scheduledAt=_PAST)
    space.create(channels=["instagram"], scheduledAt=_PAST)
    events = space.events()
    return len(events), len({event["id"] for event in events})


def _in_the_clear(server: Running) -> object:
    return [
        server.send("GET", path, server.key(), headers=_IN_THE_CLEAR).status_code
        for path in ("/v1/posts", "/v1/posts/none", "/v1/nothing", "")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "OAU-F3541": Demonstration(_narrowed, ["read", 201, 403], ["read", 201, 201]),
    "OAU-F3542": Demonstration(_states, [True, True], [False, True]),
    "RAT-F3543": Demonstration(_spent, ["59", "58", "57"], ["59", "59", "58"]),
    "PAG-F3544": Demonstration(_last_pages, [[2], [1], [2, 1]], [[2, 0], [1], [2, 1]]),
    "PAG-F3545": Demonstration(_days, [1, 0, 1], [0, 1, 1]),
    "LIF-F3546": Demonstration(_published, False, True),
    "WHK-F3547": Demonstration(_ids, (3, 3), (3, 2)),
    "TLS-F3548": Demonstration(_in_the_clear, [403, 403, 403, 403], [403, 403, 404, 404]),
}
