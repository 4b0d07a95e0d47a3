"""How many bytes programs have that use the packages, minified and gzipped as an app's are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.bundles import GOALS, OWN, bundled, size


@pytest.mark.parametrize("program", GOALS)
def test_a_program_is_small(tmp_path: Path, program: str) -> None:
    _, gzipped = size(bundled(OWN[program], tmp_path / "bundle.mjs", {}))
    assert gzipped <= GOALS[program]
