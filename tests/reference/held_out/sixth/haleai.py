"""What shows the sixth set of faults of HaleAI."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.held_out.demonstration import Demonstration

_BURST = 60


def _insert(server: Running, tenant: str, collection: str, rows: int = 1, **values: str) -> str:
    """Give a tenant more rows, all of this moment; return the id of the first."""
    place = {"api": "haleai", "tenant": tenant, "collection": collection}
    ids = server.control("rows", {**place, "insert": rows, "values": values})["ids"]
    return str(ids[0])


def _seeded(server: Running, *tenants: str) -> str:
    """Give tenants empty lists; return a key of the first."""
    server.control("seed", {"api": "haleai", "tenants": tenants, "rows": 0})
    return server.key(tenants[0])


def _probes(server: Running) -> object:
    return [
        server.send(method, "/deals", key).status_code
        for key in (server.key(), None, "hk_old")
        for method in ("GET", "HEAD")
    ]


def _leads_listed(server: Running) -> object:
    key = _seeded(server, "one", "other")
    names = {
        _insert(server, tenant, "leads", stage=stage, source=source): f"{tenant} {stage} {source}"
        for tenant in ("one", "other")
        for stage, source in (("won", "zillow"), ("new", "trade_fair"))
    }
    asked = ({"stage": "won"}, {"source": "trade_fair"}, {"stage": "won", "source": "trade_fair"})
    return [[names[row["id"]] for row in server.walk("/leads", key, **one)] for one in asked]


def _admitted(server: Running) -> object:
    key, seen = server.key(), []
    for count, wait in ((1, 5), (_BURST - 1, 1), (_BURST, 0)):
        sent = server.requests(count, "/deals", key)
        seen.append(sum(one.status_code == 200 for one in sent))
        server.advance(wait)
    return seen


def _imported(server: Running) -> object:
    """How many of five rows of one moment a walk meets."""
    key = _seeded(server, "one")
    _insert(server, "one", "contacts", 5)
    since = {"updatedSince": "2026-01-01T00:00:00Z"}
    return [
        len(server.walk("/contacts", key, limit=limit, **filters))
        for limit, filters in ((2, {}), (5, since), (2, since))
    ]


def _sources_listed(server: Running) -> object:
    key, sources = _seeded(server, "one"), ("zillow", "sphere", "zillow,sphere")
    for source in sources:
        _insert(server, "one", "contacts", source=source)
    return [
        [row["source"] for row in server.walk("/contacts", key, source=source)]
        for source in sources
    ]


def _looked_back(server: Running) -> object:
    key, seen = _seeded(server, "one"), []
    row = _insert(server, "one", "deals")
    updated = server.get(f"/deals/{row}", key).json()["data"]["updatedAt"]
    for days in (364, 2):
        server.advance(days * 24 * 3_600)
        asked: tuple[dict[str, str], ...] = (
            {},
            {"updatedSince": "2020-01-01T00:00:00Z"},
            {"updatedSince": updated},
        )
        seen.append([len(server.walk("/deals", key, **one)) for one in asked])
    return seen


def _slashed(server: Running) -> object:
    key, paths = server.key(), ("/deals", "/deals/", "/deals/dl_AbCd/", "/deeds/")
    return [server.get(path, key).status_code for path in paths]


def _cached(server: Running) -> object:
    key, paths = server.key(), ("/leads/ld_AbCd", "/leads/ld_none", "/leads?limit=0")
    return [server.get(path, key).headers["Cache-Control"] for path in paths]


def _without_source(server: Running) -> object:
    key, seen = _seeded(server, "one"), []
    for source in ("sphere", ""):
        row = _insert(server, "one", "leads", source=source)
        seen.append(server.get(f"/leads/{row}", key).json()["data"]["source"])
    return seen, [row["source"] for row in server.walk("/leads", key)]


def _found(server: Running) -> object:
    key, stages = _seeded(server, "one"), ("working", "won", "lost")
    rows = [_insert(server, "one", "leads", stage=stage) for stage in stages]
    found = [server.get(f"/leads/{row}", key).status_code for row in rows]
    return found, len(server.walk("/leads", key, stage="lost"))


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1301": Demonstration(
        _probes, [200, 200, 401, 401, 401, 401], [200, 200, 401, 200, 401, 200]
    ),
    "TEN-F1302": Demonstration(
        _leads_listed,
        [["one won zillow"], ["one new trade_fair"], []],
        [
            ["one won zillow"],
            ["one new trade_fair"],
            ["other new trade_fair", "one new trade_fair", "one won zillow"],
        ],
    ),
    "RAT-F1303": Demonstration(_admitted, [1, 59, 11], [1, 59, 60]),
    "PAG-F1304": Demonstration(_imported, [5, 5, 5], [5, 5, 2]),
    "FIL-F1305": Demonstration(
        _sources_listed,
        [["zillow"], ["sphere"], ["zillow,sphere"]],
        [["zillow"], ["sphere"], ["sphere", "zillow"]],
    ),
    "TIM-F1306": Demonstration(_looked_back, [[1, 1, 0], [1, 1, 0]], [[1, 1, 0], [1, 0, 0]]),
    "RTE-F1307": Demonstration(_slashed, [200, 404, 404, 404], [200, 307, 307, 404]),
    "CCH-F1308": Demonstration(
        _cached, ["no-store"] * 3, ["no-store", "public, max-age=60", "no-store"]
    ),
    "SCH-F1309": Demonstration(
        _without_source, (["sphere", ""], ["", "sphere"]), (["sphere", None], [None, "sphere"])
    ),
    "LIF-F1310": Demonstration(_found, ([200, 200, 200], 1), ([200, 200, 404], 1)),
}
