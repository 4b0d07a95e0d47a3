"""Planted faults of the calls that the API's document shows."""

import re
from dataclasses import replace

from reference.faults.composition import around
from reference.faults.exchange import Answered, Ask, Asked, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import is_detail
from reference.haleai.parts import Parts


async def _lower_case_ids(ask: Ask, asked: Asked) -> Answered:
    return await ask(replace(asked, path=asked.path.lower()) if is_detail(asked.path) else asked)


async def _fraction_required(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    since = asked.parameter("updatedSince")
    if answered.status != 200 or since is None or re.search(r"\.\d{3}", since):
        return answered
    return refusal(400, "invalid_request", "updatedSince must be a moment in milliseconds.")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="DOC-F01",
        title="The ids of details are read in lower case",
        promises=("HALE-14", "HALE-16"),
        mistake="A middleware normalizes paths.",
        apply=around(_lower_case_ids),
    ),
    Fault(
        id="DOC-F02",
        title="updatedSince must have milliseconds",
        promises=("HALE-11", "HALE-16"),
        mistake="The parser takes the one format that the dashboard sends.",
        apply=around(_fraction_required),
    ),
)
