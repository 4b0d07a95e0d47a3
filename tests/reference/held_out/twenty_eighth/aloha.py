"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import receiving

_PAST = "2020-01-01T00:00:00Z"


def _walked(server: Running) -> object:
    space = workspace(server, "walked")
    space.rows("threads", insert=3)
    server.advance(1)
    space.rows("threads", insert=1)
    return [len(server.walk("/v1/inbox/threads", space.key, limit=limit)) for limit in (1, 2, 3, 4)]


def _days(server: Running) -> object:
    space = workspace(server, "days")
    made = space.create(scheduledAt=_PAST)
    later = space.create(scheduledAt="2090-01-01T12:00:00Z")["id"]
    today = made["createdAt"][:10]
    names = {made["id"]: "past", later: "later"}
    return [
        [names[post] for post in space.listed(date=date)]
        for date in ("2020-01-01", today, "2090-01-01")
    ]


def _reused(server: Running, refreshes: int) -> bool:
    """Refresh so often, and use the first token again; return whether the last access is good."""
    app = register(server)
    first = tokens = app.tokens()
    for _ in range(refreshes):
        tokens = app.refresh(tokens["refresh_token"]).json()
    assert app.refresh(first["refresh_token"]).status_code == 400
    return app.works(tokens["access_token"])


def _families(server: Running) -> object:
    return [_reused(server, refreshes) for refreshes in (1, 2, 3)]


def _narrowed(server: Running) -> object:
    app = register(server)
    granted = app.tokens(scope="read write")
    narrow = app.refresh(granted["refresh_token"], scope="read").json()
    body = {"content": "a", "channels": ["linkedin"]}
    return [
        narrow["scope"],
        server.post("/v1/posts", narrow["access_token"], body).status_code,
        app.refresh(narrow["refresh_token"], scope="webhook:admin").status_code,
    ]


def _allowances(server: Running) -> object:
    app = register(server)
    keys = (server.key(), app.tokens()["access_token"], server.key())
    return [server.get("/v1/posts", key).headers["X-RateLimit-Remaining"] for key in keys]


def _is_signed(server: Running, secret: str) -> bool:
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving() as receiver:
        subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url, "secret": secret}
        server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
    server.run(server.origin.stop())
    (one,) = receiver.received
    headers = {name.lower(): value for name, value in one.headers.items()}
    made = hmac.new(secret.encode(), one.body, hashlib.sha256).hexdigest()
    return headers["x-aloha-signature"] == f"sha256={made}"


def _signed(server: Running) -> object:
    return _is_signed(server, "s" * 65)


def _rotated(server: Running) -> object:
    first = server.key()
    second = server.control("keys/rotate", {"api": "aloha", "key": first})["key"]
    after_one = server.get("/v1/posts", first).status_code
    third = server.control("keys/rotate", {"api": "aloha", "key": second})["key"]
    keys = (first, second, third)
    return [after_one, *(server.get("/v1/posts", key).status_code for key in keys)]


def _published(server: Running) -> object:
    space = workspace(server, "published")
    made = space.create(scheduledAt=_PAST)
    read = space.read(made["id"])
    return [post["channels"][0]["publishedAt"] >= post["createdAt"] for post in (made, read)]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4861": Demonstration(_walked, [4, 4, 4, 4], [2, 2, 3, 4]),
    "PAG-F4862": Demonstration(_days, [["past"], [], ["later"]], [[], ["past"], ["later"]]),
    "OAU-F4863": Demonstration(_families, [False, False, False], [False, True, True]),
    "OAU-F4864": Demonstration(_narrowed, ["read", 403, 400], ["read", 201, 400]),
    "RAT-F4865": Demonstration(_allowances, ["2999", "2998", "2997"], ["2999", "2999", "2998"]),
    "WHK-F4866": Demonstration(_signed, True, False),
    "ROT-F4867": Demonstration(_rotated, [200, 200, 200, 200], [200, 401, 200, 200]),
    "LIF-F4868": Demonstration(_published, [True, True], [False, False]),
}
