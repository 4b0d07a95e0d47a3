"""HaloAgents: one envelope for whatever goes wrong, and CORS on whatever is answered."""

import pytest

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, sentence

POSTED = (
    "/chat",
    "/chat/stream",
    "/tickets/create",
    "/events",
    "/users/identify",
    "/companies/identify",
    "/series",
)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"null", "application/json"),
        (b"[]", "application/json"),
        (b'{"message": "a", "message": "b"}', "application/json"),
        (b'{"message": NaN}', "application/json"),
        (b'{"message": "\xff"}', "application/json"),
        (b'{"message": "\\ud800"}', "application/json"),
        (
            b'{"message": "Hi", "custom_fields": {"k":' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
            "application/json",
        ),
        (b'{"message": "Hi"}', "text/plain"),
        (b'{"message": "Hi"}', None),
        (b'{"message": "Hi", "padding": "' + b"x" * 1_048_576 + b'"}', "application/json"),
    ],
)
def test_a_body_that_is_not_as_it_should_be_is_400(
    org: Organization, content: bytes, content_type: str | None
) -> None:
    """HALO-08"""
    headers = {} if content_type is None else {"Content-Type": content_type}
    for path in ("/chat", "/chat/stream"):
        response = org.server.send("POST", path, org.key, headers, content=content)
        assert response.status_code == 400
        assert sentence(response)
        assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
def test_a_wrong_method_is_405(halo: Running, path: str, method: str) -> None:
    """HALO-08"""
    response = halo.send(method, path, None)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST, OPTIONS"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if method != "HEAD":
        assert sentence(response)


@pytest.mark.parametrize("path", ["", "/", "/chats", "/chat/", "/chat/stream/1", "/users", "/%00"])
def test_a_path_that_does_not_exist_is_404(halo: Running, path: str) -> None:
    """HALO-08"""
    for method in ("GET", "POST"):
        response = halo.send(method, path, None)
        assert response.status_code == 404
        assert sentence(response)
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_unknown_fields_are_ignored_and_unknown_parameters_are_not(org: Organization) -> None:
    """HALO-08"""
    org.accepted("/chat", {"message": "Hi", "widget_version": "0.1", "stream": True})
    org.accepted("/events", {"events": [{"name": "x", "at": 1}], "batch": 7})
    assert org.stored("events") == [{"name": "x"}]
    org.refused(400, "/chat?debug=1", {"message": "Hi"})


def test_what_does_not_exist_is_404(halo: Running, org: Organization) -> None:
    """HALO-09"""
    for org_id in ("org_nobody", "acme", "org_ACME", "org_acme ", "\0", "x" * 5_000):
        response = halo.get("/config", None, org_id=org_id)
        assert response.status_code == 404
        assert sentence(response)
    named = {"series_id": "onboarding", "user_id": "user_123", "action": "enroll"}
    org.accepted("/series", named)
    for action in ("enroll", "remove"):
        org.refused(404, "/series", {**named, "series_id": "nothing", "action": action})
        org.refused(404, "/series", {**named, "series_id": "\0", "action": action})
        org.refused(404, "/series", {**named, "user_id": "nobody", "action": action})


def test_an_organization_without_an_active_agent_is_404(halo: Running, org: Organization) -> None:
    """HALO-09"""
    org.agent(active=False)
    for path in ("/chat", "/chat/stream"):
        assert org.refused(404, path, {"message": "Hi"}) == "This organization has no active agent."
    response = halo.get("/config", None, org_id=org.org_id)
    assert response.status_code == 404
    org.accepted("/tickets/create", {"subject": "No answer", "description": "Nobody is there."})
    org.agent(active=True)
    org.accepted("/chat", {"message": "Hi"})


def test_the_server_failing_is_500_and_tells_nothing(org: Organization) -> None:
    """HALO-08"""
    org.agent(fails_after=0)
    for path in ("/chat", "/chat/stream"):
        response = org.post(path, {"message": "Hi"})
        assert response.status_code == 500
        assert sentence(response) == "Something went wrong on our side."
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_every_success_is_200_and_carries_cors(halo: Running, org: Organization) -> None:
    """HALO-06, HALO-08"""
    user = {"user_id": "user_123"}
    bodies: dict[str, object] = {
        "/chat": {"message": "Hi"},
        "/chat/stream": {"message": "Hi"},
        "/tickets/create": {"subject": "a", "description": "b"},
        "/events": {"events": [{"name": "x"}]},
        "/users/identify": user,
        "/companies/identify": {"company_id": "c"},
        "/series": {**user, "series_id": "onboarding", "action": "enroll"},
    }
    answers = [org.post(path, body) for path, body in bodies.items()]
    for response in (*answers, halo.get("/config", None, org_id=org.org_id)):
        assert response.status_code == 200
        assert response.headers.get_list("Access-Control-Allow-Origin") == ["*"]
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_refusals_carry_cors(org: Organization) -> None:
    """HALO-06: 401, 403 and 404 as well, so that a page can read them."""
    org.verify()
    refusals = [
        org.server.post("/chat", None, {"message": "Hi"}),
        org.post("/chat", {"message": "Hi", "user_id": "user_123"}),
        org.server.get("/config", None, org_id="org_nobody"),
        org.server.get("/config", None),
    ]
    assert [response.status_code for response in refusals] == [401, 403, 404, 400]
    for response in refusals:
        assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", [*POSTED, "/config"])
def test_a_preflight_is_answered_without_a_key(halo: Running, path: str) -> None:
    """HALO-06"""
    method = "GET" if path == "/config" else "POST"
    response = halo.send(
        "OPTIONS",
        path,
        None,
        {
            "Origin": "https://example.com",
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type"} <= {*allowed}
    assert method in response.headers["Access-Control-Allow-Methods"].split(", ")
    assert response.content == b""
