"""Planted faults: each changes what the server does, and benign variants break nothing."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from reference.faults.catalogue import APIS, faults_of, listing
from reference.storage.database import open_database
from tests.reference.battery import copied, observed
from tests.reference.conftest import Running, Start
from tests.reference.fault_calls import CALLS, Seen
from tests.reference.unseen_faults import UNSEEN

HALEAI = faults_of("haleai")
FAULTS = [fault for fault in HALEAI if not fault.benign and not fault.held_out]
BENIGN = [fault for fault in HALEAI if fault.benign]

SAMPLED = 8
"""Of how many faults one is tried at length."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is seeded already."""
    file = tmp_path_factory.mktemp("seeded") / "template.db"
    Running(open_database(f"sqlite:///{file}")).close()
    return file


@pytest.fixture(scope="module")
def honest(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], object]:
    """What a server without a fault answers to the calls for a family."""

    @cache
    def answers(family: str) -> object:
        running = copied(template, tmp_path_factory.mktemp("honest"))
        seen = observed(running, family)
        running.close()
        return seen

    return answers


@pytest.fixture
def planted(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Running]:
    """A server with the fault that the test is about."""
    running = copied(template, tmp_path, request.param)
    yield running
    running.close()


@pytest.mark.parametrize("family", ["PAG", "TEN", "RAT", "HDR"])
def test_without_a_fault_the_answers_are_the_same_every_time(
    honest: Callable[[str], object], template: Path, tmp_path: Path, family: str
) -> None:
    running = copied(template, tmp_path)
    again = observed(running, family)
    running.close()
    assert again == honest(family)


@pytest.mark.parametrize(
    ("planted", "family"),
    [(fault.id, fault.id.partition("-")[0]) for fault in FAULTS],
    indirect=["planted"],
)
def test_a_fault_shows(planted: Running, honest: Callable[[str], object], family: str) -> None:
    assert observed(planted, family) != honest(family)


@pytest.mark.parametrize("planted", [fault.id for fault in BENIGN], indirect=True)
def test_a_benign_variant_keeps_the_promises(planted: Running) -> None:
    server, key = planted, planted.key("small")
    server.control("seed", {"api": "haleai", "tenants": ["small"], "rows": 23})
    for path in ("/contacts", "/leads", "/deals"):
        rows = server.walk(path, key, limit=4)
        assert len({row["id"] for row in rows}) == len(rows) == 23
        assert server.get(f"{path}/{rows[0]['id']}", key).json() == {"data": rows[0]}
        since = rows[0]["updatedAt"]
        assert rows[0] not in server.walk(path, key, limit=200, updatedSince=since)
        assert server.get(path, key, cursor="odd").json()["error"]["code"] == "invalid_cursor"
        assert server.get(f"{path}/nobody", key).status_code == 404
        assert server.get(path, None).status_code == 401
    assert server.get("/contacts/ctk_AbCd", server.key()).status_code == 200
    late = server.key()
    statuses = [answer.status_code for answer in server.requests(70, "/deals?limit=1", late)]
    assert statuses.count(200) == 60
    server.advance(int(server.get("/deals", late).headers["Retry-After"]))
    assert server.get("/deals", late).status_code == 200


@pytest.mark.parametrize("api", CALLS)
def test_everything_can_be_planted(api: str, start: Start) -> None:
    for fault in faults_of(api):
        running = start(api, fault.id)
        answer = running.send("GET", "/nothing", running.key())
        running.close()
        assert answer.status_code in {200, 401, 404}, fault.id


@pytest.mark.parametrize("api", CALLS)
def test_what_is_planted_shows(api: str, start: Start) -> None:
    def shown(*faults: str) -> list[Seen]:
        running = start(api, *faults)
        try:
            return list(CALLS[api](running))
        finally:
            running.close()

    honest = shown()
    assert shown() == honest, "without a fault the answers are the same every time"
    faults = [
        f.id for f in faults_of(api) if not f.benign and not f.held_out and f.id not in UNSEEN
    ]
    for fault in faults[::SAMPLED]:
        assert shown(fault) != honest, fault


def test_the_catalogue_is_whole() -> None:
    ids = [fault.id for api in APIS for fault in faults_of(api)]
    assert len(ids) == len(set(ids))
    assert len(FAULTS) >= 24
    assert len(BENIGN) >= 4
    promised = {promise for fault in FAULTS for promise in fault.promises}
    assert promised == {f"HALE-{number:02}" for number in range(1, 17)}
    for api in APIS:
        assert sum(not fault.benign for fault in faults_of(api)) >= 25
        assert sum(fault.benign for fault in faults_of(api)) >= 5
        assert all(f.id.startswith("BENIGN-") == f.benign for f in faults_of(api))
    assert [entry["id"] for entry in json.loads(json.dumps(listing()))] == ids
