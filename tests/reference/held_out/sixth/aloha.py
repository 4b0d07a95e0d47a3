"""What shows the sixth set of faults of Aloha."""

from collections.abc import Mapping

from tests.reference.aloha import later, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.oauth import register
from tests.reference.receiver import answering, receiving

_PAST = "2020-01-01T00:00:00Z"
_HOUR = 3_600
_DAY = 24 * _HOUR


def _rotated(server: Running) -> object:
    old = server.key()
    server.control("keys/rotate", {"api": "aloha", "key": old})
    statuses = []
    for _ in range(2):
        server.advance(23 * _HOUR)
        statuses.append(server.get("/v1/posts", old).status_code)
    return statuses


def _widened(server: Running) -> object:
    app = register(server)
    first = app.tokens(scope="read write")["refresh_token"]
    fewer = app.refresh(first, scope="read").json()
    again = app.refresh(fewer["refresh_token"], scope="read write")
    return [fewer["scope"], again.status_code]


def _lengths(server: Running) -> object:
    space = workspace(server, "lengths", rows=60)
    asked = (("/v1/posts", 100), ("/v1/inbox/threads", 50), ("/v1/inbox/threads", 100))
    return [len(server.get(path, space.key, limit=limit).json()["data"]) for path, limit in asked]


def _runs(server: Running) -> object:
    space = workspace(server, "runs")
    (matrix,) = space.rows("matrices", insert=1)
    test = space.with_key(mode="test")
    return [
        server.post(f"/v1/matrix/{matrix}/run", key).status_code for key in (space.key, test.key)
    ]


def _days(server: Running) -> object:
    space = workspace(server, "days")
    space.create(scheduledAt="2036-04-15T23:30:00-05:00")
    return [len(space.listed(date=date)) for date in ("2036-04-15", "2036-04-16")]


def _refused(server: Running) -> object:
    key = server.key("acme", plan="free")
    server.requests(60, "/v1/posts", key)
    refused = [server.get("/v1/posts", key) for _ in range(3)]
    server.advance(1)
    after = server.get("/v1/posts", key).status_code
    return [*(answer.headers["Retry-After"] for answer in refused), after]


def _attempts(server: Running) -> object:
    space = workspace(server, "attempts")
    server.run(server.origin.start())
    counts = []
    for status in (500, 410):
        with receiving(answering(status, 200)) as receiver:
            place = {"api": "aloha", "tenant": space.tenant}
            server.control("webhooks/unsubscribe", place)
            subscription = {**place, "url": receiver.url, "events": ["post.published"]}
            server.control("webhooks/subscriptions", subscription)
            space.create(scheduledAt=_PAST)
            deliveries_settled(server)
            server.advance(60)
            deliveries_settled(server)
            counts.append(len(receiver.received))
    server.run(server.origin.stop())
    return counts


def _replies(server: Running) -> object:
    space = workspace(server, "replies")
    made = space.rows("threads", insert=1)
    space.rows("threads", update=made, values={"preview": "And another thing."})
    return [event for event, _ in space.told()]


def _early(server: Running) -> object:
    space = workspace(server, "early")
    made = [space.create(scheduledAt=later(server, days * _DAY))["id"] for days in (24, 25)]
    server.advance(1)
    return [space.read(post)["status"] for post in made]


def _contents(server: Running) -> object:
    space = workspace(server, "contents")
    return [
        server.post("/v1/posts", space.key, {"content": text, "channels": ["linkedin"]}).status_code
        for text in ("a\tb", "a\0b")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "ROT-F1321": Demonstration(_rotated, [200, 401], [200, 200]),
    "OAU-F1322": Demonstration(_widened, ["read", 200], ["read", 400]),
    "LIM-F1323": Demonstration(_lengths, [60, 50, 60], [60, 50, 50]),
    "TEN-F1324": Demonstration(_runs, [202, 404], [202, 202]),
    "FIL-F1325": Demonstration(_days, [0, 1], [1, 0]),
    "RAT-F1326": Demonstration(_refused, ["1", "1", "1", 200], ["1", "1", "1", 429]),
    "WHK-F1327": Demonstration(_attempts, [2, 2], [2, 1]),
    "WHK-F1328": Demonstration(_replies, ["reply.received", "reply.received"], ["reply.received"]),
    "LIF-F1329": Demonstration(_early, ["scheduled", "scheduled"], ["scheduled", "published"]),
    "STA-F1330": Demonstration(_contents, [201, 201], [201, 500]),
}
