"""What shows the second set of faults of Aloha."""

from collections.abc import Mapping

from tests.reference.aloha import now, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import answer_of, register


def _refreshed(server: Running) -> object:
    app = register(server)
    shown = []
    for scope in ("read", None):
        tokens = app.tokens(scope="read write")
        narrow = app.refresh(tokens["refresh_token"], scope=scope).json()
        draft = {"content": "a", "channels": ["linkedin"]}
        status = server.post("/v1/posts", narrow["access_token"], draft).status_code
        shown.append((narrow["scope"], status))
    return shown


def _states(server: Running) -> object:
    app = register(server)
    asked = app.request(state="s", response_type="token")
    sent = [app.authorize(asked).headers["Location"], app.redirect(state="s", deny=True)]
    return [answer_of(location).get("state") for location in sent]


def _channels_twice(server: Running) -> object:
    key = server.key()
    body = {"content": "a", "channels": ["linkedin", "linkedin"]}
    answer = server.post("/v1/posts", key, body)
    return answer.status_code, len(answer.json().get("channels", ()))


def _drafts_of_today(server: Running) -> object:
    space = workspace(server, "drafts")
    today = now(server).date().isoformat()
    draft = space.create()["id"]
    due = space.create(scheduledAt=f"{today}T00:00:00Z")["id"]
    names = {draft: "draft", due: "due"}
    return [names[post] for post in space.listed(date=today)]


def _default_of_the_inbox(server: Running) -> object:
    space = workspace(server, "inbox", rows=30)
    pages = [
        server.get(path, space.key, **query).json()
        for path in ("/v1/inbox/threads", "/v1/posts")
        for query in ({}, {"limit": 7})
    ]
    return [(page["pagination"]["limit"], len(page["data"])) for page in pages]


def _replies(server: Running) -> object:
    space = workspace(server, "replies")
    (thread,) = space.rows("threads", insert=1, values={"preview": "aloha!"})
    space.rows("threads", update=[thread], values={"preview": "one more thing."})
    return [event for event, _ in space.told()]


def _exports(server: Running) -> object:
    space = workspace(server, "exports")
    jobs = []
    for wait in (0, 30, 40):
        server.advance(wait)
        body = {"format": "json" if wait else "csv"}
        jobs.append(server.post("/v1/analytics/export", space.key, body).json()["id"])
    return [job == jobs[0] for job in jobs]


def _completed(server: Running) -> object:
    space = workspace(server, "matrix")
    (matrix,) = space.rows("matrices", insert=1, values={})
    job = server.post(f"/v1/matrix/{matrix}/run", space.key).json()["id"]
    server.run(server.origin.start())
    server.advance(60)
    for _ in range(2_000):
        if space.told():
            break
        server.control("clock")
    server.run(server.origin.stop())
    names = {matrix: "matrix", job: "job"}
    return [(names[data["matrixId"]], names[data["jobId"]]) for _, data in space.told()]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "OAU-F941": Demonstration(
        _refreshed, [("read", 403), ("read write", 201)], [("read write", 201)] * 2
    ),
    "OAU-F942": Demonstration(_states, ["s", "s"], [None, "s"]),
    "SCH-F943": Demonstration(_channels_twice, (400, 0), (201, 1)),
    "FIL-F944": Demonstration(_drafts_of_today, ["due"], ["due", "draft"]),
    "PAG-F945": Demonstration(
        _default_of_the_inbox,
        [(25, 25), (7, 7), (25, 25), (7, 7)],
        [(20, 20), (7, 7), (25, 25), (7, 7)],
    ),
    "WHK-F946": Demonstration(_replies, ["reply.received"] * 2, ["reply.received"]),
    "LIF-F947": Demonstration(_exports, [True, False, False], [True, True, False]),
    "WHK-F948": Demonstration(_completed, [("matrix", "job")], [("job", "matrix")]),
}
