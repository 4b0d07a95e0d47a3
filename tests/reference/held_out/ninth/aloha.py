"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import receiving

_HOUR = 3_600


def _rotated_twice(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        keys.append(server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})["key"])
        server.advance(_HOUR)
    return [server.get("/v1/posts", key).status_code for key in keys]


def _replayed(server: Running) -> object:
    app = register(server)
    work = []
    for refreshes in (0, 1):
        code = app.code()
        tokens = app.redeem(code).json()
        for _ in range(refreshes):
            tokens = app.refresh(tokens["refresh_token"]).json()
        assert app.redeem(code).status_code == 400
        work.append(app.works(tokens["access_token"]))
    return work


def _on_ports(server: Running) -> object:
    app = register(server, redirect_uris=["http://127.0.0.1/callback"])
    asked = "http://127.0.0.1:4000/callback"
    others = ("http://127.0.0.1:4001/callback", "http://127.0.0.1:4000/elsewhere", asked)
    statuses = []
    for uri in others:
        back = app.redirect(redirect_uri=asked)
        (code,) = parse_qs(urlsplit(back).query)["code"]
        statuses.append(app.redeem(code, redirect_uri=uri).status_code)
    return statuses


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    return [
        space.create(scheduledAt=f"2090-01-01T09:00:00{offset}")["scheduledAt"][11:16]
        for offset in ("-03:30", "+03:30", "-03:00")
    ]


def _ordered(server: Running) -> object:
    space = workspace(server, "ordered")
    due = {
        space.create(scheduledAt=f"2090-01-01T{hour}:00:00Z")["id"]: hour
        for hour in ("09", "18", "12")
    }
    pages = [
        server.walk("/v1/posts", space.key, limit=2, date="2090-01-01"),
        server.walk("/v1/posts", space.key, limit=2),
    ]
    return [[due[post["id"]] for post in page] for page in pages]


def _in_the_clear(server: Running) -> object:
    space = workspace(server, "clear")
    clear = {"X-Forwarded-Proto": "http"}
    refused = server.send("GET", "/v1/posts", space.key, headers=clear)
    remaining = server.get("/v1/posts", space.key).headers["X-RateLimit-Remaining"]
    return [refused.status_code, refused.headers["X-RateLimit-Remaining"], remaining]


def _signatures(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    secrets = ("k" * 64, "k" * 64 + "!")
    server.run(server.origin.start())
    with receiving() as receiver:
        for secret in secrets:
            subscription = {"api": "aloha", "tenant": "acme", "secret": secret}
            place = {"url": f"{receiver.url}/{len(secret)}", "events": ["post.published"]}
            server.control("webhooks/subscriptions", subscription | place)
        space.create(scheduledAt="2020-01-01T00:00:00Z")
        deliveries_settled(server)
    server.run(server.origin.stop())
    received = {one.path.rpartition("/")[2]: one for one in receiver.received}
    return [
        {name.lower(): value for name, value in received[str(len(secret))].headers.items()}[
            "x-aloha-signature"
        ]
        == "sha256="
        + hmac.new(secret.encode(), received[str(len(secret))].body, hashlib.sha256).hexdigest()
        for secret in secrets
    ]


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    matrix, other = space.rows("matrices", insert=2)
    jobs: dict[str, int] = {}
    for seconds, run in ((60, matrix), (10, matrix), (5, other), (60, matrix)):
        answer = server.post(f"/v1/matrix/{run}/run", space.key)
        jobs[answer.json()["id"]] = len(jobs)
        server.advance(seconds)
    return sorted(jobs[data["jobId"]] for event, data in space.told() if "matrix" in event)


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F1717": Demonstration(_rotated_twice, [200, 200, 200], [401, 200, 200]),
    "OAU-F1718": Demonstration(_replayed, [False, False], [False, True]),
    "OAU-F1719": Demonstration(_on_ports, [400, 400, 200], [200, 400, 200]),
    "SCH-F1720": Demonstration(_offsets, ["12:30", "05:30", "12:00"], ["11:30", "05:30", "12:00"]),
    "PAG-F1721": Demonstration(
        _ordered,
        [["12", "18", "09"], ["12", "18", "09"]],
        [["09", "12", "18"], ["12", "18", "09"]],
    ),
    "RAT-F1722": Demonstration(_in_the_clear, [403, "60", "2999"], [403, "60", "2998"]),
    "WHK-F1723": Demonstration(_signatures, [True, True], [True, False]),
    "WHK-F1724": Demonstration(_runs, [0, 1, 2, 3], [0, 2, 3]),
}
