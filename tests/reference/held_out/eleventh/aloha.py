"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping

from tests.reference.aloha import Workspace, later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import answer_of, register
from tests.reference.receiver import receiving


def _signatures(server: Running) -> object:
    """How many of two subscribers get an event that is signed under their secret."""
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    good = 0
    with receiving() as one, receiving() as other:
        receivers = {"one": one, "other": other}
        for secret, receiver in receivers.items():
            subscription = {"api": "aloha", "tenant": space.tenant, "url": receiver.url}
            wanted = {"events": ["post.published"], "secret": secret}
            server.control("webhooks/subscriptions", {**subscription, **wanted})
        space.create(scheduledAt="2020-01-01T00:00:00Z")
        deliveries_settled(server)
    server.run(server.origin.stop())
    for secret, receiver in receivers.items():
        for got in receiver.received:
            made = hmac.new(secret.encode(), got.body, hashlib.sha256).hexdigest()
            headers = {name.lower(): value for name, value in got.headers.items()}
            good += headers["x-aloha-signature"] == f"sha256={made}"
    return good


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    one, other = space.rows("matrices", insert=2)
    statuses = []
    for matrix in (one, one, other):
        statuses.append(server.post(f"/v1/matrix/{matrix}/run", space.key).status_code)
        server.advance(1)
    server.advance(60)
    done = [data["matrixId"] for _, data in space.told()]
    return statuses, [done.count(one), done.count(other)]


def _orders(server: Running) -> object:
    space = workspace(server, "orders")
    minutes = {space.create(scheduledAt=later(server, 60 * m))["id"]: m for m in (20, 10, 30)}
    return [
        [minutes[post] for post in space.listed(**query)] for query in ({}, {"status": "scheduled"})
    ]


def _narrowed(server: Running) -> object:
    app = register(server)
    tokens = app.tokens(scope="read write")
    narrowed = app.refresh(tokens["refresh_token"], scope="read").json()
    draft = {"content": "a", "channels": ["linkedin"]}
    statuses = [
        server.post("/v1/posts", token, draft).status_code
        for token in (tokens["access_token"], narrowed["access_token"])
    ]
    return narrowed["scope"], statuses


def _states(server: Running) -> object:
    app = register(server)
    sent = [app.request(scope="none", state=state) for state in ("plain", "a+b/c=", "a&b=c d")]
    locations = [app.authorize(pairs).headers["Location"] for pairs in sent]
    return [answer_of(location)["state"] for location in locations]


def _rotated_twice(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        rotated = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(rotated["key"])
    return [server.get("/v1/posts", key, limit=1).status_code for key in keys]


def _allowances(server: Running) -> object:
    token = register(server).tokens()["access_token"]
    server.requests(5, "/v1/posts?limit=1", server.key())
    return [
        server.get(path, token).headers["X-RateLimit-Remaining"]
        for path in ("/v1/posts?limit=1", "/v1/nothing")
    ]


def _in_the_clear(server: Running) -> object:
    key = server.key()
    return [
        server.send(method, path, key, {"X-Forwarded-Proto": "http"}).status_code
        for method, path in (
            ("GET", "/v1/posts"),
            ("GET", "/v1/nothing"),
            ("DELETE", "/v1/posts"),
            ("POST", "/oauth/token"),
        )
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F1917": Demonstration(_signatures, 2, 1),
    "LIF-F1918": Demonstration(_runs, ([202, 202, 202], [2, 1]), ([202, 202, 202], [1, 1])),
    "PAG-F1919": Demonstration(_orders, [[30, 10, 20], [30, 10, 20]], [[30, 10, 20], [10, 20, 30]]),
    "OAU-F1920": Demonstration(_narrowed, ("read", [201, 403]), ("read", [201, 201])),
    "OAU-F1921": Demonstration(_states, ["plain", "a+b/c=", "a&b=c d"], ["plain", "a b/c=", "a"]),
    "ROT-F1922": Demonstration(_rotated_twice, [200, 200, 200], [401, 200, 200]),
    "RAT-F1923": Demonstration(_allowances, ["2994", "2994"], ["2999", "2999"]),
    "TLS-F1924": Demonstration(_in_the_clear, [403, 403, 403, 403], [403, 404, 405, 403]),
}
