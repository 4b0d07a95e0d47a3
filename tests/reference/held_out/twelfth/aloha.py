"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime

from tests.reference.aloha import Workspace, later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_PAST = "2020-01-01T00:00:00Z"


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    offsets = ("+02:00", "+05:30", "-03:30")
    return [
        space.create(scheduledAt=f"2090-01-01T12:00:00{offset}")["scheduledAt"]
        for offset in offsets
    ]


def _narrowed(server: Running) -> object:
    app = register(server)
    first = app.tokens(scope="read write")
    fewer = app.refresh(first["refresh_token"], scope="read").json()
    again = app.refresh(fewer["refresh_token"]).json()
    return [fewer["scope"], again["scope"]]


def _last_pages(server: Running) -> object:
    space = workspace(server, "pages")
    for _ in range(2):
        space.create()
    queries: tuple[dict[str, object], ...] = (
        {"limit": 2},
        {"limit": 2, "status": "draft"},
        {"limit": 3, "status": "draft"},
    )
    pages = [server.get("/v1/posts", space.key, **query).json() for query in queries]
    return [page["pagination"]["nextCursor"] is None for page in pages]


def _created(server: Running) -> object:
    space = workspace(server, "created")
    post = space.create(scheduledAt=later(server, 600))
    server.advance(600)
    moment = datetime.fromisoformat(post["createdAt"]).timestamp()
    return [(event["event"], event["created"] - int(moment)) for event in space.events()]


def _endpoints(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving(answering(200)) as good, receiving(answering(500, 200)) as bad:
        for receiver in (good, bad):
            place = {"api": "aloha", "tenant": "acme", "url": receiver.url}
            server.control("webhooks/subscriptions", {**place, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return [len(receiver.received) for receiver in (good, bad)]


def _left(server: Running) -> object:
    token = register(server).tokens()["access_token"]
    credentials = (server.key(), token, server.key())
    return [
        server.get("/v1/posts", credential, limit=1).headers["X-RateLimit-Remaining"]
        for credential in credentials
    ]


def _heads(server: Running) -> object:
    theirs = workspace(server, "theirs").create()["id"]
    key = workspace(server, "mine").key
    asked = (("GET", theirs), ("HEAD", theirs), ("HEAD", "post_none"))
    return [server.send(method, f"/v1/posts/{post}", key).status_code for method, post in asked]


def _rotated_twice(server: Running) -> object:
    first = server.key()
    keys = [first]
    for _ in range(2):
        server.advance(60)
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
    return [server.get("/v1/posts", key, limit=1).status_code for key in keys]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "SCH-F2017": Demonstration(
        _offsets,
        ["2090-01-01T10:00:00Z", "2090-01-01T06:30:00Z", "2090-01-01T15:30:00Z"],
        ["2090-01-01T10:00:00Z", "2090-01-01T07:00:00Z", "2090-01-01T15:00:00Z"],
    ),
    "OAU-F2018": Demonstration(_narrowed, ["read", "read write"], ["read", "read"]),
    "PAG-F2019": Demonstration(_last_pages, [True, True, True], [True, False, True]),
    "WHK-F2020": Demonstration(
        _created,
        [("post.scheduled", 0), ("post.published", 600)],
        [("post.scheduled", 600), ("post.published", 600)],
    ),
    "WHK-F2021": Demonstration(_endpoints, [1, 2], [1, 1]),
    "RAT-F2022": Demonstration(_left, ["2999", "2998", "2997"], ["2999", "2999", "2998"]),
    "TEN-F2023": Demonstration(_heads, [404, 404, 404], [404, 200, 404]),
    "ROT-F2024": Demonstration(_rotated_twice, [200, 200, 200], [401, 200, 200]),
}
