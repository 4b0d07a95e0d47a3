"""What shows the seventh set of faults of Aloha."""

from collections.abc import Mapping

from tests.reference.aloha import RATE_LIMIT, later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_HOUR = 3_600
_DAY = 24 * _HOUR


def _rotated(server: Running) -> object:
    """Which of three keys work: once two are rotated, and when the first had its day."""
    keys, seen = [server.key()], []
    for wait in (_HOUR, _HOUR):
        body = {"api": "aloha", "key": keys[-1]}
        keys.append(server.control("keys/rotate", body)["key"])
        server.advance(wait)
    for wait in (_DAY - 2 * _HOUR, 0):
        seen.append([server.get("/v1/posts", key).status_code for key in keys])
        server.advance(wait)
    return seen


def _refreshed(server: Running) -> object:
    """What scopes a grant of two has: as it is, with one left out, and as it is again."""
    app = register(server)
    tokens, seen = app.tokens(scope="read write"), []
    for scope in (None, "read", None):
        tokens = app.refresh(tokens["refresh_token"], scope=scope).json()
        seen.append(tokens.get("scope"))
    return seen


def _scheduled(server: Running) -> object:
    """How far posts are that are due in days, once a minute is over."""
    space = workspace(server, "scheduled")
    posts = [space.create(scheduledAt=later(server, days * _DAY))["id"] for days in (1, 24, 30)]
    server.advance(60)
    told = [event for event, _ in space.told()]
    return [space.read(post)["status"] for post in posts], told.count("post.published")


def _said(server: Running) -> object:
    space = workspace(server, "said")
    contents = ("a plain note: ñ, 海", "doors open \U0001f33a at nine")
    return [space.read(space.create(content=content)["id"])["content"] for content in contents]


def _walked(server: Running) -> object:
    """On how many channels each post of a walk is, for several sizes of pages."""
    space, seen = workspace(server, "walked"), []
    for channels in (["instagram"], ["instagram", "linkedin"], ["linkedin", "instagram"]):
        space.create(channels=channels)
    for limit in (100, 2, 3):
        posts = server.walk("/v1/posts", space.key, limit=limit)
        seen.append([len(post["channels"]) for post in posts])
    return seen


def _run(server: Running) -> object:
    """How many runs were accepted and completed: two together, then one more."""
    space, seen = workspace(server, "run"), []
    (matrix,) = space.rows("matrices", insert=1)
    for runs in (2, 1):
        sent = [server.post(f"/v1/matrix/{matrix}/run", space.key) for _ in range(runs)]
        server.advance(30)
        jobs = {one.json()["id"] for one in sent if one.status_code == 202}
        told = {data["jobId"] for event, data in space.told() if event == "matrix.completed"}
        seen.append((len(jobs), len(jobs & told)))
    return seen


def _retried(server: Running) -> object:
    """How often a receiver is asked that answers with a failure first."""
    server.control("webhooks/targets", {"allow_private": True})
    server.run(server.origin.start())
    seen = []
    for failure in (400, 409):
        space = workspace(server, "retried")
        server.control("webhooks/unsubscribe", {"api": "aloha", "tenant": space.tenant})
        with receiving(answering(failure, 200)) as receiver:
            subscription = {"api": "aloha", "tenant": space.tenant, "url": receiver.url}
            server.control("webhooks/subscriptions", subscription | {"events": ["post.published"]})
            space.create(scheduledAt=later(server, -1))
            deliveries_settled(server)
            server.advance(60)
            deliveries_settled(server)
            seen.append(len(receiver.received))
    server.run(server.origin.stop())
    return seen


def _spent(server: Running) -> object:
    """What a workspace has left after each of two requests with keys and one of an app."""
    space, app = workspace(server, "spent"), register(server)
    token = app.tokens(space.tenant)["access_token"]
    keys = (space.key, server.key(space.tenant), token)
    return [server.get("/v1/posts", key).headers[RATE_LIMIT[1]] for key in keys]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F1517": Demonstration(
        _rotated,
        [[200, 200, 200], [401, 200, 200]],
        [[401, 200, 200], [401, 200, 200]],
    ),
    "OAU-F1518": Demonstration(
        _refreshed, ["read write", "read", "read write"], ["read write", "read", "read"]
    ),
    "LIF-F1519": Demonstration(
        _scheduled, (["scheduled"] * 3, 0), (["scheduled", "scheduled", "published"], 1)
    ),
    "SCH-F1520": Demonstration(
        _said,
        ["a plain note: ñ, 海", "doors open \U0001f33a at nine"],
        ["a plain note: ñ, 海", "doors open "],
    ),
    "PAG-F1521": Demonstration(_walked, [[2, 2, 1]] * 3, [[2, 2, 1], [2, 2, 1], [2, 1, 1]]),
    "LIF-F1522": Demonstration(_run, [(2, 2), (1, 1)], [(2, 1), (1, 1)]),
    "WHK-F1523": Demonstration(_retried, [2, 2], [2, 1]),
    "RAT-F1524": Demonstration(_spent, ["2999", "2998", "2997"], ["2999", "2998", "2999"]),
}
