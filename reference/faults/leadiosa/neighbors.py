"""Planted faults of what workspaces and tokens have to do with one another, and unheard headers."""

from typing import Any

from sqlalchemy import select, update

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Request
from reference.faults.composition import around
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.parts import Parts
from reference.leadiosa.security import AGENT, Caller
from reference.leadiosa.tables import audit_entries, workspaces

_TRIED = "x-dry-run"


def _restoring_all(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    change.connection.execute(update(workspaces).values(closed_at=None))
    return written


def _own_articles_only(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    found, named = audit_entries.c, request.path.rpartition("/")[2]
    written = select(found.token_id).where(
        found.action == "article.create", found.resource_id == named
    )
    author = change.connection.scalar(written)
    if request.principal.role == AGENT and author != request.principal.token_id:
        raise errors.Forbidden("Agents change what they wrote themselves.")
    return work(change)


def _closing_for_owners(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    if request.principal.role == AGENT and written.answer.status == "closed":
        raise errors.Forbidden("Agents close nothing.")
    return written


async def _trying(ask: Ask, asked: Asked) -> Answered:
    if asked.method == "DELETE" and _TRIED in asked.headers:
        answered = await ask(Asked("GET", "/nowhere", b"", asked.headers))
        return Answered(204, answered.headers, b"") if answered.status != 401 else answered
    return await ask(asked)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4590",
        title="Restoring a workspace restores every other one",
        promises=("LEAD-19",),
        mistake="The update has no condition.",
        apply=reworking("workspace.restore", _restoring_all),
    ),
    Fault(
        id="LIF-F4591",
        title="An agent changes no article that somebody else wrote",
        promises=("LEAD-16", "LEAD-08"),
        mistake="The rule of the dashboard is that of the API, too.",
        apply=reworking("article.update", _own_articles_only),
    ),
    Fault(
        id="LIF-F4592",
        title="An agent closes no conversation",
        promises=("LEAD-12", "LEAD-08"),
        mistake="Closing was taken for a matter of owners.",
        apply=reworking("conversation.update", _closing_for_owners),
    ),
    Fault(
        id="LIF-F4593",
        title="DELETE with X-Dry-Run is answered with 204, and deletes nothing",
        promises=("LEAD-14", "LEAD-16", "LEAD-17"),
        mistake="A switch of the tests was left on.",
        apply=around(_trying),
    ),
)
