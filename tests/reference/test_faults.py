"""Planted faults: each changes what the server does, and benign variants break nothing."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from reference.faults.catalogue import HALEAI, listing
from reference.storage.database import open_database
from tests.reference.battery import copied, observed
from tests.reference.conftest import Running

FAULTS = [fault for fault in HALEAI if not fault.benign]
BENIGN = [fault for fault in HALEAI if fault.benign]


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


def test_the_catalogue_is_whole() -> None:
    ids = [fault.id for fault in HALEAI]
    assert len(ids) == len(set(ids))
    assert len(FAULTS) >= 24
    assert len(BENIGN) >= 4
    promised = {promise for fault in FAULTS for promise in fault.promises}
    assert promised == {f"HALE-{number:02}" for number in range(1, 17)}
    assert all(fault.id.startswith("BENIGN-") == fault.benign for fault in HALEAI)
    assert [entry["id"] for entry in json.loads(json.dumps(listing()))] == ids
