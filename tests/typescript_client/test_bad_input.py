"""Answers and arguments that nobody should give: each is an error that says what and where."""

from __future__ import annotations

from pathlib import Path

from tests.node_tools import NODE
from tests.typescript_client.packages import ran

PROGRAM = Path(__file__).with_name("bad_input.test.ts").resolve()


def test_bad_input_is_a_typed_error() -> None:
    done = ran([str(NODE), "--test", "--test-isolation=none", str(PROGRAM)], Path(), ALOHA_KEY="")
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
