"""Faults planted from the documentation alone: each is shown by calls that a client can make."""

import pytest

from reference.faults.catalogue import APIS, faults_of, listing
from tests.reference.conftest import Start
from tests.reference.held_out import (
    eighteenth,
    eighth,
    eleventh,
    fifteenth,
    fifth,
    first,
    fourteenth,
    fourth,
    nineteenth,
    ninth,
    second,
    seventeenth,
    seventh,
    sixteenth,
    sixth,
    tenth,
    third,
    thirteenth,
    twelfth,
    twentieth,
    twenty_eighth,
    twenty_fifth,
    twenty_first,
    twenty_fourth,
    twenty_second,
    twenty_seventh,
    twenty_sixth,
    twenty_third,
)
from tests.reference.held_out.demonstration import Demonstration

SETS = {
    1: first.DEMONSTRATIONS,
    2: second.DEMONSTRATIONS,
    3: third.DEMONSTRATIONS,
    4: fourth.DEMONSTRATIONS,
    5: fifth.DEMONSTRATIONS,
    6: sixth.DEMONSTRATIONS,
    7: seventh.DEMONSTRATIONS,
    8: eighth.DEMONSTRATIONS,
    9: ninth.DEMONSTRATIONS,
    10: tenth.DEMONSTRATIONS,
    11: eleventh.DEMONSTRATIONS,
    12: twelfth.DEMONSTRATIONS,
    13: thirteenth.DEMONSTRATIONS,
    14: fourteenth.DEMONSTRATIONS,
    15: fifteenth.DEMONSTRATIONS,
    16: sixteenth.DEMONSTRATIONS,
    17: seventeenth.DEMONSTRATIONS,
    18: eighteenth.DEMONSTRATIONS,
    19: nineteenth.DEMONSTRATIONS,
    20: twentieth.DEMONSTRATIONS,
    21: twenty_first.DEMONSTRATIONS,
    22: twenty_second.DEMONSTRATIONS,
    23: twenty_third.DEMONSTRATIONS,
    24: twenty_fourth.DEMONSTRATIONS,
    25: twenty_fifth.DEMONSTRATIONS,
    26: twenty_sixth.DEMONSTRATIONS,
    27: twenty_seventh.DEMONSTRATIONS,
    28: twenty_eighth.DEMONSTRATIONS,
}
DEMONSTRATIONS: dict[str, dict[str, Demonstration]] = {
    api: {fault: shown for one in SETS.values() for fault, shown in one[api].items()}
    for api in APIS
}
PLACES = [(api, fault) for api in APIS for fault in DEMONSTRATIONS[api]]


@pytest.mark.parametrize(("api", "fault"), PLACES)
def test_a_held_out_fault_shows(api: str, fault: str, start: Start) -> None:
    demonstration = DEMONSTRATIONS[api][fault]
    assert demonstration.shown(start, api) == demonstration.honest
    assert demonstration.shown(start, api, fault) == demonstration.planted


def test_each_held_out_fault_is_shown() -> None:
    for api in APIS:
        held_out = [fault for fault in faults_of(api) if fault.held_out]
        assert [fault.id for fault in held_out] == [*DEMONSTRATIONS[api]]
        assert not any(fault.benign for fault in held_out)
        assert {fault.held_out for fault in held_out} <= SETS.keys()
        of_sets = [[fault.id for fault in held_out if fault.held_out == n] for n in SETS]
        assert of_sets == [[*one[api]] for one in SETS.values()]
    assert [entry["id"] for entry in listing() if entry["held_out"]] == [
        fault for _, fault in PLACES
    ]
