"""All planted faults and benign variants, by the API that they are planted in."""

from collections.abc import Mapping, Sequence

from reference.faults import (
    authentication,
    benign,
    cursors,
    documented_calls,
    envelopes,
    filters,
    headers,
    paging,
    rate_limits,
    rows,
    tenancy,
)
from reference.faults.fault import Fault
from reference.haleai.parts import Parts as HaleAIParts

HALEAI: tuple[Fault[HaleAIParts], ...] = (
    *paging.FAULTS,
    *cursors.FAULTS,
    *filters.FAULTS,
    *authentication.FAULTS,
    *tenancy.FAULTS,
    *rate_limits.FAULTS,
    *envelopes.FAULTS,
    *rows.FAULTS,
    *headers.FAULTS,
    *documented_calls.FAULTS,
    *benign.FAULTS,
)

FAULTS: Mapping[str, Sequence[str]] = {fault.id: ("haleai",) for fault in HALEAI}
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
        for fault in HALEAI
        for api in FAULTS[fault.id]
    ]
