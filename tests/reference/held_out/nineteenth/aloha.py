"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import refusal, register
from tests.reference.receiver import receiving

_PAST = "2020-01-01T00:00:00Z"
_LOOPBACK = "http://127.0.0.1{}/callback"


def _reused(server: Running) -> object:
    app = register(server)
    first = app.tokens(scope="read")
    second = app.refresh(first["refresh_token"]).json()
    again = app.refresh(first["refresh_token"], scope="read write")
    return [refusal(again), app.works(second["access_token"])]


def _counted(server: Running) -> object:
    token = register(server).tokens(tenant="acme")["access_token"]
    key = server.key("acme")
    answers = [server.get("/v1/posts", credential) for credential in (key, token, key)]
    return [answer.headers["X-RateLimit-Remaining"] for answer in answers]


def _is_signed(server: Running, secret: str) -> bool:
    space = Workspace(server, "acme", server.key())
    with receiving() as receiver:
        place = {"api": "aloha", "tenant": "acme", "url": receiver.url, "secret": secret}
        server.control("webhooks/subscriptions", {**place, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
    (one,) = receiver.received
    sent = {name.lower(): value for name, value in one.headers.items()}
    expected = hmac.new(secret.encode(), one.body, hashlib.sha256).hexdigest()
    return sent["x-aloha-signature"] == f"sha256={expected}"


def _signed(server: Running) -> object:
    server.run(server.origin.start())
    shown = _is_signed(server, "s" * 65)
    server.run(server.origin.stop())
    return shown


def _walked(server: Running) -> object:
    space = workspace(server, "inbox")
    space.rows("threads", insert=3)
    return [
        len(server.walk("/v1/inbox/threads", space.key, limit=limit)) for limit in ("2", "3", "100")
    ]


def _rotated(server: Running) -> object:
    keys = [server.key()]
    for _ in range(2):
        made = server.control("keys/rotate", {"api": "aloha", "key": keys[-1]})
        keys.append(made["key"])
        server.advance(3600)
    return [server.get("/v1/posts", key).status_code for key in keys]


def _told(server: Running) -> object:
    space = workspace(server, "told")
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    seen = []
    for channels in (["instagram", "linkedin"], ["linkedin", "instagram"], ["linkedin"]):
        post = space.create(channels=channels, scheduledAt=_PAST)["id"]
        seen.append([name for name, data in space.told() if data["postId"] == post])
    return seen


def _on_the_day(server: Running) -> object:
    space = workspace(server, "day")
    days = [
        space.create(scheduledAt=f"2090-01-01T23:59:{seconds}Z")["id"]
        for seconds in ("58.500", "59", "59.500")
    ]
    listed = space.listed(date="2090-01-01")
    return [post in listed for post in days]


def _ports(server: Running) -> object:
    app = register(server, redirect_uris=[_LOOPBACK.format("")])
    kept = _LOOPBACK.format(":50001")
    seen = []
    for presented in (kept, _LOOPBACK.format(":50002"), "http://127.0.0.1:50001/other"):
        location = app.redirect(redirect_uri=kept)
        code = location.partition("code=")[2].partition("&")[0]
        seen.append(app.redeem(code, redirect_uri=presented).status_code)
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "OAU-F3741": Demonstration(
        _reused, [(400, "invalid_grant"), False], [(400, "invalid_scope"), True]
    ),
    "RAT-F3742": Demonstration(_counted, ["2999", "2998", "2997"], ["2999", "2999", "2998"]),
    "WHK-F3743": Demonstration(_signed, honest=True, planted=False),
    "PAG-F3744": Demonstration(_walked, [3, 3, 3], [2, 3, 3]),
    "ROT-F3745": Demonstration(_rotated, [200, 200, 200], [401, 200, 200]),
    "WHK-F3746": Demonstration(
        _told,
        [["post.failed", "post.published"], ["post.published", "post.failed"], ["post.published"]],
        [["post.failed"], ["post.published", "post.failed"], ["post.published"]],
    ),
    "PAG-F3747": Demonstration(_on_the_day, [True, True, True], [True, True, False]),
    "OAU-F3748": Demonstration(_ports, [200, 400, 400], [200, 200, 400]),
}
