"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.reference.aloha import Workspace, now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import Receiver, receiving

_PAST = "2020-01-01T00:00:00Z"


def _revoked(server: Running) -> object:
    app = register(server)
    seen = []
    for is_used in (True, False):
        code = app.code()
        token = app.redeem(code).json()["access_token"]
        if is_used:
            server.get("/v1/posts", token)
        app.redeem(code)
        seen.append(app.works(token))
    return seen


def _left(server: Running) -> object:
    key = server.key(plan="free")
    server.requests(1, "/v1/posts?limit=1", key)
    server.advance(59)
    server.requests(59, "/v1/posts?limit=1", key)
    server.advance(1)
    return server.get("/v1/posts", key, limit=1).headers["X-RateLimit-Remaining"]


def _sizes(server: Running) -> object:
    key = server.key()
    cursor = server.get("/v1/posts", key, limit=2).json()["pagination"]["nextCursor"]
    pages = [
        server.get("/v1/posts", key, cursor=cursor, **query).json()
        for query in ({}, {"limit": 3}, {})
    ]
    return [(page["pagination"]["limit"], len(page["data"])) for page in pages]


def _early(server: Running) -> object:
    space = workspace(server, "early")
    minute = now(server).replace(second=0, microsecond=0) + timedelta(minutes=2)
    due = minute + timedelta(seconds=30)
    post = space.create(scheduledAt=due.isoformat())["id"]
    seen = []
    for moment in (minute - timedelta(seconds=1), minute + timedelta(seconds=15), due):
        _advance_to(server, moment)
        seen.append(space.read(post)["status"])
    return seen


def _advance_to(server: Running, moment: datetime) -> None:
    server.advance((moment - now(server)).total_seconds())


def _signatures(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving() as one, receiving() as other:
        receivers = {"secret of one": one, "secret of other": other}
        for secret, receiver in receivers.items():
            place = {"api": "aloha", "tenant": "acme", "url": receiver.url, "secret": secret}
            server.control("webhooks/subscriptions", {**place, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return sum(_is_signed(receiver, secret) for secret, receiver in receivers.items())


def _is_signed(receiver: Receiver, secret: str) -> bool:
    (came,) = receiver.received
    headers = {name.lower(): value for name, value in came.headers.items()}
    digest = hmac.new(secret.encode(), came.body, hashlib.sha256).hexdigest()
    return headers["x-aloha-signature"] == f"sha256={digest}"


def _modes(server: Running) -> object:
    space = workspace(server, "modes")
    test = server.key(space.tenant, mode="test")
    seen = []
    for given in ({"scheduledAt": _PAST}, {}):
        path = f"/v1/posts/{space.create(**given)['id']}"
        seen.append([server.get(path, key).status_code for key in (test, space.key, test)])
    return seen


def _caching(server: Running) -> object:
    space = workspace(server, "caching")
    posts = [space.create(scheduledAt=_PAST)["id"], space.create()["id"]]
    paths = [*(f"/v1/posts/{post}" for post in posts), "/v1/posts"]
    return [server.get(path, space.key).headers["Cache-Control"] for path in paths]


def _rotated(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
        server.advance(3600)
    return [server.get("/v1/posts", key).status_code for key in keys]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "OAU-F4749": Demonstration(_revoked, [False, False], [True, False]),
    "RAT-F4750": Demonstration(_left, "1", "59"),
    "PAG-F4751": Demonstration(_sizes, [(25, 25), (3, 3), (25, 25)], [(2, 2), (3, 3), (2, 2)]),
    "LIF-F4752": Demonstration(
        _early, ["scheduled", "scheduled", "published"], ["scheduled", "published", "published"]
    ),
    "WHK-F4753": Demonstration(_signatures, 2, 1),
    "TEN-F4754": Demonstration(
        _modes, [[404, 200, 404], [404, 200, 404]], [[404, 200, 200], [404, 200, 404]]
    ),
    "HDR-F4755": Demonstration(
        _caching, ["no-store"] * 3, ["private, max-age=60", "no-store", "no-store"]
    ),
    "ROT-F4756": Demonstration(_rotated, [200, 200, 200], [401, 200, 200]),
}
