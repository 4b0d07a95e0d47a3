"""What shows the faults of Aloha that are the twenty-fourth set."""

from collections.abc import Mapping

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register


def _replies(server: Running) -> object:
    space = workspace(server, "replies")
    (thread,) = space.rows("threads", insert=1)
    space.rows("threads", update=[thread], values={"preview": "are you there?"})
    return [(event, data["threadId"] == thread) for event, data in space.told()]


def _walked(server: Running) -> object:
    space = workspace(server, "seconds")
    made = [space.create()["id"] for _ in range(2)]
    server.advance(1)
    made += [space.create()["id"] for _ in range(3)]
    walked = [row["id"] for row in server.walk("/v1/posts", space.key, limit=2)]
    return [made.index(post) for post in walked]


def _channels(server: Running) -> object:
    space = workspace(server, "channels")
    space.create(channels=["linkedin", "instagram"])
    found = [
        server.get("/v1/posts", space.key, **query).json()["data"][0]["channels"]
        for query in ({"channel": "instagram"}, {})
    ]
    return [[one["channel"] for one in channels] for channels in found]


def _limits(server: Running) -> object:
    key = server.key(plan="free")
    rotated = server.control("keys/rotate", {"api": "aloha", "key": key})["key"]
    return [server.get("/v1/posts", one).headers["X-RateLimit-Limit"] for one in (key, rotated)]


def _scopes(server: Running) -> object:
    app = register(server)
    first = app.tokens(scope="read write")
    second = app.refresh(first["refresh_token"], scope="read").json()
    third = app.refresh(second["refresh_token"]).json()
    return [tokens["scope"] for tokens in (first, second, third)]


def _modes(server: Running) -> object:
    live = workspace(server, "modes")
    test = live.with_key(mode="test")
    other = Workspace(server, "globex", server.key("globex"))
    posts = [live.create()["id"], test.create()["id"]]
    return [
        [server.get(f"/v1/posts/{post}", space.key).status_code for post in posts]
        for space in (live, test, other)
    ]


def _moments(server: Running) -> object:
    space = workspace(server, "moments")
    given = ("2090-01-01T00:30:00+02:00", "2090-01-01T00:30:00Z")
    return [space.create(scheduledAt=at)["scheduledAt"] for at in given]


def _spent(server: Running) -> object:
    key = server.key()
    app = register(server)
    tokens = [app.tokens()["access_token"] for _ in range(2)]
    asked = [("/v1/posts", key), *(("/v1/posts", token) for token in tokens), ("/none", tokens[0])]
    return [server.get(path, one).headers["X-RateLimit-Remaining"] for path, one in asked]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "WHK-F4649": Demonstration(
        _replies, [("reply.received", True)] * 2, [("reply.received", True)]
    ),
    "PAG-F4650": Demonstration(_walked, [4, 3, 2, 1, 0], [4, 3, 1, 0]),
    "SCH-F4651": Demonstration(
        _channels, [["linkedin", "instagram"]] * 2, [["instagram"], ["linkedin", "instagram"]]
    ),
    "ROT-F4652": Demonstration(_limits, ["60", "60"], ["60", "3000"]),
    "OAU-F4653": Demonstration(
        _scopes, ["read write", "read", "read write"], ["read write", "read", "read"]
    ),
    "TEN-F4654": Demonstration(
        _modes, [[200, 404], [404, 200], [404, 404]], [[200, 200], [200, 200], [404, 404]]
    ),
    "LIF-F4655": Demonstration(
        _moments,
        ["2089-12-31T22:30:00Z", "2090-01-01T00:30:00Z"],
        ["2090-01-01T00:30:00Z", "2090-01-01T00:30:00Z"],
    ),
    "RAT-F4656": Demonstration(
        _spent, ["2999", "2998", "2997", "2997"], ["2999", "2999", "2999", "2999"]
    ),
}
