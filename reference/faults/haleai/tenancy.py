"""Planted faults of tenants."""

from sqlalchemy import select

from generated.haleai.server import errors
from reference.collection import AnyRow, Collection
from reference.cursors import Scope
from reference.faults.composition import around_with_parts
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import FindFrom, is_detail, is_list, refound, reselected
from reference.haleai.kinds import KINDS
from reference.haleai.parts import Parts


async def _find_anywhere(parts: Parts, row_id: str) -> AnyRow | None:
    """Return the row with this id, of whatever tenant."""
    kind = next((kind for kind in KINDS.values() if row_id.startswith(kind.id_prefix)), None)
    if kind is None:
        return None
    statement = select(kind.table).where(kind.table.c.id == row_id)
    return await parts.platform.database.read(
        lambda connection: connection.execute(statement).first()
    )


def _tenant_forgotten(parts: Parts) -> FindFrom:
    async def find(inner: Collection, tenant: str, row_id: str) -> AnyRow | None:
        return await inner.find(tenant, row_id) or await _find_anywhere(parts, row_id)

    return find


def _tells_whose(parts: Parts) -> FindFrom:
    async def find(inner: Collection, tenant: str, row_id: str) -> AnyRow | None:
        row = await inner.find(tenant, row_id)
        if row is None and await _find_anywhere(parts, row_id) is not None:
            raise errors.NotFound("This belongs to another team.")
        return row

    return find


def _forbids_foreign(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        row_id = asked.path.rpartition("/")[2]
        if answered.status == 404 and is_detail(asked.path) and await _find_anywhere(parts, row_id):
            return refusal(403, "forbidden", "This is not yours to see.")
        return answered

    return tamper


def _filter_leaks(selection: Scope, _position: int | None) -> Scope:
    return without(selection, "tenant") if "updated_since" in selection else selection


def _next_page_leaks(selection: Scope, position: int | None) -> Scope:
    return selection if position is None else without(selection, "tenant")


def _cached_by_url(_parts: Parts) -> Tamper:
    kept: dict[tuple[str, bytes], Answered] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 200 or not is_list(asked.path):
            return answered
        return kept.setdefault((asked.path, asked.query_string), answered)

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="TEN-F01",
        title="A row of any tenant can be read by its id",
        promises=("HALE-04", "HALE-14"),
        mistake="The look-up by id forgets the tenant.",
        apply=refound(_tenant_forgotten),
    ),
    Fault(
        id="TEN-F03",
        title="The id of another tenant's row is 403",
        promises=("HALE-04",),
        mistake="Rows are looked up first and permissions after.",
        apply=around_with_parts(_forbids_foreign),
    ),
    Fault(
        id="TEN-F04",
        title="A list with updatedSince holds the rows of all tenants",
        promises=("HALE-04",),
        mistake="The filter was added with its own query.",
        apply=reselected(_filter_leaks),
    ),
    Fault(
        id="TEN-F05",
        title="The id of another tenant's row is a 404 that says so",
        promises=("HALE-04",),
        mistake="The message was made to help.",
        apply=refound(_tells_whose),
    ),
    Fault(
        id="TEN-F06",
        title="All pages but the first hold the rows of all tenants",
        promises=("HALE-04",),
        mistake="The cursor was thought to say whose list it is.",
        apply=reselected(_next_page_leaks),
    ),
    Fault(
        id="TEN-F07",
        title="Tenants get each other's lists",
        promises=("HALE-04",),
        mistake="A cache was put in front that does not look at who asks.",
        apply=around_with_parts(_cached_by_url),
    ),
)
