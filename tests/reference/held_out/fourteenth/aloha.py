"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import Receiver, receiving


def _subscribed(server: Running, receiver: Receiver) -> str:
    """Subscribe a receiver to what is published; return its secret."""
    subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
    made = server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
    return str(made["secret"])


def _verified(receiver: Receiver, secret: str) -> bool:
    (one,) = receiver.received
    signature = hmac.new(secret.encode(), one.body, hashlib.sha256).hexdigest()
    return one.headers["X-Aloha-Signature"] == f"sha256={signature}"


def _signatures(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving() as first, receiving() as second:
        receivers = [(receiver, _subscribed(server, receiver)) for receiver in (first, second)]
        space.create(scheduledAt="2020-01-01T00:00:00Z")
        deliveries_settled(server)
        server.run(server.origin.stop())
        return sum(_verified(receiver, secret) for receiver, secret in receivers)


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    (matrix,) = space.rows("matrices", insert=1)
    started = []
    for _ in range(2):
        started.append(server.post(f"/v1/matrix/{matrix}/run", space.key).json()["id"])
        server.advance(60)
    return [started.index(data["jobId"]) for _, data in space.told()]


def _midnight(server: Running) -> object:
    space = workspace(server, "midnight")
    posts = [
        space.create(scheduledAt=f"2090-01-{moment}Z")["id"]
        for moment in ("01T23:59:59", "01T23:59:59.5", "02T00:00:00")
    ]
    days = [space.listed(date=date) for date in ("2090-01-01", "2090-01-02")]
    return [[post in day for post in posts] for day in days]


def _limits(server: Running) -> object:
    space = workspace(server, "limits")
    space.rows("threads", insert=6)
    paging = server.get("/v1/inbox/threads", space.key, limit=1).json()["pagination"]
    cursor = paging["nextCursor"]
    page = server.get("/v1/inbox/threads", space.key, limit=3, cursor=cursor).json()
    return page["pagination"]["limit"], len(page["data"])


def _remaining(server: Running) -> object:
    token, key = register(server).tokens()["access_token"], server.key()
    return [
        server.get("/v1/posts", credential).headers["X-RateLimit-Remaining"]
        for credential in (key, token, key)
    ]


def _replayed(server: Running) -> object:
    app = register(server)
    works = []
    for refreshes in (0, 1):
        code = app.code()
        tokens = app.redeem(code).json()
        for _ in range(refreshes):
            tokens = app.refresh(tokens["refresh_token"]).json()
        replayed = app.redeem(code).status_code
        works.append((replayed, app.works(tokens["access_token"])))
    return works


def _rotated_twice(server: Running) -> object:
    first = server.key()
    second = server.control("keys/rotate", {"api": "aloha", "key": first})["key"]
    server.advance(3600)
    once = server.get("/v1/posts", first).status_code
    third = server.control("keys/rotate", {"api": "aloha", "key": second})["key"]
    return [once, *(server.get("/v1/posts", key).status_code for key in (first, second, third))]


def _unknown(server: Running) -> object:
    key = server.key()
    draft = {"content": "a", "channels": ["linkedin"]}
    return [
        server.post("/v1/posts", key, {**draft, "colour": colour}).status_code
        for colour in (None, "red")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F2517": Demonstration(_signatures, 2, 1),
    "WHK-F2518": Demonstration(_runs, [0, 1], [0, 0]),
    "FIL-F2519": Demonstration(
        _midnight,
        [[True, True, False], [False, False, True]],
        [[True, False, False], [False, False, True]],
    ),
    "PAG-F2520": Demonstration(_limits, (3, 3), (1, 1)),
    "RAT-F2521": Demonstration(_remaining, ["2999", "2998", "2997"], ["2999", "2999", "2998"]),
    "OAU-F2522": Demonstration(
        _replayed, [(400, False), (400, False)], [(400, False), (400, True)]
    ),
    "ROT-F2523": Demonstration(_rotated_twice, [200, 200, 200, 200], [200, 401, 200, 200]),
    "SCH-F2524": Demonstration(_unknown, [400, 400], [201, 400]),
}
