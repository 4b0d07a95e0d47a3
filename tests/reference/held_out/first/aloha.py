"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import Received, answering, receiving

_PAST = "2020-01-01T00:00:00Z"


def _told(server: Running) -> object:
    space = workspace(server, "told")
    space.create(scheduledAt=_PAST)
    space.create(scheduledAt="2090-01-01T00:00:00Z")
    return [event for event, _ in space.told()]


def _received(server: Running, *statuses: int) -> list[Received]:
    """Publish a post at once; return what comes within a minute."""
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    with receiving(answering(*statuses)) as receiver:
        subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
        server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
        space.create(scheduledAt=_PAST)
        deliveries_settled(server)
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return receiver.received


def _bodies(server: Running) -> object:
    return [
        one.body == first.body for first, *others in [_received(server, 500, 200)] for one in others
    ]


def _attempts(server: Running) -> object:
    return len(_received(server, 204))


def _midnights(server: Running) -> object:
    space = workspace(server, "midnights")
    posts = [
        space.create(scheduledAt=f"2090-01-{moment}Z")["id"]
        for moment in ("01T00:00:00", "01T12:00:00", "02T00:00:00")
    ]
    listed = space.listed(date="2090-01-01")
    return [post in listed for post in posts]


def _half_failed(server: Running) -> tuple[Workspace, str]:
    """Return a workspace, and its post that failed on one channel and was published on another."""
    space = workspace(server, "half")
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    post = space.create(channels=["instagram", "linkedin"], scheduledAt=_PAST)
    return space, post["id"]


def _on_channel(server: Running) -> object:
    space, post = _half_failed(server)
    whole = space.create(channels=["linkedin"], scheduledAt=_PAST)["id"]
    names = {post: "half", whole: "whole"}
    return [
        [names[listed] for listed in space.listed(channel="linkedin", status=status)]
        for status in ("published", "failed")
    ]


def _statuses(server: Running) -> object:
    space, post = _half_failed(server)
    return [space.read(post)["status"], len(space.listed(status="failed"))]


def _redirects(server: Running) -> object:
    elsewhere = "https://elsewhere.example/callback"
    apps = (register(server), register(server, confidential=True))
    return [app.redeem(app.code(), redirect_uri=elsewhere).status_code for app in apps]


def _matrices(server: Running) -> object:
    space = workspace(server, "matrices")
    (live,) = space.rows("matrices", insert=1, values={"mode": "live"})
    keys = (space.key, server.key(space.tenant, mode="test"), server.key("globex"))
    return [server.post(f"/v1/matrix/{live}/run", key).status_code for key in keys]


def _unscoped(server: Running) -> object:
    token = register(server).tokens(scope="write")["access_token"]
    return [server.get(path, token).status_code for path in ("/v1/inbox/threads", "/v1/posts")]


def _retired(server: Running) -> object:
    key = server.key()
    server.control("keys/rotate", {"api": "aloha", "key": key})
    draft = {"content": "a", "channels": ["linkedin"]}
    return [
        server.get("/v1/posts", key).status_code,
        server.post("/v1/posts", key, draft).status_code,
    ]


def _refilled(server: Running) -> object:
    key = server.key(plan="working_team")
    server.requests(11, "/v1/posts?limit=1", key)
    server.advance(1)
    return server.get("/v1/posts", key, limit=1).headers["X-RateLimit-Remaining"]


def _samples(server: Running) -> object:
    key = server.key()
    return [
        server.post("/v1/voice/train", key, {"samples": samples}).status_code
        for samples in (["a", ""], ["", "a"], ["a", "b"])
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F841": Demonstration(_told, ["post.published", "post.scheduled"], ["post.scheduled"]),
    "WHK-F842": Demonstration(_bodies, [True], [False]),
    "WHK-F843": Demonstration(_attempts, 1, 2),
    "FIL-F844": Demonstration(_midnights, [True, True, False], [False, True, True]),
    "FIL-F845": Demonstration(_on_channel, [["whole"], ["half"]], [["whole", "half"], []]),
    "OAU-F846": Demonstration(_redirects, [400, 400], [200, 400]),
    "TEN-F847": Demonstration(_matrices, [202, 404, 404], [202, 202, 404]),
    "OAU-F848": Demonstration(_unscoped, [403, 403], [200, 403]),
    "AUT-F849": Demonstration(_retired, [200, 201], [200, 401]),
    "RAT-F850": Demonstration(_refilled, "598", "589"),
    "LIF-F851": Demonstration(_statuses, ["failed", 1], ["published", 1]),
    "SCH-F852": Demonstration(_samples, [400, 400, 202], [202, 400, 202]),
}
