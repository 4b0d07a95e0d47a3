"""Every operation of a contract answers a valid request with something valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.contracts import Contract
from generator.stub.app import build_stub
from tests.stub.calling import call_all

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
OWN = sorted((ROOT / "openapi").glob("*/openapi.yaml"))
PUBLIC = sorted([*CORPUS.glob("*.yaml"), *CORPUS.glob("*.json")])


@pytest.mark.parametrize("prefer", ["", "dynamic=true"])
@pytest.mark.parametrize("path", OWN, ids=lambda path: path.parent.name)
def test_our_own_contracts(path: Path, prefer: str) -> None:
    called = call_all(path, whole=True, prefer=prefer)
    assert called.operations > 0
    assert called.unmade == []
    assert called.faults == []


@pytest.mark.skipif(not PUBLIC, reason="the public documents of ../shared/corpus are not here")
@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_public_contracts(path: Path) -> None:
    stub = build_stub(Contract("spec", path))
    if stub.app is None:
        assert all(finding.position.line >= 1 for finding in stub.findings)
        assert stub.findings
        return
    called = call_all(path, whole=False)
    assert called.unmade == []
    assert called.faults == []
