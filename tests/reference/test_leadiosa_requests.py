"""Leadiosa: what every request and every answer has in common."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reference.leadiosa.admission import POLICY
from tests.reference.conftest import Running
from tests.reference.leadiosa import (
    LISTS,
    ORDINARY,
    WRITES,
    Full,
    Workspace,
    full_workspace,
)

CONTRACT = json.loads(
    (Path(__file__).parents[2] / "generated" / "leadiosa" / "openapi.json").read_text()
)
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
RATE_LIMIT = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
CLEAR = {"X-Forwarded-Proto": "http"}


@pytest.fixture(scope="module")
def shared(leadiosa: Running) -> Full:
    """A workspace that tests of this module share, and only read."""
    return full_workspace(leadiosa)


@pytest.fixture
def full(shared: Full) -> Full:
    """The same, with a token of its own."""
    return Full(shared.workspace.with_token("owner"), shared.ids)


def _every_kind(full: Full) -> Iterator[tuple[int, httpx2.Response]]:
    """Answers of each status, with the status that each should have."""
    workspace = full.workspace
    server, token = workspace.server, workspace.token
    reader = workspace.with_token("read_only")
    conversation = f"/conversations/{full.ids['conversation']}"
    yield 200, workspace.answer("GET", conversation)
    yield 200, server.get("/openapi.json", None)
    yield 400, workspace.answer("GET", "/contacts?limit=0")
    yield 400, server.get("/openapi.json", None, expand="all")
    yield 401, server.get("/contacts", None)
    yield 403, reader.answer("PATCH", conversation, {"status": "closed"})
    yield 404, workspace.answer("GET", "/conversations/nobodys")
    yield 404, workspace.answer("GET", "/nothing")
    yield 404, server.get("/nothing", None)
    yield 405, workspace.answer("PUT", conversation, {})
    yield 409, workspace.answer("POST", "/workspace/restore")
    yield 422, workspace.answer("POST", "/conversations", {"contact_id": "nobody"})
    yield 308, server.send("GET", "/contacts", token, headers=CLEAR)
    yield 400, server.send("GET", "/contacts", token, headers=CLEAR | {"Host": "a b"})


def test_every_answer_has_a_request_id_of_its_own(full: Full) -> None:
    """LEAD-07: in the header always, and in the body of an error, the same."""
    seen = []
    for status, response in _every_kind(full):
        assert response.status_code == status, response.text
        seen.append(response.headers["X-Request-Id"])
        if status >= 400:
            error = response.json()["error"]
            assert {*error} == {"code", "message", "request_id"}
            assert error["request_id"] == seen[-1]
    assert len({*seen}) == len(seen)


def test_the_request_id_is_in_the_log(full: Full, caplog: pytest.LogCaptureFixture) -> None:
    """LEAD-07: in the line of each request."""
    with caplog.at_level(logging.INFO, "fourfold.requests"):
        answered = [response.headers["X-Request-Id"] for _, response in _every_kind(full)]
    logged = {getattr(record, "request_id", None) for record in caplog.records}
    assert {*answered} <= logged


def test_a_client_cannot_choose_the_request_id(full: Full) -> None:
    """LEAD-07: what it sends does not come back."""
    headers = {"X-Request-Id": "req_mine"}
    response = full.workspace.server.send("GET", "/contacts", full.workspace.token, headers=headers)
    assert response.headers["X-Request-Id"] != "req_mine"


def test_a_crash_tells_its_id_and_nothing_else(
    full: Full, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LEAD-07, LEAD-11: 500 is in the envelope; the log has the same id."""

    def crash(*_: object) -> None:
        raise RuntimeError("secret insides")

    monkeypatch.setattr("reference.leadiosa.contacts.timestamp", crash)
    response = full.workspace.answer("GET", "/contacts")
    assert response.status_code == 500
    error = response.json()["error"]
    assert error["code"] == "internal_error"
    assert "secret" not in response.text
    assert all(name in response.headers for name in RATE_LIMIT)
    (line,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert getattr(line, "request_id", None) == error["request_id"]


def test_plain_http_is_redirected(full: Full) -> None:
    """LEAD-01: 308 to the same URL over TLS, whatever the method; nothing is done."""
    workspace = full.workspace
    path = f"/conversations/{full.ids['conversation']}/messages?a=%41%2f&b=%C3%A9"
    for method in "GET", "POST", "DELETE", "BREW":
        sent: Any = {"json": {"body": "in the clear"}} if method == "POST" else {}
        response = workspace.server.send(method, path, workspace.token, headers=CLEAR, **sent)
        assert response.status_code == 308
        assert response.headers["Location"] == f"https://server{workspace.server.base}{path}"
    bodies = [row["body"] for row in workspace.list(full.path("messages"))]
    assert "in the clear" not in bodies


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("leadiosa.com", "https://leadiosa.com/"),
        ("leadiosa.com:80", "https://leadiosa.com/"),
        ("leadiosa.com:8443", "https://leadiosa.com:8443/"),
        ("[::1]:8000", "https://[::1]:8000/"),
        ("", None),
        ("evil.example/@leadiosa.com", None),
        ("user@evil.example", None),
        ("a b", None),
        ("a\\b", None),
        ("-a", None),
    ],
)
def test_a_redirect_leads_to_a_host_or_nowhere(full: Full, host: str, expected: str | None) -> None:
    """LEAD-01: what is no host is 400, in the envelope."""
    response = full.workspace.server.send(
        "GET", "/contacts", full.workspace.token, headers=CLEAR | {"Host": host}
    )
    if expected is None:
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "invalid_request"
    else:
        assert response.headers["Location"].startswith(expected)


@pytest.mark.parametrize("said", ["https", "https, http", ""])
def test_what_came_over_tls_is_answered(full: Full, said: str) -> None:
    """LEAD-01: the proxy's client counts."""
    headers = {"X-Forwarded-Proto": said}
    response = full.workspace.server.send("GET", "/contacts", full.workspace.token, headers=headers)
    assert response.status_code == 200


def test_nobody_but_a_trusted_peer_says_what_it_was(leadiosa: Running) -> None:
    """LEAD-01: anybody can send the header."""
    transport = httpx2.ASGITransport(leadiosa.origin, client=("203.0.113.9", 1234))

    async def asked() -> int:
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            return (await client.get(f"{leadiosa.base}/openapi.json", headers=CLEAR)).status_code

    assert leadiosa.run(asked()) == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer ldo_unknown", "Token {}", "{}"],
)
def test_without_a_good_token_nobody_comes_in(full: Full, authorization: str) -> None:
    """LEAD-02: 401 before anything else about the request is looked at."""
    token = full.workspace.token
    headers = {"Authorization": authorization.format(token)}
    for path in (
        "/contacts",
        "/contacts?limit=0",
        "/conversations/nobodys",
        f"/contacts?token={token}",
    ):
        response = full.workspace.server.send("GET", path, None, headers=headers)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "unauthorized"
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_rotated_token_is_invalid_at_once(workspace: Workspace) -> None:
    """LEAD-02: and the new one sees the same workspace."""
    contacts = workspace.list("/contacts")
    given = {"api": "leadiosa", "key": workspace.token}
    rotated = workspace.server.control("keys/rotate", given)["key"]
    workspace.refused(401, "unauthorized", "GET", "/contacts")
    assert Workspace(workspace.server, workspace.tenant, rotated).list("/contacts") == contacts


def test_the_word_bearer_is_read_in_any_case(workspace: Workspace) -> None:
    """LEAD-02: as RFC 9110 has it."""
    headers = {"Authorization": f"bEARER {workspace.token}"}
    assert workspace.server.send("GET", "/contacts", None, headers=headers).status_code == 200


@pytest.mark.parametrize("action", [name for name, write in ORDINARY.items() if write.body])
@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_write_is_json_and_says_so(full: Full, action: str, content_type: str | None) -> None:
    """LEAD-03: 400 without `Content-Type: application/json`."""
    method, path, body = ORDINARY[action].request(full)
    headers = {} if content_type is None else {"Content-Type": content_type}
    server, token = full.workspace.server, full.workspace.token
    content = json.dumps(body).encode()
    response = server.send(method, path, token, headers=headers, content=content)
    assert response.status_code == 400
    assert "Content-Type" in response.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b'{"body": "\xff"}', b"[" * 5_000])
def test_a_body_that_is_none_is_400(full: Full, content: bytes) -> None:
    """LEAD-03, LEAD-08: empty, broken, no object, not UTF-8, too deep."""
    headers = {"Content-Type": "application/json"}
    response = full.workspace.server.send(
        "POST", full.path("notes"), full.workspace.token, headers=headers, content=content
    )
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_request"


@pytest.mark.parametrize("action", [name for name, write in ORDINARY.items() if write.body])
def test_unknown_fields_and_nulls_are_named(full: Full, action: str) -> None:
    """LEAD-03, LEAD-06, LEAD-08: 400 names the field, and nothing is done."""
    method, path, body = ORDINARY[action].request(full)
    before = full.workspace.list("/audit")
    message = full.workspace.refused(400, "invalid_request", method, path, body | {"zzz": 1})
    assert "zzz" in message
    for name in body:
        message = full.workspace.refused(400, "invalid_request", method, path, body | {name: None})
        assert name in message
    assert full.workspace.list("/audit") == before


def _values(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield name, member
            yield from _values(member)
    elif isinstance(value, list):
        for member in value:
            yield from _values(member)


def test_no_answer_has_a_null_and_every_time_has_milliseconds(full: Full) -> None:
    """LEAD-04, LEAD-06: over every list, the workspace and the subscription."""
    answers = [full.workspace.done("GET", full.path(name)) for name in LISTS]
    answers += [
        full.workspace.done("GET", path) for path in ("/workspace", "/billing/subscription")
    ]
    times = 0
    for name, value in _values(answers):
        assert value is not None, name
        assert value not in ({}, ""), name
        if name.endswith("_at"):
            times += 1
            assert TIMESTAMP.fullmatch(value), value
    assert times > 20


def test_ids_are_stable(workspace: Workspace) -> None:
    """LEAD-05: what is changed keeps its id."""
    for path, body in (
        (f"/contacts/{workspace.contact()['id']}", {"name": "Other"}),
        (f"/conversations/{workspace.conversation()}", {"status": "closed"}),
        (f"/knowledge/{workspace.list('/knowledge')[0]['id']}", {"title": "Other"}),
    ):
        before = workspace.done("GET", path)["id"]
        assert workspace.done("PATCH", path, body)["id"] == before
        assert workspace.done("GET", path)["id"] == before


def test_the_limit_is_that_of_the_contract() -> None:
    """LEAD-11: 300 a minute."""
    documented = CONTRACT["x-rate-limit"]
    assert (POLICY.limit, POLICY.window) == (documented["limit"], documented["window"])
    assert POLICY.burst == documented.get("burst", documented["limit"])


def test_every_answer_says_where_the_token_stands(leadiosa: Running) -> None:
    """LEAD-11: what came from a caller spends one; what did not shows what there is."""
    full = full_workspace(leadiosa)
    for _, response in _every_kind(Full(full.workspace.with_token("owner"), full.ids)):
        assert {name: response.headers[name].isdigit() for name in RATE_LIMIT} == dict.fromkeys(
            RATE_LIMIT, True
        )
        assert response.headers["X-RateLimit-Limit"] == "300"


def _remaining(response: httpx2.Response) -> int:
    return int(response.headers["X-RateLimit-Remaining"])


def test_what_needs_no_token_spends_nothing(workspace: Workspace) -> None:
    """LEAD-11: 401 and the document show the whole allowance; 404 and 405 the token's."""
    server = workspace.server
    assert _remaining(workspace.answer("GET", "/contacts")) == 299
    assert _remaining(server.get("/contacts", None)) == 300
    unread = {"Authorization": f"Token {workspace.token}"}
    assert _remaining(server.send("GET", "/contacts", None, headers=unread)) == 300
    assert _remaining(server.get("/openapi.json", None)) == 300
    assert _remaining(workspace.answer("GET", "/nothing")) == 299
    assert _remaining(workspace.answer("PUT", "/contacts")) == 299
    assert _remaining(workspace.answer("GET", "/contacts?limit=0")) == 298
    assert _remaining(workspace.answer("GET", "/contacts/nobody")) == 297
    assert _remaining(workspace.answer("POST", "/workspace/restore")) == 296
    reader = workspace.with_token("read_only")
    assert _remaining(reader.answer("POST", "/knowledge", {"title": "t", "content": "c"})) == 299


def test_the_reset_is_when_all_are_there_again(workspace: Workspace) -> None:
    """LEAD-11: seconds of Unix time."""
    responses = workspace.server.requests(100, "/contacts?limit=1", workspace.token)
    reset = max(int(response.headers["X-RateLimit-Reset"]) for response in responses)

    now = datetime.fromisoformat(workspace.server.control("clock")["now"]).timestamp()
    assert 19 <= reset - now <= 21
    workspace.server.advance(reset - now)
    assert _remaining(workspace.answer("GET", "/contacts")) == 299


def test_over_the_limit_retry_after_is_honest(workspace: Workspace) -> None:
    """LEAD-11: 300 at once and no more; a request sent after that wait succeeds."""
    responses = workspace.server.requests(310, "/contacts?limit=1", workspace.token)
    statuses = [response.status_code for response in responses]
    assert (statuses.count(200), statuses.count(429)) == (300, 10)
    refused = workspace.answer("GET", "/contacts")
    assert refused.json()["error"]["code"] == "rate_limited"
    assert _remaining(refused) == 0
    assert refused.headers["Retry-After"] == "1"
    workspace.server.advance(int(refused.headers["Retry-After"]))
    assert workspace.answer("GET", "/contacts").status_code == 200
    workspace.server.advance(59)
    statuses = [r.status_code for r in workspace.server.requests(300, "/contacts", workspace.token)]
    assert statuses.count(200) == 299


def test_no_token_slows_another(workspace: Workspace) -> None:
    """LEAD-11: another of the same workspace has an allowance of its own."""
    workspace.server.requests(301, "/contacts?limit=1", workspace.token)
    assert _remaining(workspace.with_token("agent").answer("GET", "/contacts")) == 299


@pytest.mark.parametrize("action", WRITES)
def test_a_role_is_decided_before_anything_else(full: Full, action: str) -> None:
    """LEAD-08, LEAD-19: 403 even where the request is wrong, or the resource missing."""
    write = WRITES[action]
    is_life = action.startswith("workspace")
    for role in ("read_only", "agent") if is_life else ("read_only",):
        caller = full.workspace.with_token(role)
        method, path, body = write.request(full)
        caller.refused(403, "forbidden", method, path, body)
        caller.refused(403, "forbidden", method, f"{path}?unknown=1", {"unknown": None})
    nobodys = dict.fromkeys(full.ids, "nobodys")
    caller.refused(403, "forbidden", *write.request(Full(full.workspace, nobodys)))


def test_the_reading_role_reads(full: Full) -> None:
    """LEAD-08, LEAD-18, LEAD-20: every list, the audit log and the subscription included."""
    reader = full.workspace.with_token("read_only")
    for name in LISTS:
        reader.done("GET", full.path(name))
    reader.done("GET", "/billing/subscription")


def test_a_403_comes_before_a_429(workspace: Workspace) -> None:
    """LEAD-08: like 401, it is decided before anything else."""
    reader = workspace.with_token("read_only")
    workspace.server.requests(300, "/contacts?limit=1", reader.token)
    reader.refused(403, "forbidden", "POST", "/knowledge", {"title": "t", "content": "c"})
    reader.refused(429, "rate_limited", "GET", "/contacts")


@pytest.mark.parametrize("path", sorted(CONTRACT["paths"]))
def test_a_wrong_method_is_405_with_a_complete_allow(full: Full, path: str) -> None:
    """LEAD-08: in the envelope."""
    methods = {name.upper() for name in CONTRACT["paths"][path]} & {
        "GET",
        "POST",
        "PATCH",
        "DELETE",
    }
    complete = methods | ({"HEAD"} if "GET" in methods else set())
    for method in {"PUT", "POST", "PATCH", "DELETE", "GET"} - methods:
        response = full.workspace.answer(method, re.sub(r"\{.*?\}", "x", path))
        assert response.status_code == 405
        assert response.json()["error"]["code"] == "method_not_allowed"
        assert {*response.headers["Allow"].split(", ")} == complete


@pytest.mark.parametrize("name", LISTS)
def test_head_is_get_without_the_body(full: Full, name: str) -> None:
    """LEAD-08: HEAD is answered as GET."""
    head = full.workspace.answer("HEAD", full.path(name))
    assert (head.status_code, head.content) == (200, b"")


def test_answers_to_callers_are_kept_by_no_cache(full: Full) -> None:
    """LEAD-02: `Cache-Control: no-store`, on errors too."""
    for status, response in _every_kind(full):
        if response.request.url.path.endswith("openapi.json"):
            continue
        assert response.headers["Cache-Control"] == "no-store", status


def test_no_answer_names_the_software(full: Full) -> None:
    """LEAD-07: nor anything else of the server's insides."""
    for _, response in _every_kind(full):
        assert not {"server", "x-powered-by", "via"} & {*response.headers}


def test_the_document_is_that_of_this_api(full: Full) -> None:
    """LEAD-21, LEAD-22: without a token, byte for byte what the server was made from."""
    response = full.workspace.server.get("/openapi.json", None)
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == CONTRACT
    assert response.json()["info"]["version"].startswith("1.")
    assert full.workspace.server.base.endswith("/v1")


def test_nothing_is_deprecated_yet(full: Full) -> None:
    """LEAD-23: so no answer has the header."""
    for _, response in _every_kind(full):
        assert "X-API-Deprecation" not in response.headers
