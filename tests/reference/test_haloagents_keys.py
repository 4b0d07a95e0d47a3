"""HaloAgents: who may call, and the one call that anybody may make."""

import pytest

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, sentence

PATHS = (
    "/chat",
    "/chat/stream",
    "/tickets/create",
    "/events",
    "/users/identify",
    "/companies/identify",
    "/series",
)


def test_a_key_names_its_organization(halo: Running) -> None:
    """HALO-01: the same user id in two organizations are two users."""
    one, other = organization(halo, "key-one"), organization(halo, "key-other")
    assert one.key.startswith("ab_live_")
    one.accepted("/users/identify", {"user_id": "user_123", "traits": {"of": "one"}})
    answer = other.accepted("/users/identify", {"user_id": "user_123", "traits": {"at": 1}})
    assert "of" not in answer["user"]["traits"]
    one.accepted("/events", {"events": [{"name": "seen"}]})
    assert one.stored("events") == [{"name": "seen"}]
    assert other.stored("events") == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer ab_live_00000000000000000000000000000000",
        "Bearer hk_00000000000000000000000000000000",
        "Bearer {key} {key}",
        "Bearer {key}x",
        "Basic {key}",
        "{key}",
        "Bearer org_acme",
    ],
)
def test_a_missing_or_invalid_key_is_401(
    halo: Running, org: Organization, path: str, authorization: str | None
) -> None:
    """HALO-01, decided before the body is looked at."""
    given = None if authorization is None else authorization.format(key=org.key)
    headers = {} if given is None else {"Authorization": given}
    response = halo.send("POST", path, None, headers=headers, content=b"no JSON")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.headers["Cache-Control"] == "no-store"
    assert sentence(response)


def test_a_key_is_taken_from_the_header_alone(org: Organization) -> None:
    """HALO-01"""
    body = {"message": "Hello", "api_key": org.key, "key": org.key}
    for place in ("?key=", "?api_key=", "?access_token="):
        response = org.server.post(f"/chat{place}{org.key}", None, body)
        assert response.status_code == 401


def test_bearer_is_read_in_any_case(org: Organization) -> None:
    """HALO-01"""
    for scheme in ("bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {org.key}"}
        body = {"message": "Hello"}
        assert org.server.send("POST", "/chat", None, headers, json=body).status_code == 200


def test_a_key_that_was_rotated_or_revoked_is_401(org: Organization) -> None:
    """HALO-01"""
    named = {"api": "haloagents", "key": org.key}
    rotated = org.server.control("keys/rotate", named)["key"]
    assert rotated.startswith("ab_live_")
    org.refused(401, "/chat", {"message": "Hello"})
    assert org.server.post("/chat", rotated, {"message": "Hello"}).status_code == 200
    org.server.control("keys/revoke", {"api": "haloagents", "key": rotated})
    assert org.server.post("/chat", rotated, {"message": "Hello"}).status_code == 401


def test_what_is_answered_to_a_key_is_kept_by_no_cache(org: Organization) -> None:
    """HALO-01"""
    for path in ("/chat", "/chat/stream"):
        for body in ({"message": "Hello"}, {}):
            assert org.post(path, body).headers["Cache-Control"] == "no-store"


def test_the_configuration_needs_no_key(halo: Running) -> None:
    """HALO-02, and the documented agent."""
    for key in (None, "ab_live_wrong", "nonsense"):
        response = halo.get("/config", key, org_id="org_acme")
        assert response.status_code == 200
        assert response.json() == {"agent": {"id": "agt_4Rw9", "name": "Support"}}


def test_the_configuration_needs_an_organization(halo: Running, org: Organization) -> None:
    """HALO-02"""
    for path in ("/config", "/config?org_id=", "/config?org_id=a&org_id=b", "/config?org=acme"):
        response = halo.get(path, org.key)
        assert response.status_code == 400
        assert "org_id" in sentence(response) or "org" in sentence(response)


def test_each_organization_has_its_own_agent(halo: Running) -> None:
    """HALO-12"""
    agents = {
        halo.get("/config", None, org_id=organization(halo, tenant).org_id).json()["agent"]["id"]
        for tenant in ("acme", "globex", "key-one")
    }
    assert len(agents) == 3
