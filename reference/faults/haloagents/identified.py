"""Planted faults of who a user is: by a name of any shape, and by identifying alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from generated.haloagents.server import errors
from reference.faults.composition import answers, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.access import CONFIG
from reference.faults.haloagents.limits import CHATS, COMPANIES, EVENTS, USERS
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.records import identify_user, set_enrollment
from reference.haloagents.tables import users

_SERIES = f"{BASE_PATH}/series"
_LATIN = 255
Traits = Callable[[Asked], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _LatinAlone:
    """Refuses a proof of a user whose name has other letters than Western ones."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        if proved is not None and any(ord(letter) > _LATIN for letter in proved.user_id):
            raise errors.Forbidden("The user_token is invalid, expired, or for another user.")
        return proved


def _is_elsewhere(asked: Asked, answered: Answered) -> bool:
    is_taken = asked.path == _SERIES and answered.status == 200
    return is_taken and not asked.fields["user_id"].isascii()


def _not_found(answered: Answered) -> Answered:
    return answered.with_status(404).with_json({"error": "There is no user with this user_id."})


def _telling(path: str, traits: Traits, *, of_anybody: bool) -> Callable[[Parts], Parts]:
    """Identify a user by what else is sent of them: of anybody, or of users who are known."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            tenant, user_id = await tenant_of(parts, asked), asked.fields.get("user_id")
            if asked.path != path or answered.status != 200 or not isinstance(user_id, str):
                return answered
            if tenant and (of_anybody or await known_data(parts, asked, users, "user_id")):
                told = {"user_id": user_id, "traits": traits(asked)}
                work = partial(identify_user, tenant=tenant, user=told, context=None)
                await parts.platform.database.write(work)
            return answered

        return tamper

    return around_with_parts(make)


def _back_again(parts: Parts) -> Tamper:
    """Enroll users again when they are identified, in the series that they were removed from."""
    removed: dict[tuple[str, str], set[str]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant, sent = await tenant_of(parts, asked), asked.fields
        if tenant is None or answered.status != 200 or asked.path not in {_SERIES, USERS}:
            return answered
        of_user = removed.setdefault((tenant, sent["user_id"]), set())
        if asked.path == USERS:
            for series_id in of_user:
                work = partial(
                    set_enrollment,
                    tenant=tenant,
                    series_id=series_id,
                    user_id=sent["user_id"],
                    enrolled=True,
                )
                await parts.platform.database.write(work)
        elif sent["action"] == "remove":
            of_user.add(sent["series_id"])
        else:
            of_user.discard(sent["series_id"])
        return answered

    return tamper


def _company_of_a_user(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.path != COMPANIES or answered.status != 200 or "user_id" not in asked.fields:
            return answered
        organization = await parts.organizations.of_tenant(tenant or "")
        if not organization.verifies_identity:
            return answered
        return answered.with_status(403).with_json({"error": "The user_token is required."})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4142",
        title="A series takes no user whose id is not ASCII",
        promises=("HALO-12",),
        mistake="The id is encoded for the provider of emails, which knows of no such user.",
        apply=answers(_is_elsewhere, _not_found),
    ),
    Fault(
        id="LIF-F4143",
        title="The metadata of a known user's first event become traits",
        promises=("HALO-13",),
        mistake="The pipeline of events ends in the table of users.",
        apply=_telling(
            EVENTS, lambda asked: asked.fields["events"][0].get("metadata", {}), of_anybody=False
        ),
    ),
    Fault(
        id="LIF-F4144",
        title="A user who was removed from a series is in it again when identified",
        promises=("HALO-12",),
        mistake="Identifying brings the series up to date by what was ever asked for.",
        apply=around_with_parts(_back_again),
    ),
    Fault(
        id="JWT-F4145",
        title="Where identities are verified, a company with a user_id is 403",
        promises=("HALO-04", "HALO-08"),
        mistake="The check looks at every body, and not at the operations that take a user.",
        apply=around_with_parts(_company_of_a_user),
    ),
    Fault(
        id="JWT-F4146",
        title="A token of a user whose id is not of Western letters is 403",
        promises=("HALO-03",),
        mistake="The claims are read as Latin-1, as atob gives them.",
        apply=lambda parts: replace(parts, identity=_LatinAlone(parts.identity)),
    ),
    Fault(
        id="STA-F4147",
        title="HEAD of the configuration of an organization that there is not is 200",
        promises=("HALO-09",),
        mistake="HEAD looks at the parameters, and looks nothing up.",
        apply=answers(
            lambda asked, answered: (
                (asked.path, asked.method, answered.status) == (CONFIG, "HEAD", 404)
            ),
            lambda answered: answered.with_status(200),
        ),
    ),
    Fault(
        id="LIF-F4148",
        title="Whoever chats is a known user, and can be enrolled in a series",
        promises=("HALO-09",),
        mistake="The first message of a user makes the row that the conversation hangs on.",
        apply=_telling(CHATS[0], lambda _: {}, of_anybody=True),
    ),
)
