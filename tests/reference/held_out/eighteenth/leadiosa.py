"""What shows the faults of Leadiosa in the eighteenth set."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration, deliveries_settled
from tests.reference.leadiosa import new_workspace
from tests.reference.receiver import answering, receiving


def _thread(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    for text in ("one", "two"):
        space.done("POST", f"{place}/messages", {"body": text})
    page = space.done("GET", f"{place}/messages?limit=1")
    goes_on = f"{place}/messages?after={page['pagination']['next_cursor']}"
    statuses = []
    for path in ("notes", "messages"):
        space.done("POST", f"{place}/{path}", {"body": "three"})
        statuses.append(space.answer("GET", goes_on).status_code)
    return statuses


def _archived(server: Running) -> object:
    space = new_workspace(server)
    seen = [space.done("GET", "/workspace/archive-status")]
    for write in ("close", "restore"):
        space.done("POST", f"/workspace/{write}")
        seen.append(space.done("GET", "/workspace/archive-status"))
    return [(status["archived"], "closed_at" in status) for status in seen]


def _retried(server: Running) -> object:
    space = new_workspace(server)
    server.run(server.origin.start())
    with receiving(answering(500, 200)) as receiver:
        place = {"api": "leadiosa", "tenant": space.tenant, "url": receiver.url}
        server.control("webhooks/subscriptions", {**place, "events": ["conversation.created"]})
        space.conversation()
        deliveries_settled(server)
        space.done("DELETE", f"/contacts/{space.contact()['id']}")
        server.advance(60)
        deliveries_settled(server)
    server.run(server.origin.stop())
    return len(receiver.received)


def _forbidden(server: Running) -> object:
    owner = new_workspace(server)
    agent, reader = owner.with_token("agent"), owner.with_token("read_only")
    article = {"title": "t", "content": "c"}
    statuses = []
    for _ in range(2):
        statuses += [
            reader.answer("POST", "/knowledge", article).status_code,
            agent.answer("POST", "/workspace/restore").status_code,
            agent.answer("GET", "/workspace").status_code,
        ]
        owner.answer("POST", "/workspace/close")
    return statuses


def _logged(server: Running) -> object:
    space = new_workspace(server)
    place = f"/conversations/{space.conversation()}"
    made = [space.done("POST", f"{place}/{kind}", {"body": "a"}) for kind in ("messages", "notes")]
    note, message, *_ = space.list("/audit")
    logged = (message["resource_id"], note["resource_id"])
    return [resource == one["id"] for resource, one in zip(logged, made, strict=True)]


def _request_ids(server: Running) -> object:
    space = new_workspace(server)
    server.requests(299, "/conversations?limit=1", space.token)
    refused = [space.answer("GET", "/conversations/none") for _ in range(2)]
    return [
        (answer.status_code, answer.json()["error"]["request_id"] == answer.headers["X-Request-Id"])
        for answer in refused
    ]


def _attributes(server: Running) -> object:
    space = new_workspace(server)
    place = f"/contacts/{space.contact()['id']}"
    seen = []
    for value in (1, True, "yes", False, 0):
        seen.append(space.done("PATCH", place, {"attributes": {"vip": value}}))
    return [repr(contact["attributes"]["vip"]) for contact in seen]


def _messages(server: Running) -> object:
    space, other = new_workspace(server), new_workspace(server)
    article = other.list("/knowledge")[0]["id"]
    foreign, unknown = (
        space.refused(404, "article_not_found", "GET", f"/knowledge/{named}").replace(named, "")
        for named in (article, "none")
    )
    return foreign == unknown


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F3549": Demonstration(_thread, [200, 400], [400, 400]),
    "LIF-F3550": Demonstration(
        _archived,
        [(False, False), (True, True), (False, False)],
        [(False, False), (True, True), (False, True)],
    ),
    "WHK-F3551": Demonstration(_retried, 2, 1),
    "STA-F3552": Demonstration(
        _forbidden, [403, 403, 403, 403, 403, 403], [403, 403, 403, 409, 409, 403]
    ),
    "LIF-F3553": Demonstration(_logged, [True, True], [False, True]),
    "ENV-F3554": Demonstration(
        _request_ids, [(404, True), (429, True)], [(404, True), (429, False)]
    ),
    "SCH-F3555": Demonstration(
        _attributes,
        ["1", "True", "'yes'", "False", "0"],
        ["1", "1", "'yes'", "False", "False"],
    ),
    "TEN-F3556": Demonstration(_messages, True, False),
}
