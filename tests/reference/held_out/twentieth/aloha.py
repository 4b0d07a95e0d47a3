"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.aloha import later, now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register

_PAST = "2020-01-01T00:00:00Z"


def _rotated_twice(server: Running) -> object:
    keys = [server.key("twice")]
    for _ in range(2):
        server.advance(3_600)
        keys.append(server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})["key"])
    return [server.get("/v1/posts", key).status_code for key in keys]


def _shared(server: Running) -> object:
    keys = [server.key("shared", plan="free", mode=mode) for mode in ("live", "test")]
    return [server.get("/v1/posts", key).headers["X-RateLimit-Remaining"] for key in keys * 2]


def _ports(server: Running) -> object:
    app = register(server, redirect_uris=["http://127.0.0.1/callback"])
    uris = [f"http://127.0.0.1:{port}/callback" for port in (5000, 6000)]
    uris.append("http://127.0.0.1:5000/other")
    statuses = []
    for redeemed in uris:
        location = app.redirect(redirect_uri=uris[0], scope="read")
        code = location.partition("code=")[2].partition("&")[0]
        statuses.append(app.redeem(code, redirect_uri=redeemed).status_code)
    return statuses


def _refused_by_one(server: Running) -> object:
    space = workspace(server, "refused")
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    for channels in (["instagram", "linkedin"], ["linkedin"]):
        space.create(channels=channels, scheduledAt=_PAST)
    return [(event, data["channel"]) for event, data in space.told()]


def _by_the_minute(server: Running) -> object:
    space = workspace(server, "minute")
    post = space.create(scheduledAt=later(server, 60 - now(server).timestamp() % 60 + 45))["id"]
    server.advance(60 - now(server).timestamp() % 60 + 10)
    early = space.read(post)["status"]
    server.advance(45)
    return [early, space.read(post)["status"]]


def _anchors(server: Running) -> object:
    space = workspace(server, "anchors")
    moments = [later(server, seconds) for seconds in (900, 900, 30)]
    posts = [space.create(scheduledAt=moment)["id"] for moment in moments]
    pages = [
        server.get("/v1/posts", space.key, status="scheduled", limit=limit).json()
        for limit in (1, 2)
    ]
    server.advance(60)
    following = []
    for page in pages:
        cursor = page["pagination"]["nextCursor"]
        answer = server.get("/v1/posts", space.key, status="scheduled", cursor=cursor)
        rows = answer.json().get("data", [])
        following.append((answer.status_code, [posts.index(row["id"]) for row in rows]))
    return following


def _days(server: Running) -> object:
    space = workspace(server, "days")
    space.create(scheduledAt="2090-03-02T12:00:00Z")
    found = []
    for day in ("2090-02-30", "2090-03-02", "2090-02-28", "2090-02-32", "2090-13-01"):
        answer = server.get("/v1/posts", space.key, date=day)
        found.append((answer.status_code, len(answer.json().get("data", []))))
    return found


def _prefixes(server: Running) -> object:
    live, test = (server.key(mode=mode) for mode in ("live", "test"))
    sent = (
        live,
        test,
        live.replace("alo_live_", "alo_test_"),
        test.replace("alo_test_", "alo_live_"),
        live[:-1],
    )
    return [server.get("/v1/posts", key).status_code for key in sent]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F3841": Demonstration(_rotated_twice, [200, 200, 200], [401, 200, 200]),
    "RAT-F3842": Demonstration(_shared, ["59", "58", "57", "56"], ["59", "59", "58", "58"]),
    "OAU-F3843": Demonstration(_ports, [200, 400, 400], [200, 200, 400]),
    "WHK-F3844": Demonstration(
        _refused_by_one,
        [
            ("post.failed", "instagram"),
            ("post.published", "linkedin"),
            ("post.published", "linkedin"),
        ],
        [("post.failed", "instagram"), ("post.published", "linkedin")],
    ),
    "LIF-F3845": Demonstration(
        _by_the_minute, ["scheduled", "published"], ["published", "published"]
    ),
    "PAG-F3846": Demonstration(_anchors, [(200, [1, 0]), (200, [0])], [(400, []), (200, [0])]),
    "SCH-F3847": Demonstration(
        _days,
        [(400, 0), (200, 1), (200, 0), (400, 0), (400, 0)],
        [(200, 1), (200, 1), (200, 0), (400, 0), (400, 0)],
    ),
    "AUT-F3848": Demonstration(_prefixes, [200, 200, 401, 401, 401], [200, 200, 200, 200, 401]),
}
