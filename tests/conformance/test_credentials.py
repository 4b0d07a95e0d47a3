"""AUT: what is nearly a good token, whatever tokens look like."""

from __future__ import annotations

import pytest

from conformance.rules.authentication import near


@pytest.mark.parametrize("token", ["hk_9f2C", "LK_4711", "4711", "ABC", "aa", "_x", "abba"])
def test_nothing_near_a_token_is_the_token(token: str) -> None:
    found = near(token)
    assert token not in found
    assert len(found) >= 6
