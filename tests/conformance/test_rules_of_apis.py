"""What rules ask of our own APIs: what the small servers have no words for, and partial faults.

A partial fault breaks a promise for one value, one page or one moment of many.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.contract import load
from conformance.judging import judge_all
from conformance.launch import reference
from conformance.power.trial import directed
from conformance.rule import Outcome
from conformance.rules import catalogue
from conformance.session import opened


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        ([], ("pass", "")),
        (
            ["ROT-F05"],
            (
                "fail",
                "X-RateLimit-Limit of the new key is another: its plan is not that of the old one.",
            ),
        ),
    ],
)
def test_a_new_key_has_the_plan_of_the_old_one(faults: list[str], found: tuple[str, str]) -> None:
    contract = load("aloha", Path.cwd())
    rules = [rule for rule in catalogue(contract) if rule.id == "ROT-001"]
    with reference("aloha", faults=faults) as target, opened(contract, target) as session:
        (result,) = judge_all(session, rules)
    assert (result.outcome, result.message) == found


PARTIAL = [
    ("aloha", "AUT-F1230", "AUT-006"),
    ("aloha", "FIL-F1044", "LIM-006"),
    ("aloha", "FIL-F1142", "PAG-031"),
    ("aloha", "FIL-F845", "LIF-206"),
    ("aloha", "FIL-F944", "PAG-031"),
    ("aloha", "FIL-F944", "LIF-205"),
    ("aloha", "LIF-F76", "LIF-212"),
    ("aloha", "LIF-F96", "LIF-213"),
    ("aloha", "LIF-F2101", "LIF-201"),
    ("aloha", "LIF-F2102", "LIF-204"),
    ("aloha", "LIF-F2103", "LIF-214"),
    ("aloha", "FIL-F2104", "LIF-215"),
    ("aloha", "OAU-F1144", "OAU-068"),
    ("aloha", "OAU-F2107", "OAU-070"),
    ("aloha", "RAT-F2105", "RAT-014"),
    ("aloha", "RAT-F2106", "RAT-014"),
    ("aloha", "WHK-F2108", "WHK-106"),
    ("aloha", "AUT-F2301", "AUT-014"),
    ("aloha", "AUT-F3921", "AUT-015"),
    ("aloha", "ROT-F3922", "ROT-005"),
    ("aloha", "ROT-F3923", "ROT-005"),
    ("aloha", "RAT-F3924", "RAT-029"),
    ("aloha", "RAT-F3925", "RAT-029"),
    ("aloha", "RAT-F3926", "RAT-019"),
    ("aloha", "RAT-F3927", "SCH-006"),
    ("aloha", "RAT-F3928", "RAT-021"),
    ("aloha", "LIF-F3929", "LIF-209"),
    ("aloha", "LIF-F3930", "LIF-203"),
    ("aloha", "PAG-F3931", "LIF-211"),
    ("aloha", "PAG-F3932", "LIF-214"),
    ("aloha", "LIF-F3933", "LIF-204"),
    ("aloha", "AUT-F2931", "AUT-101"),
    ("aloha", "OAU-F2932", "OAU-078"),
    ("aloha", "LIM-F2933", "LIM-038"),
    ("aloha", "LIF-F2934", "LIF-012"),
    ("aloha", "LIF-F2935", "LIF-204"),
    ("aloha", "LIF-F2935", "LIF-212"),
    ("aloha", "RAT-F2936", "RAT-028"),
    ("aloha", "RAT-F2937", "RAT-101"),
    ("aloha", "OAU-F2938", "OAU-074"),
    ("aloha", "TLS-F2939", "TLS-001"),
    ("aloha", "RAT-F2940", "RAT-012"),
    ("aloha", "LIM-F3401", "LIM-047"),
    ("aloha", "LIM-F3405", "LIM-047"),
    ("aloha", "PAG-F3402", "PAG-049"),
    ("aloha", "ENV-F3403", "ENV-001"),
    ("aloha", "OAU-F3404", "OAU-071"),
    ("aloha", "TEN-F2744", "OAU-074"),
    ("aloha", "LIF-F2303", "LIF-216"),
    ("aloha", "PAG-F3846", "LIF-217"),
    ("aloha", "OAU-F3741", "OAU-062"),
    ("aloha", "PAG-F2302", "PAG-046"),
    ("aloha", "RAT-F2304", "RAT-018"),
    ("aloha", "RAT-F3543", "RAT-007"),
    ("aloha", "STA-F3602", "OAU-071"),
    ("aloha", "ROT-F2305", "ROT-005"),
    ("aloha", "OAU-F1322", "OAU-067"),
    ("aloha", "RAT-F1227", "SCH-003"),
    ("aloha", "RAT-F1524", "RAT-018"),
    ("aloha", "RAT-F96", "SCH-005"),
    ("aloha", "WHK-F1223", "WHK-004"),
    ("aloha", "WHK-F948", "WHK-105"),
    ("haleai", "AUT-F1103", "AUT-003"),
    ("haleai", "AUT-F1202", "AUT-002"),
    ("haleai", "AUT-F1503", "AUT-007"),
    ("haleai", "FIL-F2956", "PAG-037"),
    ("haleai", "FIL-F2957", "LIM-005"),
    ("haleai", "FIL-F2958", "LIM-001"),
    ("haleai", "FIL-F803", "PAG-036"),
    ("haleai", "HDR-F2959", "HDR-004"),
    ("haleai", "LIF-F1310", "LIF-001"),
    ("haleai", "PAG-F1502", "PAG-003"),
    ("haleai", "ENV-F2708", "ENV-001"),
    ("haleai", "PAG-F2951", "PAG-024"),
    ("haleai", "PAG-F2952", "PAG-023"),
    ("haleai", "PAG-F2953", "PAG-043"),
    ("haleai", "PAG-F2954", "PAG-006"),
    ("haleai", "PAG-F2955", "PAG-006"),
    ("haleai", "FIL-F3908", "LIM-001"),
    ("haleai", "FIL-F3909", "LIM-006"),
    ("haleai", "PAG-F3910", "PAG-006"),
    ("haleai", "PAG-F903", "PAG-007"),
    ("haleai", "PAG-F4125", "PAG-035"),
    ("haleai", "PAG-F4126", "PAG-035"),
    ("haleai", "RAT-F20", "RAT-026"),
    ("haleai", "SCH-F809", "LIF-001"),
    ("haleai", "STA-F3508", "STA-001"),
    ("haleai", "STA-F4121", "STA-001"),
    ("haleai", "STA-F4122", "STA-002"),
    ("haleai", "STA-F4123", "STA-003"),
    ("haleai", "STA-F4124", "STA-001"),
    ("haleai", "TEN-F1006", "TEN-002"),
    ("haleai", "TEN-F3405", "TEN-003"),
    ("haloagents", "AUT-F2966", "LIF-303"),
    ("haloagents", "COR-F2961", "COR-002"),
    ("haloagents", "COR-F2962", "COR-001"),
    ("haloagents", "JWT-F2967", "LIF-312"),
    ("haloagents", "JWT-F2971", "JWT-015"),
    ("haloagents", "JWT-F3901", "JWT-021"),
    ("haloagents", "JWT-F3902", "JWT-022"),
    ("haloagents", "JWT-F3903", "LIF-312"),
    ("haloagents", "LIM-F3904", "LIM-043"),
    ("haloagents", "LIF-F3905", "LIF-310"),
    ("haloagents", "LIF-F3906", "LIF-311"),
    ("haloagents", "STA-F3907", "STA-004"),
    ("haloagents", "LIF-F2965", "LIF-302"),
    ("haloagents", "LIF-F2968", "LIF-310"),
    ("haloagents", "LIF-F2970", "LIF-306"),
    ("haloagents", "LIF-F2972", "LIF-311"),
    ("haloagents", "LIM-F2963", "LIM-025"),
    ("haloagents", "SSE-F2964", "LIF-301"),
    ("haloagents", "SSE-F2969", "SSE-010"),
    ("haloagents", "AUT-F830", "AUT-004"),
    ("haloagents", "IDN-F821", "JWT-001"),
    ("haloagents", "LIF-F1318", "LIF-309"),
    ("haloagents", "LIF-F97", "LIF-027"),
    ("haloagents", "LIF-F2714", "LIF-028"),
    ("haloagents", "LIM-F1122", "LIM-025"),
    ("haloagents", "SSE-F1514", "SSE-006"),
    ("haloagents", "SSE-F3411", "SSE-006"),
    ("haloagents", "STA-F1126", "LIF-309"),
    ("haloagents", "STA-F828", "LIF-308"),
    ("haloagents", "STR-F824", "SSE-006"),
    ("haloagents", "SSE-F3713", "SSE-010"),
    ("haloagents", "LIM-F3812", "LIM-053"),
    ("haloagents", "SSE-F4136", "SSE-011"),
    ("haloagents", "SSE-F4137", "SSE-009"),
    ("haloagents", "SSE-F4138", "SSE-009"),
    ("haloagents", "SSE-F4139", "SSE-013"),
    ("haloagents", "LIM-F4140", "LIM-053"),
    ("haloagents", "LIF-F4141", "LIM-040"),
    ("leadiosa", "STA-F1725", "LIF-403"),
    ("leadiosa", "AUD-F1337", "LIF-424"),
    ("leadiosa", "AUD-F710", "LIF-424"),
    ("leadiosa", "AUD-F3306", "LIF-422"),
    ("leadiosa", "AUD-F711", "LIF-428"),
    ("leadiosa", "AUD-F867", "LIF-424"),
    ("leadiosa", "AUD-F962", "LIF-412"),
    ("leadiosa", "AUD-F2312", "LIF-416"),
    ("leadiosa", "AUT-F2311", "AUT-013"),
    ("leadiosa", "LIF-F2313", "LIF-403"),
    ("leadiosa", "STA-F2314", "LIF-413"),
    ("leadiosa", "AUT-F61", "AUT-012"),
    ("leadiosa", "ENV-F3304", "LIF-421"),
    ("leadiosa", "ENV-F717", "LIF-421"),
    ("leadiosa", "LIF-F1339", "LIF-403"),
    ("leadiosa", "LIF-F3301", "LIF-429"),
    ("leadiosa", "LIF-F3308", "LIF-413"),
    ("leadiosa", "LIF-F3943", "LIF-428"),
    ("leadiosa", "LIF-F703", "LIF-403"),
    ("leadiosa", "LIF-F704", "LIF-406"),
    ("leadiosa", "LIF-F707", "LIF-408"),
    ("leadiosa", "LIF-F82", "LIF-426"),
    ("leadiosa", "LIF-F963", "LIF-402"),
    ("leadiosa", "LIM-F712", "LIM-041"),
    ("leadiosa", "PAG-F1065", "LIF-425"),
    ("leadiosa", "PAG-F3302", "PAG-041"),
    ("leadiosa", "PAG-F3303", "PAG-041"),
    ("leadiosa", "PAG-F3941", "PAG-029"),
    ("leadiosa", "PAG-F3942", "PAG-041"),
    ("leadiosa", "PAG-F708", "LIF-413"),
    ("leadiosa", "PAG-F709", "PAG-024"),
    ("leadiosa", "PRI-F19", "PRI-404"),
    ("leadiosa", "PRI-F705", "PRI-404"),
    ("leadiosa", "PRI-F706", "PRI-401"),
    ("leadiosa", "PRI-F961", "PRI-401"),
    ("leadiosa", "RAT-F1343", "RAT-019"),
    ("leadiosa", "RAT-F714", "RAT-018"),
    ("leadiosa", "RAT-F89", "RAT-022"),
    ("leadiosa", "RAT-F90", "RAT-021"),
    ("leadiosa", "ROT-F720", "ROT-102"),
    ("leadiosa", "SCH-F1244", "LIF-417"),
    ("leadiosa", "SCH-F3305", "LIF-417"),
    ("leadiosa", "SCH-F3309", "LIF-014"),
    ("leadiosa", "SCH-F718", "LIF-417"),
    ("leadiosa", "SCH-F967", "LIF-417"),
    ("leadiosa", "SEC-F715", "LIF-410"),
    ("leadiosa", "STA-F3310", "LIF-419"),
    ("leadiosa", "STA-F3601", "AUT-012"),
    ("leadiosa", "STA-F716", "LIF-418"),
    ("leadiosa", "STA-F721", "LIF-407"),
    ("leadiosa", "STA-F964", "LIF-413"),
    ("leadiosa", "TEN-F1332", "TEN-006"),
    ("leadiosa", "TEN-F719", "LIF-404"),
    ("leadiosa", "WHK-F1336", "WHK-040"),
    ("leadiosa", "WHK-F3307", "WHK-045"),
    ("leadiosa", "WHK-F62", "WHK-044"),
    ("leadiosa", "WHK-F63", "WHK-203"),
    ("leadiosa", "WHK-F701", "WHK-201"),
    ("leadiosa", "WHK-F702", "WHK-201"),
    ("leadiosa", "WHK-F713", "WHK-204"),
    ("leadiosa", "WHK-F862", "WHK-201"),
    ("leadiosa", "WHK-F968", "WHK-201"),
    ("leadiosa", "ENV-F3951", "ENV-004"),
    ("leadiosa", "PAG-F3944", "PAG-042"),
    ("leadiosa", "PAG-F3945", "PAG-041"),
    ("leadiosa", "PRI-F3946", "PRI-402"),
    ("leadiosa", "PRI-F3947", "PRI-404"),
    ("leadiosa", "PRI-F3957", "PRI-404"),
    ("leadiosa", "SCH-F3950", "LIF-019"),
    ("leadiosa", "SCH-F3950", "LIF-021"),
    ("leadiosa", "LIF-F3953", "LIF-408"),
    ("leadiosa", "LIF-F3956", "PRI-404"),
    ("leadiosa", "WHK-F3954", "WHK-203"),
    ("leadiosa", "WHK-F3955", "WHK-205"),
    ("leadiosa", "STA-F3948", "STA-004"),
    ("leadiosa", "TLS-F3949", "TLS-002"),
    ("leadiosa", "LIF-F3952", "LIF-403"),
    ("leadiosa", "ROT-F3958", "ROT-102"),
    ("leadiosa", "WHK-F3959", "LIF-409"),
    ("leadiosa", "PAG-F3960", "PRI-404"),
]


@pytest.mark.parametrize(("api", "fault", "rule"), PARTIAL)
def test_a_fault_that_shows_seldom_is_caught_by_its_rule(api: str, fault: str, rule: str) -> None:
    contract = load(api, Path.cwd())
    rules = [each for each in catalogue(contract) if each.id == rule]
    with reference(api, faults=[fault]) as target, opened(contract, target) as session:
        outcomes = {result.outcome for result in judge_all(session, rules)}
    assert Outcome.FAIL in outcomes


def test_no_word_of_a_promise_is_taken_for_a_secret() -> None:
    """What rules make up for a credential is taken out of reports, as a real one is."""
    contract = load("haleai", Path.cwd())
    with reference("haleai") as target, opened(contract, target) as session:
        results = [*judge_all(session, directed(contract))]
        clean = session.client.redactor.clean
    assert {result.outcome for result in results} == {Outcome.PASS, Outcome.NOT_APPLICABLE}
    for promise in contract.documented.values():
        assert clean(promise.text) == promise.text
