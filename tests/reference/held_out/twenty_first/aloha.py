"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping
from datetime import datetime

from tests.reference.aloha import now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register

_PAST = "2020-01-01T00:00:00Z"
_DRAFT = {"content": "a", "channels": ["linkedin"]}


def _narrowed(server: Running) -> object:
    app = register(server)
    tokens = app.tokens(scope="read write")
    fewer = app.refresh(tokens["refresh_token"], scope="read").json()
    whole = app.refresh(fewer["refresh_token"]).json()
    return [fewer["scope"]] + [
        server.post("/v1/posts", one["access_token"], _DRAFT).status_code for one in (fewer, whole)
    ]


def _ports(server: Running) -> object:
    uri = "http://127.0.0.1:{}/callback"
    app = register(server, redirect_uris=[uri.format(5000)])
    statuses = []
    for sent in (uri.format(7000), uri.format(6000), "http://127.0.0.1:6000/other"):
        location = app.redirect(redirect_uri=uri.format(6000))
        code = location.partition("code=")[2].partition("&")[0]
        statuses.append(app.redeem(code, redirect_uri=sent).status_code)
    return statuses


def _impatient(server: Running) -> object:
    key = server.key(plan="free")
    server.requests(60, "/v1/posts?limit=1", key)
    seen = []
    for wait in (0, 0.5, 0.5):
        server.advance(wait)
        answer = server.get("/v1/posts", key, limit=1)
        seen.append((answer.status_code, answer.headers.get("Retry-After")))
    return seen


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    return [
        space.create(scheduledAt=f"2090-01-01T12:00:00{offset}")["scheduledAt"][11:16]
        for offset in ("+02:00", "+05:30", "-03:30")
    ]


def _published(server: Running) -> object:
    space = workspace(server, "published")
    post = space.create(scheduledAt=_PAST)
    moment = datetime.fromisoformat(post["channels"][0]["publishedAt"])
    return moment == now(server), post["channels"][0]["publishedAt"] == post["scheduledAt"]


def _runs(server: Running) -> object:
    space = workspace(server, "runs", rows=1)
    (matrix,) = space.rows("matrices", insert=1)
    jobs = []
    for wait in (0, 10, 60):
        server.advance(wait)
        jobs.append(server.post(f"/v1/matrix/{matrix}/run", space.key).json()["id"])
    server.advance(60)
    server.get("/v1/posts", space.key)
    return [jobs.index(data["jobId"]) for event, data in space.told() if event[0] == "m"]


def _rotated(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        made = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(made["key"])
        server.advance(60)
    return [server.get("/v1/posts", key).status_code for key in keys]


def _repeated(server: Running) -> object:
    key = server.key()
    return [
        server.get(path, key, limit=limits).status_code
        for path in ("/v1/posts", "/v1/inbox/threads")
        for limits in ([1, 1], [1, 2], [1])
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "OAU-F4241": Demonstration(_narrowed, ["read", 403, 201], ["read", 201, 201]),
    "OAU-F4242": Demonstration(_ports, [400, 200, 400], [200, 200, 400]),
    "RAT-F4243": Demonstration(
        _impatient,
        [(429, "1"), (429, "1"), (200, None)],
        [(429, "1"), (429, "1"), (429, "1")],
    ),
    "SCH-F4244": Demonstration(_offsets, ["10:00", "06:30", "15:30"], ["10:00", "07:00", "15:00"]),
    "LIF-F4245": Demonstration(_published, (True, False), (False, True)),
    "WHK-F4246": Demonstration(_runs, [0, 1, 2], [1, 1, 2]),
    "ROT-F4247": Demonstration(_rotated, [200, 200, 200], [401, 200, 200]),
    "STA-F4248": Demonstration(
        _repeated, [400, 400, 200, 400, 400, 200], [200, 400, 200, 200, 400, 200]
    ),
}
