"""What shows the fourth set of faults of Aloha."""

from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_DAY = 24 * 60 * 60
_PAST = "2020-01-01T00:00:00Z"


def _attempts(server: Running) -> object:
    """Return how often something was received that was refused, within a minute."""
    space = Workspace(server, "acme", server.key())
    server.run(server.origin.start())
    counts = []
    for status in (410, 404):
        with receiving(answering(status)) as receiver:
            subscription = {"api": "aloha", "tenant": "acme", "url": receiver.url}
            server.control("webhooks/subscriptions", {**subscription, "events": ["post.published"]})
            space.create(scheduledAt=_PAST)
            deliveries_settled(server)
            server.advance(60)
            deliveries_settled(server)
            counts.append(len(receiver.received))
    server.run(server.origin.stop())
    return counts


def _channels(server: Running) -> object:
    space = workspace(server, "channels")
    space.create(channels=["linkedin", "instagram"])
    space.create(channels=["instagram"])
    return [len(space.listed(channel=channel)) for channel in ("linkedin", "instagram")]


def _moments(server: Running) -> object:
    space = workspace(server, "moments")
    moments = ("2090-01-01T12:00:00+02:00", "2090-01-01T12:00:00Z")
    return [space.create(scheduledAt=moment)["scheduledAt"][:16] for moment in moments]


def _refreshed(server: Running) -> object:
    app = register(server)
    token = app.tokens()["refresh_token"]
    statuses = []
    for days in (60, 60):
        server.advance(days * _DAY)
        answer = app.refresh(token)
        statuses.append(answer.status_code)
        token = answer.json().get("refresh_token", token)
    return statuses


def _minutes(server: Running) -> object:
    passed = []
    for mode in ("test", "live"):
        key = workspace(server, "minutes").with_key(mode=mode, plan="free").key
        answers = server.requests(61, "/v1/posts", key)
        passed.append(sum(answer.status_code == 200 for answer in answers))
    return passed


def _order(server: Running) -> object:
    space = workspace(server, "order", rows=3)
    newest, *_, oldest = space.listed("/v1/inbox/threads")
    space.rows("threads", update=[oldest])
    return [newest, oldest].index(space.listed("/v1/inbox/threads")[0])


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F1141": Demonstration(_attempts, [2, 2], [1, 2]),
    "FIL-F1142": Demonstration(_channels, [1, 2], [1, 1]),
    "SCH-F1143": Demonstration(
        _moments,
        ["2090-01-01T10:00", "2090-01-01T12:00"],
        ["2090-01-01T12:00", "2090-01-01T12:00"],
    ),
    "OAU-F1144": Demonstration(_refreshed, [200, 200], [200, 400]),
    "RAT-F1145": Demonstration(_minutes, [60, 60], [61, 60]),
    "PAG-F1146": Demonstration(_order, 1, 0),
}
