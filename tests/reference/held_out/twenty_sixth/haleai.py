"""What shows the faults of HaleAI that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_DAY = 86_400


def _smaller_page(server: Running) -> object:
    key = server.key()
    cursor = server.get("/leads", key, limit=5).json()["pagination"]["nextCursor"]
    page = server.get("/leads", key, limit=2, cursor=cursor).json()
    return page["pagination"]["limit"], len(page["data"])


def _similar_sources(server: Running) -> object:
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": 0})
    key = server.key("small")
    place = {"api": "haleai", "tenant": "small", "collection": "contacts", "insert": 1}
    sources = ("open_house_2026_june", "open_house_2026_july", "open_house_2025_june")
    for source in sources:
        server.control("rows", {**place, "values": {"source": source}})
    rows = server.get("/contacts", key, source="open_house_2026_july").json()["data"]
    return sorted(row["source"] for row in rows)


def _unknown_keys(server: Running) -> object:
    statuses = [server.get("/deals", "hk_unknown").status_code for _ in range(11)]
    return statuses[9:], server.get("/deals", server.key()).status_code


def _large_pages(server: Running) -> object:
    return [
        [answer.status_code for answer in server.requests(60, path, server.key())].count(200)
        for path in ("/deals?limit=100", "/deals?limit=101")
    ]


def _asked_by_two(server: Running) -> object:
    owner, stranger = server.key(), server.key("globex")
    path = "/contacts/ctk_AbCd"
    statuses = [server.get(path, key).status_code for key in (owner, stranger, owner)]
    server.advance(31)
    return [*statuses, server.get(path, owner).status_code]


def _turn_of_a_year(server: Running) -> object:
    since = "2025-12-28T23:59:59Z"
    rows = server.walk("/contacts", server.key(), limit=200, updatedSince=since)
    days = {row["updatedAt"][:10] for row in rows}
    return sorted({"2025-12-29", "2025-12-30", "2025-12-31"} & days), max(days) > "2026-12"


def _grown_old(server: Running) -> object:
    server.advance(400 * _DAY)
    key = server.key()
    (row,) = server.get("/deals", key, limit=1).json()["data"]
    return server.get(f"/deals/{row['id']}", key).status_code


def _apostrophe(server: Running) -> object:
    key = server.key()
    answers = [server.get("/leads", key, source=source) for source in ("O'Neil", "ONeil")]
    return [(answer.status_code, answer.headers["Content-Type"][:9]) for answer in answers]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "PAG-F4733": Demonstration(_smaller_page, (2, 2), (2, 5)),
    "PAG-F4734": Demonstration(
        _similar_sources,
        ["open_house_2026_july"],
        ["open_house_2026_july", "open_house_2026_june"],
    ),
    "AUT-F4735": Demonstration(_unknown_keys, ([401, 401], 200), ([401, 429], 200)),
    "RAT-F4736": Demonstration(_large_pages, [60, 60], [60, 30]),
    "TEN-F4737": Demonstration(_asked_by_two, [200, 404, 200, 200], [200, 404, 404, 200]),
    "SCH-F4738": Demonstration(
        _turn_of_a_year, (["2025-12-29", "2025-12-30", "2025-12-31"], False), ([], True)
    ),
    "STA-F4739": Demonstration(_grown_old, 200, 404),
    "ENV-F4740": Demonstration(
        _apostrophe,
        [(200, "applicati"), (200, "applicati")],
        [(403, "text/html"), (200, "applicati")],
    ),
}
