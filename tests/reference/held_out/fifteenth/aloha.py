"""What shows the faults of Aloha that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.aloha import workspace
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.oauth import register

_SIXTY_DAYS = 60 * 24 * 60 * 60


def _ends_of_days(server: Running) -> object:
    space = workspace(server, "ends")
    posts = [
        space.create(scheduledAt=f"2090-01-01T{time}Z")["id"]
        for time in ("23:59:59", "23:59:59.500", "23:59:58.500")
    ]
    listed = space.listed(date="2090-01-01")
    return [post in listed for post in posts]


def _narrowed(server: Running) -> object:
    app = register(server)
    tokens = app.tokens(scope="read write")
    scopes = []
    for asked in ("read", None):
        tokens = app.refresh(tokens["refresh_token"], scope=asked).json()
        scopes.append(tokens["scope"])
    return [*scopes, app.refresh(tokens["refresh_token"], scope="read write").status_code]


def _refreshed(server: Running) -> object:
    app = register(server)
    tokens = app.tokens()
    statuses = []
    for _ in range(2):
        server.advance(_SIXTY_DAYS)
        answer = app.refresh(tokens["refresh_token"])
        statuses.append(answer.status_code)
        tokens = answer.json()
    return statuses


def _left(server: Running) -> object:
    token = register(server).tokens()["access_token"]
    return [
        server.get(path, credential).headers["X-RateLimit-Remaining"]
        for path, credential in (
            ("/v1/posts", server.key()),
            ("/v1/posts", token),
            ("/v1/nothing", token),
            ("/v1/posts", server.key()),
        )
    ]


def _written(server: Running) -> object:
    space = workspace(server, "written")
    (thread,) = space.rows("threads", insert=1)
    space.rows("threads", update=[thread], values={"preview": "And another thing."})
    return [event for event, _ in space.told()]


def _in_the_clear(server: Running) -> object:
    clear = {"X-Forwarded-Proto": "http"}
    asked = register(server).request()
    answers = (
        server.send("GET", "/oauth/authorize", None, headers=clear, params=asked),
        server.send("POST", "/oauth/token", None, headers=clear),
        server.send("GET", "/v1/posts", server.key(), headers=clear),
    )
    return [(answer.status_code, "Location" in answer.headers) for answer in answers]


def _revoked(server: Running) -> object:
    old = server.key()
    new = server.control("keys/rotate", {"api": "aloha", "key": old})["key"]
    for key in (old, new):
        server.control("keys/revoke", {"api": "aloha", "key": key})
    return [server.get("/v1/posts", key).status_code for key in (old, new)]


def _offsets(server: Running) -> object:
    space = workspace(server, "offsets")
    return [
        space.create(scheduledAt=f"2090-01-01T12:00:00{offset}")["scheduledAt"][11:16]
        for offset in ("+05:00", "+05:30", "-03:30")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F2641": Demonstration(_ends_of_days, [True, True, True], [True, False, True]),
    "OAU-F2642": Demonstration(_narrowed, ["read", "read write", 200], ["read", "read", 400]),
    "OAU-F2643": Demonstration(_refreshed, [200, 200], [200, 400]),
    "RAT-F2644": Demonstration(
        _left, ["2999", "2998", "2998", "2997"], ["2999", "2999", "2999", "2998"]
    ),
    "WHK-F2645": Demonstration(_written, ["reply.received"] * 2, ["reply.received"]),
    "TLS-F2646": Demonstration(
        _in_the_clear, [(403, False)] * 3, [(302, True), (403, False), (403, False)]
    ),
    "ROT-F2647": Demonstration(_revoked, [401, 401], [200, 401]),
    "SCH-F2648": Demonstration(_offsets, ["07:00", "06:30", "15:30"], ["07:00", "07:00", "15:00"]),
}
