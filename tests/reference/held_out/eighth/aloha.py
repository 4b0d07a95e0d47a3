"""What shows the eighth set of faults of Aloha."""

from collections.abc import Mapping

from tests.reference.aloha import RATE_LIMIT, later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import answer_of, register

_DAY = 86_400


def _revoked(server: Running) -> object:
    """Whether keys work once they are revoked: one as it was made, an old one, the new one."""
    old, fresh = server.key(), server.key()
    new = server.control("keys/rotate", {"api": "aloha", "key": old})["key"]
    seen = []
    for key in (fresh, old, new):
        before = server.get("/v1/posts", key).status_code
        server.control("keys/revoke", {"api": "aloha", "key": key})
        seen.append((before, server.get("/v1/posts", key).status_code))
    return seen


def _granted(server: Running) -> object:
    """Whether an app of acme sees the posts of who granted it access: of acme, and of others."""
    app, seen = register(server), []
    for tenant in ("acme", workspace(server, "granted").tenant):
        body = {"content": "a monday note.", "channels": ["linkedin"]}
        post = server.post("/v1/posts", server.key(tenant), body).json()["id"]
        token = app.tokens(tenant)["access_token"]
        seen.append(server.get(f"/v1/posts/{post}", token).status_code)
    return seen


def _came_back(server: Running) -> object:
    """What states come back as, with a code and with an error."""
    app, seen = register(server), []
    for state in ("af0ifjsldkj", "a+b/c==", "page=2&tab=inbox"):
        granted = answer_of(app.redirect(state=state))
        refused = app.authorize(app.request(state=state, scope="admin"))
        seen.append((granted["state"], answer_of(refused.headers["Location"])["state"]))
    return seen


def _walked(server: Running) -> object:
    """How many rows a walk finds, by the limit of its pages."""
    space, seen = workspace(server, "walked"), []
    space.rows("posts", insert=103)
    space.rows("threads", insert=101)
    for path in ("/v1/posts", "/v1/inbox/threads"):
        seen.append([len(server.walk(path, space.key, limit=limit)) for limit in (99, 100)])
    return seen


def _on_days(server: Running) -> object:
    """On which of three days posts are that are due on the first, which is past, and the last."""
    space = workspace(server, "dated")
    moments = [later(server, days * _DAY) for days in (-3, 0, 3)]
    posts = [space.create(scheduledAt=moment)["id"] for moment in (moments[0], moments[2])]
    days = [space.listed(date=moment[:10]) for moment in moments]
    return [[posts.index(post) for post in of_day] for of_day in days]


def _told(server: Running) -> object:
    """How many events, and how many ids, there are of posts on one channel and on two."""
    space, seen = workspace(server, "told"), []
    for channels in (["linkedin"], ["instagram", "linkedin"]):
        post = space.create(channels=channels, scheduledAt=later(server, 60))["id"]
        server.advance(60)
        ids = [event["id"] for event in space.events() if event["data"]["postId"] == post]
        seen.append((len(ids), len({*ids})))
    return seen


def _completed(server: Running) -> object:
    """Which of three runs each event tells of: the second begins before the first ends."""
    space, jobs = workspace(server, "run"), []
    (matrix,) = space.rows("matrices", insert=1)
    for wait in (10, 60, 60):
        jobs.append(server.post(f"/v1/matrix/{matrix}/run", space.key).json()["id"])
        server.advance(wait)
    return [jobs.index(data["jobId"]) for _, data in space.told()]


def _left(server: Running) -> object:
    """What a workspace of 60 a minute has left after a request: at first, and after breaks."""
    key, seen = server.key(workspace(server, "left").tenant, plan="free"), []
    for wait in (0, 60, 600):
        server.advance(wait)
        seen.append(server.get("/v1/posts", key).headers[RATE_LIMIT[1]])
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F1617": Demonstration(_revoked, [(200, 401)] * 3, [(200, 401), (200, 200), (200, 401)]),
    "TEN-F1618": Demonstration(_granted, [200, 200], [200, 404]),
    "OAU-F1619": Demonstration(
        _came_back,
        [("af0ifjsldkj",) * 2, ("a+b/c==",) * 2, ("page=2&tab=inbox",) * 2],
        [("af0ifjsldkj",) * 2, ("a b/c==",) * 2, ("page=2",) * 2],
    ),
    "PAG-F1620": Demonstration(_walked, [[103, 103], [101, 101]], [[103, 100], [101, 100]]),
    "FIL-F1621": Demonstration(_on_days, [[0], [], [1]], [[], [0], [1]]),
    "WHK-F1622": Demonstration(_told, [(2, 2), (4, 4)], [(2, 2), (4, 2)]),
    "LIF-F1623": Demonstration(_completed, [0, 1, 2], [1, 1, 2]),
    "RAT-F1624": Demonstration(_left, ["59", "59", "59"], ["59", "118", "119"]),
}
