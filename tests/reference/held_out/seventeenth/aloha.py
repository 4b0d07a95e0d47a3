"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime

from tests.reference.aloha import now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_PAST = "2020-01-01T00:00:00Z"


def _named(server: Running) -> object:
    space = workspace(server, "named")
    server.run(server.origin.start())
    with receiving(answering(500, 500, 200)) as receiver:
        subscription = {"api": "aloha", "tenant": space.tenant, "url": receiver.url}
        server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        for wait in (60, 300, 0):
            deliveries_settled(server)
            server.advance(wait)
    server.run(server.origin.stop())
    return [
        {name.lower(): value for name, value in one.headers.items()}.get("x-aloha-event")
        for one in receiver.received
    ]


def _missing(server: Running) -> object:
    space, other = workspace(server, "mine"), workspace(server, "theirs")
    paths = [f"/v1/posts/{post}" for post in (other.create()["id"], "post_none")]
    theirs, none = (server.get(path, space.key) for path in paths)
    return [theirs.status_code, none.status_code, theirs.json() == none.json()]


def _limits(server: Running) -> object:
    space = workspace(server, "limits", rows=3)
    return [
        [page["pagination"]["limit"] for page in server.pages(path, space.key, limit=2)]
        for path in ("/v1/posts", "/v1/inbox/threads")
    ]


def _refreshed(server: Running) -> object:
    app = register(server, confidential=True)
    code, token = app.code(), app.tokens()["refresh_token"]
    return [
        app.redeem(code, client_secret=None).status_code,
        app.refresh(token, client_secret="aos_wrong").status_code,  # noqa: S106 - a wrong one
        app.refresh(token, client_secret=None).status_code,
    ]


def _schemes(server: Running) -> object:
    tokens = (register(server).tokens()["access_token"], server.key())
    return [
        server.send("GET", "/v1/posts", None, {"Authorization": f"{word} {token}"}).status_code
        for token in tokens
        for word in ("Bearer", "bearer")
    ]


def _allowances(server: Running) -> object:
    keys = [
        server.key(plan=plan, mode=mode)
        for plan in ("agency", "working_team")
        for mode in ("live", "test")
    ]
    return [server.get("/v1/posts", key).headers["X-RateLimit-Limit"] for key in keys]


def _allowed(server: Running) -> object:
    allow = server.delete("/v1/posts", server.key()).headers["Allow"]
    return sorted(allow.replace(" ", "").split(","))


def _published(server: Running) -> object:
    space = workspace(server, "published")
    (channel,) = space.read(space.create(scheduledAt=_PAST)["id"])["channels"]
    at = datetime.fromisoformat(channel["publishedAt"])
    return abs((now(server) - at).total_seconds()) < 1


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F3441": Demonstration(_named, ["post.published"] * 3, ["post.published", None, None]),
    "TEN-F3442": Demonstration(_missing, [404, 404, True], [404, 404, False]),
    "PAG-F3443": Demonstration(_limits, [[2, 2], [2, 2]], [[2, 1], [2, 1]]),
    "OAU-F3444": Demonstration(_refreshed, [401, 401, 401], [401, 401, 200]),
    "AUT-F3445": Demonstration(_schemes, [200, 200, 200, 200], [200, 401, 200, 200]),
    "RAT-F3446": Demonstration(
        _allowances, ["3000", "3000", "600", "600"], ["3000", "60", "600", "60"]
    ),
    "HDR-F3447": Demonstration(_allowed, ["GET", "HEAD", "POST"], ["GET", "HEAD"]),
    "LIF-F3448": Demonstration(_published, True, False),
}
