"""What was published keeps its names, whatever a contract is given besides, and wherever."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.upgrades.growing import after, before, documents
from tests.upgrades.surface import Publisher, Surface


def renamed(old: Surface, new: Surface) -> dict[tuple[Any, ...], tuple[Any, Any]]:
    """What is called otherwise, or is no more."""
    return {key: (name, new.get(key)) for key, name in old.items() if name and new.get(key) != name}


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(documents(), st.integers())
def test_what_was_published_keeps_its_names(document: dict[str, Any], seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as folder:
        publisher = Publisher(Path(folder))
        old = publisher.publish(before(document))
        new = publisher.publish(after(document, random))
        assert {target: renamed(old[target], new[target]) for target in old} == {
            "python": {},
            "typescript": {},
        }
        lock = publisher.lock
        assert publisher.publish(after(document, random)) == new, "the order does not matter"
        assert publisher.lock == lock
