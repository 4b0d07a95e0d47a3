"""What shows the sixteenth set of faults of Aloha planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.aloha import later, now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register


def _rotated_twice(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
    return [server.get("/v1/posts", key).status_code for key in keys]


def _reused(server: Running) -> object:
    app = register(server)
    seen = []
    for used in (1, 0):
        tokens = [app.tokens()]
        for _ in range(2):
            tokens.append(app.refresh(tokens[-1]["refresh_token"]).json())
        refused = app.refresh(tokens[used]["refresh_token"])
        seen.append((refused.status_code, app.works(tokens[-1]["access_token"])))
    return seen


def _heads(server: Running) -> object:
    token = register(server).tokens(scope="write")["access_token"]
    return [server.send(method, "/v1/posts", token).status_code for method in ("GET", "HEAD")]


def _others(server: Running) -> object:
    app, user = register(server), workspace(server, "user")
    post = user.create()["id"]
    granted = app.tokens(tenant=user.tenant)
    refreshed = app.refresh(granted["refresh_token"]).json()
    return [
        server.get(f"/v1/posts/{post}", tokens["access_token"]).status_code
        for tokens in (granted, refreshed)
    ]


def _early(server: Running) -> object:
    space = workspace(server, "early")
    moment = now(server)
    server.advance(70 - moment.second - moment.microsecond / 1_000_000)
    post = space.create(scheduledAt=later(server, 90))["id"]
    seen = []
    for _ in range(3):
        server.advance(40)
        seen.append(space.read(post)["status"])
    return seen


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    first, second = space.rows("matrices", insert=2)
    for matrix in (first, second, first):
        server.advance(1)
        assert server.post(f"/v1/matrix/{matrix}/run", space.key).status_code == 202
    server.advance(60)
    names = {first: "first", second: "second"}
    return [names[data["matrixId"]] for _, data in space.told()]


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    return [
        space.create(scheduledAt=f"2090-01-01T09:30:00{offset}")["scheduledAt"]
        for offset in ("+02:00", "+05:30", "-03:30")
    ]


def _cursors(server: Running) -> object:
    space = workspace(server, "cursors", rows=5)
    page = server.get("/v1/posts", space.key, limit=2).json()
    rotated = server.control("keys/rotate", {"api": "aloha", "key": space.key})["key"]
    cursor = page["pagination"]["nextCursor"]
    return [server.get("/v1/posts", key, cursor=cursor).status_code for key in (space.key, rotated)]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F2741": Demonstration(_rotated_twice, [200, 200, 200], [401, 200, 200]),
    "OAU-F2742": Demonstration(_reused, [(400, False), (400, False)], [(400, False), (400, True)]),
    "OAU-F2743": Demonstration(_heads, [403, 403], [403, 200]),
    "TEN-F2744": Demonstration(_others, [200, 200], [200, 404]),
    "LIF-F2745": Demonstration(
        _early, ["scheduled", "scheduled", "published"], ["scheduled", "published", "published"]
    ),
    "WHK-F2746": Demonstration(_runs, ["first", "second", "first"], ["second", "first"]),
    "SCH-F2747": Demonstration(
        _offsets,
        ["2090-01-01T07:30:00Z", "2090-01-01T04:00:00Z", "2090-01-01T13:00:00Z"],
        ["2090-01-01T07:30:00Z", "2090-01-01T04:30:00Z", "2090-01-01T12:30:00Z"],
    ),
    "PAG-F2748": Demonstration(_cursors, [200, 200], [200, 400]),
}
