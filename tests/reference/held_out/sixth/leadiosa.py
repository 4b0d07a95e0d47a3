"""What shows the sixth set of faults of Leadiosa."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration
from tests.reference.leadiosa import PUBLIC_URL, Workspace, new_workspace

_SENTENCES = "A sentence of some words. "


def _written(server: Running) -> object:
    space = new_workspace(server)
    reader, place = space.with_token("read_only"), f"/conversations/{space.conversation()}"
    answers = (
        reader.answer("POST", f"{place}/notes", {"body": "a"}),
        reader.answer("POST", f"{place}/messages", {"body": "a"}),
    )
    return [answer.status_code for answer in answers]


def _of_another(server: Running) -> object:
    space, stranger = new_workspace(server), new_workspace(server)
    made = [f"/conversations/{space.conversation()}" for _ in range(2)]
    space.done("PATCH", made[1], {"status": "closed"})
    answers = [stranger.answer("POST", f"{place}/messages", {"body": "a"}) for place in made]
    return [answer.status_code for answer in answers]


def _walked(server: Running) -> object:
    space = new_workspace(server)
    cursor = space.done("GET", "/contacts?limit=1")["pagination"]["next_cursor"]
    walkers = (space, space.with_token("owner"))
    return [one.answer("GET", f"/contacts?after={cursor}").status_code for one in walkers]


def _typed(server: Running) -> object:
    space = new_workspace(server)
    return [
        server.send(
            "POST",
            "/knowledge",
            space.token,
            {"Content-Type": media_type},
            content=b'{"title":"a","content":"b"}',
        ).status_code
        for media_type in ("application/json", "application/json; charset=utf-8", "text/plain")
    ]


def _positions(server: Running) -> object:
    space = new_workspace(server)
    body = {"title": "a", "content": _SENTENCES * 60}
    place = f"/knowledge/{space.done('POST', '/knowledge', body)['id']}/chunks?limit=2"
    first = space.done("GET", place)
    second = space.done("GET", f"{place}&after={first['pagination']['next_cursor']}")
    return [[chunk["position"] for chunk in page["data"]] for page in (first, second)]


def _endpoints(server: Running) -> object:
    space = new_workspace(server)
    for place in (PUBLIC_URL, PUBLIC_URL, f"{PUBLIC_URL}/other"):
        space.done("POST", "/webhooks", {"url": place, "events": ["conversation.created"]})
    space.conversation()
    told = select(deliveries.c.url).where(deliveries.c.tenant == space.tenant)
    urls = [row.url for row in server.read(told)]
    return [urls.count(PUBLIC_URL), len(urls)]


def _entries(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for _ in range(2):
        space.done("PATCH", place, {"status": "pending"})
    return [entry["action"] for entry in space.list("/audit")]


def _erased(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    space.done("POST", f"{place}/messages", {"body": "Dear Ada"})
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    bodies = []
    for seconds in (0, 59, 1):
        server.advance(seconds)
        bodies.append(space.list(f"{place}/messages")[0]["body"])
    return bodies


def _reopened(server: Running) -> object:
    space = new_workspace(server)
    member = space.member()
    place = f"/conversations/{space.conversation(assignee_id=member)}"
    assigned = []
    for status in ("pending", "closed", "open"):
        space.done("PATCH", place, {"status": status})
        assigned.append("assignee_id" in space.done("GET", place))
    return assigned


def _closed_at(space: Workspace) -> str:
    return str(space.done("GET", "/workspace/archive-status")["closed_at"])


def _closed(server: Running) -> object:
    space = new_workspace(server)
    space.done("POST", "/workspace/close")
    before = _closed_at(space)
    server.advance(60)
    again = space.answer("POST", "/workspace/close")
    return [again.status_code, _closed_at(space) == before]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    given = {"plan": "growth", "seats": 0, "newsletter": False, "motto": ""}
    answer = space.done("PATCH", place, {"attributes": given})
    (listed,) = (row for row in space.list("/contacts") if row["id"] == answer["id"])
    shown = (answer, space.done("GET", place), listed)
    return [sorted(contact["attributes"]) for contact in shown]


def _identified(server: Running) -> object:
    space = new_workspace(server)
    given = {"X-Request-Id": "mine"}
    answers = [server.send("GET", "/contacts/none", space.token, given) for _ in range(2)]
    ids = [answer.json()["error"]["request_id"] for answer in answers]
    in_headers = [answer.headers["X-Request-Id"] for answer in answers]
    return [len({*ids}), ids == in_headers]


def _resets(server: Running) -> object:
    space = new_workspace(server)
    spent = server.requests(300, "/workspace", space.token)
    refused = space.answer("GET", "/workspace")
    full = max(int(answer.headers["X-RateLimit-Reset"]) for answer in spent)
    return [refused.status_code, int(refused.headers["X-RateLimit-Reset"]) == full]


def _cycles(server: Running) -> object:
    space = new_workspace(server)
    ordered = []
    for month in (11, 12):
        now = datetime.fromisoformat(server.control("clock")["now"])
        then = now.replace(month=month, day=15)
        later = then if then >= now else then.replace(year=now.year + 1)
        server.advance((later - now).total_seconds())
        cycle = space.done("GET", "/billing/subscription")["billing_cycle"]
        ordered.append(cycle["starts_at"] < cycle["ends_at"])
    return ordered


_REDACTED = "[redacted]"
_ALL, _TRUE = ["motto", "newsletter", "plan", "seats"], ["plan"]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1331": Demonstration(_written, [403, 403], [201, 403]),
    "TEN-F1332": Demonstration(_of_another, [404, 404], [404, 409]),
    "PAG-F1333": Demonstration(_walked, [200, 200], [200, 400]),
    "STA-F1334": Demonstration(_typed, [201, 201, 400], [201, 400, 400]),
    "SCH-F1335": Demonstration(_positions, [[0, 1], [2, 3]], [[0, 1], [0, 1]]),
    "WHK-F1336": Demonstration(_endpoints, [2, 3], [1, 2]),
    "AUD-F1337": Demonstration(
        _entries,
        ["conversation.update", "conversation.update", "conversation.create"],
        ["conversation.update", "conversation.create"],
    ),
    "PRI-F1338": Demonstration(
        _erased, [_REDACTED, _REDACTED, _REDACTED], ["Dear Ada", "Dear Ada", _REDACTED]
    ),
    "LIF-F1339": Demonstration(_reopened, [True, True, True], [True, True, False]),
    "LIF-F1340": Demonstration(_closed, [409, True], [200, False]),
    "SCH-F1341": Demonstration(_attributes, [_ALL, _ALL, _ALL], [_TRUE, _TRUE, _TRUE]),
    "ENV-F1342": Demonstration(_identified, [2, True], [1, True]),
    "RAT-F1343": Demonstration(_resets, [429, True], [429, False]),
    "SCH-F1344": Demonstration(_cycles, [True, True], [True, False]),
}
