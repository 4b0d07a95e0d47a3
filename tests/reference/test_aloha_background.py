"""ALOHA-08, ALOHA-10, ALOHA-11: work that is taken on at once and done later, on the clock."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from reference.aloha.background import DURATIONS
from reference.aloha.tables import work
from tests.reference.aloha import Workspace, now, workspace
from tests.reference.conftest import Running

WORK: tuple[tuple[str, Any, float], ...] = (
    ("/v1/analytics/export", {"format": "csv"}, DURATIONS["export"].total_seconds()),
    ("/v1/analytics/export", {"format": "json"}, DURATIONS["export"].total_seconds()),
    ("/v1/voice/train", {"samples": ["one", "two"]}, DURATIONS["voice"].total_seconds()),
)


def _accepted(space: Workspace, path: str, body: object = None) -> dict[str, Any]:
    response = space.server.post(path, space.key, body)
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    assert job.keys() == {"id", "createdAt"}
    assert job["id"].startswith("job_")
    assert datetime.fromisoformat(job["createdAt"]) == now(space.server)
    return job


def _is_done(space: Workspace, job: dict[str, Any]) -> bool:
    (row,) = space.server.read(select(work.c.finished_at).where(work.c.id == job["id"]))
    return row.finished_at is not None


@pytest.mark.parametrize(("path", "body", "seconds"), WORK)
def test_work_is_taken_on_and_done_when_its_time_has_come(
    aloha: Running, path: str, body: Any, seconds: float
) -> None:
    """ALOHA-08, ALOHA-11."""
    space = workspace(aloha, "work")
    one, other = _accepted(space, path, body), _accepted(space, path, body)
    assert one["id"] != other["id"]
    aloha.advance(seconds - 0.000001)
    assert not _is_done(space, one)
    aloha.advance(0.000001)
    assert _is_done(space, one)
    assert space.events() == []


@pytest.mark.parametrize("body", [{"format": "xml"}, {"format": "CSV"}, {"format": None}, {}])
def test_an_export_is_csv_or_json(aloha: Running, body: Any) -> None:
    """ALOHA-08."""
    assert aloha.post("/v1/analytics/export", aloha.key(), body).status_code == 400


@pytest.mark.parametrize("samples", [[], [""], ["one", ""], "one", None, [1]])
def test_a_training_set_has_a_text_or_more_none_of_them_empty(aloha: Running, samples: Any) -> None:
    """ALOHA-11."""
    assert aloha.post("/v1/voice/train", aloha.key(), {"samples": samples}).status_code == 400


def test_a_run_of_a_matrix_is_followed_by_its_completion(aloha: Running) -> None:
    """ALOHA-10, ALOHA-12."""
    space = workspace(aloha, "matrix")
    (matrix,) = space.rows("matrices", insert=1)
    job = _accepted(space, f"/v1/matrix/{matrix}/run")
    aloha.advance(DURATIONS["matrix"].total_seconds() - 0.000001)
    assert space.events() == []
    aloha.advance(0.000001)
    assert space.told() == [("matrix.completed", {"matrixId": matrix, "jobId": job["id"]})]
    assert _is_done(space, job)
    aloha.advance(3_600)
    assert len(space.events()) == 1


def test_each_run_is_completed_once(aloha: Running) -> None:
    """ALOHA-10."""
    space = workspace(aloha, "runs")
    (matrix,) = space.rows("matrices", insert=1)
    jobs = [_accepted(space, f"/v1/matrix/{matrix}/run")["id"] for _ in range(3)]
    aloha.advance(60)
    assert [data["jobId"] for _, data in space.told()] == jobs


def test_a_run_of_a_test_matrix_tells_nobody(aloha: Running) -> None:
    """ALOHA-02, ALOHA-10."""
    space = workspace(aloha, "rehearsed")
    test = space.with_key(mode="test")
    (matrix,) = space.rows("matrices", insert=1, values={"mode": "test"})
    job = _accepted(test, f"/v1/matrix/{matrix}/run")
    aloha.advance(60)
    assert _is_done(test, job)
    assert space.events() == []


def test_an_unknown_matrix_and_another_workspaces_are_one_404(aloha: Running) -> None:
    """ALOHA-10."""
    space, stranger = workspace(aloha, "owner"), workspace(aloha, "stranger")
    (matrix,) = space.rows("matrices", insert=1)
    answers = [
        aloha.post(f"/v1/matrix/{name}/run", stranger.key) for name in (matrix, "mtx_nobodys")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    aloha.advance(60)
    assert space.events() == stranger.events() == []


def test_acme_has_the_matrix_that_the_contract_names(aloha: Running) -> None:
    """ALOHA-10."""
    assert aloha.post("/v1/matrix/mtx_01HXV5N7EB3FZD/run", aloha.key("acme")).status_code == 202
    assert aloha.post("/v1/matrix/mtx_01HXV5N7EB3FZD/run", aloha.key("globex")).status_code == 404
