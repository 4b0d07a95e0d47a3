"""What shows the third set of faults of Aloha."""

from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_DAY = 24 * 60 * 60


def _attempts(server: Running) -> object:
    """Return how often something was received 1 minute later, and then 4, and then 1 more."""
    space = Workspace(server, "acme", server.key())
    received = []
    server.run(server.origin.start())
    with receiving(answering(500)) as receiver:
        subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
        server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        space.create(scheduledAt="2020-01-01T00:00:00Z")
        for minutes in (0, 1, 4, 1):
            server.advance(60 * minutes)
            deliveries_settled(server)
            received.append(len(receiver.received))
    server.run(server.origin.stop())
    return received


def _scheduled(server: Running) -> object:
    space = workspace(server, "scheduled")
    space.create(channels=["linkedin", "instagram"], scheduledAt="2090-01-01T00:00:00Z")
    space.create(channels=["linkedin", "instagram"], scheduledAt="2020-01-01T00:00:00Z")
    return [(event, data["channel"]) for event, data in space.told()]


def _administered(server: Running) -> object:
    app = register(server)
    seen = []
    for scope in ("webhook:admin", "write"):
        token = app.tokens(scope=scope)["access_token"]
        draft = {"content": "a", "channels": ["linkedin"]}
        seen.append(server.get("/v1/posts", token).status_code)
        seen.append(server.post("/v1/posts", token, draft).status_code)
    return seen


def _days(server: Running) -> object:
    space = workspace(server, "days")
    space.create(scheduledAt="2090-03-01T12:00:00Z")
    answers = [
        server.get("/v1/posts", space.key, date=day)
        for day in ("2090-03-01", "2090-02-29", "2090-02-32")
    ]
    return [(answer.status_code, len(answer.json().get("data", ()))) for answer in answers]


def _rotated_twice(server: Running) -> object:
    keys = [server.key()]
    for wait in (0, 60):
        server.advance(wait)
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
    at_once = [server.get("/v1/posts", key).status_code for key in keys]
    server.advance(_DAY - 60)
    return at_once, [server.get("/v1/posts", key).status_code for key in keys]


def _in_the_clear(server: Running) -> object:
    clear = {"X-Forwarded-Proto": "http"}
    return [
        server.send("POST", "/oauth/token", None, clear).status_code,
        server.send("GET", "/oauth/authorize", None, clear).status_code,
        server.send("GET", "/v1/posts", server.key(), clear).status_code,
    ]


_PUBLISHED = [("post.published", "linkedin"), ("post.published", "instagram")]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F1041": Demonstration(_attempts, [1, 2, 2, 3], [1, 2, 3, 3]),
    "WHK-F1042": Demonstration(
        _scheduled,
        [("post.scheduled", "linkedin"), ("post.scheduled", "instagram"), *_PUBLISHED],
        [("post.scheduled", "linkedin"), *_PUBLISHED],
    ),
    "OAU-F1043": Demonstration(_administered, [403, 403, 403, 201], [200, 201, 403, 201]),
    "FIL-F1044": Demonstration(
        _days, [(200, 1), (400, 0), (400, 0)], [(200, 1), (200, 1), (400, 0)]
    ),
    "AUT-F1045": Demonstration(
        _rotated_twice, ([200] * 3, [401, 200, 200]), ([401, 200, 200], [401, 200, 200])
    ),
    "SEC-F1046": Demonstration(_in_the_clear, [403, 403, 403], [400, 403, 403]),
}
