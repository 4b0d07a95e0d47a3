"""What shows the faults of Aloha that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from tests.reference.aloha import Workspace, now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_HOUR = 3_600
_PAST = "2020-01-01T12:00:00Z"


def _rotated(server: Running) -> object:
    """Rotate twice within a day; return what opens the API after each, the first key first."""
    keys = [server.key()]
    opened = []
    for _ in range(2):
        keys.append(server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})["key"])
        opened.append([server.get("/v1/posts", key).status_code for key in keys])
        server.advance(_HOUR)
    return opened


def _walked(server: Running) -> object:
    space = workspace(server, "walked")
    space.rows("threads", insert=1)
    server.advance(1)
    at_once = space.rows("threads", insert=3)
    walks = [server.walk("/v1/inbox/threads", space.key, limit=limit) for limit in (2, 3)]
    return [[row["id"] in at_once for row in walk] for walk in walks]


def _days(server: Running) -> object:
    space = workspace(server, "days")
    published = space.create(scheduledAt=_PAST)["id"]
    waiting = space.create(scheduledAt="2090-01-01T12:00:00Z")["id"]
    names = {published: "published", waiting: "waiting"}
    days = ("2020-01-01", now(server).date().isoformat(), "2090-01-01")
    return [[names[post] for post in space.listed(date=day)] for day in days]


def _remaining(server: Running) -> object:
    key, token = server.key(), register(server).tokens()["access_token"]
    return [
        server.get("/v1/posts", credential).headers["X-RateLimit-Remaining"]
        for credential in (key, key, token)
    ]


def _reused(server: Running, wait: float) -> list[int]:
    """Refresh, wait, and try the spent token and then the one that it gave."""
    app = register(server)
    spent = app.tokens()["refresh_token"]
    fresh = app.refresh(spent).json()["refresh_token"]
    server.advance(wait)
    return [app.refresh(token).status_code for token in (spent, fresh)]


def _families(server: Running) -> object:
    return [_reused(server, wait) for wait in (0, _HOUR - 1, _HOUR)]


def _received(server: Running) -> object:
    """Publish a post for two receivers, one of whom fails at first; return what each is sent."""
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as failing, receiving() as other:
        for receiver in (failing, other):
            subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
            server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    sent = [json.loads(body)["id"] for body in (*failing.bodies, *other.bodies)]
    return len(failing.bodies), len(other.bodies), len({*sent})


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    one, another = space.rows("matrices", insert=2)
    jobs = {}
    for name, matrix in (("first", one), ("second", one), ("another", another)):
        jobs[server.post(f"/v1/matrix/{matrix}/run", space.key).json()["id"]] = name
    server.advance(60)
    return [jobs[data["jobId"]] for _, data in space.told()]


def _granted(server: Running) -> object:
    """List what an app of acme sees that users of two workspaces grant access to."""
    app = register(server)
    seen = {tenant: Workspace(server, tenant, server.key(tenant)) for tenant in ("acme", "globex")}
    tokens = [app.tokens(tenant=tenant)["access_token"] for tenant in seen]
    listed = [Workspace(server, "any", token).listed() for token in tokens]
    return [[posts == space.listed() for space in seen.values()] for posts in listed]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F1817": Demonstration(
        _rotated, [[200, 200], [200, 200, 200]], [[200, 200], [401, 200, 200]]
    ),
    "PAG-F1818": Demonstration(
        _walked,
        [[True, True, True, False], [True, True, True, False]],
        [[True, True, False], [True, True, True, False]],
    ),
    "PAG-F1819": Demonstration(
        _days, [["published"], [], ["waiting"]], [[], ["published"], ["waiting"]]
    ),
    "RAT-F1820": Demonstration(_remaining, ["2999", "2998", "2997"], ["2999", "2998", "2999"]),
    "OAU-F1821": Demonstration(
        _families, [[400, 400], [400, 400], [400, 400]], [[400, 400], [400, 400], [400, 200]]
    ),
    "WHK-F1822": Demonstration(_received, (2, 1, 1), (2, 2, 1)),
    "WHK-F1823": Demonstration(
        _runs, ["first", "second", "another"], ["second", "second", "another"]
    ),
    "TEN-F1824": Demonstration(
        _granted, [[True, False], [False, True]], [[True, False], [True, False]]
    ),
}
