"""The small servers of these tests, each with its contract and its bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conformance.contract import Contract, load
from conformance.target import Target
from tests.conformance import (
    conftest,
    helpdesk_target,
    test_cors_rules,
    test_framing_rules,
    test_identity_rules,
    test_oauth_rules,
    test_payload_rules,
    test_resources,
    test_rules,
    test_stream_rules,
    test_webhook_rules,
)


@dataclass(frozen=True, slots=True)
class SmallServer:
    """A server, how it is served with some bugs, and which rule each bug is for."""

    document: Path
    served: Callable[..., AbstractContextManager[Target]]
    bugs: Mapping[str, str]

    def contract(self, bugs: str) -> Contract:
        """What it is held to."""
        return test_webhook_rules.held_to(_contract(self.document), bugs)


@cache
def _contract(document: Path) -> Contract:
    """A contract, read once a process."""
    return load(str(document), Path.cwd())


HELPDESK = {
    **test_cors_rules.BUGS,
    **test_identity_rules.BUGS,
    **test_payload_rules.BUGS,
    **test_stream_rules.BUGS,
}
SERVERS = {
    "library": SmallServer(conftest.CONTRACT, conftest.library, test_rules.BUGS),
    "framing": SmallServer(conftest.CONTRACT, test_framing_rules.library, test_framing_rules.BUGS),
    "helpdesk": SmallServer(helpdesk_target.DOCUMENT, helpdesk_target.served, HELPDESK),
    "press": SmallServer(test_oauth_rules.CONTRACT, test_oauth_rules.press, test_oauth_rules.BUGS),
    "belfry": SmallServer(
        test_webhook_rules.CONTRACT, test_webhook_rules.belfry, test_webhook_rules.BUGS
    ),
    "notebook": SmallServer(test_resources.CONTRACT, test_resources.served, test_resources.BUGS),
}
FUZZED: frozenset[str] = frozenset()
"""Bugs that only generated requests meet."""
