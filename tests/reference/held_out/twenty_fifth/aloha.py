"""What shows the faults of Aloha of the twenty-fifth set."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tests.reference.aloha import Workspace, now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_PAST = "2020-01-01T00:00:00Z"
_NOON = "2090-01-01T12:00:00"


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    return [
        space.create(scheduledAt=f"{_NOON}{offset}")["scheduledAt"][11:13]
        for offset in ("Z", "+02:00", "-05:00")
    ]


def _refused(server: Running) -> object:
    space = workspace(server, "refused")
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    made = [
        space.create(channels=channels, scheduledAt=_PAST)
        for channels in (["linkedin", "instagram"], ["instagram", "linkedin"])
    ]
    return [[post["status"], *(on["status"] for on in post["channels"])] for post in made]


def _states(server: Running) -> object:
    app = register(server)
    return [
        [
            parse_qs(urlsplit(place).query)["state"]
            for place in (
                app.redirect(state=state),
                app.redirect(state=state, deny=True),
                app.authorize(app.request(state=state, scope="all")).headers["Location"],
            )
        ]
        for state in ("a b", "next=/inbox&tab=2", "1+1")
    ]


def _shared(server: Running) -> object:
    app = register(server)
    tokens = [app.tokens()["access_token"] for _ in range(2)]
    keys = [tokens[0], tokens[0], tokens[1], server.key("acme"), server.key("acme")]
    return [server.get("/v1/posts", key).headers["X-RateLimit-Remaining"] for key in keys]


def _today(server: Running) -> object:
    space = workspace(server, "today")
    draft = space.create()["id"]
    today, tomorrow = "2090-01-01", "2090-01-02"
    on_day = space.create(scheduledAt=f"{_NOON}Z")["id"]
    made_on = now(server).date().isoformat()
    return [
        draft in space.listed(date=made_on),
        space.listed(date=today) == [on_day],
        space.listed(date=tomorrow),
    ]


def _rotated(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
    return [server.get("/v1/posts", key).status_code for key in keys]


def _attempts(server: Running, status: int) -> int:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving(answering(status, 200)) as receiver:
        subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
        server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return len(receiver.received)


def _gone(server: Running) -> object:
    return _attempts(server, 410)


def _last_pages(server: Running) -> object:
    space = workspace(server, "pages")
    space.create()
    for _ in range(2):
        space.create(channels=["linkedin"])
    asked: tuple[dict[str, str], ...] = (
        {"channel": "linkedin"},
        {"channel": "instagram"},
        {"status": "draft"},
        {},
    )
    pages = [server.get("/v1/posts", space.key, **query).json() for query in asked]
    return [page["pagination"]["nextCursor"] is None for page in pages]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "SCH-F4717": Demonstration(_offsets, ["12", "10", "17"], ["12", "12", "12"]),
    "LIF-F4718": Demonstration(
        _refused,
        [["failed", "published", "failed"], ["failed", "failed", "published"]],
        [["failed", "published", "failed"], ["scheduled", "failed", "scheduled"]],
    ),
    "OAU-F4719": Demonstration(
        _states,
        [[["a b"]] * 3, [["next=/inbox&tab=2"]] * 3, [["1+1"]] * 3],
        [[["a b"]] * 3, [["next=/inbox"]] * 3, [["1 1"]] * 3],
    ),
    "RAT-F4720": Demonstration(
        _shared,
        ["2999", "2998", "2997", "2996", "2995"],
        ["2999", "2998", "2999", "2999", "2998"],
    ),
    "FIL-F4721": Demonstration(_today, [False, True, []], [True, True, []]),
    "ROT-F4722": Demonstration(_rotated, [200, 200, 200], [401, 200, 200]),
    "WHK-F4723": Demonstration(_gone, 2, 1),
    "PAG-F4724": Demonstration(_last_pages, [True, True, True, True], [False, True, True, True]),
}
