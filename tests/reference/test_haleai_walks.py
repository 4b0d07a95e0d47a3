"""HALE-15: walking all pages, and cursors that work where they were given and nowhere else."""

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.conftest import Running
from tests.reference.postgresql import KINDS

pytestmark = pytest.mark.parametrize("server", KINDS, indirect=True, scope="session")

LISTS = ("/contacts", "/leads", "/deals")
SOURCES = st.sampled_from(["walk", "other"])
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(1, 4), SOURCES),
        st.tuples(st.just("update"), st.integers(0, 40), SOURCES),
    ),
    max_size=4,
)


def _insert(server: Running, tenant: str, count: int, source: str) -> list[str]:
    body = {"api": "haleai", "tenant": tenant, "collection": "contacts"}
    added = {**body, "insert": count, "values": {"source": source}}
    ids: list[str] = server.control("rows", added)["ids"]
    return ids


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    start=st.integers(0, 25),
    limit=st.integers(1, 9),
    filtered=st.booleans(),
    changes=st.lists(CHANGES, max_size=12),
)
def test_a_walk_gives_each_row_once_whatever_happens_meanwhile(
    server: Running,
    start: int,
    limit: int,
    filtered: bool,
    changes: list[list[tuple[str, int, str]]],
) -> None:
    tenant = "walked"
    server.control("seed", {"api": "haleai", "tenants": [tenant], "rows": 0})
    key = server.key(tenant)
    ids = _insert(server, tenant, start, "walk") if start else []
    touched: set[str] = set()
    query = {"limit": limit} | ({"source": "walk"} if filtered else {})
    walked: list[str] = []
    upcoming = iter(changes)
    for page in server.pages("/contacts", key, **query):
        assert len(page["data"]) <= limit
        walked += [row["id"] for row in page["data"]]
        assert len(walked) == len(set(walked)), "a row came twice"
        for kind, number, source in next(upcoming, []):
            if kind == "insert":
                _insert(server, tenant, number, source)
            elif ids:
                touched.add(ids[number % len(ids)])
                change = {"update": [ids[number % len(ids)]], "values": {"source": source}}
                body = {"api": "haleai", "tenant": tenant, "collection": "contacts"}
                server.control("rows", body | change)
    lost = set(ids) - set(walked)
    assert lost <= (touched if filtered else set()), "a row was lost"


@pytest.mark.parametrize("path", LISTS)
def test_the_size_of_the_pages_does_not_matter(server: Running, key: str, path: str) -> None:
    whole = server.walk(path, key, limit=200)
    assert len(whole) == {"/contacts": 1_000, "/leads": 700, "/deals": 400}[path]
    assert server.walk(path, key, limit=77) == whole


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 20])
def test_the_last_page_says_so(server: Running, rows: int) -> None:
    server.control("seed", {"api": "haleai", "tenants": ["edge"], "rows": rows})
    pages = list(server.pages("/deals", server.key("edge"), limit=10))
    assert {page["pagination"]["limit"] for page in pages} == {10}
    assert [len(page["data"]) for page in pages] == [10] * ((rows - 1) // 10) + [
        rows - max(0, (rows - 1) // 10) * 10
    ]


def test_a_page_can_be_asked_for_again_and_with_another_limit(server: Running, key: str) -> None:
    cursor = server.get("/leads", key, limit=3).json()["pagination"]["nextCursor"]
    once = server.get("/leads", key, limit=5, cursor=cursor).json()["data"]
    again = server.get("/leads", key, limit=3, cursor=cursor).json()["data"]
    assert once[:3] == again


def _invalid(server: Running, path: str, key: str, **query: str) -> bool:
    response = server.get(path, key, **query)
    return response.status_code == 400 and response.json()["error"]["code"] == "invalid_cursor"


def _cursor(server: Running, path: str, key: str, **query: str) -> str:
    cursor = server.get(path, key, limit=1, **query).json()["pagination"]["nextCursor"]
    assert isinstance(cursor, str)
    return cursor


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "0",
        "1",
        "50",
        "null",
        "ctk_AbCd",
        "kq2ZVb7tXyR4mWnE0sLg9f",
        "eyJhZnRlciI6MX0=",
        "é",
        "%",
    ],
)
def test_a_cursor_from_elsewhere_is_invalid(server: Running, key: str, forged: str) -> None:
    assert _invalid(server, "/contacts", key, cursor=forged)


def test_a_cursor_of_another_tenant_is_invalid(server: Running, key: str) -> None:
    assert _invalid(
        server, "/contacts", server.key("globex"), cursor=_cursor(server, "/contacts", key)
    )


def test_another_key_of_the_same_tenant_goes_on(server: Running, key: str) -> None:
    cursor = _cursor(server, "/contacts", key)
    assert server.get("/contacts", server.key(), cursor=cursor).status_code == 200


def test_a_cursor_of_another_collection_is_invalid(server: Running, key: str) -> None:
    assert _invalid(server, "/leads", key, cursor=_cursor(server, "/contacts", key))


FILTERS: list[dict[str, str]] = [
    {},
    {"stage": "won"},
    {"stage": "lost"},
    {"source": "zillow"},
    {"source": "zillow", "stage": "won"},
    {"updatedSince": "2025-06-01T00:00:00Z"},
    {"updatedSince": "2025-06-01T00:00:01Z"},
]


@pytest.mark.parametrize("given_for", FILTERS)
@pytest.mark.parametrize("sent_with", FILTERS)
def test_a_cursor_is_good_for_its_own_filters_only(
    server: Running, key: str, given_for: dict[str, str], sent_with: dict[str, str]
) -> None:
    cursor = _cursor(server, "/leads", key, **given_for)
    assert _invalid(server, "/leads", key, cursor=cursor, **sent_with) == (given_for != sent_with)


def test_the_same_moment_in_another_zone_is_the_same_filter(server: Running, key: str) -> None:
    cursor = _cursor(server, "/leads", key, updatedSince="2025-06-01T00:00:00Z")
    query = {"updatedSince": "2025-06-01T02:00:00+02:00", "cursor": cursor}
    assert server.get("/leads", key, **query).status_code == 200


def test_no_character_of_a_cursor_can_be_changed(server: Running, key: str) -> None:
    cursor = _cursor(server, "/contacts", key)
    others = [
        cursor[:index] + other + cursor[index + 1 :]
        for index in range(len(cursor))
        for other in "A-+"
        if cursor[index] != other
    ]
    others += [cursor[:-1], cursor + "A", cursor + "=", f" {cursor}", cursor.lower(), cursor * 2]
    for changed in others:
        assert _invalid(server, "/contacts", key, cursor=changed), changed
        server.advance(0.1)


def test_nothing_can_be_read_in_a_cursor(server: Running, key: str) -> None:
    cursors = [page["pagination"]["nextCursor"] for page in server.pages("/deals", key, limit=16)][
        :-1
    ]
    assert len(set(cursors)) == len(cursors) == 24
    assert len({len(cursor) for cursor in cursors}) == 1
    raw = [base64.urlsafe_b64decode(cursor) for cursor in cursors]
    for position in range(len(raw[0])):
        assert len({sealed[position] for sealed in raw}) > 12, "a byte stands still or counts"
    for secret in (b"acme", b"deals", b"dl_"):
        assert not any(secret in sealed for sealed in raw)
