"""What shows the faults of Aloha that were planted from its documentation alone."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import Received, receiving

_PAST = "2020-01-01T00:00:00Z"
_CLEAR = {"X-Forwarded-Proto": "http"}


def _completed(server: Running) -> object:
    space = workspace(server, "completed")
    (matrix,) = space.rows("matrices", insert=1)
    job = server.post(f"/v1/matrix/{matrix}/run", space.key).json()
    server.run(server.origin.start())
    server.advance(60)
    deliveries_settled(server)
    server.run(server.origin.stop())
    (event,) = space.events()
    asked = int(datetime.fromisoformat(job["createdAt"]).timestamp())
    return event["created"] - asked


def _heads(server: Running) -> object:
    app = register(server)
    tokens = [app.tokens(scope=scope)["access_token"] for scope in ("read", "read write")]
    return [
        server.send(method, "/v1/posts", token).status_code
        for token in tokens
        for method in ("GET", "HEAD")
    ]


def _used_again(server: Running) -> object:
    app = register(server)
    code = app.code()
    tokens = app.redeem(code).json()
    again = app.redeem(code).status_code
    works = app.works(tokens["access_token"])
    return [again, works, app.refresh(tokens["refresh_token"]).status_code]


def _remaining(server: Running) -> object:
    old = server.key(plan="free")
    new = server.control("keys/rotate", {"api": "aloha", "key": old})["key"]
    answers = [server.get("/v1/posts", key) for key in (new, new, old, new)]
    return [answer.headers["X-RateLimit-Remaining"] for answer in answers]


def _in_the_clear(server: Running) -> object:
    key = server.key(plan="working_team")
    server.get("/v1/posts", key)
    answer = server.send("GET", "/v1/posts", key, headers=_CLEAR)
    headers = (answer.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining"))
    return [answer.status_code, *headers]


def _channels(server: Running) -> object:
    space = workspace(server, "channels")
    space.rows("channels", update=["linkedin"], values={"connection": "expired"})
    given = ["instagram", "linkedin"]
    made = space.create(channels=given, scheduledAt=_PAST)
    listed = server.get("/v1/posts", space.key).json()["data"][0]
    return [
        [placed["channel"] for placed in post["channels"]] == given
        for post in (made, space.read(made["id"]), listed)
    ]


def _signed_under(received: Received, secret: str) -> bool:
    digest = hmac.new(secret.encode(), received.body, hashlib.sha256).hexdigest()
    return received.headers["X-Aloha-Signature"] == f"sha256={digest}"


def _secrets(server: Running) -> object:
    space = Workspace(server, "acme", server.key())
    secrets = ("the first secret", "the second secret")
    server.run(server.origin.start())
    with receiving() as receiver:
        for secret in secrets:
            place = {"api": "aloha", "tenant": "acme", "url": receiver.url, "secret": secret}
            server.control("webhooks/subscriptions", {**place, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
    server.run(server.origin.stop())
    used = {secret for one in receiver.received for secret in secrets if _signed_under(one, secret)}
    return len(receiver.received), len(used)


def _walked(server: Running) -> object:
    space = workspace(server, "walked")
    space.rows("threads", insert=3)
    found = list[str]()
    cursor: dict[str, str] = {}
    while True:
        page = server.get("/v1/inbox/threads", space.key, limit=2, **cursor).json()
        found += [thread["id"] for thread in page["data"]]
        following = page["pagination"]["nextCursor"]
        if following is None:
            return len(found)
        cursor = {"cursor": following}


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F4821": Demonstration(_completed, 30, 0),
    "OAU-F4822": Demonstration(_heads, [200, 200, 200, 200], [200, 403, 200, 200]),
    "OAU-F4823": Demonstration(_used_again, [400, False, 400], [400, False, 200]),
    "RAT-F4824": Demonstration(_remaining, ["59", "58", "57", "56"], ["59", "58", "59", "57"]),
    "RAT-F4825": Demonstration(_in_the_clear, [403, "60", "60"], [403, "600", "599"]),
    "SCH-F4826": Demonstration(_channels, [True, True, True], [True, False, False]),
    "WHK-F4827": Demonstration(_secrets, (2, 2), (2, 1)),
    "PAG-F4828": Demonstration(_walked, 3, 2),
}
