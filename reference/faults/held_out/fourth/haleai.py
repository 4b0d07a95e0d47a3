"""Faults of HaleAI, the fourth set planted from its documentation alone."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace

from generated.haleai.server.runtime import Gate, Request
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import requests
from reference.faults.exchange import Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Refound, gate, is_list, repaged
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller

_LARGEST_PAGE = 200


def _has_stage_in_capitals(asked: Asked) -> bool:
    stage = asked.parameter("stage")
    return asked.path == f"{BASE_PATH}/leads" and stage is not None and stage != stage.lower()


def _in_small_letters(asked: Asked) -> Asked:
    return asked.with_query(
        (name, value.lower()) if name == "stage" else (name, value) for name, value in asked.query
    )


@dataclass(frozen=True, slots=True)
class _ListsOnly:
    """Admits each request for a detail, and counts those for lists."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Admit a request; raise RateLimited."""
        return {} if request.operation_id.startswith("get") else await self.inner.admit(request)


def _user_name(asked: Asked) -> str:
    """Return whom HTTP Basic names; nobody where it is not used."""
    scheme, _, credentials = asked.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials.strip()).decode("latin-1").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def _as_bearer(asked: Asked) -> Asked:
    return asked.with_header("authorization", f"Bearer {_user_name(asked)}")


async def _without_one_more(
    inner: Collection, selection: Scope, position: int | None, limit: int
) -> Page:
    page = await inner.page(selection, position, limit)
    return replace(page, next_position=None) if limit == _LARGEST_PAGE else page


def _has_empty_cursor(asked: Asked) -> bool:
    return is_list(asked.path) and [value for name, value in asked.query if name == "cursor"] == [
        ""
    ]


def _without_cursor(asked: Asked) -> Asked:
    return asked.without("cursor")


def _without_dead_deals(parts: Parts) -> Parts:
    async def find(inner: Collection, tenant: str, row_id: str) -> AnyRow | None:
        row = await inner.find(tenant, row_id)
        return None if row is None or row.stage == "dead" else row

    deals = Refound(parts.collections["deals"], find)
    return replace(parts, collections={**parts.collections, "deals": deals})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="FIL-F1101",
        title="A stage of leads is taken in capitals, too",
        promises=("HALE-12",),
        mistake="The parameter is put into small letters before it is looked at.",
        apply=requests(_has_stage_in_capitals, _in_small_letters),
        held_out=4,
    ),
    Fault(
        id="RAT-F1102",
        title="Details spend nothing, and are never refused",
        promises=("HALE-06",),
        mistake="The limiter was put around the lists, which were slow.",
        apply=gate(lambda parts: _ListsOnly(parts.gate)),
        held_out=4,
    ),
    Fault(
        id="AUT-F1103",
        title="A key is taken as the user name of HTTP Basic, too",
        promises=("HALE-02",),
        mistake="Another API that everybody knows does so, and a customer asked for it.",
        apply=requests(lambda asked: _user_name(asked) != "", _as_bearer),
        held_out=4,
    ),
    Fault(
        id="PAG-F1104",
        title="A page with the largest limit is the last, whatever follows",
        promises=("HALE-07", "HALE-15"),
        mistake="The row more that tells whether the list goes on is capped with the limit.",
        apply=repaged(_without_one_more),
        held_out=4,
    ),
    Fault(
        id="PAG-F1105",
        title="An empty cursor means the first page",
        promises=("HALE-15",),
        mistake="Whether there is a cursor is asked by its truth.",
        apply=requests(_has_empty_cursor, _without_cursor),
        held_out=4,
    ),
    Fault(
        id="LIF-F1106",
        title="A deal that is dead is listed, and not found by its id",
        promises=("HALE-14",),
        mistake="What is found by an id passes the filter that hides dead deals on the dashboard.",
        apply=_without_dead_deals,
        held_out=4,
    ),
)
