"""Planted faults of cursors."""

from reference.cursors import Scope
from reference.faults.composition import around
from reference.faults.cursors import (
    Crashing,
    Forgiving,
    Readable,
    SingleUse,
    Unauthenticated,
    without,
)
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import cursors, rescoped
from reference.haleai.parts import Parts


def _without_filters(scope: Scope) -> Scope:
    return {name: scope[name] for name in ("tenant", "collection")}


async def _cursor_code(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code != "invalid_cursor":
        return answered
    return answered.with_json({"error": {**answered.json["error"], "code": "invalid_request"}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F06",
        title="An unknown cursor gives the first page",
        promises=("HALE-15",),
        mistake="A failed decoding falls back to no cursor.",
        apply=cursors(lambda parts: Forgiving(parts.cursors)),
    ),
    Fault(
        id="PAG-F07",
        title="An unknown cursor is a 500",
        promises=("HALE-15",),
        mistake="Nobody thought of cursors that are not the server's own.",
        apply=cursors(lambda parts: Crashing(parts.cursors)),
    ),
    Fault(
        id="PAG-F08",
        title="Cursors can be read",
        promises=("HALE-15",),
        mistake="Base64 was taken for encryption.",
        apply=cursors(lambda parts: Readable(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F09",
        title="A cursor of one tenant works for another",
        promises=("HALE-04", "HALE-15"),
        mistake="The tenant is missing from what the cursor is bound to.",
        apply=rescoped(lambda scope: without(scope, "tenant")),
    ),
    Fault(
        id="PAG-F10",
        title="A cursor works with other filters",
        promises=("HALE-15",),
        mistake="The filters are missing from what the cursor is bound to.",
        apply=rescoped(_without_filters),
    ),
    Fault(
        id="PAG-F21",
        title="A cursor of one collection works on another",
        promises=("HALE-15",),
        mistake="The collection is missing from what the cursor is bound to.",
        apply=rescoped(lambda scope: without(scope, "collection")),
    ),
    Fault(
        id="PAG-F22",
        title="A changed cursor is taken",
        promises=("HALE-15",),
        mistake="The cursor is encrypted and not authenticated.",
        apply=cursors(lambda parts: Unauthenticated(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F25",
        title="A cursor is good once",
        promises=("HALE-07",),
        mistake="Cursors are rows of a table that are removed when they are read.",
        apply=cursors(lambda parts: SingleUse(parts.cursors)),
    ),
    Fault(
        id="PAG-F26",
        title="An unknown cursor has the code invalid_request",
        promises=("HALE-15",),
        mistake="The cursor is checked with the other parameters, under their code.",
        apply=around(_cursor_code),
    ),
)
