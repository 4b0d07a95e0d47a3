"""What OpenAPI can say, as a client in TypeScript says it on the wire and gives it back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.typescript_client.language import answers, bodies, calls, schemas
from tests.typescript_client.language.case import Case, run

CASES = [*schemas.CASES, *calls.CASES, *bodies.CASES, *answers.CASES]


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    return run(CASES, tmp_path_factory.mktemp("language"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_used_as_documented(printed: Mapping[str, list[str]], case: Case) -> None:
    assert printed[case.name] == case.printed
