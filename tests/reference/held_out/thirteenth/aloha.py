"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping
from math import ceil

from tests.reference.aloha import now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register

_PAST = "2020-01-01T00:00:00Z"
_BOTH = ["instagram", "linkedin"]


def _cursors(server: Running) -> object:
    space = workspace(server, "cursors")
    for _ in range(3):
        space.create()
    made, narrowed = (
        server.get("/v1/posts", space.key, limit=1, **query).json()["pagination"]["nextCursor"]
        for query in ({}, {"status": "draft"})
    )
    asked = (
        {"cursor": made},
        {"cursor": made, "status": "draft"},
        {"cursor": narrowed},
        {"cursor": narrowed, "status": "draft"},
    )
    return [server.get("/v1/posts", space.key, **query).status_code for query in asked]


def _resets(server: Running) -> object:
    key = server.key("globex", plan="free")
    server.requests(60, "/v1/posts?limit=1", key)
    refused = server.get("/v1/posts", key)
    reset = int(refused.headers["X-RateLimit-Reset"]) - ceil(now(server).timestamp())
    return refused.status_code, refused.headers["Retry-After"], reset


def _refreshed(server: Running) -> object:
    app = register(server)
    token = app.tokens(scope="read write")["refresh_token"]
    narrow = app.refresh(token, scope="read").json()
    wide = app.refresh(narrow["refresh_token"], scope="read write")
    return narrow["scope"], wide.status_code


def _failures(server: Running) -> object:
    space = workspace(server, "failures")
    space.rows("channels", update=_BOTH, values={"connection": "expired"})
    for _ in range(2):
        space.create(channels=_BOTH, scheduledAt=_PAST)
    return [(event, data["channel"]) for event, data in space.told()]


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    return [
        space.create(scheduledAt=f"2090-01-01T12:00:00{offset}")["scheduledAt"][11:16]
        for offset in ("Z", "+05:00", "+05:30", "-03:30")
    ]


def _rotations(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
        server.advance(1)
    return [server.get("/v1/posts", key).status_code for key in keys]


def _filters(server: Running) -> object:
    key = server.key()
    return [
        server.get("/v1/inbox/threads", key, **query).status_code
        for query in ({"channel": "linkedin"}, {"sender": "a"}, {})
    ]


def _in_the_clear(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, path, key, {"X-Forwarded-Proto": "http"}).status_code
        for method, path in (
            ("GET", "/v1/posts"),
            ("POST", "/v1/posts"),
            ("GET", "/v1/posts/unknown"),
            ("GET", "/v1/unknown"),
        )
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F2417": Demonstration(_cursors, [200, 400, 400, 200], [200, 200, 400, 200]),
    "RAT-F2418": Demonstration(_resets, (429, "1", 60), (429, "1", 1)),
    "OAU-F2419": Demonstration(_refreshed, ("read", 200), ("read", 400)),
    "WHK-F2420": Demonstration(
        _failures,
        [("post.failed", channel) for channel in _BOTH * 2],
        [("post.failed", "instagram")] * 2,
    ),
    "SCH-F2421": Demonstration(
        _offsets, ["12:00", "07:00", "06:30", "15:30"], ["12:00", "07:00", "07:00", "15:00"]
    ),
    "ROT-F2422": Demonstration(_rotations, [200, 200, 200], [401, 200, 200]),
    "STA-F2423": Demonstration(_filters, [400, 400, 200], [200, 400, 200]),
    "TLS-F2424": Demonstration(_in_the_clear, [403, 403, 403, 403], [403, 403, 403, 404]),
}
