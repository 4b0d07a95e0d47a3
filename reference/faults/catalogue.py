"""All planted faults and benign variants, by the API that they are planted in."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from reference.faults.fault import Fault

APIS = ("haleai", "haloagents", "aloha", "leadiosa")


@lru_cache
def faults_of(api: str) -> Sequence[Fault[Any]]:
    """Return the faults and variants of an API; those of others are not even loaded."""
    found: Sequence[Fault[Any]] = import_module(f"reference.faults.{api}.catalogue").FAULTS
    return found


def places() -> Mapping[str, str]:
    """Return the API that each id can be planted in."""
    return {fault.id: api for api in APIS for fault in faults_of(api)}


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
            "held_out": fault.held_out,
        }
        for api in APIS
        for fault in faults_of(api)
    ]
