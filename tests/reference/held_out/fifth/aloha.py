"""What shows the fifth set of faults of Aloha."""

import hashlib
import hmac
from collections.abc import Mapping

from tests.reference.aloha import Workspace, later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import receiving

_PAST = "2020-01-01T00:00:00Z"
_BOTH = ["instagram", "linkedin"]
_JSON = {"Content-Type": "application/json"}


def _without_instagram(server: Running, name: str) -> Workspace:
    """Return a workspace that can publish on LinkedIn only."""
    space = workspace(server, name)
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    return space


def _rotated(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        keys.append(server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})["key"])
    return [server.get("/v1/posts", key).status_code for key in keys]


def _narrowed(server: Running) -> object:
    app = register(server)
    token = app.tokens(scope="read write")["refresh_token"]
    fewer = app.refresh(token, scope="read").json()
    post = {"content": "a", "channels": ["linkedin"]}
    return [fewer["scope"], server.post("/v1/posts", fewer["access_token"], post).status_code]


def _signatures(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    signed = []
    for secret in ("a" * 64, "a" * 65):
        with receiving() as receiver:
            subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url, "secret": secret}
            server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
            space.create(scheduledAt=_PAST)
            deliveries_settled(server)
            (told,) = receiver.received
        digest = hmac.new(secret.encode(), told.body, hashlib.sha256).hexdigest()
        signed.append(told.headers["X-Aloha-Signature"] == f"sha256={digest}")
        server.control("webhooks/unsubscribe", {"api": "aloha", "tenant": "acme"})
    server.run(server.origin.stop())
    return signed


def _failures(server: Running) -> object:
    space = _without_instagram(server, "failures")
    space.create(scheduledAt=_PAST)
    space.create(scheduledAt=later(server, 60))
    server.advance(60)
    return [event for event, _ in space.told()]


def _selected(server: Running) -> object:
    space = _without_instagram(server, "selected")
    space.create(channels=_BOTH, scheduledAt=_PAST)
    return [len(space.listed(status=status)) for status in ("published", "failed")]


def _lengths(server: Running) -> object:
    space = workspace(server, "lengths", rows=5)
    first = server.get("/v1/posts", space.key, limit=1).json()
    cursor = first["pagination"]["nextCursor"]
    second = server.get("/v1/posts", space.key, limit=3, cursor=cursor).json()
    return [len(second["data"]), second["pagination"]["limit"]]


def _limited(server: Running) -> object:
    space = workspace(server, "limited")
    export = server.post("/v1/analytics/export", space.key, {"format": "csv"})
    post = server.post("/v1/posts", space.key, {"content": "a", "channels": ["linkedin"]})
    return [
        (answer.status_code, "X-RateLimit-Limit" in answer.headers) for answer in (export, post)
    ]


def _wholes(server: Running) -> object:
    space = _without_instagram(server, "wholes")
    moments = (_PAST, later(server, 60))
    made = [space.create(channels=_BOTH, scheduledAt=moment)["id"] for moment in moments]
    server.advance(60)
    return [space.read(post)["status"] for post in made]


def _order(server: Running) -> object:
    space = workspace(server, "order")
    post = space.read(space.create(channels=["linkedin", "instagram"])["id"])
    (listed,) = server.get("/v1/posts", space.key).json()["data"]
    return [[one["channel"] for one in each["channels"]] for each in (post, listed)]


def _unknown(server: Running) -> object:
    bodies = (b"{", b"{}")
    return [
        server.send("POST", "/v1/voice/train", None, _JSON, content=body).status_code
        for body in bodies
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F1221": Demonstration(_rotated, [200, 200, 200], [401, 200, 200]),
    "OAU-F1222": Demonstration(_narrowed, ["read", 403], ["read", 201]),
    "WHK-F1223": Demonstration(_signatures, [True, True], [True, False]),
    "WHK-F1224": Demonstration(
        _failures,
        ["post.failed", "post.scheduled", "post.failed"],
        ["post.scheduled", "post.failed"],
    ),
    "FIL-F1225": Demonstration(_selected, [0, 1], [1, 1]),
    "PAG-F1226": Demonstration(_lengths, [3, 3], [1, 1]),
    "RAT-F1227": Demonstration(_limited, [(202, True), (201, True)], [(202, False), (201, True)]),
    "LIF-F1228": Demonstration(_wholes, ["failed", "failed"], ["published", "published"]),
    "SCH-F1229": Demonstration(
        _order,
        [["linkedin", "instagram"], ["linkedin", "instagram"]],
        [["linkedin", "instagram"], ["instagram", "linkedin"]],
    ),
    "AUT-F1230": Demonstration(_unknown, [401, 401], [400, 401]),
}
