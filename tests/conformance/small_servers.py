"""The small servers of these tests, each with its contract and its bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from conformance.contract import Contract, load
from conformance.target import Target
from tests.conformance import (
    conftest,
    helpdesk_target,
    test_body_rules,
    test_bursts,
    test_cors_rules,
    test_framing_rules,
    test_fuzzing,
    test_identity_rules,
    test_limited_writes,
    test_oauth_rules,
    test_payload_rules,
    test_plans,
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
    edited: Callable[[str], str] = str
    """Makes its contract of the document's text."""

    def contract(self, bugs: str) -> Contract:
        """What it is held to."""
        return test_webhook_rules.held_to(_contract(self.document, self.edited), bugs)


@cache
def _contract(document: Path, edited: Callable[[str], str]) -> Contract:
    """A contract, read once a process, with what stands beside it."""
    with TemporaryDirectory() as directory:
        folder = Path(copytree(document.parent, Path(directory) / document.parent.name))
        file = folder / document.name
        file.write_text(edited(document.read_text("utf-8")), "utf-8")
        return load(str(file), folder)


def _library(
    served: Callable[..., AbstractContextManager[Target]],
    bugs: Mapping[str, str],
    edited: Callable[[str], str] = str,
) -> SmallServer:
    return SmallServer(conftest.CONTRACT, served, bugs, edited)


def _helpdesk(
    served: Callable[..., AbstractContextManager[Target]], bugs: Mapping[str, str]
) -> SmallServer:
    return SmallServer(helpdesk_target.DOCUMENT, served, bugs)


HELPDESK = {
    **test_body_rules.BUGS,
    **test_cors_rules.BUGS,
    **test_identity_rules.BUGS,
    **test_payload_rules.BUGS,
    **test_stream_rules.BUGS,
}
SERVERS = {
    "library": _library(conftest.library, test_rules.BUGS),
    "framed library": _library(test_framing_rules.library, test_framing_rules.BUGS),
    "library with plans": _library(
        conftest.library, {"newest-plan": "RAT-013"}, test_plans.with_plans
    ),
    "library that is added to": _library(
        test_limited_writes.served, {"free-writes": "RAT-014"}, test_limited_writes.with_adding
    ),
    "library without a control plane": _library(
        test_bursts.brief, {"burst-quarter": "RAT-001"}, test_bursts.without_wait
    ),
    "library met rarely": _library(test_fuzzing.rarely, test_fuzzing.RARE),
    "helpdesk": _helpdesk(helpdesk_target.served, HELPDESK),
    "framed helpdesk": _helpdesk(test_framing_rules.helpdesk, test_framing_rules.HELPDESK_BUGS),
    "press": SmallServer(test_oauth_rules.CONTRACT, test_oauth_rules.press, test_oauth_rules.BUGS),
    "belfry": SmallServer(
        test_webhook_rules.CONTRACT, test_webhook_rules.belfry, test_webhook_rules.BUGS
    ),
    "notebook": SmallServer(
        test_resources.CONTRACT,
        test_resources.served,
        {**test_resources.BUGS, **test_resources.ELSEWHERE},
    ),
}
FUZZED = frozenset(test_fuzzing.RARE)
"""Bugs that only generated requests meet."""
