"""All planted faults and benign variants, by the API that they are planted in."""

from collections.abc import Mapping, Sequence
from typing import Any

from reference.faults.aloha.catalogue import FAULTS as ALOHA
from reference.faults.fault import Fault
from reference.faults.haleai.catalogue import FAULTS as HALEAI
from reference.faults.haloagents.catalogue import FAULTS as HALOAGENTS
from reference.faults.leadiosa.catalogue import FAULTS as LEADIOSA

CATALOGUE: Mapping[str, Sequence[Fault[Any]]] = {
    "haleai": HALEAI,
    "haloagents": HALOAGENTS,
    "aloha": ALOHA,
    "leadiosa": LEADIOSA,
}

FAULTS: Mapping[str, Sequence[str]] = {
    fault.id: (api,) for api, faults in CATALOGUE.items() for fault in faults
}
"""The APIs that each id can be planted in."""


def listing() -> Sequence[Mapping[str, object]]:
    """Return what there is to know of every fault in every API, ready to be written as JSON.

    `promise` is the first of the promises that it breaks, empty for a benign variant.
    """
    return [
        {
            "id": fault.id,
            "api": api,
            "title": fault.title,
            "promise": next(iter(fault.promises), ""),
            "promises": fault.promises,
            "mistake": fault.mistake,
            "benign": fault.benign,
        }
        for api, faults in CATALOGUE.items()
        for fault in faults
    ]
