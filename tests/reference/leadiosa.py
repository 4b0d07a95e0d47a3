"""A workspace of Leadiosa with its tokens at hand, and every write that there is."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.reference.conftest import Running

LISTS = (
    "conversations",
    "contacts",
    "articles",
    "webhooks",
    "audit",
    "messages",
    "notes",
    "chunks",
)
PUBLIC_URL = "https://93.184.215.14/hooks"
EVENTS = ("conversation.created", "conversation.updated", "message.created", "contact.deleted")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Workspace:
    """A workspace, and one of its tokens."""

    server: Running
    tenant: str
    token: str

    def answer(self, method: str, path: str, body: object = None) -> httpx2.Response:
        sent = {} if body is None else {"json": body}
        return self.server.send(method, path, self.token, **sent)

    def done(self, method: str, path: str, body: object = None) -> Any:
        """Ask for what succeeds; return the answer."""
        response = self.answer(method, path, body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def refused(self, status: int, code: str, method: str, path: str, body: object = None) -> str:
        """Ask for what does not; return the message."""
        response = self.answer(method, path, body)
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (status, code), response.text
        assert error["request_id"] == response.headers["X-Request-Id"]
        return str(error["message"])

    def list(self, path: str) -> Any:
        """Return all rows of a list of at most a hundred."""
        page = self.done("GET", f"{path}?limit=100")
        assert not page["pagination"]["has_more"]
        return page["data"]

    def with_token(self, role: str) -> "Workspace":
        return Workspace(self.server, self.tenant, self.server.key(self.tenant, role=role))

    def member(self) -> str:
        rows = {"api": "leadiosa", "tenant": self.tenant, "collection": "members", "insert": 1}
        return str(self.server.control("rows", rows)["ids"][0])

    def contact(self) -> Any:
        return self.list("/contacts")[0]

    def conversation(self, **given: str) -> str:
        """Start a conversation, open, with nothing in it; return its id."""
        body = {"contact_id": self.contact()["id"], **given}
        return str(self.done("POST", "/conversations", body)["id"])


def new_workspace(server: Running, rows: int = 3) -> Workspace:
    tenant = f"workspace-{next(_numbers)}"
    server.control("seed", {"api": "leadiosa", "tenants": [tenant], "rows": rows})
    return Workspace(server, tenant, server.key(tenant))


@dataclass(frozen=True)
class Full:
    """A workspace with more than a page of one on every list, and what stands on them."""

    workspace: Workspace
    ids: Mapping[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Return the path of a list."""
        return {
            "articles": "/knowledge",
            "messages": f"/conversations/{self.ids['conversation']}/messages",
            "notes": f"/conversations/{self.ids['conversation']}/notes",
            "chunks": f"/knowledge/{self.ids['article']}/chunks",
        }.get(name, f"/{name}")


def full_workspace(server: Running) -> Full:
    workspace = new_workspace(server)
    contact = workspace.contact()["id"]
    conversation = workspace.conversation()
    for text in "one", "two", "three":
        workspace.done("POST", f"/conversations/{conversation}/messages", {"body": text})
        workspace.done("POST", f"/conversations/{conversation}/notes", {"body": text})
        webhook = {"url": PUBLIC_URL, "events": [EVENTS[0]]}
        webhook_id = workspace.done("POST", "/webhooks", webhook)["id"]
    body = {"title": "Long", "content": "A sentence of some words. " * 60}
    article = workspace.done("POST", "/knowledge", body)["id"]
    ids = {
        "contact": contact,
        "conversation": conversation,
        "webhook": webhook_id,
        "article": article,
    }
    return Full(workspace, ids)


@dataclass(frozen=True)
class Write:
    """A write, as `{name}` of the ids of a full workspace, and what lists it changes."""

    method: str
    path: str
    body: Any = None
    changes: tuple[str, ...] = ()
    resource: str = ""
    """Whose id its audit entry names, where that is known before."""

    def by(self, full: Full) -> httpx2.Response:
        return full.workspace.answer(*self.request(full))

    def request(self, full: Full) -> tuple[str, str, Any]:
        body = self.body
        if isinstance(body, dict):
            body = {
                name: value.format(**full.ids) if isinstance(value, str) else value
                for name, value in body.items()
            }
        return self.method, self.path.format(**full.ids), body


WRITES = {
    "conversation.create": Write(
        "POST", "/conversations", {"contact_id": "{contact}"}, ("conversations",)
    ),
    "conversation.update": Write(
        "PATCH",
        "/conversations/{conversation}",
        {"status": "pending"},
        ("conversations",),
        "conversation",
    ),
    "message.create": Write(
        "POST", "/conversations/{conversation}/messages", {"body": "four"}, ("messages",)
    ),
    "note.create": Write(
        "POST", "/conversations/{conversation}/notes", {"body": "four"}, ("notes",)
    ),
    "contact.update": Write(
        "PATCH", "/contacts/{contact}", {"phone": "+3512100"}, ("contacts",), "contact"
    ),
    "contact.delete": Write(
        "DELETE", "/contacts/{contact}", None, ("contacts", "messages", "notes"), "contact"
    ),
    "article.create": Write("POST", "/knowledge", {"title": "t", "content": "c"}, ("articles",)),
    "article.update": Write(
        "PATCH",
        "/knowledge/{article}",
        {"content": "Other words, many of them. " * 60},
        ("articles", "chunks"),
        "article",
    ),
    "article.delete": Write(
        "DELETE", "/knowledge/{article}", None, ("articles", "chunks"), "article"
    ),
    "webhook.create": Write(
        "POST", "/webhooks", {"url": PUBLIC_URL, "events": ["message.created"]}, ("webhooks",)
    ),
    "webhook.delete": Write("DELETE", "/webhooks/{webhook}", None, ("webhooks",), "webhook"),
    "workspace.close": Write("POST", "/workspace/close"),
    "workspace.restore": Write("POST", "/workspace/restore"),
}
"""Every write of the API, by the action of its audit entry."""
ORDINARY = {name: write for name, write in WRITES.items() if name != "workspace.restore"}
"""The writes to a workspace that is not closed."""
