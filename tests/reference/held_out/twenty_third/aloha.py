"""What shows the faults of Aloha that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from tests.reference.aloha import Workspace, later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import answer_of, register
from tests.reference.receiver import answering, receiving

_PAST = "2020-01-01T00:00:00Z"
_REMAINING = "X-RateLimit-Remaining"


def _ids(server: Running) -> object:
    space = workspace(server, "ids")
    for _ in range(2):
        space.create(channels=["instagram", "linkedin"], scheduledAt=_PAST)
    events = space.events()
    return len(events), len({event["id"] for event in events})


def _retried(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as receiver:
        subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
        told = ["post.scheduled", "post.published"]
        server.control("webhooks/subscriptions", {**subscription, "events": told})
        space.create(scheduledAt=later(server, 30))
        deliveries_settled(server)
        for _ in range(2):
            server.advance(30)
            deliveries_settled(server)
    server.run(server.origin.stop())
    return [json.loads(body)["event"] for body in receiver.bodies]


def _scopes(server: Running) -> object:
    app = register(server)
    granted = []
    for scope in (None, "", "write"):
        code = answer_of(app.redirect(scope=scope))["code"]
        granted.append(app.redeem(code).json()["scope"])
    return granted


def _ports(server: Running) -> object:
    registered = "http://127.0.0.1/callback"
    app = register(server, redirect_uris=[registered])
    statuses = []
    for sent in ("http://127.0.0.1:6000/callback", "http://127.0.0.1:6000/other", None):
        asked = "http://127.0.0.1:5000/callback"
        code = app.redirect(redirect_uri=asked).partition("code=")[2].partition("&")[0]
        statuses.append(app.redeem(code, redirect_uri=sent or asked).status_code)
    return statuses


def _charged(server: Running) -> object:
    token = register(server).tokens(tenant="globex")["access_token"]
    for _ in range(3):
        assert server.get("/v1/posts", token).status_code == 200
    return [
        server.get("/v1/posts", server.key(tenant)).headers[_REMAINING]
        for tenant in ("acme", "globex")
    ]


def _cases(server: Running) -> object:
    key = server.key()
    return [
        server.post(path, key, body).status_code
        for path, body in (
            ("/v1/posts", {"Content": "a", "channels": ["linkedin"]}),
            ("/v1/analytics/export", {"FORMAT": "csv"}),
            ("/v1/analytics/export", {"format": "csv"}),
            ("/v1/analytics/export", {"format": "csv", "Formats": "csv"}),
        )
    ]


def _moments(server: Running) -> object:
    space = workspace(server, "moments")
    times = [later(server, seconds) for seconds in (60, 60, 61)]
    posts = [space.create(scheduledAt=time)["id"] for time in times]
    server.advance(120)
    return [space.read(post)["status"] for post in posts]


def _orders(server: Running) -> object:
    key = server.key()
    filters = {"status": "published", "channel": "linkedin"}
    page = server.get("/v1/posts", key, limit=1, **filters).json()["pagination"]
    cursor = page["nextCursor"]
    turned = dict(reversed(filters.items()))
    return [
        server.get("/v1/posts", key, cursor=cursor, **asked).status_code
        for asked in (filters, turned, {"status": "published"})
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F4617": Demonstration(_ids, (4, 4), (4, 2)),
    "WHK-F4618": Demonstration(
        _retried,
        ["post.scheduled", "post.published", "post.scheduled"],
        ["post.scheduled", "post.published"],
    ),
    "OAU-F4619": Demonstration(
        _scopes, ["read", "read", "write"], ["read", "read write webhook:admin", "write"]
    ),
    "OAU-F4620": Demonstration(_ports, [400, 400, 200], [200, 400, 200]),
    "RAT-F4621": Demonstration(_charged, ["2999", "2996"], ["2996", "2999"]),
    "SCH-F4622": Demonstration(_cases, [400, 400, 202, 400], [201, 202, 202, 400]),
    "LIF-F4623": Demonstration(
        _moments, ["published"] * 3, ["scheduled", "published", "published"]
    ),
    "PAG-F4624": Demonstration(_orders, [200, 200, 400], [200, 400, 400]),
}
