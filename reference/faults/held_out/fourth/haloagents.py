"""Faults of HaloAgents, the fourth set planted from its documentation alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete

from generated.haloagents.server import errors
from reference.faults.composition import around_with_parts, requests, retelling, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Retell, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, enrollments, fingerprint

_LONGEST_MESSAGE = 10_000
_DOTS = 2
"""In a JSON Web Token."""
_CHATS = (f"{BASE_PATH}/chat", f"{BASE_PATH}/chat/stream")


@dataclass(frozen=True, slots=True)
class _AlwaysParsed:
    """Refuses what is no token, also where nobody asks for one."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token
        if not organization.verifies_identity and token is not None and token.count(".") != _DOTS:
            raise errors.Forbidden("The user_token is invalid.")
        return self.inner.identity(organization, body)


def _is_too_long_with_spaces(asked: Asked) -> bool:
    message = asked.fields.get("message")
    return (
        asked.path in _CHATS
        and isinstance(message, str)
        and len(message) > _LONGEST_MESSAGE >= len(message.strip())
        and message.strip() != ""
    )


def _trimmed(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": asked.fields["message"].strip()})


def _known_first(parts: Parts) -> Tamper:
    """Send the known value of each trait of a company that is known."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path != f"{BASE_PATH}/companies/identify" or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        before = known.get("traits", {})
        merged = {name: before.get(name, value) for name, value in traits.items()}
        return await ask(
            asked if merged == traits else asked.with_json({**asked.fields, "traits": merged})
        )

    return tamper


def _flushing_twice() -> Retell:
    last = b""

    def retell(event: bytes) -> Sequence[bytes]:
        nonlocal last
        if event.startswith(b"event: delta"):
            last = event
        is_end = event.startswith(b"event: done") and last
        return [last, event] if is_end else [event]

    return retell


def _has_charset(asked: Asked) -> bool:
    media_type, _, parameters = asked.headers.get("content-type", "").partition(";")
    return media_type.strip().lower() == "application/json" and parameters.strip() != ""


def _as_another_type(asked: Asked) -> Asked:
    return asked.with_header("content-type", "text/plain")


def _removed_from_all(parts: Parts) -> Tamper:
    """Take a user who is removed from a series out of all others as well."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_removal = asked.fields.get("action") == "remove" and answered.status == 200
        if asked.path != f"{BASE_PATH}/series" or not is_removal:
            return answered
        tenant, user = await tenant_of(parts, asked), fingerprint(asked.fields["user_id"])

        def remove(connection: Connection) -> None:
            of_user = (enrollments.c.tenant == tenant) & (enrollments.c.user == user)
            connection.execute(delete(enrollments).where(of_user))

        await parts.platform.database.write(remove)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="IDN-F1121",
        title="Where identities are not verified, a user_token that is none is 403",
        promises=("HALO-03",),
        mistake="The token is parsed first, and the organization looked at afterwards.",
        apply=lambda parts: replace(parts, identity=_AlwaysParsed(parts.identity)),
        held_out=4,
    ),
    Fault(
        id="LIM-F1122",
        title="Spaces around a message do not count, and are cut off where it is too long",
        promises=("HALO-07",),
        mistake="The message is trimmed before it is validated.",
        apply=requests(_is_too_long_with_spaces, _trimmed),
        held_out=4,
    ),
    Fault(
        id="STA-F1123",
        title="A trait of a company that is known keeps its value",
        promises=("HALO-13",),
        mistake="The two maps are merged the wrong way round.",
        apply=around_with_parts(_known_first),
        held_out=4,
    ),
    Fault(
        id="STR-F1124",
        title="The last piece of a reply is streamed twice",
        promises=("HALO-11",),
        mistake="The buffer is flushed at the end, and was not emptied before.",
        apply=retelling(_flushing_twice),
        held_out=4,
    ),
    Fault(
        id="ENV-F1125",
        title="A Content-Type of JSON with a charset is refused",
        promises=("HALO-08",),
        mistake="The header is compared as a whole.",
        apply=requests(_has_charset, _as_another_type),
        held_out=4,
    ),
    Fault(
        id="STA-F1126",
        title="To remove a user from a series removes them from all others, too",
        promises=("HALO-12",),
        mistake="The statement that deletes has lost the condition on the series.",
        apply=around_with_parts(_removed_from_all),
        held_out=4,
    ),
)
