"""HALE-07, HALE-10 to HALE-13: lists, their filters, their bounds."""

from datetime import datetime, timedelta

import httpx2
import pytest

from tests.reference.conftest import BASE, Running

LISTS = ("/contacts", "/leads", "/deals")
LEAD_STAGES = {"new", "qualified", "nurture", "working", "won", "lost"}
DEAL_STAGES = {"opportunity", "listing", "under_contract", "closed", "dead"}


def _refused(response: httpx2.Response) -> bool:
    return (response.status_code, response.json()["error"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_data_and_pagination(server: Running, key: str, path: str) -> None:
    body = server.get(path, key).json()
    assert body.keys() == {"data", "pagination"}
    assert len(body["data"]) == 50
    pagination = body["pagination"]
    assert (pagination["limit"], pagination["cursor"]) == (50, None)
    second = server.get(path, key, cursor=pagination["nextCursor"]).json()
    assert second["pagination"]["cursor"] == pagination["nextCursor"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 199, 200])
def test_a_limit_within_bounds_is_obeyed_and_echoed(
    server: Running, key: str, path: str, limit: int
) -> None:
    body = server.get(path, key, limit=limit).json()
    assert len(body["data"]) == body["pagination"]["limit"] == limit


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "201", "1.5", "ten", "", "1_0", " 5", "9" * 40])
def test_any_other_limit_is_refused(server: Running, key: str, path: str, limit: str) -> None:
    assert _refused(server.get(path, key, limit=limit))


@pytest.mark.parametrize("path", LISTS)
def test_unknown_and_repeated_parameters_are_refused(server: Running, key: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for query in ("expand=all", "limit=5&limit=6", "Limit=5"):
        assert _refused(server.request("GET", f"{BASE}{path}?{query}", headers=headers))


def test_deals_have_no_source_and_contacts_no_stage(server: Running, key: str) -> None:
    assert _refused(server.get("/deals", key, source="zillow"))
    assert _refused(server.get("/contacts", key, stage="won"))


@pytest.mark.parametrize(("path", "tenant"), [("/contacts", "acme"), ("/leads", "globex")])
def test_source_is_an_exact_match(server: Running, path: str, tenant: str) -> None:
    key = server.key(tenant)
    rows = server.walk(path, key, limit=200)
    zillow = server.walk(path, key, limit=200, source="zillow")
    assert zillow == [row for row in rows if row["source"] == "zillow"] != []
    for other in ("Zillow", "zillo", "zillow ", "%", "z%", "_illow", "", "zillow'--"):
        assert server.get(path, key, source=other).json()["data"] == []


@pytest.mark.parametrize(("path", "stages"), [("/leads", LEAD_STAGES), ("/deals", DEAL_STAGES)])
def test_stage_selects_and_only_known_stages_are_taken(
    server: Running, key: str, path: str, stages: set[str]
) -> None:
    rows = server.walk(path, key, limit=200)
    assert {row["stage"] for row in rows} == stages
    for stage in stages:
        selected = server.walk(path, key, limit=200, stage=stage)
        assert selected == [row for row in rows if row["stage"] == stage]
    for unknown in ("WON", "archived", "", "won,lost"):
        assert _refused(server.get(path, key, stage=unknown))


@pytest.mark.parametrize("path", LISTS)
def test_every_value_of_every_row_is_a_text(server: Running, key: str, path: str) -> None:
    for row in server.walk(path, key, limit=200):
        assert all(isinstance(value, str) and value for value in row.values())


@pytest.mark.parametrize("path", LISTS)
def test_updated_since_is_strict(server: Running, key: str, path: str) -> None:
    rows = server.walk(path, key, limit=200)
    moments = sorted(row["updatedAt"] for row in rows)
    middle = moments[len(moments) // 2]
    selected = server.walk(path, key, limit=200, updatedSince=middle)
    assert selected == [row for row in rows if row["updatedAt"] > middle]
    assert 0 < len(selected) < len(rows)


def test_updated_since_counts_offsets_and_fractions(server: Running) -> None:
    key = server.key("small")
    body = {"api": "haleai", "tenant": "small", "collection": "contacts", "insert": 1}
    server.control("rows", body)
    newest = server.get("/contacts", key, limit=1).json()["data"][0]
    at = datetime.fromisoformat(newest["updatedAt"])

    def found(moment: str) -> bool:
        data = server.get("/contacts", key, updatedSince=moment, limit=1).json()["data"]
        return bool(data and data[0]["id"] == newest["id"])

    before = at - timedelta(milliseconds=1)
    east = timedelta(hours=5, minutes=30)
    assert found(before.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    assert not found(at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    assert found((before + east).strftime("%Y-%m-%dT%H:%M:%S.%f+05:30"))
    assert not found((at + east).strftime("%Y-%m-%dT%H:%M:%S.%f+05:30"))


@pytest.mark.parametrize(
    "moment", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "1777593600"]
)
def test_an_updated_since_that_is_no_moment_is_refused(
    server: Running, key: str, moment: str
) -> None:
    assert _refused(server.get("/contacts", key, updatedSince=moment))


def test_filters_combine(server: Running, key: str) -> None:
    rows = server.walk("/leads", key, limit=200)
    since = "2026-05-01T00:00:00Z"
    selected = server.walk(
        "/leads", key, limit=200, stage="working", source="zillow", updatedSince=since
    )
    assert selected == [
        row
        for row in rows
        if (row["stage"], row["source"]) == ("working", "zillow") and row["updatedAt"] > since
    ]
    assert selected
