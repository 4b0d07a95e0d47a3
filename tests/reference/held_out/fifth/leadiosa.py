"""What shows the fifth set of faults of Leadiosa."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import new_workspace
from tests.reference.receiver import answering, receiving

_ARTICLE = {"title": "a", "content": "b"}


def _assigned(server: Running) -> object:
    space, stranger = new_workspace(server), new_workspace(server).member()
    place, contact = f"/conversations/{space.conversation()}", space.contact()["id"]
    given = {"contact_id": contact, "assignee_id": stranger}
    answers = (
        space.answer("PATCH", place, {"assignee_id": stranger}),
        space.answer("POST", "/conversations", given),
        space.answer("PATCH", place, {"assignee_id": "nobody"}),
    )
    return [answer.status_code for answer in answers]


def _next_page(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    cursor = space.done("GET", "/conversations?limit=1")["pagination"]["next_cursor"]
    statuses = []
    for texts in ("notes", "messages"):
        space.done("POST", f"{place}/{texts}", {"body": "a"})
        answer = space.answer("GET", f"/conversations?limit=1&after={cursor}")
        statuses.append(answer.status_code)
    return statuses


def _limits(server: Running) -> object:
    space = new_workspace(server)
    limits = ("2", "2x", "2.5", "x")
    return [space.answer("GET", f"/contacts?limit={limit}").status_code for limit in limits]


def _spent(server: Running) -> object:
    space = new_workspace(server)
    answers = (
        space.answer("GET", "/knowledge"),
        space.answer("POST", "/knowledge", _ARTICLE),
        space.answer("GET", "/knowledge"),
    )
    first, second, third = (int(answer.headers["X-RateLimit-Remaining"]) for answer in answers)
    return [first - second, second - third]


def _deleted_twice(server: Running) -> object:
    space = new_workspace(server)
    place = f"/knowledge/{space.done('POST', '/knowledge', _ARTICLE)['id']}"
    return [space.answer("DELETE", place).status_code for _ in range(2)]


def _logged(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    made = [
        space.done("POST", f"{place}/{texts}", {"body": "a"})["id"]
        for texts in ("messages", "notes")
    ]
    note, message, *_ = (entry["resource_id"] for entry in space.list("/audit"))
    return [message == made[0], note == made[1]]


def _told(server: Running) -> object:
    space = new_workspace(server)
    place = {"api": "leadiosa", "tenant": space.tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", {**place, "events": ["conversation.updated"]})
    conversation = f"/conversations/{space.conversation()}"
    for change in ({"assignee_id": space.member()}, {"status": "pending"}):
        space.done("PATCH", conversation, change)
    told = server.read(select(deliveries.c.body).order_by(deliveries.c.seq))
    return [sorted(json.loads(row.body)["data"]) for row in told]


def _attempts(server: Running) -> object:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving(answering(500, 500, 500, 200)) as receiver:
        place = {"api": "leadiosa", "tenant": space.tenant, "url": receiver.url}
        server.control("webhooks/subscriptions", {**place, "events": ["conversation.created"]})
        space.conversation()
        for minutes in (0, 1, 5, 25):
            server.advance(60 * minutes)
            deliveries_settled(server)
    server.run(server.origin.stop())
    return len(receiver.received)


def _erased(server: Running) -> object:
    space = new_workspace(server)
    made = [f"/conversations/{space.conversation()}" for _ in range(2)]
    for place in made:
        space.done("POST", f"{place}/messages", {"body": "Dear Ada"})
    space.done("PATCH", made[1], {"status": "closed"})
    space.done("DELETE", f"/contacts/{space.contact()['id']}")
    return [space.list(f"{place}/messages")[0]["body"] for place in made]


def _closed(server: Running) -> object:
    space = new_workspace(server)
    contact = space.contact()["id"]
    space.done("POST", "/workspace/close")
    answers = (
        space.answer("PATCH", f"/contacts/{contact}", {"name": "Ada"}),
        space.answer("DELETE", f"/contacts/{contact}"),
    )
    return [answer.status_code for answer in answers]


def _updated(server: Running) -> object:
    space = new_workspace(server)
    place = f"/knowledge/{space.done('POST', '/knowledge', _ARTICLE)['id']}"
    moved = []
    for change in ({"title": "c"}, {"content": "d"}):
        before = space.done("GET", place)["updated_at"]
        server.advance(60)
        answer = space.done("PATCH", place, change)["updated_at"]
        moved.append((before < answer, answer == space.done("GET", place)["updated_at"]))
    return moved


def _paying(server: Running) -> object:
    space = new_workspace(server)
    return [
        space.with_token(role).answer("GET", "/billing/subscription").status_code
        for role in ("owner", "agent", "read_only")
    ]


def _identified(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    answers = [space.answer("DELETE", place) for _ in range(2)]
    return [(answer.status_code, "X-Request-Id" in answer.headers) for answer in answers]


def _cycle(server: Running) -> object:
    cycle = new_workspace(server).done("GET", "/billing/subscription")["billing_cycle"]
    return [cycle[name].partition("T")[2] for name in ("starts_at", "ends_at")]


_REDACTED = "[redacted]"
_MIDNIGHT = "00:00:00.000Z"
_WHOLE = ["assignee_id", "conversation_id", "status"]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "TEN-F1231": Demonstration(_assigned, [422, 422, 422], [200, 201, 422]),
    "PAG-F1232": Demonstration(_next_page, [200, 200], [200, 400]),
    "LIM-F1233": Demonstration(_limits, [200, 400, 400, 400], [200, 200, 200, 400]),
    "RAT-F1234": Demonstration(_spent, [1, 1], [2, 1]),
    "STA-F1235": Demonstration(_deleted_twice, [204, 404], [204, 204]),
    "AUD-F1236": Demonstration(_logged, [True, True], [True, False]),
    "WHK-F1237": Demonstration(_told, [_WHOLE, _WHOLE], [_WHOLE, ["conversation_id", "status"]]),
    "WHK-F1238": Demonstration(_attempts, 4, 3),
    "PRI-F1239": Demonstration(_erased, [_REDACTED, _REDACTED], [_REDACTED, "Dear Ada"]),
    "LIF-F1240": Demonstration(_closed, [409, 409], [409, 204]),
    "STA-F1241": Demonstration(
        _updated, [(True, True), (True, True)], [(False, True), (True, True)]
    ),
    "AUT-F1242": Demonstration(_paying, [200, 200, 200], [200, 403, 403]),
    "ENV-F1243": Demonstration(
        _identified, [(204, True), (404, True)], [(204, False), (404, True)]
    ),
    "SCH-F1244": Demonstration(_cycle, [_MIDNIGHT, _MIDNIGHT], [_MIDNIGHT, "23:59:59.999Z"]),
}
