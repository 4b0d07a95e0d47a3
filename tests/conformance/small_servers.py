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
    test_undocumented_rules,
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
    partial: bool = False
    """Whether it keeps only what its bugs are about: the rest fails without a bug, too."""

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


HELPDESK = {
    **test_body_rules.BUGS,
    **test_body_rules.STORABLE,
    **test_cors_rules.BUGS,
    **test_identity_rules.BUGS,
    **test_payload_rules.BUGS,
    **test_stream_rules.BUGS,
    **test_undocumented_rules.BUGS,
}
SERVERS = {
    "library": _library(conftest.library, test_rules.BUGS),
    "framed library": _library(test_framing_rules.library, test_framing_rules.BUGS),
    "library with plans": _library(
        test_plans.planned_library,
        {"newest-plan": "RAT-013", "refills-plans-alike": "RAT-016"},
        test_plans.with_plans,
    ),
    "library that is added to": SmallServer(
        conftest.CONTRACT,
        test_limited_writes.served,
        {"free-writes": "RAT-014"},
        test_limited_writes.with_adding,
        partial=True,
    ),
    "library without a control plane": _library(
        test_bursts.brief, {"burst-short": "RAT-001"}, test_bursts.without_wait
    ),
    "library met rarely": _library(test_fuzzing.rarely, test_fuzzing.RARE),
    "helpdesk": SmallServer(helpdesk_target.DOCUMENT, helpdesk_target.served, HELPDESK),
    "framed helpdesk": SmallServer(
        helpdesk_target.DOCUMENT,
        test_framing_rules.helpdesk,
        test_framing_rules.HELPDESK_BUGS,
        partial=True,
    ),
    "press": SmallServer(
        test_oauth_rules.CONTRACT, test_oauth_rules.press, test_oauth_rules.BUGS, partial=True
    ),
    "belfry": SmallServer(
        test_webhook_rules.CONTRACT,
        test_webhook_rules.belfry,
        test_webhook_rules.BUGS,
        partial=True,
    ),
    "notebook": SmallServer(
        test_resources.CONTRACT,
        test_resources.served,
        {**test_resources.BUGS, **test_resources.ELSEWHERE},
        partial=True,
    ),
}
FUZZED = frozenset({*test_fuzzing.RARE, "hides-short", "hides-signs"})
"""Bugs that only generated requests meet."""
OF_THE_REFERENCE = {
    "AUT-012": "AUT-F61",
    "AUT-013": "AUT-F2311",
    "AUT-014": "AUT-F2301",
    "AUT-015": "AUT-F3921",
    "AUT-101": "AUT-F4034",
    "DOC-004": "DOC-F53",
    "ENV-004": "ENV-F61",
    "LIF-027": "LIF-F97",
    "LIF-028": "LIF-F2714",
    "LIF-030": "LIF-F4540",
    "LIF-201": "LIF-F38",
    "LIF-202": "LIF-F40",
    "LIF-203": "LIF-F4031",
    "LIF-204": "LIF-F76",
    "LIF-205": "FIL-F44",
    "LIF-206": "FIL-F47",
    "LIF-207": "AUT-F48",
    "LIF-208": "LIF-F947",
    "LIF-209": "LIF-F77",
    "LIF-210": "LIF-F4091",
    "LIF-211": "LIF-F78",
    "LIF-212": "LIF-F4032",
    "LIF-213": "LIF-F96",
    "LIF-214": "LIF-F4033",
    "LIF-215": "FIL-F2104",
    "LIF-216": "LIF-F2303",
    "LIF-217": "PAG-F3846",
    "LIF-218": "ROT-F4542",
    "LIF-301": "LIF-F18",
    "LIF-302": "STA-F37",
    "LIF-303": "STA-F38",
    "LIF-304": "LIF-F4061",
    "LIF-305": "LIF-F4062",
    "LIF-306": "LIF-F4063",
    "LIF-307": "LIF-F16",
    "LIF-308": "LIF-F17",
    "LIF-309": "LIF-F09",
    "LIF-310": "LIF-F4064",
    "LIF-311": "STA-F1214",
    "LIF-312": "JWT-F2967",
    "LIF-313": "LIF-F4143",
    "LIF-314": "JWT-F4520",
    "LIF-315": "JWT-F4521",
    "LIF-316": "LIF-F4523",
    "LIF-317": "LIF-F4527",
    "LIF-401": "LIF-F71",
    "LIF-402": "LIF-F72",
    "LIF-403": "LIF-F49",
    "LIF-404": "LIF-F80",
    "LIF-405": "LIF-F81",
    "LIF-406": "LIF-F4101",
    "LIF-407": "LIF-F73",
    "LIF-408": "LIF-F65",
    "LIF-409": "LIF-F75",
    "LIF-410": "WHK-F48",
    "LIF-411": "LIF-F59",
    "LIF-412": "LIF-F63",
    "LIF-413": "LIF-F53",
    "LIF-414": "AUT-F58",
    "LIF-415": "AUT-F59",
    "LIF-416": "AUT-F60",
    "LIF-417": "LIF-F79",
    "LIF-418": "STA-F53",
    "LIF-419": "ENV-F57",
    "LIF-420": "STA-F4102",
    "LIF-421": "ENV-F60",
    "LIF-422": "LIF-F64",
    "LIF-423": "PAG-F78",
    "LIF-424": "AUD-F867",
    "LIF-425": "PAG-F1065",
    "LIF-426": "LIF-F82",
    "LIF-427": "LIF-F4036",
    "LIF-428": "LIF-F4037",
    "LIF-429": "LIF-F3301",
    "LIF-430": "LIF-F4560",
    "LIM-041": "LIM-F712",
    "LIM-047": "LIM-F3401",
    "RAT-017": "RAT-F906",
    "RAT-021": "RAT-F90",
    "RAT-022": "RAT-F4002",
    "RAT-026": "RAT-F20",
    "PAG-046": "PAG-F2302",
    "PAG-049": "PAG-F3402",
    "PRI-401": "PRI-F12",
    "PRI-402": "PRI-F4042",
    "PRI-403": "WHK-F57",
    "PRI-404": "PRI-F19",
    "RAT-028": "RAT-F2936",
    "RAT-029": "RAT-F3925",
    "RAT-030": "RAT-F4600",
    "RAT-031": "RAT-F4668",
    "RAT-101": "RAT-F2937",
    "ROT-101": "ROT-F08",
    "ROT-102": "ROT-F13",
    "ROT-103": "ROT-F09",
    "SCH-005": "SCH-F4001",
    "SCH-006": "RAT-F3927",
    "WHK-101": "WHK-F4035",
    "WHK-102": "WHK-F30",
    "WHK-103": "WHK-F31",
    "WHK-104": "WHK-F32",
    "WHK-105": "WHK-F33",
    "WHK-106": "WHK-F16",
    "WHK-201": "WHK-F60",
    "WHK-202": "WHK-F4038",
    "WHK-203": "WHK-F4039",
    "WHK-204": "WHK-F4040",
    "WHK-205": "WHK-F4041",
}
"""Rules that a small server has no words for, each with a fault of the reference server."""
