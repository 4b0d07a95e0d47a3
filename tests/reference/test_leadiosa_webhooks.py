"""Leadiosa: webhook endpoints, and the events that are put out for them."""

import asyncio
import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from sqlalchemy import select

from reference.webhooks.tables import deliveries
from tests.reference.conftest import Running, serving
from tests.reference.leadiosa import (
    EVENTS,
    PUBLIC_URL,
    WRITES,
    Workspace,
    full_workspace,
    new_workspace,
)
from tests.reference.receiver import receiving

CONTRACT = json.loads(
    (Path(__file__).parents[2] / "generated" / "leadiosa" / "openapi.json").read_text()
)
PRIVATE = (
    "http://127.0.0.1/x",
    "http://localhost:8000/",
    "http://LOCALHOST./",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://2130706433/",
    "http://0x7f.1/",
)


def _register(workspace: Workspace, *events: str) -> Any:
    body = {"url": PUBLIC_URL, "events": list(events or EVENTS)}
    return workspace.done("POST", "/webhooks", body)


def _waiting(workspace: Workspace) -> list[Any]:
    """Return the deliveries that wait for the endpoints of a workspace."""
    of_tenant = deliveries.c.tenant == workspace.tenant
    return workspace.server.read(select(deliveries).where(of_tenant).order_by(deliveries.c.seq))


def _events(workspace: Workspace) -> list[Any]:
    return [json.loads(row.body) for row in _waiting(workspace)]


def _schema(event: str) -> Any:
    post = CONTRACT["webhooks"][event]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    return {"components": CONTRACT["components"], **schema}


def test_the_secret_is_shown_on_creation_only(workspace: Workspace) -> None:
    """LEAD-17: `whsec_` and base64, another one each time, and on no list."""
    response = workspace.answer("POST", "/webhooks", {"url": PUBLIC_URL, "events": [EVENTS[0]]})
    assert response.status_code == 201
    made = response.json()
    key = base64.b64decode(made["secret"].removeprefix("whsec_"), validate=True)
    assert 24 <= len(key) <= 64
    assert _register(workspace)["secret"] != made["secret"]
    shown = workspace.list("/webhooks")[1]
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    for path in "/webhooks", "/audit":
        assert made["secret"] not in workspace.answer("GET", path).text


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_target_is_refused(workspace: Workspace, url: str) -> None:
    """LEAD-17: however it is spelt; nothing is registered."""
    body = {"url": url, "events": [EVENTS[0]]}
    assert "url" in workspace.refused(422, "private_target", "POST", "/webhooks", body)
    assert workspace.list("/webhooks") == []


def test_a_private_target_is_taken_where_the_server_is_told_so() -> None:
    """LEAD-17: unless the server is told to allow it."""
    with serving("leadiosa") as server:
        server.control("webhooks/targets", {"allow_private": True})
        body = {"url": PRIVATE[0], "events": [EVENTS[0]]}
        assert new_workspace(server).done("POST", "/webhooks", body)["url"] == PRIVATE[0]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"url": PUBLIC_URL}, "events"),
        ({"url": PUBLIC_URL, "events": []}, "events"),
        ({"url": PUBLIC_URL, "events": ["note.created"]}, "events"),
        ({"url": PUBLIC_URL, "events": [EVENTS[0], EVENTS[0]]}, "events"),
        ({"url": "ftp://93.184.215.14/", "events": [EVENTS[0]]}, "url"),
        ({"url": "hooks", "events": [EVENTS[0]]}, "url"),
        ({"url": PUBLIC_URL, "events": [EVENTS[0]], "secret": "mine"}, "secret"),
    ],
)
def test_a_wrong_field_is_named(workspace: Workspace, body: Any, named: str) -> None:
    """LEAD-17, LEAD-08: 400 comes before a target is looked up."""
    assert named in workspace.refused(400, "invalid_request", "POST", "/webhooks", body)


def test_each_event_is_put_out_with_its_change(workspace: Workspace) -> None:
    """LEAD-17: `{type, timestamp, data}` as in the contract, ids, a status and an author only."""
    _register(workspace)
    member, contact = workspace.member(), workspace.contact()
    conversation = workspace.conversation()
    path = f"/conversations/{conversation}"
    workspace.done("PATCH", path, {"assignee_id": member})
    said = workspace.done("POST", f"{path}/messages", {"author": "contact", "body": "secret"})
    closed = workspace.done("PATCH", path, {"status": "closed"})
    workspace.done("DELETE", f"/contacts/{contact['id']}")
    of = {"conversation_id": conversation}
    assert [(event["type"], event["data"]) for event in _events(workspace)] == [
        ("conversation.created", of | {"contact_id": contact["id"]}),
        ("conversation.updated", of | {"status": "open", "assignee_id": member}),
        ("message.created", of | {"message_id": said["id"], "author": "contact"}),
        ("conversation.updated", of | {"status": "closed", "assignee_id": member}),
        ("contact.deleted", {"contact_id": contact["id"]}),
    ]
    assert _events(workspace)[2]["timestamp"] == said["created_at"]
    assert _events(workspace)[3]["timestamp"] == closed["updated_at"]
    for event in _events(workspace):
        assert {*event} == {"type", "timestamp", "data"}
        jsonschema_rs.validate(_schema(event["type"]), event)
    assert len({row.event_id for row in _waiting(workspace)}) == 5


def test_an_endpoint_is_sent_what_it_asked_for(workspace: Workspace) -> None:
    """LEAD-17: each of several its own events, under the same id."""
    first, second = _register(workspace, "message.created"), _register(workspace)
    conversation = workspace.conversation()
    workspace.done("POST", f"/conversations/{conversation}/messages", {"body": "x"})
    waiting = [(row.subscription, row.event) for row in _waiting(workspace)]
    assert sorted(waiting) == sorted(
        [
            (second["id"], "conversation.created"),
            (first["id"], "message.created"),
            (second["id"], "message.created"),
        ]
    )
    assert len({row.event_id for row in _waiting(workspace)}) == 2


@pytest.mark.parametrize("action", WRITES)
def test_no_event_tells_of_anything_else(leadiosa: Running, action: str) -> None:
    """LEAD-15, LEAD-17: of notes never, nor of what fails or changes nothing."""
    full = full_workspace(leadiosa)
    if action == "workspace.restore":
        WRITES["workspace.close"].by(full)
    elif action != "workspace.close":
        _register(full.workspace)
    expected = {
        "conversation.create": ["conversation.created"] * 2,
        "conversation.update": ["conversation.updated"],
        "message.create": ["message.created"],
        "contact.delete": ["contact.deleted"],
    }
    before = len(_events(full.workspace))
    assert WRITES[action].by(full).is_success
    told = [event["type"] for event in _events(full.workspace)[before:]]
    # The three endpoints of a full workspace want conversation.created as well.
    wanted = expected.get(action, [])
    assert told == (wanted[:1] * 4 if action == "conversation.create" else wanted)


def test_nothing_of_a_note_is_ever_put_out(workspace: Workspace) -> None:
    """LEAD-15: neither its text nor its id."""
    _register(workspace)
    conversation = workspace.conversation()
    note = workspace.done("POST", f"/conversations/{conversation}/notes", {"body": "xyzzy"})
    workspace.done("PATCH", f"/conversations/{conversation}", {"status": "pending"})
    waiting = b"".join(row.body for row in _waiting(workspace))
    assert b"xyzzy" not in waiting
    assert note["id"].encode() not in waiting


def test_what_fails_or_changes_nothing_is_not_put_out(workspace: Workspace) -> None:
    """LEAD-17: an event is of a change."""
    conversation = f"/conversations/{workspace.conversation()}"
    workspace.done("PATCH", conversation, {"status": "closed"})
    _register(workspace)
    workspace.done("PATCH", conversation, {"status": "closed"})
    workspace.answer("PATCH", conversation, {"status": "pending"})
    workspace.answer("POST", f"{conversation}/messages", {"body": "x"})
    workspace.answer("POST", "/conversations", {"contact_id": "nobody"})
    assert _waiting(workspace) == []


def test_nothing_is_sent_to_a_removed_endpoint(workspace: Workspace) -> None:
    """LEAD-17: 204; what waited for it waits no more, and a second DELETE is 404."""
    removed, kept = _register(workspace), _register(workspace)
    workspace.conversation()
    path = f"/webhooks/{removed['id']}"
    assert workspace.answer("DELETE", path).status_code == 204
    assert {row.subscription for row in _waiting(workspace)} == {kept["id"]}
    workspace.conversation()
    assert {row.subscription for row in _waiting(workspace)} == {kept["id"]}
    workspace.refused(404, "webhook_not_found", "DELETE", path)
    assert [row["id"] for row in workspace.list("/webhooks")] == [kept["id"]]


def test_the_endpoints_of_others_do_not_exist(leadiosa: Running) -> None:
    """LEAD-08: nor are they sent anything of this workspace."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    theirs = _register(other)
    mine.refused(404, "webhook_not_found", "DELETE", f"/webhooks/{theirs['id']}")
    mine.conversation()
    assert _waiting(other) == []
    assert len(other.list("/webhooks")) == 1


def test_a_delivery_is_signed_with_the_secret_that_was_shown() -> None:
    """LEAD-17: as Standard Webhooks has it, over the body that is sent."""
    with serving("leadiosa") as server, receiving() as receiver:
        server.control("webhooks/targets", {"allow_private": True})
        server.run(server.origin.start())
        workspace = new_workspace(server)
        body = {"url": receiver.url, "events": ["conversation.created"]}
        secret = workspace.done("POST", "/webhooks", body)["secret"]
        conversation = workspace.conversation()
        while not receiver.received:
            server.run(asyncio.sleep(0.01))
        server.run(server.origin.stop())
        (sent,) = receiver.received
        assert json.loads(sent.body)["data"]["conversation_id"] == conversation
        headers = {name.lower(): value for name, value in sent.headers.items()}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + sent.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"
