"""A user whose identity an organization vouches for, at the operations that ask for a proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance import jwt
from conformance.author import SEMANTIC, accepting
from conformance.bodies import Path, at, carrying, examples, with_value, without
from conformance.caller import Caller
from conformance.control import Control
from conformance.exchange import Exchange, Pairs
from conformance.refusal import require_refusal
from conformance.rule import Check, Need, Untestable
from conformance.sample import Sample
from conformance.session import Session
from conformance.vocabulary import body_schema
from conformance.walk import dig
from generator.model import Identity, Schema

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant that has identities verified, and what its tokens are signed with."""

    tenant: str
    secret: str
    caller: Caller
    control: Control

    def now(self) -> int:
        """The target's time, in seconds since 1970."""
        return int(self.control.now().timestamp())


@dataclass(frozen=True, slots=True)
class Door:
    """An operation of an organization, with a body that it takes of a user who is not anonymous."""

    check: Check
    organization: Organization
    identity: Identity
    schema: Schema
    sample: Sample
    body: Any
    user: str
    now: int
    """The target's time, in seconds since 1970."""

    @property
    def subject(self) -> str:
        """The claim that names the user."""
        return self.identity.subject[0]

    def claims(self, **others: Any) -> dict[str, Any]:
        """The claims of a good token, an hour ahead of its end."""
        return {self.subject: self.user, "iat": self.now - 1, "exp": self.now + HOUR, **others}

    def token(self, **others: Any) -> str:
        """A good token, with these claims too."""
        return jwt.token(self.claims(**others), self.organization.secret)

    def send(self, token: Any = None, *, body: Any = None, headers: Pairs = ()) -> Exchange:
        """Send the body, or another one, with a token where one is given."""
        whole = self.body if body is None else body
        if token is not None:
            whole = self.put(whole, self.identity.token, token)
        caller = self.organization.caller
        operation = self.check.operation
        sample = carrying(self.sample, whole)
        return caller.call(operation, sample, headers=headers or accepting(operation))

    def put(self, body: Any, path: Path, value: Any) -> Any:
        """A body with another value at a place."""
        return with_value(self.check.contract, self.schema, body, path, value)

    def of(self, user: str | None) -> Any:
        """The body for another user, or for none."""
        if user is None:
            return without(self.body, self.identity.matches)
        return self.put(self.body, self.identity.matches, user)

    def admits(self, exchange: Exchange, what: str) -> None:
        """Require that a request was let in."""
        self.check.require(
            200 <= exchange.status < 300,
            f"{what} is good, and answered with {exchange.status}.",
            exchange,
        )

    def lets_by(self, exchange: Exchange, what: str) -> None:
        """Require that nothing was asked of a user, whom the API need not know otherwise."""
        unknown = exchange.status in SEMANTIC and self.check.operation.response(exchange.status)
        self.check.require(
            200 <= exchange.status < 300 or unknown,
            f"{what} needs no proof, and is answered with {exchange.status}.",
            exchange,
        )

    def refuses(self, exchange: Exchange, what: str) -> None:
        """Require the documented refusal, in the envelope, without a word of the secret."""
        require_refusal(self.check, exchange, self.identity.failure, what)
        validator = self.check.contract.envelope_validator()
        problem = validator.problem(exchange.json) if validator else ""
        self.check.require(not problem, f"The refusal is no error envelope: {problem}.", exchange)
        told = self.organization.secret.encode() in exchange.answer.body
        self.check.require(not told, "The refusal tells the secret.", exchange)


def organization(session: Session) -> Organization:
    """The organization that identities are verified of, made once a run."""
    return session.once("organization", lambda: organized(session, enabled=True))


def unverified(session: Session) -> Organization:
    """One that has the same users, and no identities verified."""
    return session.once("unverified organization", lambda: organized(session, enabled=False))


def organized(session: Session, *, enabled: bool) -> Organization:
    """A new organization, whose identities are verified or not."""
    control, tenant = session.control, session.new_tenant()
    if control is None:
        raise Untestable(session.missing(Need.IDENTITY))
    secret = control.verify_identity(tenant, enabled=enabled)
    if control.offers("agents"):
        control.set_agent(tenant)
    return Organization(tenant, secret, session.of_tenant(tenant), control)


def door(check: Check, of: Organization | None = None) -> Door:
    """The operation under test, with a body of a user who is not anonymous."""
    operation, session = check.operation, check.session
    identity, schema = operation.identity, body_schema(check.contract, operation)
    bodies = examples(operation)
    if identity is None or schema is None or not bodies:
        raise Untestable(f"{operation.id} has no documented JSON body.")
    whose = of or organization(session)
    found = next((b for b in bodies if _user(identity, b)), bodies[0])
    bare = without(found, identity.token) if at(found, identity.token) is not None else found
    user = _user(identity, bare) or _some_user(check, identity)
    body = with_value(check.contract, schema, bare, identity.matches, user)
    sample = session.sample(operation, whose.caller)
    return Door(check, whose, identity, schema, sample, body, user, whose.now())


def _user(identity: Identity, body: Any) -> str:
    """The user of a body, empty where it is nobody or anonymous."""
    found = dig(body, identity.matches)
    named = isinstance(found, str) and not _is_anonymous(identity, found)
    return str(found) if named else ""


def _is_anonymous(identity: Identity, user: str) -> bool:
    prefix = identity.anonymous_prefix
    return bool(prefix) and user.startswith(prefix)


def _some_user(check: Check, identity: Identity) -> str:
    """A documented user who is not anonymous, of any operation."""
    for operation in check.contract.api.operations:
        for body in examples(operation):
            if operation.identity and (user := _user(operation.identity, body)):
                return user
    return "user_1" if not _is_anonymous(identity, "user_1") else "someone"
