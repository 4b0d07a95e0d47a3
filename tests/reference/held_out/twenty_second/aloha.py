"""What shows the faults of Aloha that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import answer_of, register
from tests.reference.receiver import answering, receiving

_PAST = "2020-01-01T00:00:00Z"


def _rotated_twice(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
    return [server.get("/v1/posts", key).status_code for key in keys]


def _states(server: Running) -> object:
    app = register(server)
    sent = ("a%2Bb", "a+b c&d")
    places = [app.redirect(state=state, deny=deny) for state in sent for deny in (False, True)]
    return [answer_of(place)["state"] for place in places]


def _inbox(server: Running) -> object:
    space = workspace(server, "inbox")
    for mode in ("live", "test", "live"):
        space.rows("threads", insert=2, values={"mode": mode})
    key = space.key
    first = server.get("/v1/inbox/threads", key, limit=2).json()
    cursor = first["pagination"]["nextCursor"]
    second = server.get("/v1/inbox/threads", key, limit=10, cursor=cursor).json()
    return [len(first["data"]), len(second["data"])]


def _refilled(server: Running) -> object:
    key = server.key(plan="free")
    server.requests(5, "/v1/posts?limit=1", key)
    remaining = []
    for seconds in (0.9, 0.9, 0.9, 2):
        server.advance(seconds)
        answer = server.get("/v1/posts", key, limit=1)
        remaining.append(int(answer.headers["X-RateLimit-Remaining"]))
    return remaining


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    matrices = space.rows("matrices", insert=2)
    jobs = []
    for matrix in (matrices[0], matrices[0], matrices[1]):
        jobs.append(server.post(f"/v1/matrix/{matrix}/run", space.key).json()["id"])
        server.advance(10)
    server.advance(60)
    return [jobs.index(data["jobId"]) for _, data in space.told()]


def _events_of_an_hour(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as receiver:
        subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
        server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        for wait in (10, 60, 60):
            space.create(scheduledAt=_PAST)
            deliveries_settled(server)
            server.advance(wait)
            deliveries_settled(server)
    server.run(server.origin.stop())
    ids = [json.loads(body)["id"] for body in receiver.bodies]
    return len(ids), len({*ids})


def _scheduled(server: Running) -> object:
    space = workspace(server, "offsets")
    moments = ("12:00:00+05:30", "12:00:00+05:00", "12:00:00Z")
    return [space.create(scheduledAt=f"2090-01-01T{at}")["scheduledAt"] for at in moments]


def _cursors(server: Running) -> object:
    space = workspace(server, "cursors")
    for _ in range(3):
        space.create()

    def after(made: Mapping[str, str], used: Mapping[str, str]) -> int:
        page = server.get("/v1/posts", space.key, limit=1, **made).json()
        cursor = page["pagination"]["nextCursor"]
        return server.get("/v1/posts", space.key, cursor=cursor, **used).status_code

    draft = {"status": "draft"}
    return [after(draft, {}), after({}, draft), after(draft, {"status": "failed"})]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F4341": Demonstration(_rotated_twice, [200, 200, 200], [401, 200, 200]),
    "OAU-F4342": Demonstration(
        _states,
        ["a%2Bb", "a%2Bb", "a+b c&d", "a+b c&d"],
        ["a+b", "a+b", "a+b c&d", "a+b c&d"],
    ),
    "TEN-F4343": Demonstration(_inbox, [2, 2], [2, 4]),
    "RAT-F4344": Demonstration(_refilled, [54, 54, 54, 55], [54, 53, 52, 53]),
    "WHK-F4345": Demonstration(_runs, [0, 1, 2], [1, 1, 2]),
    "WHK-F4346": Demonstration(_events_of_an_hour, (4, 3), (3, 2)),
    "SCH-F4347": Demonstration(
        _scheduled,
        ["2090-01-01T06:30:00Z", "2090-01-01T07:00:00Z", "2090-01-01T12:00:00Z"],
        ["2090-01-01T07:00:00Z", "2090-01-01T07:00:00Z", "2090-01-01T12:00:00Z"],
    ),
    "PAG-F4348": Demonstration(_cursors, [400, 400, 400], [200, 400, 400]),
}
